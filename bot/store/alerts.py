"""Groups of alerts as rows: read, and moved by UPDATEs that check where they start from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select, update

from bot.domain.alert import AlertGroup, Decision, GroupState, Status, Tally
from bot.domain.alert.group import OPEN
from bot.domain.facts.alert import Priority
from bot.domain.facts.reading import Reading, Unit
from bot.store.db import Tx
from bot.store.schema.alerts import alert_groups, alerts

_RANK = case({priority.value: priority.rank for priority in Priority}, value=alert_groups.c.priority)


@dataclass(frozen=True, slots=True)
class Sample:
    """One alert of a group, for what its card says: its own name, words, links and measured value."""

    name: str
    title: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    url: str
    reading: Reading | None


def group_of(row: Row[Any]) -> AlertGroup:
    """The stored group."""
    values = dict(row._mapping)
    del values["open_key"]
    return AlertGroup(
        number=values.pop("id"),
        priority=Priority(values.pop("priority")),
        state=GroupState(values.pop("state")),
        decision=Decision(values.pop("decision")),
        previous=values.pop("previous_id"),
        incident=values.pop("incident_id"),
        **values,
    )


async def find(tx: Tx, number: int) -> AlertGroup | None:
    row = (await tx.connection.execute(select(alert_groups).where(alert_groups.c.id == number))).first()
    return group_of(row) if row else None


async def listed(tx: Tx, *, only_open: bool, limit: int) -> list[AlertGroup]:
    """Groups: worst and newest first where open, else newest first."""
    query = select(alert_groups).limit(limit)
    if only_open:
        query = query.where(alert_groups.c.state.in_(sorted(OPEN))).order_by(_RANK, alert_groups.c.id.desc())
    else:
        query = query.order_by(alert_groups.c.id.desc())
    return [group_of(row) for row in await tx.connection.execute(query)]


async def count_open(tx: Tx) -> int:
    counted = select(func.count()).select_from(alert_groups).where(alert_groups.c.state.in_(sorted(OPEN)))
    return (await tx.connection.execute(counted)).scalar_one()


async def last_ended(tx: Tx) -> AlertGroup | None:
    query = select(alert_groups).where(alert_groups.c.resolved_at.is_not(None))
    row = (await tx.connection.execute(query.order_by(alert_groups.c.resolved_at.desc()).limit(1))).first()
    return group_of(row) if row else None


async def of_service(tx: Tx, service: str) -> list[AlertGroup]:
    """The open groups of one service, the oldest first."""
    query = select(alert_groups).where(alert_groups.c.service == service, alert_groups.c.state.in_(sorted(OPEN)))
    return [group_of(row) for row in await tx.connection.execute(query.order_by(alert_groups.c.id))]


async def tallies(tx: Tx, groups: Collection[int]) -> dict[int, list[Tally]]:
    """The alerts of each group, counted by name, priority and status."""
    firing = (alerts.c.status == Status.FIRING.value).label("firing")
    kind = (alerts.c.group_id, alerts.c.name, alerts.c.priority, firing)
    query: Select[Any] = (
        select(
            *kind,
            func.count().label("count"),
            func.min(alerts.c.starts_at).label("since"),
            func.max(alerts.c.ends_at).label("until"),
            func.min(alerts.c.id).label("first"),
        )
        .where(alerts.c.group_id.in_(sorted(groups)))
        .group_by(*kind)
    )
    found: dict[int, list[Tally]] = {number: [] for number in groups}
    for group, name, priority, fires, count, since, until, first in await tx.connection.execute(query):
        found[group].append(Tally(group, name, Priority(priority), bool(fires), count, since, until, first))
    return found


async def samples(tx: Tx, rows: Collection[int]) -> dict[int, Sample]:
    """Single alerts, by the number of their row."""
    query = select(alerts).where(alerts.c.id.in_(sorted(rows)))
    return {
        row.id: Sample(row.name, row.title, row.labels, row.annotations, row.url, _reading(row.reading))
        for row in await tx.connection.execute(query)
    }


async def titles(tx: Tx, rows: Collection[int]) -> dict[int, str]:
    """What single alerts are called, by the number of their row."""
    query = select(alerts.c.id, alerts.c.title).where(alerts.c.id.in_(sorted(rows)))
    return {row.id: row.title for row in await tx.connection.execute(query)}


async def first_heard(tx: Tx, number: int) -> datetime | None:
    """When the first alert of a group was taken in: the instant at which the trouble was detected."""
    heard = select(func.min(alerts.c.first_seen)).where(alerts.c.group_id == number)
    at: datetime | None = (await tx.connection.execute(heard)).scalar_one()
    return at


async def episodes_since(tx: Tx, group: AlertGroup, since: datetime) -> int:
    """How many episodes the group had since then, up to and including this one."""
    counted = select(func.count()).select_from(alert_groups)
    counted = counted.where(alert_groups.c.key == group.key, alert_groups.c.id <= group.number)
    return (await tx.connection.execute(counted.where(alert_groups.c.started_at >= since))).scalar_one()


async def hold(tx: Tx, number: int, user: str) -> AlertGroup | None:
    """Give it to `user` where it fires and nobody has it; None where not."""
    return await _move(tx, number, (GroupState.FIRING,), **_held_by(tx, user))


async def take_over(tx: Tx, number: int, user: str, seen: int) -> AlertGroup | None:
    """Give it to `user` where somebody else has it, and had it in version `seen` already (0: whoever has it)."""
    guards = [alert_groups.c.holder != user, *([alert_groups.c.held_version <= seen] if seen else [])]
    return await _move(tx, number, (GroupState.HELD,), *guards, **_held_by(tx, user))


async def hand_back(tx: Tx, number: int, user: str) -> AlertGroup | None:
    """Take it from `user`, who has it; None where not."""
    nobody = {"state": GroupState.FIRING.value, "holder": None, "held_at": None, "held_version": _NEXT}
    return await _move(tx, number, (GroupState.HELD,), alert_groups.c.holder == user, **nobody)


async def link(tx: Tx, number: int, incident: int) -> AlertGroup | None:
    """Note which incident it belongs to."""
    return await _move(tx, number, tuple(GroupState), incident_id=incident)


_NEXT = alert_groups.c.version + 1


def _held_by(tx: Tx, user: str) -> dict[str, Any]:
    return {"state": GroupState.HELD.value, "holder": user, "held_at": tx.now, "held_version": _NEXT}


async def _move(tx: Tx, number: int, states: Sequence[GroupState], *guards: Any, **values: Any) -> AlertGroup | None:
    guarded = update(alert_groups).where(alert_groups.c.id == number, alert_groups.c.state.in_(states), *guards)
    row = (await tx.connection.execute(guarded.values(version=_NEXT, **values).returning(alert_groups))).first()
    return group_of(row) if row else None


def _reading(kept: Mapping[str, Any] | None) -> Reading | None:
    return Reading(**{**kept, "unit": Unit(kept["unit"])}) if kept else None


def kept_reading(reading: Reading | None) -> dict[str, Any] | None:
    """A reading as JSON."""
    return asdict(reading) if reading else None
