"""An SLO's burn alerts as Prometheus rules: counts are recorded for each window, and the alerts compare counts.

The expressions are those that the live evaluation asks, and so are the factors, the windows and the least traffic: at
any instant the rules fire exactly if `slo status` says so of the same data. Ratios are never recorded: they could not
be added up. `limit` is written as whole numbers (14.4 x 0.001 as `* 9 / 625`), since a product of decimals may come
out a hair lower, and would fire where the burn rate is just at its factor.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from bot.domain.slo import BurnAlert, SliQuery, Slo
from bot.domain.slo.burn import LowTraffic, windows_of
from bot.domain.slo.burn_words import BURN_ALERT, description, labels, title
from bot.domain.slo.evaluation import guard_of, slicing
from bot.domain.slo.selector import QueryError, Sum, quoted
from bot.domain.slo.windows import short
from bot.integrations.prometheus.compiling import compiled
from bot.integrations.prometheus.grouping import milliseconds
from bot.integrations.prometheus.plans import Counted

EVERY = timedelta(seconds=30)
"""As often as the live evaluation, or nearly: at 100 % errors a 99.9 % target crosses 14.4x within a minute."""
_TOTAL, _BAD = "slo:sli_total:count", "slo:sli_bad:count"
_MILLISECONDS = re.compile(r"(?<=[\[:])\d+ms(?=[\]:])")

Rule = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Exported:
    """Rule groups as Prometheus reads them from YAML, and why some SLOs have none, by name."""

    groups: Sequence[Mapping[str, object]]
    left_out: Mapping[str, str]


def exported(slos: Sequence[Slo], every: timedelta = EVERY, keep_firing: timedelta = timedelta(0)) -> Exported:
    """One group per SLO, evaluated `every` so often; an alert goes on for `keep_firing` after its last reason."""
    groups: list[Mapping[str, object]] = []
    left_out: dict[str, str] = {}
    for slo in slos:
        try:
            groups.append(_group(slo, every, keep_firing))
        except QueryError as error:
            left_out[slo.name] = str(error)
    return Exported(groups, left_out)


def _group(slo: Slo, every: timedelta, keep_firing: timedelta) -> Mapping[str, object]:
    if not slo.alerts:
        raise QueryError("its policies raise no alert")
    rules = [*_recorded(slo), *(_alert(slo, alert, keep_firing) for alert in slo.alerts)]
    return {"name": f"quarterdeck-{slo.name}", "interval": duration(every), "rules": rules}


def _recorded(slo: Slo) -> Iterator[Rule]:
    """For each window that an alert looks at: all events, and the bad ones."""
    named = windows_of(slo.alerts)
    marked = {"slo": _literal(slo.name), "service": _literal(slo.service)}
    for window in dict.fromkeys(name for alert in slo.alerts for name in (alert.short, alert.long)):
        total, bad = _counts(slo, named[window], _recorded_as(_TOTAL, window, slo))
        yield {"record": _TOTAL + _suffix(window), "expr": total, "labels": marked}
        yield {"record": _BAD + _suffix(window), "expr": bad, "labels": marked}


def _counts(slo: Slo, window: timedelta, recorded_total: str) -> tuple[str, str]:
    """PromQL for all events, and for the bad ones given the first as it was recorded.

    A counter without any series has counted nothing: it is zero wherever there is a total, and nowhere else.
    """
    plan = compiled(SliQuery(slo.indicator, window, slicing(slo)))
    if isinstance(plan, Counted):
        part = plan.good or plan.bad
        if part is None:
            raise QueryError("it has neither a good nor a bad query")
        total, some, is_bad = (
            _sum(plan.total, plan.function, window),
            _sum(part, plan.function, window),
            plan.good is None,
        )
    else:
        scale = "" if plan.scale == 1 else f" * {plan.scale:g}"
        total, some, is_bad = f"sum({plan.total}){scale}", f"sum({plan.part}){scale}", plan.bad
    some = f"({_readable(some)} or vector(0))"
    bad = f"{some} and on() {recorded_total}" if is_bad else f"{recorded_total} - on() {some}"
    return _readable(total), bad


def _sum(query: Sum, function: str, window: timedelta) -> str:
    """The terms of a sum over one window; where there are several, one without a series counts as nothing."""
    sums = [(sign, f"sum({function}({selector.promql()}[{milliseconds(window)}]))") for sign, selector in query.terms]
    if len(sums) == 1 and sums[0][0] > 0:
        return sums[0][1]
    present = " or ".join(each for _, each in sums)
    signed = " ".join(f"{'+' if sign > 0 else '-'} ({each} or vector(0))" for sign, each in sums)
    return f"(vector(0) {signed}) and on() ({present})"


def _alert(slo: Slo, alert: BurnAlert, keep_firing: timedelta) -> Rule:
    marks = {name: _literal(value) for name, value in labels(slo, alert).items() if name != "alertname"}
    words = {"summary": _literal(title(slo, alert)), "description": description(alert)}
    rule: dict[str, object] = {"alert": BURN_ALERT, "expr": _condition(slo, alert, guard_of(slo))}
    if keep_firing:
        rule["keep_firing_for"] = duration(keep_firing)
    return rule | {"labels": marks, "annotations": words}


def _condition(slo: Slo, alert: BurnAlert, guard: LowTraffic) -> str:
    """Both windows burn faster than the factor, and the long one holds enough events to mean anything."""
    limit = Fraction(str(alert.factor)) * Fraction(str(slo.budget))
    above = ">=" if alert.at_least else ">"
    lines = [
        f"{_recorded_as(_BAD, window, slo)} {above} {_recorded_as(_TOTAL, window, slo)} "
        f"* {limit.numerator} / {limit.denominator}"
        for window in (alert.long, alert.short)
    ]
    if alert.at_least:
        lines += [f"{_recorded_as(_BAD, window, slo)} > 0" for window in (alert.long, alert.short)]
    if guard.events:
        lines.append(f"{_recorded_as(_TOTAL, alert.long, slo)} >= {guard.events:g}")
    if guard.bad:
        lines.append(f"{_recorded_as(_BAD, alert.long, slo)} >= {guard.bad:g}")
    return "\nand\n".join(lines)


def _recorded_as(name: str, window: str, slo: Slo) -> str:
    return f"{name}{_suffix(window)}{{slo={quoted(slo.name)}}}"


def _literal(text: str) -> str:
    """Outside text where Prometheus reads a template: two braces stand for themselves."""
    return text.replace("{{", '{{ "{{" }}')


def _suffix(window: str) -> str:
    """A window's name within that of a metric, where no dot may stand."""
    return window.replace(".", "_")


def duration(length: timedelta) -> str:
    """As Prometheus writes it: `5m`, and in milliseconds where no unit divides it evenly."""
    return milliseconds(length) if length % timedelta(seconds=1) else short(length)


def _readable(query: str) -> str:
    """The query with its windows as people write them: `[5m]` for `[300000ms]`."""
    return _MILLISECONDS.sub(lambda found: duration(timedelta(milliseconds=int(found[0][:-2]))), query)
