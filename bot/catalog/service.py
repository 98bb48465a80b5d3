"""Services and the people who look after them (`services.yaml`, `people.yaml`)."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.action import Bounds
from bot.catalog.chat import fields_of
from bot.catalog.part import Channel, Part, Seconds, Texts, WebAddress

LINK_FIELDS = ("service", "from", "to")


class Person(Part):
    """Somebody the catalog knows. `slack` is a user id or a handle; `key` is how other files name the person."""

    key: str
    name: str
    slack: str = ""
    email: str = ""


class TargetSpec(Part):
    """What a runbook acts on: the kind of machinery, and that kind's own settings."""

    kind: str
    options: Mapping[str, str] = {}


class SamplerSpec(Part):
    """What the embedded sampler watches: a page to probe, a `/metrics` page to scrape, and how much of it is kept."""

    metrics_url: WebAddress = ""
    probe_url: WebAddress = ""
    every_s: Annotated[float, Field(ge=1)] = 15
    timeout_s: Seconds = 5
    keep: Texts = ()
    """Metric names worth keeping; empty keeps those that the catalog's SLOs and rules ask for."""
    series_limit: Annotated[int, Field(ge=1)] = 2000


def _in_order(bounds: Bounds | None) -> Bounds | None:
    if bounds and not 0 <= bounds.least <= bounds.most:
        raise ValueError(f"least ({bounds.least}) must be 0 or more, and not above most ({bounds.most})")
    return bounds


def _links(links: Mapping[str, str]) -> Mapping[str, str]:
    for name, template in links.items():
        unknown = sorted(fields_of(template) - set(LINK_FIELDS))
        if unknown:
            allowed = ", ".join(f"{{{field}}}" for field in LINK_FIELDS)
            raise ValueError(f"link {name!r}: {{{unknown[0]}}} is not known here; allowed: {allowed}")
    return {name: template for name, template in links.items() if template}


class Service(Part):
    """Something people run and others depend on. `on_call` is paged from the first name on."""

    name: str
    title: str = ""
    description: str = ""
    environment: str = "prod"
    customers: bool = True
    """Whether its failures touch customers."""
    owners: Texts = ()
    on_call: Texts = ()
    bounds: Annotated[Bounds | None, AfterValidator(_in_order)] = None
    target: TargetSpec | None = None
    sampler: SamplerSpec | None = None
    links: Annotated[Mapping[str, WebAddress], AfterValidator(_links)] = {}
    """Templates by name (dashboard, logs, traces, …) with {service}, {from} and {to}; empty ones are left out."""
    match: Mapping[str, str] = {}
    """Labels that tell that an alert is about this service; empty means `service: <name>`."""
    depends_on: Texts = ()
    releases_channel: Channel | None = None
    """Where its releases are discussed, if not where all are."""

    @property
    def shown_name(self) -> str:
        """What people read."""
        return self.title or self.name

    def owns(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels is about this service."""
        wanted = self.match or {"service": self.name}
        return all(labels.get(label) == value for label, value in wanted.items())
