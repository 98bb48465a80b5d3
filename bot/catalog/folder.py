"""A catalog's directory: which files belong to it, and which look as if they should.

SLO files have a folder of their own, slos/, and are also known by what they say of themselves (`apiVersion`), so that a
directory which holds nothing else is a catalog as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.catalog.foreign import reader_of
from bot.catalog.problems import Findings, Problem, nearest
from bot.catalog.reading import Document, read

SINGLE = ("quarterdeck", "services", "people", "severities", "routes", "rules", "permissions", "pager", "slas")
"""Files that stand once, each as one document."""
FOLDERS = ("slos", "runbooks")
_SUFFIXES = (".yaml", ".yml")
_MARKS = ("openslo/v1", "version: prometheus/v1", "sloth.slok.dev/v1", "pyrra.dev/v1")


@dataclass(frozen=True, slots=True)
class Folder:
    """The documents that were found: at most one for each single file, any number of SLOs and runbooks."""

    directory: Path
    single: Mapping[str, Document] = field(default_factory=dict)
    slos: tuple[Document, ...] = ()
    runbooks: tuple[Document, ...] = ()


def gather(directory: Path, env: Mapping[str, str], found: Findings) -> Folder:
    """Reads everything; what cannot be read is reported, and files that nobody will read are warned about."""
    if not directory.is_dir():
        state = "is a file, not a directory." if directory.exists() else "there is no such directory."
        found.errors.append(Problem(str(directory), 0, state))
        return Folder(directory)
    single, slos = dict[str, Document](), list[Document]()
    for name, documents in _single(directory, env, found):
        if _is_slo_file(documents):
            slos += documents
        else:
            single[name] = documents[0]
            for extra in documents[1:]:
                found.errors.append(extra.problem((), "a second document (after ---) is not read in this file."))
    alone = not single and not any((directory / folder).is_dir() for folder in FOLDERS)
    slos += _loose(directory, env, found, deep=alone)
    for path in _yaml_files(directory / "slos"):
        slos += read(path, env, found)
    runbooks = [document for path in _yaml_files(directory / "runbooks") for document in read(path, env, found)]
    return Folder(directory, single, tuple(slos), tuple(runbooks))


def _is_slo_file(documents: Sequence[Document]) -> bool:
    """Whether a document says that it is an SLO file, of whichever tool and version."""
    return any(
        reader_of(document) is not None or str(document.value(("apiVersion",))).startswith("openslo/")
        for document in documents
    )


def _single(directory: Path, env: Mapping[str, str], found: Findings) -> Iterator[tuple[str, list[Document]]]:
    """The files that stand once, with their documents."""
    for name in SINGLE:
        paths = [path for path in (directory / f"{name}{suffix}" for suffix in _SUFFIXES) if path.exists()]
        if len(paths) > 1:
            found.errors.append(Problem(str(paths[1]), 0, f"stands beside {paths[0].name}: keep one of the two."))
        documents = read(paths[0], env, found) if paths else []
        if documents:
            yield name, documents


def _loose(directory: Path, env: Mapping[str, str], found: Findings, *, deep: bool) -> Iterator[Document]:
    """SLO files outside slos/: beside the other files, and `deep` in folders too, where there are no other files.

    What holds no SLO is read only to see that, and warned about where it looks as if it should be read.
    """
    beside = [path for path in sorted(directory.iterdir()) if path.suffix in _SUFFIXES and path.is_file()]
    below = [path for path in _yaml_files(directory) if path.parent != directory]
    for path in (*beside, *(below if deep else ())):
        if path.stem in SINGLE and path.parent == directory:
            continue
        attempt = Findings()
        documents = [] if path.name.startswith(".") else read(path, env, attempt)
        if _is_slo_file(documents) or (attempt.errors and _names_a_format(path)):
            found.errors += attempt.errors
            found.warnings += attempt.warnings
            yield from documents
        elif path in beside:
            found.warnings += _stranger(path)
    for folder in sorted(path for path in directory.iterdir() if path.is_dir() and not path.name.startswith(".")):
        meant = nearest(folder.name, FOLDERS)
        if meant and folder.name not in FOLDERS and _yaml_files(folder) and not deep:
            found.warnings.append(Problem(str(folder), 0, f"is not read. Did you mean {meant}/?"))


def _names_a_format(path: Path) -> bool:
    """Whether a file that cannot be read as YAML was probably meant as an SLO file."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(mark in text for mark in _MARKS)


def _stranger(path: Path) -> Iterator[Problem]:
    if path.name.startswith("."):
        return
    meant = nearest(path.stem, SINGLE)
    hint = f"Did you mean {meant}.yaml?" if meant else "It is no SLO file either: those say apiVersion: openslo/v1."
    yield Problem(str(path), 0, f"is not read. {hint}", ", ".join(f"{name}.yaml" for name in SINGLE))


def _yaml_files(directory: Path) -> list[Path]:
    """All YAML files below a folder, in the order of their names; hidden ones are editors' and Kubernetes's own."""
    if not directory.is_dir():
        return []
    files = [path for path in directory.rglob("*") if path.suffix in _SUFFIXES and path.is_file()]
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(directory).parts))
