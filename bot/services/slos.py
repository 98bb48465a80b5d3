"""How the SLOs stand: evaluated from their sources, remembered, and told at once from the last evaluation.

Long windows are read from the record of what was counted, where there is one, so that they cost the source next to
nothing. Evaluating never needs the database and answering never waits for a source. An SLO whose source does not answer
keeps its last figures, with their age.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.catalog.model import Catalog
from bot.domain.slo import (
    BudgetLine,
    Counts,
    SliQuery,
    Slo,
    SloStatus,
    Spent,
    State,
    budget_line,
    evaluate,
    queries,
    spent,
    unanswered,
    worst_first,
)
from bot.domain.slo.evaluation import slicing
from bot.domain.slo.layers import too_short
from bot.domain.slo.ledger import Bucket, added_up, edges, unknown
from bot.ports import Clock, OutsideError, SliSource, Transient
from bot.services.slo_history import asked, tally_of
from bot.services.slo_recorded import measured, recorded
from bot.store.db import Database
from bot.store.slo import Evaluated, evaluations, forget_others, keep

YOUNG = timedelta(minutes=5)
"""A fault younger than the shortest burn window is judged by its own age."""
_LEAST = timedelta(seconds=10)
_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """An SLO has changed its state; `before` is None at its first evaluation."""

    before: State | None
    now: SloStatus


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one evaluation of everything came to: how each SLO stands, and which have changed their state."""

    statuses: Sequence[SloStatus]
    turned: Sequence[TurningPoint]


class SloService:
    """Use cases around SLOs. `catalog` is called anew each time, since a reload replaces it."""

    def __init__(
        self,
        catalog: Callable[[], Catalog],
        sources: Mapping[str, SliSource],
        clock: Clock,
        database: Database | None = None,
    ) -> None:
        self._catalog = catalog
        self._sources = sources
        self._clock = clock
        self._database = database

    async def evaluate(self, slos: Sequence[Slo] | None = None, at: datetime | None = None) -> list[SloStatus]:
        """How `slos` (default: all) stand at `at` (default: now), straight from their sources, worst first.

        A source that does not answer makes its SLOs an error, or leaves the last figures where an earlier evaluation
        is remembered and the present is asked for.
        """
        wanted = list(self._catalog().slos if slos is None else slos)
        last = await self.last(wanted) if at is None else {}
        return await self._evaluated(wanted, at or self._clock.now(), last)

    async def current(self, young: timedelta) -> list[SloStatus]:
        """Every SLO as it was evaluated last, where no evaluation is older than `young`; else all of them anew."""
        known = [each.status for each in (await self.last()).values()]
        now = self._clock.now()
        if len(known) == len(self._catalog().slos) and all(now - status.as_of <= young for status in known):
            return worst_first(known)
        return await self.evaluate()

    async def refresh(self) -> Refreshed:
        """Evaluate every SLO, remember the outcome, and tell what it is. Raises `StoreUnavailable`."""
        slos = list(self._catalog().slos)
        last = await self.last(slos)
        statuses = await self._evaluated(slos, self._clock.now(), last)
        if self._database is not None:
            async with self._database.write() as tx:
                await keep(tx, statuses, last)
                await forget_others(tx, slos)
        return Refreshed(statuses, tuple(_turned(statuses, last)))

    async def last(self, slos: Sequence[Slo] | None = None) -> dict[str, Evaluated]:
        """By name, the last evaluation of `slos` (default: all) that is remembered; nothing is asked of any source."""
        wanted = self._catalog().slos if slos is None else slos
        if self._database is None:
            return {}
        async with self._database.read() as tx:
            return await evaluations(tx, wanted)

    async def cost(self, service: str, slo: str = "", since: datetime | None = None) -> BudgetLine | None:
        """The budget line of an alert on `service` that began at `since`, evaluated now; None where it has no SLO.

        `slo` names the one that is threatened; otherwise it is the one whose budget is gone first at this rate.
        """
        catalog, now = self._catalog(), self._clock.now()
        named = catalog.slo(slo) if slo else None
        slos = [named] if named else list(catalog.slos_of(service))
        if not slos:
            return None
        statuses = await self.evaluate(slos)
        lines = [budget_line(status, await self._since_it_began(status, since, now)) for status in statuses]
        return min(lines, key=_threat)

    async def spent(self, slo: Slo, start: datetime, end: datetime) -> Spent | None:
        """What the bad events between `start` and `end` cost of `slo`'s budget; None where that is not known."""
        (status,) = await self.evaluate([slo], at=end)
        during = await self.counted(slo, start, end)
        return None if during is None else spent(during.counts, status)

    async def events(self, slo: Slo, start: datetime, end: datetime) -> Counts | None:
        """Good and total between two instants; None where nothing is known. Raises `Transient`."""
        source = self._sources.get(slo.indicator.source)
        if source is None:
            return None
        (answer,) = await source.measure([SliQuery(slo.indicator, end - start, slicing(slo))], end)
        return answer.counts

    async def counted(self, slo: Slo, start: datetime, end: datetime) -> Bucket | None:
        """What was counted in (start, end]; None where nothing is known of it. Raises `Transient`."""
        width = max(end - start, _LEAST)
        source = self._sources.get(slo.indicator.source)
        if source is not None and too_short(end - start, self._clock.now() - start):
            found = added_up(await asked(source, slo, start, end, width))
            if found is not None and found.covered > timedelta(0):
                return found
        found = added_up(await self.history(slo, start, end, width))
        return None if found is None or found.covered <= timedelta(0) else found

    async def history(self, slo: Slo, start: datetime, end: datetime, width: timedelta) -> Sequence[Bucket]:
        """What was counted in each bucket of `width` from `start` to `end`, oldest first, without holes.

        Buckets are cut at whole multiples of `width` since 1970, so the outer two may be shorter. One of which nothing
        is known covers no time. From the record, where there is one, whatever the source still has. Raises `Transient`.
        """
        source = self._sources.get(slo.indicator.source)
        if source is None:
            return [unknown(first, last) for first, last in pairwise(edges(start, end, width))]
        kept = await recorded(self._database, source, tally_of(slo), (start, end, width)) if self._database else None
        return await asked(source, slo, start, end, width) if kept is None else kept

    async def _since_it_began(self, status: SloStatus, since: datetime | None, now: datetime) -> Counts | None:
        """The counts of a fault that is younger than five minutes; None where the burn windows say it better.

        A source that is late by rule has not heard of it yet.
        """
        source = self._sources.get(status.slo.indicator.source)
        if since is None or now - since >= YOUNG or source is None or source.delay:
            return None
        try:
            return await self.events(status.slo, min(since, now - _LEAST), now)
        except OutsideError:
            return None

    async def _evaluated(self, slos: Sequence[Slo], at: datetime, last: Mapping[str, Evaluated]) -> list[SloStatus]:
        """Each source is asked once for all of its SLOs, all sources at the same time."""
        by_source: dict[str, list[Slo]] = {}
        for slo in slos:
            by_source.setdefault(slo.indicator.source, []).append(slo)
        answers = await asyncio.gather(*(self._of(source, each, at, last) for source, each in by_source.items()))
        return worst_first([status for each in answers for status in each])

    async def _of(
        self, source: str, slos: Sequence[Slo], at: datetime, last: Mapping[str, Evaluated]
    ) -> list[SloStatus]:
        """The statuses of the SLOs of one source."""
        unqueryable = self._catalog().unqueryable
        hopeless = {slo.name: unqueryable[slo.name] for slo in slos if slo.name in unqueryable}
        if source not in self._sources:
            hopeless = {slo.name: f"There is no source named {source!r}." for slo in slos} | hopeless
        statuses = [SloStatus(slo, at, State.ERROR, reason=hopeless[slo.name]) for slo in slos if slo.name in hopeless]
        return statuses + await self._asked(source, [slo for slo in slos if slo.name not in hopeless], at, last)

    async def _asked(
        self, source: str, slos: Sequence[Slo], at: datetime, last: Mapping[str, Evaluated]
    ) -> list[SloStatus]:
        if not slos:
            return []
        until = self._known_until(source, at)
        asked = [queries(slo, at, until) for slo in slos]
        wanted = [query for each in asked for query in each.all()]
        try:
            answers = iter(await measured(self._database, self._sources[source], wanted, until))
        except Transient as error:
            known = {name: each.status for name, each in last.items()}
            return [unanswered(slo, at, str(error), known.get(slo.name)) for slo in slos]
        statuses: list[SloStatus] = []
        for slo, question in zip(slos, asked, strict=True):
            statuses.append(evaluate(slo, at, next(answers), {window: next(answers) for window in question.burns}))
            if len(statuses) % _AT_ONCE == 0:
                await asyncio.sleep(0)  # hundreds of SLOs hold nobody's acknowledgement up
        return statuses

    def _known_until(self, source: str, at: datetime) -> datetime:
        """`at`, or the instant up to which a source that is late by rule has its events by now."""
        delay = self._sources[source].delay
        return min(at, self._clock.now() - delay) if delay else at


def _turned(statuses: Sequence[SloStatus], last: Mapping[str, Evaluated]) -> Iterator[TurningPoint]:
    for status in statuses:
        before = last.get(status.slo.name)
        if before is None or before.status.state is not status.state:
            yield TurningPoint(before.status.state if before else None, status)


def _threat(line: BudgetLine) -> tuple[bool, float, float]:
    """Sorts by deadline, then by what is left: an unknown budget is no threat that can be told."""
    deadline = line.gone_by.timestamp() if line.gone_by else 0.0
    return line.gone_by is None, deadline, line.left if line.left is not None else float("inf")
