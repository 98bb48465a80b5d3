"""The shapes of OpenSLO v1's SLO, SLI and DataSource documents, as the specification and its test files have them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.catalog.openslo.alert_shape import Operator, Policy
from bot.catalog.openslo.base import Described, Inline, Name, Shape, Shorthand, SliceLength, referenced
from bot.catalog.part import some


class DataSourceSpec(Described):
    type: str
    connection_details: Mapping[str, Any] = {}


class MetricSource(Shape):
    metric_source_ref: str = ""
    type: str = ""
    spec: Mapping[str, Any] = {}


class Metric(Shape):
    metric_source: MetricSource


class Ratio(Shape):
    counter: bool = True
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    raw: Metric | None = None
    raw_type: Literal["success", "failure"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.raw is not None:
            if self.good or self.bad or self.total:
                raise ValueError("'raw' is a ratio by itself and stands without 'good', 'bad' and 'total'")
            if self.raw_type is None:
                raise ValueError("'raw' needs rawType: success (good/total) or failure (bad/total)")
            return self
        if self.good and self.bad:
            raise ValueError("'good' and 'bad' exclude each other: give one of them, with 'total'")
        if not (self.good or self.bad):
            raise ValueError("'good' or 'bad' is missing")
        if not self.total:
            raise ValueError("'total' is missing")
        if self.raw_type is not None:
            raise ValueError("'rawType' belongs to 'raw'")
        return self


class SliSpec(Described):
    threshold_metric: Metric | None = None
    ratio_metric: Ratio | None = None

    @model_validator(mode="after")
    def _one_metric(self) -> Self:
        if bool(self.threshold_metric) == bool(self.ratio_metric):
            raise ValueError("an SLI has exactly one of thresholdMetric and ratioMetric")
        return self


class InlineSli(Inline):
    kind: Literal["SLI"] = "SLI"
    spec: SliSpec


class Calendar(Shape):
    start_time: str
    time_zone: str


class Window(Shape):
    duration: Shorthand
    is_rolling: bool | None = None
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.is_rolling and self.calendar:
            raise ValueError("a window either rolls (isRolling: true) or has a calendar, not both")
        if self.is_rolling is False and not self.calendar:
            raise ValueError("a window that does not roll needs calendar: {startTime, timeZone}")
        return self


class Objective(Shape):
    display_name: str = ""
    op: Operator | None = None
    value: float | None = None
    target: float | None = None
    target_percent: float | None = None
    time_slice_target: Annotated[float, Field(gt=0, le=1)] | None = None
    time_slice_window: SliceLength | None = None
    indicator: InlineSli | None = None
    indicator_ref: str = ""
    composite_weight: Annotated[float, Field(gt=0)] = 1

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.target_percent is None):
            raise ValueError("an objective has exactly one of target (0 to 1) and targetPercent (0 to 100)")
        if self.target == 1 or self.target_percent == 100:
            raise ValueError("a target of 100 % leaves no error budget: the first error breaks it for good")
        if self.target is not None and not 0 <= self.target < 1:
            percent = f" For {self.target:g} % write targetPercent: {self.target:g}." if 1 < self.target < 100 else ""
            raise ValueError(f"target must be at least 0 and below 1, not {self.target:g}.{percent}")
        if self.target_percent is not None and not 0 <= self.target_percent < 100:
            raise ValueError(f"targetPercent must be at least 0 and below 100, not {self.target_percent:g}")
        return self


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


class SloSpec(Described):
    service: Name
    indicator: InlineSli | None = None
    indicator_ref: str = ""
    time_window: Annotated[tuple[Window, ...], BeforeValidator(_listed)] = ()
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"] | None = None
    objectives: Annotated[tuple[Objective, ...], AfterValidator(some)]
    alert_policies: tuple[Annotated[Policy, referenced("alertPolicyRef")], ...] = ()

    @model_validator(mode="after")
    def _indicators(self) -> Self:
        if len(self.time_window) > 1:
            raise ValueError("an SLO has at most one timeWindow")
        own = [bool(objective.indicator) + bool(objective.indicator_ref) for objective in self.objectives]
        shared = bool(self.indicator) + bool(self.indicator_ref)
        if shared > 1 or max(own) > 1:
            raise ValueError("give either indicator or indicatorRef, not both")
        if shared and any(own):
            raise ValueError("the indicator stands either in spec or in each objective, not in both")
        if not shared and not all(own):
            raise ValueError("indicator or indicatorRef is missing")
        return self
