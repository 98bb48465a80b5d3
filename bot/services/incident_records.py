"""Incidents for scripts: flat objects, RFC 3339 UTC instants, durations in seconds, null for what is unknown."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.services.requests import NotFound
from bot.store import incidents
from bot.store.db import Database

Record = dict[str, object]


def instant(at: datetime | None) -> str | None:
    """RFC 3339 UTC, or None."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds()


def record(incident: Incident) -> Record:
    """`ttd`, `tta`, `ttm` and `ttr` are seconds from the first error."""
    return {
        "id": incident.name,
        "number": incident.number,
        "title": incident.title,
        "severity": incident.severity,
        "state": incident.state.value,
        "open": incident.open,
        "services": list(incident.services),
        "environment": incident.environment or None,
        "impact": incident.impact or None,
        "commander": incident.commander,
        "declared_by": incident.declared_by,
        "drill": incident.drill,
        "alert": None if incident.group is None else f"A-{incident.group}",
        "channel": incident.channel_id,
        "channel_name": incident.channel_name or None,
        "began_at": instant(incident.began_at),
        "detected_at": instant(incident.detected_at),
        "declared_at": instant(incident.declared_at),
        "acknowledged_at": instant(incident.acknowledged_at),
        "mitigated_at": instant(incident.mitigated_at),
        "resolved_at": instant(incident.resolved_at),
        "resolution": incident.resolution or None,
        "ttd": _seconds(incident.began_at, incident.detected_at),
        "tta": _seconds(incident.began_at, incident.acknowledged_at),
        "ttm": _seconds(incident.began_at, incident.mitigated_at),
        "ttr": _seconds(incident.began_at, incident.resolved_at),
    }


async def listed(database: Database, *, only_open: bool) -> list[Record]:
    """Open ones worst first, or all of them newest first."""
    async with database.read() as tx:
        return [record(incident) for incident in await incidents.listed(tx, only_open=only_open, limit=1000)]


async def shown(database: Database, number: int) -> Record:
    """One incident. Raises `NotFound`."""
    async with database.read() as tx:
        incident = await incidents.find(tx, number)
    if incident is None:
        raise NotFound(f"There is no INC-{number}. `quarterdeck incident list` shows those that exist.")
    return record(incident)
