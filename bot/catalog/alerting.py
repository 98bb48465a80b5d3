"""Where alerts go, which ones Quarterdeck raises itself, and how people are woken.

Read from `routes.yaml`, `rules.yaml` and `pager.yaml`.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from bot.catalog.part import Category, Channel, Part, Priority, Seconds, Share, Texts, WebAddress, listed, some
from bot.domain.slo import RatioMetric


class RouteMatch(Part):
    """All that is stated must hold; what is left out matches anything."""

    service: Texts = ()
    environment: Texts = ()
    category: Annotated[tuple[Category, ...], BeforeValidator(listed)] = ()
    priority: Annotated[tuple[Priority, ...], BeforeValidator(listed)] = ()
    labels: Mapping[str, str] = {}

    def fits(self, service: str, environment: str, category: str, priority: str, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these traits takes this route."""
        traits = (
            (self.service, service),
            (self.environment, environment),
            (self.category, category),
            (self.priority, priority),
        )
        return all(not wanted or found in wanted for wanted, found in traits) and all(
            labels.get(label) == value for label, value in self.labels.items()
        )


class Route(Part):
    """One rule of routing; the first whose `match` fits decides. `pages` None leaves paging to the severity."""

    match: RouteMatch
    channels: Annotated[tuple[Channel, ...], BeforeValidator(listed), AfterValidator(some)]
    pages: bool | None = None


DEFAULT_PRIORITIES: Mapping[str, Priority] = {
    "critical": "critical",
    "page": "high",
    "error": "high",
    "high": "high",
    "warning": "medium",
    "medium": "medium",
    "ticket": "medium",
    "info": "low",
    "low": "low",
}


class Routes(Part):
    """`routes.yaml`. `default` None means the chat's alerts channel."""

    default: Channel | None = None
    routes: tuple[Route, ...] = ()
    group_by: Texts = ("service", "environment")
    """Labels whose values make a group; one card is posted per group."""
    priority_label: str = "severity"
    priority_from: Mapping[str, Priority] = DEFAULT_PRIORITIES
    priority_default: Priority = "medium"

    def priority_of(self, labels: Mapping[str, str]) -> Priority:
        """The priority that an alert's own severity label stands for."""
        return self.priority_from.get(labels.get(self.priority_label, "").casefold(), self.priority_default)


class Rule(Part):
    """An alert raised by the sampler. `kind` down: the probe fails for `for_s`. error_rate and latency: of the events
    in the last `window_s`, more than the share `threshold` were bad, and there were at least `min_events`.

    What counts as bad comes from `metric`, taken from the SLO named by `slo` or from good or bad and total selectors.
    """

    name: str
    kind: Literal["down", "error_rate", "latency"]
    service: str
    title: str
    priority: Priority = "medium"
    category: Category = "application"
    for_s: Annotated[float, Field(ge=0)] = 0
    window_s: Seconds = 300
    threshold: Share | None = None
    min_events: Annotated[int, Field(ge=1)] = 20
    slo: str = ""
    runbook: str = ""
    description: str = ""
    labels: Mapping[str, str] = {}
    metric: RatioMetric | None = None
    """None for kind down."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind == "down":
            if self.slo or self.metric or self.threshold is not None:
                raise ValueError(
                    "a rule of kind down watches the probe: 'slo', 'metric' and 'threshold' do not belong here"
                )
            return self
        if self.threshold is None:
            raise ValueError("'threshold' is missing: the share of bad events (0 to 1) above which the rule fires")
        if bool(self.slo) == bool(self.metric):
            raise ValueError("say what counts as bad: either 'slo', or 'metric' with total and good or bad")
        if self.metric and bool(self.metric.good) == bool(self.metric.bad):
            raise ValueError("'metric' has total and exactly one of good and bad")
        return self


class WebhookPager(Part):
    """Pages leave as one POST of JSON. Header values are secrets and never printed."""

    kind: Literal["webhook"]
    url: Annotated[WebAddress, Field(repr=False)]
    headers: Mapping[str, SecretStr] = {}
    timeout_s: Seconds = 10


class SmtpPager(Part):
    """Pages leave as mail to the paged person's address; `to` is used where the person has none."""

    kind: Literal["smtp"]
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: str
    to: str = ""
    username: str = ""
    password: SecretStr = SecretStr("")
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    timeout_s: Seconds = 10


PagerSpec = WebhookPager | SmtpPager
