"""How Quarterdeck speaks: channels, names of incident rooms, and the pace of its messages (`quarterdeck.yaml`)."""

import re
import string
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from bot.catalog.part import Channel, Part, Seconds, Share
from bot.domain.slo.policy import Answer, Terms

NAME_FIELDS = ("number", "slug", "timestamp", "date", "service")


def fields_of(template: str) -> set[str]:
    """The names between braces. Raises ValueError where the braces do not pair."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def _incident_name(template: str) -> str:
    unknown = sorted(fields_of(template) - set(NAME_FIELDS))
    if unknown:
        raise ValueError(f"{{{unknown[0]}}} is not known here; allowed: {', '.join(f'{{{n}}}' for n in NAME_FIELDS)}")
    if not fields_of(template) & {"number", "timestamp"}:
        raise ValueError("a room needs a name of its own: use {number} or {timestamp}")
    return template


def _levels(values: tuple[float, ...]) -> tuple[float, ...]:
    if any(not 0 < value < 1 for value in values):
        raise ValueError("a notice is a share between 0 and 1, such as 0.75; a budget that is gone alerts by itself")
    return tuple(sorted(set(values)))


class Verify(Part):
    """How an action is judged: events counted `before_s` and `after_s` seconds around it, and how many are enough.

    `slo` names the SLO whose indicator is counted; empty means the service's first one. The last events may take
    `late_s` seconds to be counted: until then there is no verdict.
    """

    slo: str = ""
    before_s: Seconds = 300
    after_s: Seconds = 300
    late_s: Annotated[float, Field(ge=0)] = 3
    min_events: Annotated[int, Field(ge=1)] = 100


class Budgets(Part):
    """What happens as error budgets burn and are spent.

    `burn_alerts` is to be off where Prometheus raises the exported rules, or each fault would alert twice. `notices`
    are the shares of a budget at which its spending is told; a budget that is gone alerts, and pages if `gone_pages`.
    A service's state (`low` below `low_at`, gone, frozen) is announced in `releases_channel`; the rest says what is
    answered to something risky then.
    """

    burn_alerts: bool = True
    notices: Annotated[tuple[Share, ...], AfterValidator(_levels)] = (0.5, 0.75, 0.9)
    gone_pages: bool = False
    releases_channel: Channel | None = None
    low_at: Share = 0.25
    when_low: Answer = Answer.NEEDS_APPROVAL
    when_gone: Answer = Answer.NEEDS_APPROVAL
    when_frozen: Answer = Answer.REFUSED

    @property
    def terms(self) -> Terms:
        return Terms(self.low_at, self.when_low, self.when_gone, self.when_frozen)


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError(f"{text!r} is no time of day: write it in quotes, such as '09:00'")
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone: write UTC, or a name such as Europe/Berlin")
    return name


class Scheduled(Part):
    """A message that comes by itself at a local time. `scope` narrows its SLOs, in the words of `/slo status`."""

    channel: Channel
    at: Annotated[str, AfterValidator(_clock)] = "09:00"
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    scope: str = ""


class Digest(Scheduled):
    """The weekly digest."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"


class MonthlyReport(Scheduled):
    """The report on the month before, on a day that every month has."""

    day: Annotated[int, Field(ge=1, le=28)] = 1


class Chat(Part):
    """`quarterdeck.yaml`."""

    alerts_channel: Channel = "#alerts"
    incidents_channel: Channel = "#incidents"
    incident_name: Annotated[str, AfterValidator(_incident_name)] = "inc-{number}-{slug}"
    similar_within_min: Annotated[float, Field(ge=0)] = 60
    """An open incident of the same service younger than this counts as similar."""
    card_refresh_s: Seconds = 30
    """How often the figures on an open card are drawn anew."""
    verify: Verify = Verify()
    budgets: Budgets = Budgets()
    digests: tuple[Digest, ...] = ()
    reports: tuple[MonthlyReport, ...] = ()
