"""What is unusual for this hour, and where a week like the last ones leads: sentences beside the figures, no alarm."""

from datetime import datetime, timedelta

from bot.domain import figures
from bot.domain.slo.baseline import LEAST_WEEKS, Forecast, Measure, Outlook, Unusual
from bot.slack.views import times

_WEEK = timedelta(days=7)


def outlook_words(outlook: Outlook | None, as_of: datetime) -> str:
    """Both, in one paragraph; empty where there is nothing to say."""
    if outlook is None or not outlook.enough:
        return ""
    odd = "; ".join(_odd(each) for each in outlook.unusual)
    unusual = f"*Unusual for this hour:* {odd} (the same hour of the last {outlook.weeks} weeks)." if odd else ""
    ahead = _ahead(outlook.forecast, as_of) if outlook.forecast else ""
    return "\n".join(filter(None, [unusual, ahead]))


def too_young(outlook: Outlook | None) -> str:
    """Why nothing is said of what is usual; empty where something could be."""
    if outlook is None or outlook.enough:
        return ""
    return f"not enough history to say what is usual for this hour ({outlook.weeks} of {LEAST_WEEKS} weeks)"


def _odd(found: Unusual) -> str:
    if found.measure is Measure.ERRORS:
        return f"errors {figures.percent(found.now)}, usually {figures.percent(found.usual)}"
    return f"{figures.count(round(found.now))} events in the last hour, usually {figures.count(round(found.usual))}"


def _ahead(found: Forecast, as_of: datetime) -> str:
    when = "In a week" if found.at - as_of == _WEEK else f"By {times.day(found.at)}"
    what = f"about {figures.share(found.middle)} of the budget is left" if found.middle > 0 else "the budget is gone"
    low, high = figures.share(found.low), figures.share(found.high)
    between = f" ({low} at worst, {high} at best)" if low != high else ""
    return f"{when} {what} if it goes on like the last weeks{between}."
