"""The stable JSON of `slo status --json`: one object per SLO, numbers unrounded, null for what is not known."""

from datetime import UTC, datetime, timedelta

from bot.domain.slo.burn import BURN_WINDOWS
from bot.domain.slo.status import SloStatus
from bot.domain.slo.windows import name

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def record(status: SloStatus) -> dict[str, Json]:
    """One SLO's figures. Ratios are 0–1 and may be negative only in `budget.left`; `data` durations are seconds."""
    counts, budget = status.counts, status.budget
    return {
        "slo": status.slo.name,
        "service": status.slo.service,
        "objective": status.slo.target,
        "window": name(status.slo.window),
        "as_of": rfc3339(status.as_of),
        "state": status.state.value,
        "sli": status.sli,
        "good": None if counts is None else counts.good,
        "total": None if counts is None else counts.total,
        "budget": {"minutes": budget.minutes, "left": budget.left, "left_minutes": budget.left_minutes},
        "burn": {window: status.burn(window) for window in BURN_WINDOWS},
        "alerts": [
            {"severity": alert.severity.value, "factor": alert.factor, "long": alert.long, "short": alert.short}
            for alert in status.alerts
        ],
        "data": {
            "covers": _seconds(status.data.covers),
            "stale_for": _seconds(status.data.stale_for),
            "complete": status.data.complete,
        },
        "reason": status.reason,
    }


def rfc3339(at: datetime) -> str:
    """`2026-01-02T03:04:05Z`, with fractions of a second only where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()
