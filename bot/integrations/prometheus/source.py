"""Prometheus as a source of SLIs: many questions in, few queries out, an answer or words for each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.slo import Measurement, SliQuery
from bot.domain.slo.ledger import Account, Tally
from bot.domain.slo.recorded import Found
from bot.domain.slo.selector import QueryError, Selector, missing_bucket
from bot.integrations.access import Access
from bot.integrations.breaker import Breaker
from bot.integrations.prometheus.api import PrometheusApi
from bot.integrations.prometheus.asking import ask_all
from bot.integrations.prometheus.compiling import wording
from bot.integrations.prometheus.completeness import without_gap
from bot.integrations.prometheus.coverage import Cover, CoverCache, from_slots, in_detail
from bot.integrations.prometheus.existing import recorded_slos
from bot.integrations.prometheus.grouping import milliseconds
from bot.integrations.prometheus.growth import Grid
from bot.integrations.prometheus.history import grain, history
from bot.integrations.prometheus.plans import Counted
from bot.integrations.prometheus.reading import Reading
from bot.integrations.prometheus.rounds import Round

_AT_ONCE = 200
_ANSWERED_SOON = timedelta(hours=6)
"""Windows up to this are read while Prometheus is still at the longer ones."""


class PrometheusSource:
    """An `SliSource` on the query API, reached by `access`."""

    def __init__(self, name: str, url: str, access: Access | None = None, breaker: Breaker | None = None) -> None:
        self.name = name
        self.delay = timedelta(0)
        self.breaker = breaker or Breaker(f"Prometheus ({name})")
        self._api = PrometheusApi(url, access)
        self._covers = CoverCache()

    async def close(self) -> None:
        await self._api.close()

    def asked(self, query: SliQuery) -> Mapping[str, str]:
        """PromQL to paste: for this SLI alone, while `measure` asks for many of one form at once."""
        return wording(query)

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        """One measurement per query, in order. Raises `Transient` where Prometheus does not answer at all."""
        return await self.breaker.call(lambda: self._measure(queries, at))

    def grain(self, tally: Tally) -> timedelta | None:
        """The shortest bucket whose counts add up; None for an expression, which has a value per window only."""
        return grain(tally)

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        """For each tally its buckets of `width`. Raises `Transient` where Prometheus does not answer at all."""
        return await self.breaker.call(lambda: history(self._api, tallies, Grid(start, width, (end - start) // width)))

    async def recorded(self, at: datetime) -> Sequence[Found]:
        """The SLOs that Sloth, Pyrra or slo-generator have recorded here."""
        return await self.breaker.call(lambda: recorded_slos(self._api, at))

    async def _measure(self, queries: Sequence[SliQuery], at: datetime) -> list[Measurement]:
        """Long windows, and whether they hold data all along, take Prometheus a while; others are read meanwhile."""
        work = Round(queries)
        work.outcomes |= await ask_all(self._api, work.first, at)
        long = {index for index, query in enumerate(queries) if query.window > _ANSWERED_SOON}
        short = [index for index in range(len(queries)) if index not in long]
        far, near, covers = await asyncio.gather(
            self._read(work, sorted(long), at), self._read(work, short, at), self._cover(work, at)
        )
        readings, partial = far | near, work.partial
        return [_measurement(query, readings[i], covers.get(i), partial) for i, query in enumerate(queries)]

    async def _read(self, work: Round, indices: Sequence[int], at: datetime) -> dict[int, Reading]:
        """What these queries counted."""
        work.outcomes |= await ask_all(self._api, work.sums(indices), at)
        readings: dict[int, Reading] = {}
        for index in indices:
            readings[index] = await self._bounded(work, index, work.reading(index), at)
            if len(readings) % _AT_ONCE == 0:
                await asyncio.sleep(0)  # answers for hundreds of SLOs hold nobody's acknowledgement up
        return readings

    async def _bounded(self, work: Round, index: int, reading: Reading, at: datetime) -> Reading:
        """No good series at all may mean a latency threshold that is no bucket boundary: say which there are."""
        plan = work.plans[index]
        if not reading.unseen or not isinstance(plan, Counted) or plan.good is None:
            return reading
        for _, selector in plan.good.terms:
            if "le" in selector.labels:
                words = missing_bucket(selector, await self._boundaries(selector, work.queries[index].window, at))
                if words:
                    return Reading(None, words, failed=True)
        return reading

    async def _boundaries(self, selector: Selector, window: timedelta, at: datetime) -> list[str]:
        others = Selector(selector.name, tuple(each for each in selector.matchers if each.label != "le"))
        expression = f"group by (le) (last_over_time({others.promql()}[{milliseconds(window)}]))"
        answer = await self._api.query(expression, at)
        return [row.labels.get("le", "") for row in answer.rows]

    async def _cover(self, work: Round, at: datetime) -> dict[int, Cover]:
        """How much of its window each query that asks for it covers."""
        wanted = {i: plan for i, plan in work.covered() if not isinstance(plan, QueryError)}
        known = {i: self._covers.get(work.cover_key(i), at) for i in wanted}
        known |= await self._without_gap(work, [i for i in wanted if known[i] is None], at)
        outcomes = await ask_all(self._api, work.presence([i for i in wanted if known[i] is None]), at)
        covers: dict[int, Cover] = {}
        for i, plan in wanted.items():
            last = work.newest(i, at)
            kept = known[i]
            if kept is not None:
                covers[i] = replace(kept, last=last or kept.last)
                continue
            last = last or work.last_seen(i, outcomes)
            cover = from_slots(work.slots(i, outcomes), work.queries[i].window, at, last)
            if isinstance(plan, Counted) and not (cover.complete and cover.last):
                selectors = [selector for _, selector in plan.total.terms]
                cover = await in_detail(self._api, selectors, work.queries[i].window, at, cover)
            self._covers.put(work.cover_key(i), at, cover)
            covers[i] = cover
        return covers

    async def _without_gap(self, work: Round, indices: Sequence[int], at: datetime) -> dict[int, Cover]:
        """The covers of those whose window holds data all along, found cheaply."""
        asked = {i: each for i in indices if (each := work.lively(i)) is not None}
        whole = await without_gap(self._api, list(dict.fromkeys(asked.values())), at)
        covers: dict[int, Cover] = {}
        for i, each in asked.items():
            if each in whole:
                covers[i] = Cover(each.window, at - each.window, work.newest(i, at), complete=True)
                self._covers.put(work.cover_key(i), at, covers[i])
        return covers


def _measurement(query: SliQuery, reading: Reading, cover: Cover | None, partial: str) -> Measurement:
    notes = [reading.note, f"Prometheus calls its answer partial: {partial[:120]}." if partial else ""]
    return Measurement(
        query=query,
        counts=reading.counts,
        first=cover.first if cover else None,
        last=cover.last if cover else None,
        complete=not partial and (cover is None or cover.complete),
        problem=reading.problem,
        failed=reading.failed,
        covered=cover.covered if cover else None,
        note=" ".join(note for note in notes if note),
    )
