"""From an SLI to PromQL: counters that can be read in groups, or whole expressions evaluated as they are written."""

from datetime import timedelta

from bot.domain.slo import RatioMetric, Slicing, SliQuery, ThresholdMetric
from bot.domain.slo.recorded import family
from bot.domain.slo.selector import PLACEHOLDERS, Expression, Query, QueryError, Sum, disagreement, parse
from bot.domain.slo.windows import short
from bot.integrations.prometheus.existing import as_recorded
from bot.integrations.prometheus.grouping import INCREASE, SUM, milliseconds
from bot.integrations.prometheus.plans import Counted, Written

OPERATORS = {"lte": "<=", "gte": ">=", "lt": "<", "gt": ">"}
MOMENT = timedelta(minutes=1)
"""How often a threshold is looked at where the SLO names no time slice."""
AS_WRITTEN = "Evaluated as written, once per window."


def compiled(query: SliQuery, *, least: bool = True) -> Counted | Written:
    """How to ask Prometheus. Raises `QueryError`, in words, for a query that cannot be asked.

    A window shorter than a slice is answered with the `least` that means anything, one slice; or else with none, or the
    one that ends in it.
    """
    metric = query.indicator.metric
    if isinstance(metric, ThresholdMetric):
        return _threshold(metric, query, least=least)
    recorded = family(metric.good or metric.bad or "") if metric.mean else None
    if recorded is not None:
        return as_recorded(recorded, query, bad=metric.good is None)
    total, part = _queries(metric)
    if query.slicing is not None:
        return _slices(metric, part, total, query, query.slicing, least=least)
    if isinstance(part, Sum) and isinstance(total, Sum):
        ranged = metric.counter or part.ranged or total.ranged
        good, bad = (part, None) if metric.good is not None else (None, part)
        return Counted(good, bad, total, INCREASE if ranged else SUM)
    if words := disagreement(part, total):
        raise QueryError(words)
    rates = [each.per_second for each in (part, total) if isinstance(each, Expression)]
    scale = query.window.total_seconds() if rates[0] else 1.0
    written = [_over(each, query.window, metric.counter, per_second=rates[0]) for each in (part, total)]
    return Written(
        part=written[0],
        total=written[1],
        present=_over(total, timedelta(minutes=5), metric.counter),
        bad=metric.good is None,
        scale=scale,
        note=AS_WRITTEN,
    )


def wording(query: SliQuery) -> dict[str, str]:
    """By part, the expression that gives its count for this SLI alone; empty for a query that cannot be asked."""
    try:
        plan = compiled(query)
    except QueryError:
        return {}
    if isinstance(plan, Written):
        texts = {"bad" if plan.bad else "good": plan.part, "total": plan.total}
    else:
        counter = plan.function == INCREASE
        parts = {"good": plan.good, "bad": plan.bad, "total": plan.total}
        texts = {name: _over(part, query.window, counter) for name, part in parts.items() if part is not None}
    return {name: text.replace(milliseconds(query.window), _readable(query.window)) for name, text in texts.items()}


def _readable(window: timedelta) -> str:
    """`30d` where the window is so many whole minutes, else in milliseconds."""
    return short(window) if window % MOMENT == timedelta(0) else milliseconds(window)


def _queries(metric: RatioMetric) -> tuple[Query, Query]:
    """The total and the good (or bad) query. Values that are no counters are looked at, once a minute."""
    which, text = ("good", metric.good) if metric.good is not None else ("bad", metric.bad)
    if text is None:
        raise QueryError("the SLI has neither a good nor a bad query")
    try:
        return _parsed("total", metric.total), _parsed(which, text)
    except QueryError:
        if metric.counter or not (metric.total.strip() and text.strip()):
            raise
        return _moments(metric.total), _moments(text)


def _parsed(which: str, text: str) -> Query:
    try:
        return parse(text)
    except QueryError as error:
        raise QueryError(f"The {which} query {error}.") from None


def _moments(text: str) -> Expression:
    """The sum of a value as it was each minute; moments at which it is NaN do not count."""
    return Expression(f"sum_over_time((({text}) >= -Inf)[{PLACEHOLDERS[0]}:{milliseconds(MOMENT)}])")


def _over(query: Query, window: timedelta, counter: bool, *, per_second: bool = False) -> str:
    """The query for one window, as a single value where it adds up counters."""
    if isinstance(query, Expression):
        return f"({query.over(milliseconds(window))})"
    function = "rate" if per_second else INCREASE if counter or query.ranged else SUM
    sums = [f"sum({function}({selector.promql()}[{milliseconds(window)}]))" for _, selector in query.terms]
    if len(sums) == 1 and query.terms[0][0] > 0:
        return f"({sums[0]})"
    signed = [
        f"{'+' if sign > 0 else '-'} ({each} or vector(0))" for (sign, _), each in zip(query.terms, sums, strict=True)
    ]
    return f"(vector(0) {' '.join(signed)})"


def _slices(
    metric: RatioMetric, part: Query, total: Query, query: SliQuery, slicing: Slicing, *, least: bool
) -> Written:
    """Good slices and slices with traffic, counted by a subquery that looks at each slice's end."""
    ends = _subquery(query.window, slicing.length, least=least)
    all_events = f"({_over(total, slicing.length, metric.counter)} > 0)"
    some = _over(part, slicing.length, metric.counter)
    some = f"({some} or vector(0))" if isinstance(part, Sum) else some
    ratio = f"({some} / {all_events})"
    if metric.good is None:
        ratio = f"(1 - {ratio})"
    good = ratio if slicing.target is None else f"({ratio} >= bool {slicing.target!r})"
    return Written(
        part=f"sum_over_time({good}{ends})",
        total=f"count_over_time({all_events}{ends})",
        present=_over(total, timedelta(minutes=5), metric.counter),
        note=f"Counted in slices of {_minutes(slicing.length)}.",
    )


def _threshold(metric: ThresholdMetric, query: SliQuery, *, least: bool) -> Written:
    """Moments at which the value keeps its limit; NaN (a quantile of nothing) is no moment at all."""
    step = query.slicing.length if query.slicing is not None else MOMENT
    value = metric.query.strip()
    if not value:
        raise QueryError("the threshold query is empty")
    value = f"(({Expression(value).over(milliseconds(max(step, timedelta(minutes=5))))}) >= -Inf)"
    held = f"({value} {OPERATORS[metric.op]} bool {metric.value!r})"
    return Written(
        part=f"sum_over_time({held}{_subquery(query.window, step, least=least)})",
        total=f"count_over_time({value}{_subquery(query.window, step, least=least)})",
        present=value,
        note=f"Looked at every {_minutes(step)}.",
    )


def _subquery(window: timedelta, step: timedelta, *, least: bool) -> str:
    """Steps after the window's start, up to and including its end: both ends would be one slice too many."""
    length = step if least and window < step else window - timedelta(milliseconds=1)
    return f"[{milliseconds(length)}:{milliseconds(step)}]"


def _minutes(duration: timedelta) -> str:
    return f"{duration / timedelta(minutes=1):g}\u00a0min"
