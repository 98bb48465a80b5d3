"""Names in one file that must exist in another: people, services, SLOs, runbooks, actions, targets.

Names are looked up as they stand in the files, so that one wrong value does not hide a wrong name beside it, and a part
that is there but not usable is not said to be missing.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.catalog.folder import Folder
from bot.catalog.known import Known
from bot.catalog.model import Catalog
from bot.catalog.openslo.library import SPEC, Library
from bot.catalog.openslo.sources import SAMPLER
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import At, Document, Value
from bot.catalog.service import Service
from bot.catalog.slo_files import SloFiles
from bot.catalog.slo_traits import traits
from bot.domain.permission import EVERYBODY, EVERYTHING, PRODUCTION
from bot.domain.slo import RatioMetric
from bot.domain.slo.choosing import choose, vocabulary

_SLACK_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"group:[^\s:@]+|S[A-Z0-9]{6,}")


def check_references(catalog: Catalog, folder: Folder, slo_files: SloFiles, known: Known, found: Findings) -> None:
    """Everything that is named across files; whatever is not there is reported with the nearest match."""
    names = _Names(catalog, folder, slo_files.library)
    look = _References(catalog, names, known, found)
    checks = {
        "services": look.services,
        "routes": look.routes,
        "rules": look.rules,
        "permissions": look.permissions,
        "quarterdeck": look.chat,
        "slas": look.slas,
    }
    for file, check in checks.items():
        if file in folder.single:
            check(folder.single[file])
    for document in folder.runbooks:
        look.runbook(document)
    if names.described:
        for placed in slo_files.library.slos.values():
            look.names("The service", names.services, placed.document, (*SPEC, "service"))
        for service, place in slo_files.services:
            if service not in names.services:
                found.errors.append(place.problem(*unknown("The service", service, names.services)))


class _Names:
    """All names that are defined, usable or not."""

    def __init__(self, catalog: Catalog, folder: Folder, library: Library) -> None:
        self.described = set(_keys(folder, "services"))
        self.people = {*catalog.people, *_keys(folder, "people")}
        self.services = {*catalog.services, *self.described}
        self.environments = {EVERYTHING, *PRODUCTION, *(service.environment for service in catalog.services.values())}
        self.slos = {*(slo.name for slo in catalog.slos), *library.broken}
        self.runbooks = {str(document.value(("name",))) for document in folder.runbooks}


def _keys(folder: Folder, file: str) -> Iterable[str]:
    document = folder.single.get(file)
    return document.mapping((file,)) if document else ()


@dataclass(frozen=True, slots=True)
class _References:
    catalog: Catalog
    known_names: _Names
    known: Known
    found: Findings

    def names(self, what: str, known: Collection[str], document: Document, at: At) -> None:
        """Every text at that place, which may be one or a list, must be among the known ones."""
        for name, place in _texts(document, at):
            if name and name not in known:
                self.found.errors.append(document.problem(place, *unknown(what, name, known)))

    def people(self, document: Document, at: At, also: re.Pattern[str] | None = None) -> None:
        for name, place in _texts(document, at):
            if name in self.known_names.people or _SLACK_PERSON.fullmatch(name) or (also and also.fullmatch(name)):
                continue
            what, allowed = unknown("The person", name, self.known_names.people)
            slack = "a Slack id such as U0123ABCD"
            self.found.errors.append(document.problem(place, what, f"{allowed or 'a key of people.yaml'}, or {slack}"))

    def services(self, document: Document) -> None:
        for name in document.mapping(("services",)):
            at: At = ("services", name)
            self.people(document, (*at, "owners"))
            self.people(document, (*at, "on_call"))
            self.names("The service", self.known_names.services, document, (*at, "depends_on"))
            self.names("The target kind", self.known.targets, document, (*at, "target", "kind"))
            service = self.catalog.services.get(name)
            if service:
                self._target_options(service, document, (*at, "target", "options"))

    def _target_options(self, service: Service, document: Document, at: At) -> None:
        check = self.known.targets.get(service.target.kind) if service.target else None
        if service.target is None or check is None:
            return
        try:
            check(service.target.options)
        except ValueError as error:
            self.found.errors.append(document.problem(at, str(error)))

    def routes(self, document: Document) -> None:
        for at in _items(document, "routes"):
            self.names("The service", self.known_names.services, document, (*at, "match", "service"))

    def rules(self, document: Document) -> None:
        for at in _items(document, "rules"):
            self.names("The service", self.known_names.services, document, (*at, "service"))
            self.names("The SLO", self.known_names.slos, document, (*at, "slo"))
            self.names("The runbook", self.known_names.runbooks, document, (*at, "runbook"))
            slo = self.catalog.slo(str(document.value((*at, "slo"))))
            if slo and (slo.indicator.source_kind != SAMPLER or not isinstance(slo.indicator.metric, RatioMetric)):
                what = f"The SLO {slo.name!r} is not a ratio that the sampler counts, so no rule can watch it."
                self.found.errors.append(document.problem((*at, "slo"), what))

    def slas(self, document: Document) -> None:
        suppliers = {name for name, each in document.mapping(("slas",)).items() if _is_supplier(each)}
        for name, each in document.mapping(("slas",)).items():
            at: At = ("slas", name)
            self.names("The service", self.known_names.services, document, (*at, "service"))
            for promise in document.mapping((*at, "promises")):
                self.names("The SLO", self.known_names.slos, document, (*at, "promises", promise, "slos"))
            if isinstance(each, dict):
                for place in _links(each.get("rests_on"), (*at, "rests_on")):
                    self.names("The supplier's agreement", suppliers, document, place)

    def permissions(self, document: Document) -> None:
        services = {*self.known_names.services, EVERYTHING}
        for at in _items(document, "grants"):
            self.people(document, (*at, "to"), also=_MANY)
            self.names("The service", services, document, (*at, "services"))
            for name, place in _texts(document, (*at, "environments")):
                if name not in self.known_names.environments:
                    what, allowed = unknown("The environment", name, self.known_names.environments)
                    self.found.warnings.append(document.problem(place, f"{what} No service is in it.", allowed))

    def runbook(self, document: Document) -> None:
        self.names("The action", self.known.actions, document, ("action",))
        self.names("The runbook", self.known_names.runbooks, document, ("undo",))
        self.verify(document)
        for at in _items(document, "when"):
            self.names("The service", self.known_names.services, document, (*at, "service"))

    def chat(self, document: Document) -> None:
        self.verify(document)
        known = traits(self.catalog)
        for key in ("digests", "reports"):
            for at in _items(document, key):
                wrong = choose(str(document.value((*at, "scope")) or ""), known).unknown
                if wrong:
                    place = (*at, "scope")
                    what = unknown("The word", wrong, vocabulary(known))
                    self.found.errors.append(document.problem(place, *what))

    def verify(self, document: Document) -> None:
        self.names("The SLO", self.known_names.slos, document, ("verify", "slo"))


_MANY = re.compile(rf"{_GROUP.pattern}|{EVERYBODY}")


def _is_supplier(agreement: Value) -> bool:
    return isinstance(agreement, dict) and agreement.get("kind") == "supplier"


def _links(value: Value, at: At) -> Iterator[At]:
    """The places of all names in a chain, however deep."""
    if isinstance(value, str):
        yield at
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _links(each, (*at, index))
    elif isinstance(value, dict):
        for key in ("all_of", "any_of"):
            yield from _links(value.get(key), (*at, key))


def _items(document: Document, key: str) -> Iterator[At]:
    listed = document.value((key,))
    if isinstance(listed, list):
        yield from ((key, index) for index in range(len(listed)))


def _texts(document: Document, at: At) -> Iterator[tuple[str, At]]:
    value = document.value(at)
    if isinstance(value, str):
        yield value, at
    if isinstance(value, list):
        yield from ((item, (*at, index)) for index, item in enumerate(value) if isinstance(item, str))
