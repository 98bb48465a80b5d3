"""From an OpenSLO burn-rate condition to the product's burn alert, which looks at two windows.

OpenSLO looks back over one window and waits for `alertAfter`. To burn that fast on average over both of these spans is
the same thing said of counts, which needs no memory of earlier evaluations; without a wait the second window is a
twelfth of the first, as in the Site Reliability Workbook, chapter 5.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.catalog.source import AlertPolicy, BurnCondition
from bot.domain.slo import ALERTS, BurnAlert, Urgency
from bot.domain.slo.windows import short

PAGES = frozenset(
    ["page", "critical", "crit", "emergency", "fatal", "urgent", "high", "error", "sev0", "sev1", "sev2", "p0", "p1"]
)
TICKETS = frozenset(
    [
        "ticket",
        "warning",
        "warn",
        "medium",
        "moderate",
        "minor",
        "low",
        "info",
        "sev3",
        "sev4",
        "sev5",
        "p2",
        "p3",
        "p4",
        "p5",
    ]
)
"""Words of a condition's free `severity`, in lower case."""

_LEAST = timedelta(minutes=1)


def urgency_of(severity: str) -> Urgency | None:
    """Whether such an alert wakes somebody; None for a word that says neither."""
    word = severity.strip().casefold()
    if word in PAGES:
        return Urgency.PAGE
    return Urgency.TICKET if word in TICKETS else None


def alerts_of(policies: Sequence[AlertPolicy]) -> tuple[BurnAlert, ...]:
    """The burn alerts of an SLO with these policies: theirs, or the usual table where it has none.

    Policies that are not `breaching` leave the SLO without a burn alert, as they say.
    """
    if not policies:
        return ALERTS
    return tuple(dict.fromkeys(burn_alert(policy.condition) for policy in policies if policy.breaching))


def burn_alert(condition: BurnCondition) -> BurnAlert:
    """The condition as two windows; one whose severity says neither page nor ticket waits for working hours."""
    waits = condition.alert_after >= _LEAST
    other = condition.alert_after if waits else max(condition.lookback / 12, _LEAST)
    return BurnAlert(
        severity=urgency_of(condition.severity) or Urgency.TICKET,
        factor=condition.threshold,
        long=short(max(condition.lookback, other)),
        short=short(min(condition.lookback, other)),
        at_least=condition.op == "gte",
    )
