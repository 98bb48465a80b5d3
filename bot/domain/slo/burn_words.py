"""A burn alert in words: what it is called, and what its factor means for the budget."""

from bot.domain.figures import window
from bot.domain.slo.burn import BurnAlert, Urgency, windows_of
from bot.domain.slo.definition import Slo

BURN_ALERT = "ErrorBudgetBurn"
"""The name of every burn alert, raised here or by the exported rules."""


def title(slo: Slo, alert: BurnAlert) -> str:
    """`Checkout availability: error budget burning fast`."""
    how = "fast" if alert.severity is Urgency.PAGE else "steadily"
    return f"{slo.display_name or slo.name}: error budget burning {how}"


def description(alert: BurnAlert) -> str:
    """`Burning more than 14.4× over 1 h and still over 5 min`."""
    windows = windows_of([alert])
    least = "at least" if alert.at_least else "more than"
    long, short = window(windows[alert.long]), window(windows[alert.short])
    return f"Burning {least} {alert.factor:g}× over {long} and still over {short}"


def labels(slo: Slo, alert: BurnAlert) -> dict[str, str]:
    """What the alert carries wherever it is raised: routing, grouping and paging go by these."""
    return {
        "alertname": BURN_ALERT,
        "severity": alert.severity.value,
        "service": slo.service,
        "slo": slo.name,
        "long": alert.long,
        "short": alert.short,
    }
