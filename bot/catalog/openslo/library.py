"""Every OpenSLO document of a catalog by kind and name, whichever file it stands in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.catalog.openslo.alert_shape import ConditionSpec, NotificationSpec, PolicySpec
from bot.catalog.openslo.base import API_VERSION, Described, Metadata
from bot.catalog.openslo.shape import DataSourceSpec, SliSpec, SloSpec
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import At, Document, Place
from bot.catalog.validation import UnknownKeys, validated

Spec = TypeVar("Spec", bound=Described)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Spec]):
    """A document's content and where it stands."""

    document: Document
    metadata: Metadata
    spec: Spec

    @property
    def name(self) -> str:
        return self.metadata.name

    @property
    def shown_name(self) -> str:
        return self.metadata.display_name or self.metadata.name

    @property
    def origin(self) -> str:
        """File and line of the name."""
        return f"{self.document.file}:{self.document.line(NAME)}"

    @property
    def place(self) -> Place:
        """Where the spec begins."""
        return Place(self.document, SPEC)


SPEC: At = ("spec",)
NAME: At = ("metadata", "name")


@dataclass(slots=True)
class Library:
    """One mapping per kind, by name."""

    sources: dict[str, Placed[DataSourceSpec]] = field(default_factory=dict)
    slos: dict[str, Placed[SloSpec]] = field(default_factory=dict)
    slis: dict[str, Placed[SliSpec]] = field(default_factory=dict)
    policies: dict[str, Placed[PolicySpec]] = field(default_factory=dict)
    conditions: dict[str, Placed[ConditionSpec]] = field(default_factory=dict)
    targets: dict[str, Placed[NotificationSpec]] = field(default_factory=dict)
    services: dict[str, Placed[Described]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Names of documents that are there and not usable, so that nobody is told they do not exist."""

    def resolve(
        self, shelf: Mapping[str, Placed[Spec]], what: str, name: str, place: Place, found: Findings
    ) -> Placed[Spec] | None:
        """The document of that name. None where there is none, which is reported: as an error if the catalog defines
        others of its kind, else as a warning, since a file may be shared without what it refers to."""
        placed = shelf.get(name)
        if placed or name in self.broken:
            return placed
        if shelf:
            found.errors.append(place.problem(*unknown(what, name, shelf)))
        else:
            found.warnings.append(place.problem(f"{what} {name!r} is not defined in this catalog."))
        return None


def shelve(documents: Iterable[Document], found: Findings) -> Library:
    """Each document checked for its shape and put where its kind belongs; what does not fit is reported."""
    library = Library()
    for document in documents:
        kind = _kind(document, found)
        if kind == "DataSource":
            _add(library, library.sources, document, DataSourceSpec, found)
        elif kind == "SLO":
            _add(library, library.slos, document, SloSpec, found)
        elif kind == "SLI":
            _add(library, library.slis, document, SliSpec, found)
        elif kind == "AlertPolicy":
            _add(library, library.policies, document, PolicySpec, found)
        elif kind == "AlertCondition":
            _add(library, library.conditions, document, ConditionSpec, found)
        elif kind == "AlertNotificationTarget":
            _add(library, library.targets, document, NotificationSpec, found)
        elif kind == "Service":
            _add(library, library.services, _with_spec(document), Described, found)
    return library


VERSIONS = (API_VERSION, "sloth.slok.dev/v1", "pyrra.dev/v1alpha1")
"""Of documents that may stand in slos/; Sloth's own files say `version: prometheus/v1` instead."""

KINDS = ("DataSource", "SLO", "SLI", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "Service")
_KEYS = ("apiVersion", "kind", "metadata", "spec")


def _kind(document: Document, found: Findings) -> str | None:
    """The document's kind; None, and reported, where it is no OpenSLO v1 document."""
    if not isinstance(document.content, dict):
        found.errors.append(document.problem((), "is no OpenSLO document.", ", ".join(_KEYS)))
        return None
    version = document.value(("apiVersion",))
    if version != API_VERSION:
        what = "apiVersion is missing." if version is None else f"apiVersion {version!r} is not known."
        found.errors.append(document.problem(("apiVersion",), what, ", ".join(VERSIONS)))
        return None
    kind = document.value(("kind",))
    if kind not in KINDS:
        what, allowed = ("kind is missing.", ", ".join(KINDS)) if kind is None else unknown("kind", str(kind), KINDS)
        found.errors.append(document.problem(("kind",), what, allowed))
        return None
    for key in document.content.keys() - set(_KEYS):
        sentence, allowed = unknown("The key", key, _KEYS)
        found.warnings.append(document.problem((key,), f"{sentence} It is ignored.", allowed))
    return str(kind)


def _with_spec(document: Document) -> Document:
    """A Service may have nothing to specify."""
    if document.value(SPEC) is not None:
        return document
    return Document(document.file, {**document.mapping(), "spec": {}}, document.lines, document.written)


def _add(
    library: Library, shelf: dict[str, Placed[Spec]], document: Document, shape: type[Spec], found: Findings
) -> None:
    metadata = validated(Metadata, document, ("metadata",), found, unknown_keys=UnknownKeys.WARNINGS)
    spec = validated(shape, document, SPEC, found, unknown_keys=UnknownKeys.WARNINGS)
    if metadata is None or spec is None:
        library.broken.add(str(document.value(NAME)))
        return
    first = shelf.get(metadata.name)
    if first:
        what = f"{document.value(('kind',))} {metadata.name!r} is defined twice (first at {first.origin})."
        found.errors.append(document.problem(NAME, what))
        return
    shelf[metadata.name] = Placed(document, metadata, spec)
