"""What came back, turned into counts: sums of the rows that a query means, or words where there is no number."""

from dataclasses import dataclass

from bot.domain.slo import Counts
from bot.domain.slo.selector import Selector, Sum
from bot.integrations.prometheus.api import Answer, QueryRefused
from bot.integrations.prometheus.asking import Outcome
from bot.integrations.prometheus.grouping import Table
from bot.integrations.prometheus.plans import Written


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts, or None with the reason; `failed` where the question itself is at fault. `unseen`: no good series."""

    counts: Counts | None
    problem: str = ""
    failed: bool = False
    note: str = ""
    unseen: bool = False


NOTHING = Reading(None, "The total query finds nothing.")


def added_up(query: Sum, tables: dict[Selector, Table]) -> float | None:
    """The query's terms, each the sum of its series; None where not one term has a series."""
    values = [(sign, tables[selector].total(selector)) for sign, selector in query.terms]
    if all(value is None for _, value in values):
        return None
    return sum(sign * (value or 0.0) for sign, value in values)


def counted(good: Sum | None, bad: Sum | None, total: Sum, tables: dict[Selector, Table]) -> Reading:
    """Good over total. A counter without any series has counted nothing: no errors yet is no error at all."""
    whole = added_up(total, tables)
    if whole is None:
        return NOTHING
    if good is None and bad is not None:
        return _checked(whole - (added_up(bad, tables) or 0.0), whole)
    found = None if good is None else added_up(good, tables)
    return _checked(found or 0.0, whole, unseen=found is None)


def written(plan: Written, part: Outcome, total: Outcome) -> Reading:
    """The two values of expressions, scaled to counts."""
    values: list[float | None] = []
    for which, outcome in (("bad" if plan.bad else "good", part), ("total", total)):
        if isinstance(outcome, QueryRefused):
            return refused(f"The {which} query cannot be evaluated", outcome)
        if len(outcome.rows) > 1:
            return Reading(None, _several(which, outcome), failed=True)
        values.append(outcome.rows[0].value * plan.scale if outcome.rows else None)
    some, whole = values
    if whole is None:
        return NOTHING
    if plan.bad:
        return _checked(whole - (some or 0.0), whole, plan.note)
    return _checked(some or 0.0, whole, plan.note, unseen=some is None)


def refused(what: str, refusal: QueryRefused) -> Reading:
    """Prometheus' own words for a query it cannot evaluate."""
    return Reading(None, f"{what}: {str(refusal).rstrip('.')}.", failed=True)


def _checked(good: float, total: float, note: str = "", *, unseen: bool = False) -> Reading:
    """Figures that can be true: extrapolation adds a little, but not half as much again and ten events."""
    if any(value in (float("inf"), float("-inf")) for value in (good, total)):
        return Reading(None, "A query gives infinity, and an SLI needs a number.", failed=True)
    if good > total * 1.5 + 10 or good < -0.5 * total - 10:
        words = f"{good:g} of {total:g} events are said to be good: the queries do not count the same thing."
        return Reading(None, words, failed=True)
    if unseen and total > 0:
        note = f"{note} No series matches the good query.".strip()
    return Reading(Counts(max(0.0, good), total), note=note, unseen=unseen and total > 0)


def _several(which: str, answer: Answer) -> str:
    labels = sorted({label for row in answer.rows for label in row.labels})
    per = f", one per {', '.join(labels)}" if labels else ""
    return f"The {which} query gives {len(answer.rows)} values{per}, and an SLI needs one: put sum( ) around it."
