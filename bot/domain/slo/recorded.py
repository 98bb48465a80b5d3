"""SLIs that another tool has recorded already, as families of series with one member for each window.

Sloth and Pyrra put the window into the metric's name (`slo:sli_error:ratio_rate5m`), slo-generator into a label. Only
ratios are recorded, so a window that no member stands for is the mean of a shorter one's ratios, in which a quiet
hour weighs as much as a busy one. Counters are better wherever they can be named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.slo.selector import QueryError, quoted

_NAMED = re.compile(r"(?<=[a-zA-Z0-9_:])\{\{ ?\.?window ?\}\}")
_STEPPED = re.compile(r"\{\{ ?\.?step ?\}\}")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MINUTES = (5, 30, 60, 120, 360, 1440, 4320)
_UNITS = (("w", 7 * 24 * 3600, True), ("d", 24 * 3600, False), ("h", 3600, False), ("m", 60, False), ("s", 1, False))


class NotRecorded(QueryError):
    """Nothing is wrong with the query: the window it is asked for was never recorded."""


@dataclass(frozen=True, slots=True)
class Family:
    """A query with a place for the window, and how long the windows are for which it is recorded.

    The shortest of them is what longer windows are averaged from.
    """

    text: str
    windows: Mapping[timedelta, str]

    def member(self, window: timedelta) -> str | None:
        """The query of the series recorded for `window`; None where there is none."""
        name = self.windows.get(window)
        return None if name is None else _STEPPED.sub(name, _NAMED.sub(name, self.text))

    @property
    def shortest(self) -> tuple[timedelta, str]:
        window = min(self.windows)
        return window, self.member(window) or self.text


def family(text: str) -> Family | None:
    """The family a query names with `{{.window}}` in a metric's name or `{{.step}}` in a label; None for others."""
    if _NAMED.search(text):
        lengths = [timedelta(minutes=minutes) for minutes in _MINUTES]
        return Family(text, {length: prometheus_name(length) for length in lengths})
    if _STEPPED.search(text):
        return Family(text, {_HOUR: "1 hour", 12 * _HOUR: "12 hours", 7 * _DAY: "7 days", 28 * _DAY: "28 days"})
    return None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An SLI by the name that a tool gives it, as a query; `success` says that its ratio is the good one's."""

    query: str
    success: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An SLO that `tool` has recorded, under the name by which it can be asked for."""

    tool: str
    name: str


TOOLS = ("sloth", "pyrra", "slo-generator")


def recorded(tool: str, name: str) -> Recorded:
    """What `tool` has recorded under `name`. Raises `QueryError`.

    Sloth's name is the SLO's id (service-slo), Pyrra's the SLO's name, slo-generator's service/feature/slo.
    """
    if tool == "sloth":
        return Recorded(f"slo:sli_error:ratio_rate{{{{.window}}}}{{sloth_id={quoted(name)}}}", success=False)
    if tool == "pyrra":
        return Recorded(f'{{__name__=~".+:burnrate{{{{.window}}}}",slo={quoted(name)}}}', success=False)
    parts = name.split("/")
    if len(parts) != 3 or not all(parts):
        raise QueryError(f"slo-generator's SLO {name!r} is written service/feature/slo")
    labels = zip(("service_name", "feature_name", "slo_name"), parts, strict=True)
    matchers = ",".join(f"{label}={quoted(value)}" for label, value in labels)
    return Recorded(f'sli_measurement{{{matchers},error_budget_policy_step_name="{{{{.step}}}}"}}', success=True)


def prometheus_name(window: timedelta) -> str:
    """A duration as Prometheus itself prints it: 5m, 1h30m, 30d, and 4w for whole weeks."""
    left, text = int(window.total_seconds()), ""
    for letter, seconds, only_whole in _UNITS:
        if left >= seconds and not (only_whole and left % seconds):
            text += f"{left // seconds}{letter}"
            left %= seconds
    return text
