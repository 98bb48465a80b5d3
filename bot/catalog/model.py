"""The catalog as the rest of the product sees it: typed, checked, and never changed after loading."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.catalog.alerting import PagerSpec, Route, RouteMatch, Routes, Rule, SmtpPager, WebhookPager
from bot.catalog.chat import Chat, Verify
from bot.catalog.part import Category, Part, Priority, Role
from bot.catalog.permission import Grant, Permissions
from bot.catalog.runbook import Param, Runbook, Scalar, Step, When
from bot.catalog.service import Person, SamplerSpec, Service, TargetSpec
from bot.catalog.severity import DEFAULT_SCHEME, PRIORITIES, Severity, SeverityScheme
from bot.catalog.source import AlertPolicy, BurnCondition, DataSource
from bot.domain.permission import Policy
from bot.domain.sla import Promise, Sla
from bot.domain.slo import Slo

__all__ = [
    "DEFAULT_SCHEME",
    "PRIORITIES",
    "AlertPolicy",
    "BurnCondition",
    "Catalog",
    "Category",
    "Chat",
    "DataSource",
    "Grant",
    "PagerSpec",
    "Param",
    "Part",
    "Permissions",
    "Person",
    "Priority",
    "Role",
    "Route",
    "RouteMatch",
    "Routes",
    "Rule",
    "Runbook",
    "SamplerSpec",
    "Scalar",
    "Service",
    "Severity",
    "SeverityScheme",
    "SmtpPager",
    "Step",
    "TargetSpec",
    "Verify",
    "WebhookPager",
    "When",
]


@dataclass(frozen=True, slots=True)
class Catalog:
    """One directory of YAML, loaded whole. Mappings are keyed by the name their values carry.

    `unqueryable` says, by SLO name, why an SLO that loaded cannot be measured by this version.
    `permissions` is None where nothing is granted, `pager` where none has an address.
    """

    chat: Chat = field(default_factory=Chat)
    services: Mapping[str, Service] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    slos: tuple[Slo, ...] = ()
    sources: Mapping[str, DataSource] = field(default_factory=dict)
    policies: Mapping[str, tuple[AlertPolicy, ...]] = field(default_factory=dict)
    unqueryable: Mapping[str, str] = field(default_factory=dict)
    severities: SeverityScheme = DEFAULT_SCHEME
    routes: Routes = field(default_factory=Routes)
    rules: tuple[Rule, ...] = ()
    permissions: Permissions | None = None
    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    pager: PagerSpec | None = None
    slas: Mapping[str, Sla] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """Who may do what."""
        return self.permissions.policy if self.permissions else Policy()

    def promises_on(self, slo: str) -> tuple[tuple[Sla, Promise], ...]:
        """What has been promised to clients that the SLO of that name measures."""
        return tuple(
            (sla, promise) for sla in self.slas.values() for promise in sla.promises.values() if slo in promise.slos
        )

    def slo(self, name: str) -> Slo | None:
        return next((slo for slo in self.slos if slo.name == name), None)

    def slos_of(self, service: str) -> tuple[Slo, ...]:
        return tuple(slo for slo in self.slos if slo.service == service)

    def service_for(self, labels: Mapping[str, str]) -> Service | None:
        """The service an alert with these labels is about; None where no service claims them."""
        return next((service for service in self.services.values() if service.owns(labels)), None)

    def slack_of(self, reference: str) -> str:
        """A person's Slack id or handle, from a catalog key; a reference that is no key is already a Slack id."""
        person = self.people.get(reference)
        return person.slack if person else reference

    def channels_for(
        self, service: str, environment: str, category: str, priority: str, labels: Mapping[str, str]
    ) -> tuple[str, ...]:
        """Where an alert with these traits is posted: the first route that fits, else the default."""
        for route in self.routes.routes:
            if route.match.fits(service, environment, category, priority, labels):
                return route.channels
        return (self.routes.default or self.chat.alerts_channel,)
