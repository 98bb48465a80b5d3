"""Taking alerts in: a fixed number of statements, however many alerts a delivery holds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Text, bindparam, case, cast, func, insert, or_, select, text, update

from bot.domain.alert import AlertGroup, Delivery, Episode, Past, Placed, Status
from bot.domain.facts.reading import Reading
from bot.domain.incident import OPEN as OPEN_INCIDENT
from bot.store import owing
from bot.store.alerts import group_of, kept_reading
from bot.store.db import Tx
from bot.store.schema.alerts import alert_groups, alerts, deliveries
from bot.store.schema.incidents import incidents
from bot.store.types import Json

SAME_WITHIN = timedelta(minutes=5)
"""A delivery with the same key within this time is the same delivery."""
_LOCK = 0x616C657274
"""The advisory lock that all processes share; any number, as long as nothing else uses it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An alert's episode as a row, with the number of its group."""

    id: int
    group: int
    fingerprint: str
    episode: Episode


async def one_at_a_time(tx: Tx) -> None:
    """Wait until no other transaction takes alerts in. SQLite has one writer anyway.

    Two deliveries about the same alerts at once, as from a pair of Alertmanagers, are common; one after the other they
    can neither open a group twice nor lock each other out.
    """
    if tx.dialect == "postgresql":
        await tx.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


async def is_first(tx: Tx, delivery: Delivery, accepted: int) -> bool:
    """Keep the delivery; False where the same one came a moment ago, and then nothing is kept."""
    key = delivery_key(delivery)
    aged = update(deliveries).where(deliveries.c.key == key, deliveries.c.received_at <= tx.now - SAME_WITHIN)
    await tx.connection.execute(aged.values(key=deliveries.c.key + " " + cast(deliveries.c.id, Text)))
    row = {"source": delivery.source, "key": key, "received_at": tx.now, "body": delivery.body}
    counts = {"accepted": accepted, "new": 0, "left_out": delivery.left_out}
    statement = owing.insert(tx, deliveries).values(row | counts)
    return await owing.insert_new(tx, statement.on_conflict_do_nothing(index_elements=["key"]))


async def count_new(tx: Tx, delivery: Delivery, new: int) -> None:
    """Note how many alerts of a delivery had never been seen."""
    await tx.connection.execute(update(deliveries).where(deliveries.c.key == delivery_key(delivery)).values(new=new))


def delivery_key(delivery: Delivery) -> str:
    return f"{delivery.source}:{delivery.key}"


async def pasts(tx: Tx, source: str, fingerprints: Collection[str]) -> dict[str, Past]:
    """What is known of each alert that was seen before."""
    mine = (alerts.c.source == source, alerts.c.fingerprint.in_(sorted(fingerprints)))
    query = select(alerts.c.fingerprint, func.max(alerts.c.starts_at), func.max(alerts.c.ends_at)).where(*mine)
    rows = await tx.connection.execute(query.group_by(alerts.c.fingerprint))
    return {fingerprint: Past(newest, ended) for fingerprint, newest, ended in rows}


async def episodes(
    tx: Tx, source: str, fingerprints: Collection[str], starts: Collection[datetime]
) -> dict[str, list[Stored]]:
    """By alert, the episodes that still fire and those that began at one of `starts`."""
    query = select(alerts.c.id, alerts.c.group_id, alerts.c.fingerprint, alerts.c.starts_at, alerts.c.ends_at).where(
        alerts.c.source == source,
        alerts.c.fingerprint.in_(sorted(fingerprints)),
        or_(alerts.c.ends_at.is_(None), alerts.c.starts_at.in_(sorted(starts))),
    )
    found: dict[str, list[Stored]] = {}
    for row in await tx.connection.execute(query):
        stored = Stored(row.id, row.group_id, row.fingerprint, Episode(row.starts_at, row.ends_at))
        found.setdefault(row.fingerprint, []).append(stored)
    return found


async def firing(tx: Tx, source: str) -> list[tuple[str, str, datetime]]:
    """Fingerprint, name and start of everything of one source that fires."""
    query = select(alerts.c.fingerprint, alerts.c.name, alerts.c.starts_at)
    rows = await tx.connection.execute(query.where(alerts.c.source == source, alerts.c.ends_at.is_(None)))
    return [(row.fingerprint, row.name, row.starts_at) for row in rows]


async def groups(tx: Tx, numbers: Collection[int], keys: Collection[str]) -> dict[int, AlertGroup]:
    """These groups, and the latest of each key, which is the open one where any is; locked until the end.

    In the order of their numbers, as everything that locks several does.
    """
    latest = select(func.max(alert_groups.c.id)).where(alert_groups.c.key.in_(sorted(keys)))
    wanted = or_(alert_groups.c.id.in_(sorted(numbers)), alert_groups.c.id.in_(latest.group_by(alert_groups.c.key)))
    rows = await tx.connection.execute(select(alert_groups).where(wanted).order_by(alert_groups.c.id).with_for_update())
    return {row.id: group_of(row) for row in rows}


async def open_incidents(tx: Tx, numbers: Collection[int]) -> frozenset[int]:
    """Which of these incidents are open."""
    query = select(incidents.c.id).where(incidents.c.id.in_(sorted(numbers)), incidents.c.state.in_(OPEN_INCIDENT))
    return frozenset((await tx.connection.execute(query)).scalars())


async def add_groups(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[AlertGroup]:
    """New groups; the database gives them their numbers."""
    added = await tx.connection.execute(insert(alert_groups).returning(alert_groups), [dict(row) for row in rows])
    return [group_of(row) for row in added]


async def save_groups(tx: Tx, changed: Iterable[AlertGroup]) -> None:
    """Write what a delivery changed. A group that is over leaves its key to the next one."""
    columns = (
        "title", "priority", "state", "started_at", "last_seen", "resolved_at", "firing", "total", "received",
        "decision", "reason", "holder", "held_at", "held_version", "version",
    )  # fmt: skip
    rows = [
        {"number": each.number, "open": each.key if each.open else None}
        | {f"new_{column}": getattr(each, column) for column in columns}
        for each in changed
    ]
    values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in columns}
    statement = update(alert_groups).where(alert_groups.c.id == bindparam("number"))
    await tx.connection.execute(statement.values(values | {"open_key": bindparam("open")}), rows)


async def add_alerts(tx: Tx, new: Sequence[tuple[Placed, int, Episode]]) -> None:
    """Alerts never seen before, each in its group."""
    rows = [
        {
            "group_id": group,
            "source": placed.alert.source,
            "fingerprint": placed.alert.fingerprint,
            "starts_at": episode.starts_at,
            "ends_at": episode.ends_at,
            "status": _status(episode),
            "name": placed.alert.name,
            "title": placed.title,
            "priority": placed.priority.value,
            "labels": dict(placed.alert.labels),
            "annotations": dict(placed.alert.annotations),
            "url": placed.alert.url,
            "reading": kept_reading(placed.alert.reading),
            "first_seen": tx.now,
            "last_seen": tx.now,
        }
        for placed, group, episode in new
    ]
    if rows:
        await tx.connection.execute(insert(alerts), rows)


async def tell_again(tx: Tx, told: Sequence[tuple[Placed, Stored, Episode]]) -> None:
    """Alerts seen before: when, how often, and in what words they were told of last; an end where there is one now.

    A message without any annotations leaves those of an earlier one.
    """
    worded = bindparam("worded", type_=Boolean)
    values = {
        "last_seen": tx.now,
        "received": alerts.c.received + 1,
        "ends_at": bindparam("end"),
        "status": bindparam("now"),
        "annotations": case((worded, bindparam("words", type_=Json)), else_=alerts.c.annotations),
        "reading": case((worded, bindparam("read", type_=Json)), else_=alerts.c.reading),
    }
    rows = [
        {
            "row": stored.id,
            "end": episode.ends_at,
            "now": _status(episode),
            "worded": bool(placed.alert.annotations),
            "words": dict(placed.alert.annotations),
            "read": kept_reading(placed.alert.reading),
        }
        for placed, stored, episode in told
    ]
    if rows:
        await tx.connection.execute(update(alerts).where(alerts.c.id == bindparam("row")).values(values), rows)


async def keep_readings(tx: Tx, source: str, readings: Mapping[str, Reading]) -> None:
    """Write how the firing alerts of a source read now, by fingerprint."""
    rows = [{"mark": fingerprint, "read": kept_reading(reading)} for fingerprint, reading in readings.items()]
    if rows:
        firing_one = (alerts.c.source == source, alerts.c.fingerprint == bindparam("mark"), alerts.c.ends_at.is_(None))
        statement = update(alerts).where(*firing_one).values(reading=bindparam("read", type_=Json))
        await tx.connection.execute(statement, rows)


async def end(tx: Tx, ended: Sequence[tuple[Stored, Episode]]) -> None:
    """Episodes that are over although no message named them."""
    rows = [{"row": stored.id, "end": episode.ends_at} for stored, episode in ended]
    if rows:
        over = update(alerts).where(alerts.c.id == bindparam("row"))
        values = {"ends_at": bindparam("end"), "status": Status.RESOLVED.value}
        await tx.connection.execute(over.values(values), rows)


def _status(episode: Episode) -> str:
    return (Status.FIRING if episode.ends_at is None else Status.RESOLVED).value
