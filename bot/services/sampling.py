"""What the sampler has to look at, as the catalog says; and its own alert rules, judged by what it saw."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.catalog.model import Catalog, Rule, Service
from bot.domain.criteria import Criterion, Judgement, Standing, bad_share, downtime, judge, too_many
from bot.domain.facts.reading import Reading, Unit
from bot.domain.sampling import PROBES, SUCCESSES, ProbeTarget, ScrapeTarget
from bot.domain.slo import Indicator, RatioMetric, SliQuery
from bot.domain.slo.selector import QueryError, Sum, parse, quoted
from bot.ports import Clock, SliSource

SAMPLER = "sampler"
USUAL = timedelta(hours=1)
"""What is normal is what it was in the hour before."""
_WHAT = {"down": "failed checks", "error_rate": "errors", "latency": "slow answers"}


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule judged: `judgement.firing` says whether its alert must be firing, `reading` what to show on it."""

    rule: Rule
    judgement: Judgement
    reading: Reading | None


def scrape_targets(catalog: Catalog) -> list[ScrapeTarget]:
    """Each `/metrics` page once, as often as its keenest service wants, with the counters that anybody asks for."""
    found: dict[str, ScrapeTarget] = {}
    asked_for = wanted_metrics(catalog)
    for service in catalog.services.values():
        spec = service.sampler
        if spec is None or not spec.metrics_url:
            continue
        metrics = frozenset(spec.keep) or asked_for
        every, timeout = timedelta(seconds=spec.every_s), timedelta(seconds=spec.timeout_s)
        other = found.get(spec.metrics_url)
        if other is not None:
            metrics, every, timeout = metrics | other.metrics, min(every, other.every), max(timeout, other.timeout)
        limit = max(spec.series_limit, other.series_limit if other else 0)
        found[spec.metrics_url] = ScrapeTarget(spec.metrics_url, metrics, every, timeout, limit)
    return list(found.values())


def probe_targets(catalog: Catalog) -> list[ProbeTarget]:
    """Each page to probe once, for all the services that it speaks for."""
    found: dict[str, ProbeTarget] = {}
    for service in catalog.services.values():
        spec = service.sampler
        if spec is None or not spec.probe_url:
            continue
        every, timeout = timedelta(seconds=spec.every_s), timedelta(seconds=spec.timeout_s)
        other = found.get(spec.probe_url)
        services = (*other.services, service.name) if other else (service.name,)
        if other is not None:
            every, timeout = min(every, other.every), max(timeout, other.timeout)
        found[spec.probe_url] = ProbeTarget(spec.probe_url, services, every, timeout)
    return list(found.values())


def wanted_metrics(catalog: Catalog) -> frozenset[str]:
    """The counters that the sampler's SLOs and rules add up."""
    metrics = [slo.indicator.metric for slo in catalog.slos if slo.indicator.source_kind == SAMPLER]
    ratios = [each for each in metrics if isinstance(each, RatioMetric)]
    ratios += [rule.metric for rule in catalog.rules if rule.metric is not None]
    texts = [text for each in ratios for text in (each.good, each.bad, each.total) if text]
    return frozenset(_names(texts))


class RuleService:
    """Judges the catalog's rules by what the sampler counted."""

    def __init__(self, catalog: Callable[[], Catalog], sampler: SliSource, clock: Clock) -> None:
        self._catalog = catalog
        self._sampler = sampler
        self._clock = clock

    async def judge(self, standings: Mapping[str, Standing]) -> list[RuleOutcome]:
        """Every rule now, given how each stood at the last look (by name; absent: quiet)."""
        catalog, now = self._catalog(), self._clock.now()
        rules = [rule for rule in catalog.rules if _watched(catalog, rule)]
        windows = [_window(rule, catalog.services.get(rule.service)) for rule in rules]
        indicators = [_indicator(catalog, rule) for rule in rules]
        queries = [SliQuery(each, window) for each, window in zip(indicators, windows, strict=True)]
        answers = await self._sampler.measure(queries, now)
        outcomes: list[RuleOutcome] = []
        for rule, query, answer in zip(rules, queries, answers, strict=True):
            judgement = judge(_criterion(rule), answer.counts, standings.get(rule.name, Standing()), now)
            outcomes.append(RuleOutcome(rule, judgement, await self._reading(rule, query, judgement, now)))
        return outcomes

    async def _reading(self, rule: Rule, query: SliQuery, judgement: Judgement, now: datetime) -> Reading | None:
        """The share of bad events beside what it was in the hour before they rose; None while all is quiet."""
        if judgement.value is None or judgement.standing.since is None:
            return None
        before = judgement.standing.since - query.window
        (usual,) = await self._sampler.measure([SliQuery(query.indicator, USUAL)], min(before, now))
        service = self._catalog().services.get(rule.service)
        return Reading(
            what=f"{service.shown_name if service else rule.service} {_WHAT[rule.kind]}",
            value=judgement.value,
            unit=Unit.RATIO,
            normal=bad_share(usual.counts, rule.min_events),
            threshold=rule.threshold,
        )


def _watched(catalog: Catalog, rule: Rule) -> bool:
    """Whether the sampler sees what the rule is about: a rule on downtime needs a page to probe."""
    service = catalog.services.get(rule.service)
    return rule.kind != "down" or (
        service is not None and service.sampler is not None and bool(service.sampler.probe_url)
    )


def _criterion(rule: Rule) -> Criterion:
    hold = timedelta(seconds=rule.for_s)
    return downtime(hold) if rule.threshold is None else too_many(rule.threshold, hold, rule.min_events)


def _window(rule: Rule, service: Service | None) -> timedelta:
    """The stretch a rule looks at; for downtime, just long enough to hold a probe, however long that may take."""
    spec = service.sampler if service else None
    if rule.kind == "down" and spec is not None:
        return timedelta(seconds=spec.every_s + spec.timeout_s)
    return timedelta(seconds=rule.window_s)


def _indicator(catalog: Catalog, rule: Rule) -> Indicator:
    """What the rule counts: probes, its SLO's events, or its own."""
    slo = catalog.slo(rule.slo) if rule.slo else None
    if slo is not None:
        return slo.indicator
    if rule.metric is not None:
        return Indicator(rule.name, SAMPLER, SAMPLER, rule.metric)
    probes = f"{{service={quoted(rule.service)}}}"
    return Indicator(rule.name, SAMPLER, SAMPLER, RatioMetric(total=PROBES + probes, good=SUCCESSES + probes))


def _names(queries: Iterable[str]) -> Iterator[str]:
    """The metrics that these queries add up; one that cannot be read is reported where it is evaluated."""
    for query in queries:
        try:
            parsed = parse(query)
        except QueryError:
            continue
        if isinstance(parsed, Sum):
            yield from (selector.name for _, selector in parsed.terms)
