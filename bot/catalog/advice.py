"""What a catalog that loads still leaves to be desired: the warnings of `quarterdeck check`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.catalog.alerting import SmtpPager
from bot.catalog.folder import Folder
from bot.catalog.model import Catalog
from bot.catalog.openslo.sources import SAMPLER
from bot.catalog.problems import Problem
from bot.catalog.runbook_advice import runbook_advice
from bot.catalog.sla_advice import sla_advice
from bot.catalog.slo_advice import slo_advice


@dataclass(frozen=True, slots=True)
class Advice:
    """Looks at a whole catalog and its environment."""

    catalog: Catalog
    folder: Folder
    env: Mapping[str, str]

    def warnings(self) -> Iterator[Problem]:
        yield from self._settings()
        yield from self._services()
        yield from self._pager()
        yield from slo_advice(self.catalog)
        yield from sla_advice(self.catalog)
        yield from runbook_advice(self.catalog, self.folder.runbooks)

    def _settings(self) -> Iterator[Problem]:
        directory = str(self.folder.directory)
        if self.catalog.permissions is None:
            what = "has no grants (permissions.yaml): everybody is viewer and responder, runbook actions are denied."
            yield Problem(directory, 0, what)
        if not (self.env.get("QUARTERDECK_INTAKE_TOKEN") or self.env.get("QUARTERDECK_INTAKE_TOKEN_FILE")):
            what = "is not set: the alert webhook answers 401 to everybody."
            yield Problem("QUARTERDECK_INTAKE_TOKEN", 0, what)

    def _services(self) -> Iterator[Problem]:
        document = self.folder.single.get("services")
        for service in self.catalog.services.values():
            line = document.line(("services", service.name)) if document else 0
            file = document.file if document else str(self.folder.directory)
            if not service.on_call:
                yield Problem(file, line, f"nobody is on call for {service.name}: its pages have no one to go to.")
            sampled = any(slo.indicator.source_kind == SAMPLER for slo in self.catalog.slos_of(service.name))
            if sampled and not (service.sampler and service.sampler.metrics_url):
                what = f"{service.name} has SLOs that the sampler measures, but no sampler.metrics_url to read."
                yield Problem(file, line, what)
        yield from self._rules()

    def _rules(self) -> Iterator[Problem]:
        document = self.folder.single.get("rules")
        for index, rule in enumerate(self.catalog.rules):
            service = self.catalog.services.get(rule.service)
            if document is None or service is None:
                continue
            key = "probe_url" if rule.kind == "down" else "metrics_url"
            if not (service.sampler and getattr(service.sampler, key)):
                what = f"the rule {rule.name!r} cannot fire: service {service.name} has no sampler.{key}."
                yield document.problem(("rules", index), what)

    def _pager(self) -> Iterator[Problem]:
        pages = any(level.pages for level in self.catalog.severities.levels)
        on_call = {person for service in self.catalog.services.values() for person in service.on_call}
        if self.catalog.pager is None and pages and on_call:
            yield Problem(str(self.folder.directory), 0, "has no pager (pager.yaml): pages reach people in Slack only.")
        if isinstance(self.catalog.pager, SmtpPager) and not self.catalog.pager.to:
            unreachable = [name for name in sorted(on_call) if not self._email(name)]
            if unreachable:
                what = f"pages by mail, and these people on call have no email: {', '.join(unreachable)}."
                yield Problem(self.folder.single["pager"].file, 0, what)

    def _email(self, person: str) -> str:
        known = self.catalog.people.get(person)
        return known.email if known else ""
