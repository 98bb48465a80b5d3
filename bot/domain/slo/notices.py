"""Notices of a budget that is being spent: each level once, and again only after the budget has clearly recovered.

A level is crossed at the share spent that it names, and may be crossed anew once RECOVERED less than that is spent, so
that a budget at its level does not chatter. A calendar window that begins anew recovers whole. Of several levels that
one evaluation finds crossed only the highest is told.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.slo.crossing import Crossing, Sighting
from bot.domain.slo.status import SloStatus

GONE = 1.0
RECOVERED = 0.05
"""Five percent of the whole budget."""
_PREFIX = "spent:"


def spending(status: SloStatus, levels: Sequence[float]) -> Iterator[Sighting]:
    """How each of `levels` (shares of the budget spent) and the end of the budget look; nothing where none is known."""
    left = status.budget.left
    for level in sorted({*levels, GONE}):
        over = left is not None and 1 - left >= level
        well = left is not None and 1 - left < level - RECOVERED
        yield Sighting(rule_of(level), over, well)


def rule_of(level: float) -> str:
    """What a level is called in rows: `spent:0.75`."""
    return f"{_PREFIX}{level}"


def level_of(rule: str) -> float | None:
    """The level that `rule_of` wrote down; None where the rule is another one."""
    return float(rule.removeprefix(_PREFIX)) if rule.startswith(_PREFIX) else None


def told(begun: Iterable[Crossing]) -> dict[str, float]:
    """By SLO, the highest level that was crossed just now, but for budgets that are gone: those raise an alert."""
    highest: dict[str, float] = {}
    for crossing in begun:
        level = level_of(crossing.rule)
        if level is not None:
            highest[crossing.slo] = max(level, highest.get(crossing.slo, 0.0))
    return {slo: level for slo, level in highest.items() if level < GONE}
