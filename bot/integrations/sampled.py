"""The sampler as a source of SLIs: exact sums of what was counted, over any window, with what it covers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import floor

from bot.domain.sampling import GENERATED_GOOD, GENERATED_TOTAL
from bot.domain.series import FINE, Series, TargetState, overlap
from bot.domain.slo import Counts, Indicator, Measurement, RatioMetric, Slicing, SliQuery
from bot.domain.slo.ledger import EPOCH, GRAINS, Account, Bucket, Tally, floored
from bot.domain.slo.selector import QueryError, Selector, Sum, missing_bucket, parse
from bot.ports import SampleStore

SLACK = 2 * FINE
"""So much of a window may be missing, all in all, before it is called incomplete."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The counters an SLI adds up; `bad` says that `part` counts bad events."""

    part: Sum
    total: Sum
    bad: bool

    @property
    def names(self) -> set[str]:
        return {selector.name for query in (self.part, self.total) for _, selector in query.terms}


@dataclass(frozen=True, slots=True)
class _Terms:
    """Series by what they add to: the part, the whole, and the generated good and total.

    `problem` says that the SLI asks for a latency bucket that is not there.
    """

    part: tuple[tuple[int, Series], ...]
    total: tuple[tuple[int, Series], ...]
    generated: Mapping[str, Series]
    problem: str = ""

    @property
    def ids(self) -> set[int]:
        return {series.id for _, series in (*self.part, *self.total)} | {each.id for each in self.generated.values()}

    @property
    def targets(self) -> set[str]:
        return {series.target for _, series in self.total} | {each.target for each in self.generated.values()}


class SampledSource:
    """An `SliSource` on the sampler's own store."""

    def __init__(self, store: SampleStore, name: str = "sampler") -> None:
        self.name = name
        self.delay = timedelta(0)
        self._store = store

    def asked(self, query: SliQuery) -> Mapping[str, str]:
        """Which stored counters are added up."""
        plan, metric = _plan(query.indicator), query.indicator.metric
        if not isinstance(plan, _Plan) or not isinstance(metric, RatioMetric):
            return {}
        part = {"bad": metric.bad or ""} if plan.bad else {"good": metric.good or ""}
        return {**part, "total": metric.total}

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        """One measurement per query, in order; a query that the sampler cannot answer says so."""
        plans = [_plan(query.indicator) for query in queries]
        terms = await self._found(plans, [query.indicator for query in queries])
        sums = await self._sums(queries, terms, at)
        longest = max((query.window for query in queries), default=timedelta(0))
        watched = {name for each in terms if each for name in each.targets}
        states = await self._store.targets(watched, at - longest)
        answers: list[Measurement] = []
        for query, plan, each in zip(queries, plans, terms, strict=True):
            if not isinstance(plan, _Plan) or each is None:
                answers.append(Measurement(query, None, problem=str(plan), failed=True))
            elif query.slicing is not None:
                answers.append(await self._sliced(query, plan, each, states, at))
            else:
                answers.append(_answer(query, plan, each, sums[query.window], states, at))
        return answers

    def grain(self, tally: Tally) -> timedelta | None:
        """Events are kept for good by the sampler itself; slices are made of single increments, which are not."""
        if tally.slicing is None or isinstance(_plan(tally.indicator), QueryError):
            return None
        return next((each for each in GRAINS if each % tally.slicing.length == timedelta(0)), None)

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        """For each tally its buckets of `width`; one that the sampler cannot answer says so."""
        plans = [_plan(tally.indicator) for tally in tallies]
        terms = await self._found(plans, [tally.indicator for tally in tallies])
        states = await self._store.targets({name for each in terms if each for name in each.targets}, start)
        accounts: list[Account] = []
        for tally, plan, each in zip(tallies, plans, terms, strict=True):
            if not isinstance(plan, _Plan) or each is None or each.problem:
                accounts.append(Account((), each.problem if each else str(plan)))
                continue
            cuts = [start + n * width for n in range((end - start) // width + 1)]
            counts = await self._counts(tally, plan, each, cuts)
            spans = [span for name in each.targets if name in states for span in states[name].spans]
            accounts.append(Account(tuple(_buckets(cuts, counts, spans))))
        return accounts

    async def _counts(self, tally: Tally, plan: _Plan, terms: _Terms, cuts: Sequence[datetime]) -> list[Counts]:
        """What was counted between each two of `cuts`, which are equally far apart."""
        start, end, width = cuts[0], cuts[-1], cuts[1] - cuts[0]
        if tally.slicing is not None:
            counts = [Counts(0.0, 0.0)] * (len(cuts) - 1)
            slices = await self._slices(plan, terms, (start, end), tally.slicing)
            for ended, each in slices.items():
                number = -(-(ended - start) // width) - 1
                if 0 <= number < len(counts):
                    counts[number] += each
            return counts
        if floored(start, width) == start:
            found = await self._store.slices(terms.ids, (start, end), width)
            first = (start - EPOCH) // width
            return [_counts(plan, terms, _slot(found, first + number)) for number in range(len(cuts) - 1)]
        return [_counts(plan, terms, sums) for sums in await self._store.sums(terms.ids, list(pairwise(cuts)))]

    async def _found(self, plans: Sequence[_Plan | QueryError], indicators: Sequence[Indicator]) -> list[_Terms | None]:
        """The series that each of the plans adds up; None where there is no plan."""
        names = {name for plan in plans if isinstance(plan, _Plan) for name in plan.names}
        stored = _Stored(await self._store.series(names | {GENERATED_GOOD, GENERATED_TOTAL}) if names else [])
        return [stored.terms(plan, each.name) for plan, each in zip(plans, indicators, strict=True)]

    async def _sums(
        self, queries: Sequence[SliQuery], terms: Sequence[_Terms | None], at: datetime
    ) -> dict[timedelta, Mapping[int, float]]:
        """For each window asked for, the sums of all series that anybody needs in it."""
        wanted: dict[timedelta, set[int]] = {}
        for query, each in zip(queries, terms, strict=True):
            if each is not None and query.slicing is None:
                wanted.setdefault(query.window, set()).update(each.ids)
        ids = set().union(*wanted.values()) if wanted else set()
        sums = await self._store.sums(ids, [(at - window, at) for window in wanted])
        return dict(zip(wanted, sums, strict=True))

    async def _sliced(
        self, query: SliQuery, plan: _Plan, terms: _Terms, states: Mapping[str, TargetState], at: datetime
    ) -> Measurement:
        """Slices that end in the window: those whose own ratio is good enough, of those that had any events."""
        slicing = query.slicing
        if slicing is None:
            raise ValueError("not a query for slices")
        slices = await self._slices(plan, terms, (at - query.window, at), slicing)
        counts = sum(slices.values(), Counts(0.0, 0.0))
        answer = _answer(query, plan, terms, {}, states, at)
        return answer if answer.counts is None else replace(answer, counts=counts)

    async def _slices(
        self, plan: _Plan, terms: _Terms, window: tuple[datetime, datetime], slicing: Slicing
    ) -> dict[datetime, Counts]:
        """By its end, each slice with events that ends in the window: 1 where good (or its ratio), of 1."""
        found = await self._store.slices(terms.ids, window, slicing.length)
        slices: dict[datetime, Counts] = {}
        for number in {number for by_slice in found.values() for number in by_slice}:
            each = _counts(plan, terms, _slot(found, number))
            if each.total > 0:
                ratio = 1 - each.bad / each.total
                good = ratio if slicing.target is None else float(ratio >= slicing.target)
                slices[EPOCH + (number + 1) * slicing.length] = Counts(good, 1.0)
        return slices


def _slot(found: Mapping[int, Mapping[int, float]], number: int) -> dict[int, float]:
    """What each series counted in one slice."""
    return {series: by_slice.get(number, 0.0) for series, by_slice in found.items()}


def _buckets(
    cuts: Sequence[datetime], counts: Sequence[Counts], spans: Sequence[tuple[datetime, datetime]]
) -> Iterator[Bucket]:
    for (start, end), each in zip(pairwise(cuts), counts, strict=True):
        covered = sum((last - first for first, last in overlap(spans, start, end)), timedelta(0))
        yield Bucket(start, end, each, covered)


def _plan(indicator: Indicator) -> _Plan | QueryError:
    metric = indicator.metric
    if not isinstance(metric, RatioMetric):
        return QueryError("The sampler counts events; a threshold on a value needs Prometheus.")
    try:
        total, part = parse(metric.total), parse(metric.good if metric.good is not None else metric.bad or "")
    except QueryError as error:
        return QueryError(f"The sampler cannot read the query: {error}.")
    if not (isinstance(total, Sum) and isinstance(part, Sum)):
        return QueryError("The sampler adds up counters; an expression needs Prometheus.")
    if not (metric.counter or part.ranged or total.ranged):
        return QueryError("The sampler adds up counters; `counter: false` needs Prometheus.")
    return _Plan(part, total, bad=metric.good is None)


class _Stored:
    """The series at hand, and which of them each SLI means: looked up once however many windows ask."""

    def __init__(self, series: Sequence[Series]) -> None:
        self._by_name: dict[str, list[Series]] = {}
        for each in series:
            self._by_name.setdefault(each.name, []).append(each)
        self._terms: dict[tuple[_Plan, str], _Terms] = {}

    def terms(self, plan: _Plan | QueryError, sli: str) -> _Terms | None:
        """The series of an SLI's plan; `sli` is its name, by which generated events are known."""
        if isinstance(plan, QueryError):
            return None
        key = (plan, sli)
        if key not in self._terms:
            self._terms[key] = self._found(plan, sli)
        return self._terms[key]

    def _found(self, plan: _Plan, sli: str) -> _Terms:
        generated = [
            each
            for name in (GENERATED_GOOD, GENERATED_TOTAL)
            for each in self._by_name.get(name, [])
            if each.labels == {"sli": sli}
        ]
        return _Terms(
            tuple(self._matching(plan.part)),
            tuple(self._matching(plan.total)),
            {each.name: each for each in generated},
            " ".join(filter(None, (self._missing_bucket(selector) for _, selector in plan.part.terms))),
        )

    def _matching(self, query: Sum) -> Iterator[tuple[int, Series]]:
        for sign, selector in query.terms:
            for series in self._by_name.get(selector.name, []):
                if selector.accepts(series.labels):
                    yield sign, series

    def _missing_bucket(self, selector: Selector) -> str:
        if "le" not in selector.labels:
            return ""
        others = Selector(selector.name, tuple(each for each in selector.matchers if each.label != "le"))
        siblings = [each for each in self._by_name.get(selector.name, []) if others.accepts(each.labels)]
        return missing_bucket(selector, (each.labels.get("le", "") for each in siblings))


def _counts(plan: _Plan, terms: _Terms, sums: Mapping[int, float]) -> Counts:
    total = sum(sign * sums.get(series.id, 0.0) for sign, series in terms.total)
    part = sum(sign * sums.get(series.id, 0.0) for sign, series in terms.part)
    made = {name: sums.get(series.id, 0.0) for name, series in terms.generated.items()}
    return Counts(max(0.0, total - part if plan.bad else part), total) + Counts(
        made.get(GENERATED_GOOD, 0.0), made.get(GENERATED_TOTAL, 0.0)
    )


def _answer(
    query: SliQuery,
    plan: _Plan,
    terms: _Terms,
    sums: Mapping[int, float],
    states: Mapping[str, TargetState],
    at: datetime,
) -> Measurement:
    watched = [states[name] for name in sorted(terms.targets) if name in states]
    if terms.problem:
        return Measurement(query, None, problem=terms.problem, failed=True)
    start = at - query.window
    spans = overlap([span for state in watched for span in state.spans], start, at)
    if not spans:
        return Measurement(query, None, problem=_nothing(plan, terms, watched), complete=False, covered=timedelta(0))
    counts = _counts(plan, terms, sums)
    covered = sum((last - first for first, last in spans), timedelta(0))
    made = sums.get(terms.generated[GENERATED_TOTAL].id, 0.0) if GENERATED_TOTAL in terms.generated else 0.0
    generated = made / counts.total if counts.total > 0 else 0.0
    return Measurement(
        query,
        counts,
        first=spans[0][0],
        last=spans[-1][1],
        complete=query.window - covered <= min(SLACK, query.window / 10),
        covered=covered,
        note=" ".join(_notes(watched, generated)),
        generated=generated,
    )


def _nothing(plan: _Plan, terms: _Terms, watched: Sequence[TargetState]) -> str:
    trouble = " ".join(state.problem for state in watched if state.problem)
    if terms.total:
        return f"Nothing was sampled in this window. {trouble}".strip()
    return f"The sampler has not seen {', '.join(sorted(plan.names))} yet. {trouble}".strip()


def _notes(watched: Sequence[TargetState], generated: float) -> Iterator[str]:
    for state in watched:
        if state.left_out:
            yield f"{state.left_out:,} series of {state.target} are over its limit and not counted."
    if generated > 0:
        yield f"{floor(generated * 100) or 'Under 1'}\u00a0% of the events are generated."
