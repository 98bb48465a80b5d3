"""Each file of the catalog as its typed part; a file that is absent gives the part's defaults."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from bot.catalog.agreement import SlaSpec, agreement
from bot.catalog.alerting import PagerSpec, Routes, Rule, SmtpPager, WebhookPager
from bot.catalog.chat import Chat, Verify
from bot.catalog.folder import Folder
from bot.catalog.part import Part
from bot.catalog.permission import Permissions
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import At, Document, Value
from bot.catalog.runbook import Runbook
from bot.catalog.service import Person, Service
from bot.catalog.severity import DEFAULT_SCHEME, SeverityScheme
from bot.catalog.validation import validated
from bot.domain.sla import Sla

Shape = TypeVar("Shape", bound=Part)

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_PAGERS: Mapping[str, type[WebhookPager] | type[SmtpPager]] = {"webhook": WebhookPager, "smtp": SmtpPager}


def chat(folder: Folder, found: Findings) -> Chat:
    return _whole(Chat, folder, "quarterdeck", found) or Chat()


def severities(folder: Folder, found: Findings) -> SeverityScheme:
    return _whole(SeverityScheme, folder, "severities", found) or DEFAULT_SCHEME


def routes(folder: Folder, found: Findings) -> Routes:
    return _whole(Routes, folder, "routes", found) or Routes()


def permissions(folder: Folder, found: Findings) -> Permissions | None:
    """None where nothing is granted, with a file or without: everybody is viewer and responder, nobody acts."""
    granted = _whole(Permissions, folder, "permissions", found)
    return granted if granted and granted.grants else None


def services(folder: Folder, found: Findings) -> dict[str, Service]:
    return dict(_named(Service, "name", folder, "services", found))


def slas(folder: Folder, found: Findings) -> dict[str, Sla]:
    document = folder.single.get("slas")
    specs = dict(_named(SlaSpec, "name", folder, "slas", found))
    if document is None:
        return {}
    return {
        name: agreement(spec, specs, f"{document.file}:{document.line(('slas', name))}") for name, spec in specs.items()
    }


def people(folder: Folder, found: Findings) -> dict[str, Person]:
    return dict(_named(Person, "key", folder, "people", found))


def rules(folder: Folder, found: Findings) -> tuple[Rule, ...]:
    """The sampler's rules; each has a name of its own."""
    document = folder.single.get("rules")
    if document is None:
        return ()
    _only_key(document, "rules", found)
    listed = document.value(("rules",))
    if listed is not None and not isinstance(listed, list):
        found.errors.append(document.problem(("rules",), "rules must be a list."))
        return ()
    places: list[At] = [("rules", index) for index in range(len(listed or []))]
    read = [(rule, at) for at in places if (rule := validated(Rule, document, at, found))]
    names: set[str] = set()
    for rule, at in read:
        if rule.name in names:
            found.errors.append(document.problem((*at, "name"), f"The rule {rule.name!r} is defined twice."))
        names.add(rule.name)
    return tuple(rule for rule, _ in read)


def runbooks(folder: Folder, standard: Verify, found: Findings) -> dict[str, Runbook]:
    """Runbooks by name. How a runbook is verified is `standard` but for what it states itself."""
    read: dict[str, Runbook] = {}
    for document in folder.runbooks:
        runbook = validated(Runbook, document, (), found)
        if runbook is None or not _fit_to_name(runbook.name, document, ("name",), found):
            continue
        if runbook.name in read:
            found.errors.append(document.problem(("name",), f"The runbook {runbook.name!r} is defined twice."))
        read[runbook.name] = _with_verify(runbook, standard)
    return read


def _with_verify(runbook: Runbook, standard: Verify) -> Runbook:
    if not any(step.kind == "verify" for step in runbook.steps):
        return runbook.model_copy(update={"verify": None})
    stated = runbook.verify
    own = {name: getattr(stated, name) for name in stated.model_fields_set} if stated else {}
    return runbook.model_copy(update={"verify": standard.model_copy(update=own)})


def pager(folder: Folder, found: Findings) -> PagerSpec | None:
    """None without a file, and where its address is empty (`url: ${PAGER_URL:-}`)."""
    document = folder.single.get("pager")
    if document is None:
        return None
    kind = document.value(("kind",))
    shape = _PAGERS.get(str(kind))
    if shape is None:
        what, allowed = (
            ("kind is missing.", ", ".join(_PAGERS)) if kind is None else unknown("kind", str(kind), _PAGERS)
        )
        found.errors.append(document.problem(("kind",), what, allowed))
        return None
    spec = validated(shape, document, (), found)
    address = spec.url if isinstance(spec, WebhookPager) else spec.host if spec else ""
    return spec if address else None


def _whole(shape: type[Shape], folder: Folder, name: str, found: Findings) -> Shape | None:
    document = folder.single.get(name)
    return validated(shape, document, (), found) if document else None


def _named(shape: type[Shape], field: str, folder: Folder, file: str, found: Findings) -> Iterator[tuple[str, Shape]]:
    """A file whose one key holds a mapping from names to parts."""
    document = folder.single.get(file)
    if document is None:
        return
    _only_key(document, file, found)
    held = document.value((file,))
    if held is not None and not isinstance(held, dict):
        found.errors.append(document.problem((file,), f"{file} must be a mapping from names."))
        return
    for name in held or {}:
        at: At = (file, name)
        if not _fit_to_name(name, document, at, found):
            continue
        part = validated(shape, _filled(document, at), at, found, named={field: name})
        if part:
            yield name, part


def _filled(document: Document, at: At) -> Document:
    """`name:` with nothing below it is a part with all its defaults."""
    if document.value(at) is not None:
        return document
    content: dict[str, Value] = {str(at[0]): {str(at[1]): {}}}
    return Document(document.file, content, document.lines, document.written)


def _fit_to_name(name: str, document: Document, at: At, found: Findings) -> bool:
    fits = bool(_NAME.fullmatch(name))
    if not fits:
        what = f"{name!r} cannot be a name: use up to 63 letters, digits, '-', '_' and '.'."
        found.errors.append(document.problem(at, what))
    return fits


def _only_key(document: Document, key: str, found: Findings) -> None:
    if not isinstance(document.content, dict):
        found.errors.append(document.problem((), f"must be a mapping with the key {key!r}."))
    for other in document.mapping().keys() - {key}:
        found.errors.append(document.problem((other,), *unknown("The key", other, (key,))))
