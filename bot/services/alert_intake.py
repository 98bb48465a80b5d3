"""Taking alerts in: one bounded transaction per delivery, however large a storm, ending in cards, pages and a record.

What a delivery says is placed by the catalog, merged with what is known, grouped and counted; only then is it decided
what is owed: a card per group, a page where the worst of the group's alerts asks for one, lines in an open incident.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.catalog import Catalog
from bot.domain.alert import (
    Alert,
    AlertGroup,
    Decision,
    Delivery,
    Episode,
    GroupState,
    Past,
    Placed,
    Status,
    Taken,
    advance,
    lead,
    summed,
)
from bot.domain.facts.reading import Reading
from bot.domain.work import Surface
from bot.services.alert_holding import note
from bot.services.alert_placing import place
from bot.services.alerts import Paging
from bot.services.requests import Asked
from bot.store import alert_intake as intake
from bot.store import alerts, pages
from bot.store.alert_intake import Stored
from bot.store.db import Database, Tx
from bot.store.owing_many import look_now, touch_many, touch_subjects

TARGET_LOOK = "target.look"
"""The watch of a service's target: what could be done about it is looked at anew when it begins to fire."""


@dataclass(slots=True)
class _Sorted:
    """What a delivery says, beside what was known: seen before, over without being named, never seen."""

    again: list[tuple[Placed, Stored, Episode]] = field(default_factory=list)
    ended: list[tuple[Stored, Episode]] = field(default_factory=list)
    new: list[tuple[Placed, Episode]] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        return sum(stored.episode == episode for _, stored, episode in self.again)


@dataclass(frozen=True, slots=True)
class _Change:
    """A group before (None: it is new) and after a delivery, and what of the delivery it holds."""

    before: AlertGroup | None
    after: AlertGroup
    told: Sequence[Placed]

    @property
    def shown(self) -> bool:
        """Whether it had a card before."""
        return self.before is not None and self.before.decision is not Decision.LOG

    @property
    def wants_card(self) -> bool:
        return not self.shown and self.after.open and self.after.decision is not Decision.LOG

    @property
    def redrawn(self) -> bool:
        return self.shown and self.before is not None and self.before.version != self.after.version

    @property
    def wants_page(self) -> bool:
        """The first time that it must wake somebody: nobody has it, or whoever does took it while it could wait.

        What an incident was declared from has woken whom it had to.
        """
        decided_before = self.before is not None and self.before.decision is Decision.PAGE
        if self.after.decision is not Decision.PAGE or decided_before:
            return False
        taken_early = self.after.state is GroupState.HELD and self.after.incident is None
        return taken_early or self.after.state is GroupState.FIRING

    @property
    def resolved(self) -> bool:
        return self.before is not None and self.before.open and not self.after.open


class AlertIntake:
    """The way in for every source of alerts. `counted` is told of each delivery that was taken in (for metrics)."""

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        paging: Paging,
        counted: Callable[[str, Taken], None] = lambda source, taken: None,  # noqa: ARG005
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._paging = paging
        self._counted = counted

    async def take_in(self, delivery: Delivery, told: Sequence[Alert]) -> Taken:
        """Take in what `delivery` says; a repeated one changes nothing. Raises `StoreUnavailable`."""
        catalog = self._catalog()
        placed = [place(alert, catalog) for alert in told]
        async with self._database.write() as tx:
            await intake.one_at_a_time(tx)
            if await intake.is_first(tx, delivery, len(placed)):
                new, duplicates = await self._store(tx, delivery.source, placed)
                await intake.count_new(tx, delivery, new)
            else:
                new, duplicates = 0, len(placed)
        taken = Taken(len(placed), new, duplicates)
        self._counted(delivery.source, taken)
        return taken

    async def firing(self, source: str) -> list[tuple[str, str, datetime]]:
        """Fingerprint, name and start of everything of one source that fires."""
        async with self._database.read() as tx:
            return await intake.firing(tx, source)

    async def measured(self, source: str, readings: Mapping[str, Reading]) -> None:
        """Keep how the firing alerts of a source read now, by fingerprint."""
        async with self._database.write() as tx:
            await intake.keep_readings(tx, source, readings)

    async def _store(self, tx: Tx, source: str, placed: Sequence[Placed]) -> tuple[int, int]:
        if not placed:
            return 0, 0
        found = await _sort(tx, source, placed)
        before = await intake.groups(
            tx,
            {stored.group for _, stored, _ in found.again} | {stored.group for stored, _ in found.ended},
            {each.key for each, _ in found.new},
        )
        homes, added = await self._homes(tx, before, found.new)
        await intake.add_alerts(tx, [(each, homes[each.key], episode) for each, episode in found.new])
        await intake.tell_again(tx, found.again)
        await intake.end(tx, found.ended)
        changes = await _changes(tx, before, added, found, homes)
        await intake.save_groups(tx, [change.after for change in changes])
        await self._owe(tx, changes)
        return len(found.new), found.unchanged

    async def _homes(
        self, tx: Tx, before: Mapping[int, AlertGroup], new: Sequence[tuple[Placed, Episode]]
    ) -> tuple[dict[str, int], list[AlertGroup]]:
        """The group of each new alert, by key, and the groups that had to be opened for them.

        What fires joins the open group of its key, or opens one. What is over already joins the latest.
        """
        latest = {group.key: group for _, group in sorted(before.items())}
        opening: dict[str, tuple[Placed, Episode]] = {}
        for each, episode in sorted(new, key=lambda pair: (pair[1].ends_at is not None, pair[0].priority.rank)):
            known = latest.get(each.key)
            if known is None or (episode.ends_at is None and not known.open):
                opening.setdefault(each.key, (each, episode))
        linked = {group.incident for group in latest.values() if group.incident is not None}
        still_open = await intake.open_incidents(tx, linked) if linked else frozenset()
        rows = [_row(tx.now, each, episode, latest.get(key), still_open) for key, (each, episode) in opening.items()]
        added = await intake.add_groups(tx, rows) if rows else []
        return {key: group.number for key, group in (latest | {group.key: group for group in added}).items()}, added

    async def _owe(self, tx: Tx, changes: Sequence[_Change]) -> None:
        await touch_many(tx, [card for change in changes if change.wants_card for card in _cards(change)])
        await touch_subjects(tx, [change.after.name for change in changes if change.redrawn])
        await look_now(tx, TARGET_LOOK, {change.after.service for change in changes if change.wants_card})
        for change in changes:
            if change.wants_page:
                asked = Asked(f"{change.after.name}:page", "")
                await self._paging.page(tx, change.after.name, change.after.service, asked)
            await _remember(tx, change)
        over = [change.after.name for change in changes if change.resolved]
        await touch_subjects(tx, [page.name for name in over for page in await pages.end(tx, name)])


async def _sort(tx: Tx, source: str, placed: Sequence[Placed]) -> _Sorted:
    """Merge what is told with what is known, alert by alert."""
    by_alert: dict[str, list[Placed]] = {}
    for each in placed:
        by_alert.setdefault(each.alert.fingerprint, []).append(each)
    pasts = await intake.pasts(tx, source, by_alert.keys())
    known = await intake.episodes(tx, source, by_alert.keys(), {each.alert.starts_at for each in placed})
    found = _Sorted()
    for fingerprint, messages in by_alert.items():
        rows = {stored.episode.starts_at: stored for stored in known.get(fingerprint, [])}
        episodes = [_episode(each.alert, tx.now) for each in messages]
        stand = advance([each.episode for each in rows.values()], pasts.get(fingerprint, Past()), episodes)
        told = {each.alert.starts_at: each for each in messages}
        for start, each in told.items():
            if start in rows:
                found.again.append((each, rows[start], stand[start]))
            else:
                found.new.append((each, stand[start]))
        for start, stored in rows.items():
            if start not in told and stand[start] != stored.episode:
                found.ended.append((stored, stand[start]))
    return found


def _episode(alert: Alert, now: datetime) -> Episode:
    """A resolved alert whose source does not say when it ended has ended now."""
    if alert.status is Status.FIRING:
        return Episode(alert.starts_at)
    return Episode(alert.starts_at, alert.ends_at or max(now, alert.starts_at))


def _row(
    now: datetime, placed: Placed, episode: Episode, previous: AlertGroup | None, open_incidents: frozenset[int]
) -> dict[str, object]:
    """A new group as columns. A new firing while the incident of the one before is open belongs to that incident."""
    over = episode.ends_at is not None
    inherited = previous.incident if previous and previous.incident in open_incidents else None
    return {
        "key": placed.key,
        "open_key": None if over else placed.key,
        "source": placed.alert.source,
        "title": placed.title,
        "service": placed.service,
        "environment": placed.environment,
        "priority": placed.priority.value,
        "category": placed.category,
        "state": (GroupState.RESOLVED if over else GroupState.FIRING).value,
        "started_at": episode.starts_at,
        "last_seen": now,
        "resolved_at": episode.ends_at,
        "decision": Decision.LOG.value,
        "reason": "",
        "previous_id": previous.number if previous else None,
        "incident_id": inherited,
    }


async def _changes(
    tx: Tx,
    before: Mapping[int, AlertGroup],
    added: Sequence[AlertGroup],
    found: _Sorted,
    homes: Mapping[str, int],
) -> list[_Change]:
    """How each group stands now that its alerts are stored."""
    told: dict[int, list[Placed]] = {}
    for each, _ in found.new:
        told.setdefault(homes[each.key], []).append(each)
    for each, stored, _ in found.again:
        told.setdefault(stored.group, []).append(each)
    for stored, _ in found.ended:
        told.setdefault(stored.group, [])
    groups = dict(before) | {group.number: group for group in added}
    tallies = await alerts.tallies(tx, told.keys())
    leads = {number: lead(tallies[number]).first for number in told}
    titles = await alerts.titles(tx, leads.values())
    return [
        _Change(
            before.get(number),
            _after(summed(groups[number], tallies[number], titles[leads[number]]), told[number], tx.now),
            told[number],
        )
        for number in sorted(told)
    ]


def _after(group: AlertGroup, told: Sequence[Placed], now: datetime) -> AlertGroup:
    """The group with what this delivery adds: when it was heard of, how often, and the most that is to be done."""
    verdict = None
    for each in told:
        if each.alert.status is Status.FIRING:
            verdict = each.verdict if verdict is None else verdict.or_more(each.verdict)
    more = verdict is not None and group.open and (not group.reason or verdict.decision.rank > group.decision.rank)
    if more and verdict is not None:
        group = replace(group, decision=verdict.decision, reason=verdict.why)
    return replace(group, last_seen=now, received=group.received + len(told))


def _cards(change: _Change) -> list[Surface]:
    """One message per channel of its worst alert's route; the first one is the card that others link to."""
    worst = min(change.told, key=lambda each: each.priority.rank)
    name = change.after.name
    return [
        Surface(f"alert:{name}" if index == 0 else f"alert:{name}:{channel}", "alert", name, channel)
        for index, channel in enumerate(dict.fromkeys(worst.channels))
    ]


async def _remember(tx: Tx, change: _Change) -> None:
    """What an open incident's timeline is told: a new firing, more or worse alerts, the end."""
    group = change.after
    if group.incident is None:
        return
    if change.before is None and group.open:
        await note(tx, group, "fired", f"{group.name} began to fire, {group.priority}: {group.title}")
    elif change.resolved:
        await note(tx, group, "resolved", f"{group.name} is resolved: {group.title}")
    elif change.before is not None and group.open and group.total > change.before.total:
        more = group.total - change.before.total
        await note(tx, group, f"more:{group.version}", f"{group.name}: {more} more alerts, {group.firing} fire now")
