"""Keeps the record of what SLOs counted: begun when one is first seen, grown with time, and read in backward.

A source is asked in portions of a size that it answers soon; each is committed before the next one is asked for.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.slo import Slo
from bot.domain.slo.layers import COARSE, FINE, Portion, backward, forward, sealed, turbulent
from bot.domain.slo.ledger import Account, Bucket, Tally, added_up
from bot.ports import Clock, OutsideError, SliHistory, SliSource
from bot.services.slo_history import tally_of
from bot.store.db import Database
from bot.store.slo_ledger import Ledger, append, begin, ledgers, prepend, thin, whole

BUCKETS_AT_ONCE = 2_000
"""In one transaction; a few tens of milliseconds of work."""
SILENCE = timedelta(days=35)
"""A source that has nothing for so long is taken to have nothing older."""
_FIRST_PORTION, _LEAST_PORTION, _MOST_PORTION = timedelta(hours=1), timedelta(minutes=5), timedelta(days=400)
_QUICK_S, _SLOW_S = 0.5, 2.0
"""A portion that was answered sooner is doubled, one that took longer is halved."""
_TURBULENT_MOST = 0.2
"""Where more of the hours are turbulent that is how it always is, and five minutes would tell no more."""
_A_DAY = timedelta(days=1)
_WORK_S = 8.0
"""How long one round goes on; well within the time that a look may take."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One portion of the ledgers of one source that all end (or start) at the same edge."""

    source: str
    tallies: Mapping[str, Tally]
    ledgers: Sequence[Ledger]
    portion: Portion
    onward: bool


class SloLedger:
    """The record of all SLOs whose counts add up."""

    def __init__(self, database: Database, sources: Mapping[str, SliSource], clock: Clock) -> None:
        self._database = database
        self._sources = sources
        self._clock = clock
        self._pace: dict[str, timedelta] = {}

    async def keep(self, slos: Sequence[Slo], seconds: float = _WORK_S) -> bool:
        """Bring the record of `slos` up to date and read in their past, for about `seconds`; whether more is left.

        A source that fails is left for the next round, and raises its error once the others are done.
        """
        tallies = self._recordable(slos)
        if not tallies:
            return False
        await self._begin(tallies)
        deadline = time.monotonic() + seconds
        skipped: set[str] = set()
        failed: OutsideError | None = None
        while time.monotonic() < deadline:
            job = await self._next(tallies, skipped)
            if job is None:
                break
            try:
                skipped |= await self._do(job)
            except OutsideError as error:
                failed = error
                self._pace[job.source] = _FIRST_PORTION
                skipped |= {key for key, tally in tallies.items() if tally.indicator.source == job.source}
        if failed is not None:
            raise failed
        return await self._next(tallies, skipped) is not None

    async def forget(self) -> None:
        """Let the record grow coarser with age."""
        await thin(self._database, self._clock.now())

    def _recordable(self, slos: Sequence[Slo]) -> dict[str, Tally]:
        """By key, what these SLOs count and is worth recording."""
        tallies = {tally.key: tally for tally in map(tally_of, slos)}
        return {key: tally for key, tally in tallies.items() if self._grain(tally) is not None}

    def _grain(self, tally: Tally) -> timedelta | None:
        source = self._sources.get(tally.indicator.source)
        return source.grain(tally) if isinstance(source, SliHistory) else None

    async def _begin(self, tallies: Mapping[str, Tally]) -> None:
        """Once a day a ledger is noted as wanted, and those that are not there yet are begun."""
        grains = {key: grain for key, tally in tallies.items() if (grain := self._grain(tally)) is not None}
        async with self._database.read() as tx:
            known = await ledgers(tx, grains)
        now = self._clock.now()
        missing = {key: grain for key, grain in grains.items() if key not in known or now - known[key].wanted > _A_DAY}
        if missing:
            async with self._database.write() as tx:
                await begin(tx, missing, sealed(now - self._latest()), now)

    def _latest(self) -> timedelta:
        """How late the latest of all sources is by rule: up to then every one of them has its events."""
        return max((source.delay for source in self._sources.values()), default=timedelta(0))

    async def _next(self, tallies: Mapping[str, Tally], skipped: set[str]) -> _Job | None:
        """What is to be asked next: what is new before what is old, and what is nearest behind first."""
        async with self._database.read() as tx:
            found = await ledgers(tx, tallies.keys() - skipped)
        jobs = [*self._jobs(found, tallies, onward=True), *self._jobs(found, tallies, onward=False)]
        return max(jobs, key=lambda job: (job.onward, job.portion.end), default=None)

    def _jobs(self, found: Mapping[str, Ledger], tallies: Mapping[str, Tally], *, onward: bool) -> Iterator[_Job]:
        groups: dict[tuple[str, timedelta, datetime], list[Ledger]] = {}
        for key, ledger in found.items():
            if onward or not ledger.read_in:
                edge = ledger.ends if onward else ledger.starts
                groups.setdefault((tallies[key].indicator.source, ledger.grain, edge), []).append(ledger)
        for (source, grain, edge), group in groups.items():
            portion = self._portion(source, grain, edge, len(group), onward=onward)
            if portion is not None:
                yield _Job(source, {each.key: tallies[each.key] for each in group}, group, portion, onward)

    def _portion(self, source: str, grain: timedelta, edge: datetime, sharing: int, *, onward: bool) -> Portion | None:
        pace = self._pace.get(source, _FIRST_PORTION)
        known = self._clock.now() - self._sources[source].delay
        portion = (forward if onward else backward)(edge, known, grain, pace)
        most = max(1, BUCKETS_AT_ONCE // sharing)
        if portion is None or (portion.end - portion.start) // portion.width <= most:
            return portion
        length = most * portion.width
        return Portion(edge, edge + length, portion.width) if onward else Portion(edge - length, edge, portion.width)

    async def _do(self, job: _Job) -> set[str]:
        """Ask for one portion and note it down; the keys of what could not be counted."""
        source = self._sources.get(job.source)
        if source is None or not isinstance(source, SliHistory):
            return set(job.tallies)
        portion, began = job.portion, time.monotonic()
        wanted = [job.tallies[each.key] for each in job.ledgers]
        accounts = await source.history(wanted, portion.start, portion.end, portion.width)
        self._adapt(job.source, time.monotonic() - began)
        answered = [pair for pair in zip(job.ledgers, accounts, strict=True) if not pair[1].problem]
        finer = await self._finer(source, job, [pair for pair in answered if portion.width == COARSE])
        found = {ledger.id: finer.get(ledger.id, account.buckets) for ledger, account in answered}
        async with self._database.write() as tx:
            await (append if job.onward else prepend)(tx, portion, found)
            if not job.onward:
                await whole(tx, [each.id for each, account in answered if self._is_whole(each, portion, account)])
        return {ledger.key for ledger in job.ledgers if ledger.id not in found}

    async def _finer(
        self, source: SliHistory, job: _Job, answered: Sequence[tuple[Ledger, Account]]
    ) -> dict[int, list[Bucket]]:
        """Of ledgers with turbulent hours, the buckets with those hours in five minutes each."""
        found: dict[int, list[Bucket]] = {}
        for ledger, account in answered:
            hours = [each for each in account.buckets if turbulent(each)]
            if not hours or FINE % ledger.grain or len(hours) > _TURBULENT_MOST * len(account.buckets) + 1:
                continue
            found[ledger.id] = []
            for each in account.buckets:
                within = await _parts(source, job.tallies[ledger.key], each) if each in hours else []
                found[ledger.id] += within or [each]
        return found

    def _is_whole(self, ledger: Ledger, portion: Portion, account: Account) -> bool:
        """Whether nothing older than `portion` is worth reading in."""
        if backward(portion.start, self._clock.now(), ledger.grain, _MOST_PORTION) is None:
            return True
        silent = all(each.covered <= timedelta(0) for each in account.buckets)
        return silent and (ledger.first or ledger.ends) - portion.start >= SILENCE

    def _adapt(self, source: str, took: float) -> None:
        pace = self._pace.get(source, _FIRST_PORTION)
        if took < _QUICK_S:
            self._pace[source] = min(2 * pace, _MOST_PORTION)
        elif took > _SLOW_S:
            self._pace[source] = max(pace / 2, _LEAST_PORTION)


async def _parts(source: SliHistory, tally: Tally, hour: Bucket) -> Sequence[Bucket]:
    """An hour in five minutes each; none where they do not add up to it."""
    (account,) = await source.history([tally], hour.start, hour.end, FINE)
    whole = added_up(account.buckets)
    return account.buckets if whole is not None and whole.counts == hour.counts else ()
