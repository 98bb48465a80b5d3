"""Alerts for scripts: flat objects, RFC 3339 UTC instants, null for what is unknown."""

from bot.domain.alert import AlertGroup
from bot.domain.facts.naming import Noun
from bot.services.incident_records import Record, instant
from bot.store import alerts
from bot.store.db import Database

_MOST = 1000


def record(group: AlertGroup) -> Record:
    """One group. `received` counts the messages about any of its alerts."""
    return {
        "id": group.name,
        "number": group.number,
        "title": group.title,
        "priority": group.priority.value,
        "category": group.category,
        "state": group.state.value,
        "open": group.open,
        "service": group.service or None,
        "environment": group.environment or None,
        "source": group.source,
        "decision": group.decision.value,
        "reason": group.reason or None,
        "firing": group.firing,
        "total": group.total,
        "received": group.received,
        "holder": group.holder,
        "held_at": instant(group.held_at),
        "started_at": instant(group.started_at),
        "last_seen": instant(group.last_seen),
        "resolved_at": instant(group.resolved_at),
        "previous": None if group.previous is None else Noun.ALERT.name_of(group.previous),
        "incident": None if group.incident is None else Noun.INCIDENT.name_of(group.incident),
    }


async def listed(database: Database, *, only_open: bool) -> list[Record]:
    """Open ones worst first, or all of them newest first."""
    async with database.read() as tx:
        return [record(group) for group in await alerts.listed(tx, only_open=only_open, limit=_MOST)]
