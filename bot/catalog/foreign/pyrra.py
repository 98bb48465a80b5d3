"""Pyrra's SLO files: apiVersion pyrra.dev/v1alpha1, kind ServiceLevelObjective.

The alerts are those that Pyrra makes: 14, 7, 2 and 1 times too fast, over 1 h, 6 h, 1 d and 4 d of a window of 28 d,
and over windows as much longer or shorter as the SLO's own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bot.catalog.foreign.brought import Brought, Draft, brought
from bot.catalog.openslo.base import Described, Label, Metadata, Shape
from bot.catalog.openslo.burning import urgency_of
from bot.catalog.openslo.sources import Sources
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import Document, Place
from bot.catalog.validation import UnknownKeys, validated
from bot.domain.sla import percent_as_ratio
from bot.domain.slo import BurnAlert, RatioMetric, Urgency
from bot.domain.slo.selector import QueryError, Sum, parse
from bot.domain.slo.windows import short

API_VERSION = "pyrra.dev/v1alpha1"
KIND = "ServiceLevelObjective"
PREFIX = "pyrra.dev/"
"""Labels that Pyrra hands on to its rules, without this."""

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 365 * 86_400}
_DURATION = re.compile(r"(\d+)(ms|[smhdwy])")
_OFFSET = re.compile(r"(?P<selector>.*?)\s+offset\s+(?P<offset>-?\w+)", re.DOTALL)
_WINDOW = "{{.window}}"
_PERIOD = timedelta(days=28)
_MINUTE = timedelta(minutes=1)


def _length(value: object) -> object:
    """A Prometheus duration, such as 4w or 1h30m."""
    if not isinstance(value, str):
        return value
    parts = _DURATION.findall(value)
    if not parts or "".join(count + unit for count, unit in parts) != value:
        raise ValueError(f"{value!r} is no duration: write a Prometheus duration such as 4w, 28d or 1h30m")
    length = timedelta(seconds=sum(int(count) * _UNITS[unit] for count, unit in parts))
    if not length:
        raise ValueError(f"{value!r} is no time at all")
    return length


Length = Annotated[timedelta, BeforeValidator(_length)]


class Metric(Shape):
    metric: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Grouped(Shape):
    grouping: tuple[str, ...] = ()


class Ratio(Grouped):
    errors: Metric | None = None
    success: Metric | None = None
    total: Metric | None = None

    @model_validator(mode="after")
    def _two(self) -> Self:
        if sum(each is not None for each in (self.errors, self.success, self.total)) != 2:
            raise ValueError("a ratio has exactly two of errors, success and total")
        return self


class Latency(Grouped):
    success: Metric
    total: Metric


class LatencyNative(Grouped):
    latency: Length
    total: Metric


class BoolGauge(Grouped, Metric):
    pass


class Indicator(Shape):
    ratio: Ratio | None = None
    latency: Latency | None = None
    latency_native: LatencyNative | None = None
    bool_gauge: Annotated[BoolGauge | None, Field(alias="bool_gauge")] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.given()) != 1:
            raise ValueError("an indicator is exactly one of ratio, latency, latencyNative and bool_gauge")
        return self

    def given(self) -> Sequence[Grouped]:
        every = (self.ratio, self.latency, self.latency_native, self.bool_gauge)
        return [each for each in every if each is not None]


class Severities(Shape):
    absent: str = "critical"
    fast_burn: str = "critical"
    medium_burn: str = "critical"
    slow_burn: str = "warning"
    long_term_burn: str = "warning"


class Alerting(Shape):
    disabled: bool = False
    burnrates: bool = True
    absent: bool = True
    name: str = ""
    absent_name: str = ""
    burn_rate_type: str = "static"
    severities: Severities = Severities()


class Spec(Described):
    """`target` is in percent, and a text."""

    target: Annotated[float, Field(ge=0, le=100)]
    window: Length
    indicator: Indicator
    alerting: Alerting = Alerting()
    performance_over_accuracy: bool = False
    partial_response_strategy: Annotated[str, Field(alias="partial_response_strategy")] = ""
    rule_output: Mapping[str, Mapping[str, Label] | bool] = {}

    @model_validator(mode="after")
    def _has_a_budget(self) -> Self:
        if self.target == 100:
            raise ValueError("a target of 100 % leaves no error budget: the first error breaks it for good")
        return self


def read(document: Document, sources: Sources, found: Findings) -> Sequence[Brought]:
    """The SLO of one document; what is wrong is reported."""
    kind = document.value(("kind",))
    if kind != KIND:
        found.errors.append(document.problem(("kind",), *unknown("kind", str(kind), [KIND])))
        return []
    metadata = validated(_Metadata, document, ("metadata",), found, unknown_keys=UnknownKeys.WARNINGS)
    spec = validated(Spec, document, ("spec",), found, unknown_keys=UnknownKeys.WARNINGS)
    if metadata is None or spec is None:
        return []
    labels = {key.removeprefix(PREFIX): value for key, value in metadata.labels.items()}
    metric, place = _metric(spec.indicator), Place(document, ("metadata", "name"))
    if spec.alerting.burn_rate_type != "static":
        what = f"burnRateType {spec.alerting.burn_rate_type!r} is not evaluated here; Pyrra's static factors are."
        found.warnings.append(document.problem(("spec", "alerting", "burnRateType"), what, "static"))
    draft = Draft(
        name=metadata.name,
        service=_service(labels, metric) or metadata.name,
        metric=metric,
        target=percent_as_ratio(spec.target),
        window=spec.window,
        alerts=_alerts(spec),
        description=spec.description,
        labels=labels,
        name_at=place,
        service_at=Place(document, ("metadata", "labels")),
        problem=_grouped(spec.indicator),
    )
    made = brought(draft, sources, found)
    return [made] if made else []


class _Metadata(Metadata):
    namespace: str = ""


def _service(labels: Mapping[str, str], metric: RatioMetric) -> str:
    """What the labels say, else the service or job whose series are counted; Pyrra itself knows no services."""
    named = (labels.get(key) for key in ("service", "app.kubernetes.io/name", "app"))
    try:
        total = parse(metric.total)
    except QueryError:
        return next(filter(None, named), "")
    matchers = [each for _, selector in total.terms for each in selector.matchers] if isinstance(total, Sum) else []
    counted = (each.value for key in ("service", "job") for each in matchers if (each.label, each.op) == (key, "="))
    return next(filter(None, named), "") or next(counted, "")


def _grouped(indicator: Indicator) -> str:
    grouping = indicator.given()[0].grouping
    if not grouping:
        return ""
    each = ", ".join(grouping)
    return (
        f"grouping makes it an SLO for every value of {each}; write one for each, or take grouping out to add them up"
    )


def _metric(indicator: Indicator) -> RatioMetric:
    ratio, latency, native, gauge = (
        indicator.ratio,
        indicator.latency,
        indicator.latency_native,
        indicator.bool_gauge,
    )
    if ratio:
        return _ratio(ratio)
    if latency:
        return RatioMetric(total=_counted(latency.total), good=_counted(latency.success))
    if native:
        histogram = f"sum(increase({native.total.metric}[{_WINDOW}]))"
        fast = f"histogram_fraction(0, {native.latency.total_seconds():g}, {histogram})"
        return RatioMetric(total=f"histogram_count({histogram})", good=f"{fast} * histogram_count({histogram})")
    held = gauge.metric if gauge else ""
    return RatioMetric(total=f"sum(count_over_time({held}[{_WINDOW}]))", good=f"sum(sum_over_time({held}[{_WINDOW}]))")


def _ratio(ratio: Ratio) -> RatioMetric:
    errors, success, total = (_counted(each) if each else None for each in (ratio.errors, ratio.success, ratio.total))
    if errors is None:
        return RatioMetric(total=total or "", good=success)
    return RatioMetric(total=total or f"{errors} + {success}", bad=errors)


def _counted(metric: Metric) -> str:
    """The counter's increase; an offset must stand behind the window."""
    shifted = _OFFSET.fullmatch(metric.metric)
    if shifted:
        return f"sum(increase({shifted['selector']}[{_WINDOW}] offset {shifted['offset']}))"
    return f"sum({metric.metric})"


def _alerts(spec: Spec) -> tuple[BurnAlert, ...]:
    if spec.alerting.disabled or not spec.alerting.burnrates:
        return ()
    return tuple(_burns(spec))


def _burns(spec: Spec) -> Iterator[BurnAlert]:
    said = spec.alerting.severities
    table = (
        (said.fast_burn, Urgency.PAGE, 14, 1 / 24, 1 / 288),
        (said.medium_burn, Urgency.PAGE, 7, 1 / 4, 1 / 48),
        (said.slow_burn, Urgency.TICKET, 2, 1, 1 / 12),
        (said.long_term_burn, Urgency.TICKET, 1, 4, 1 / 4),
    )
    for severity, usual, factor, *days in table:
        long, brief = (short(_rounded(spec.window / _PERIOD * timedelta(days=each))) for each in days)
        yield BurnAlert(urgency_of(severity) or usual, factor, long, brief)


def _rounded(length: timedelta) -> timedelta:
    """To whole minutes, halves up, as Pyrra rounds them; never less than one."""
    return max((length + _MINUTE / 2) // _MINUTE * _MINUTE, _MINUTE)
