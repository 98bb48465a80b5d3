"""A catalog's directory: which files belong to it, and which look as if they should."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.catalog.problems import Findings, Problem, nearest
from bot.catalog.reading import Document, read

SINGLE = ("quarterdeck", "services", "people", "severities", "routes", "rules", "permissions", "pager", "slas")
"""Files that stand once, each as one document."""
FOLDERS = ("slos", "runbooks")
_SUFFIXES = (".yaml", ".yml")


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
    single = dict(_single(directory, env, found))
    slos, runbooks = (
        tuple(document for path in _yaml_files(directory / folder) for document in read(path, env, found))
        for folder in FOLDERS
    )
    _warn_of_strangers(directory, found)
    return Folder(directory, single, slos, runbooks)


def _single(directory: Path, env: Mapping[str, str], found: Findings) -> Iterator[tuple[str, Document]]:
    for name in SINGLE:
        paths = [path for path in (directory / f"{name}{suffix}" for suffix in _SUFFIXES) if path.exists()]
        if len(paths) > 1:
            found.errors.append(Problem(str(paths[1]), 0, f"stands beside {paths[0].name}: keep one of the two."))
        documents = read(paths[0], env, found) if paths else []
        for extra in documents[1:]:
            found.errors.append(extra.problem((), "a second document (after ---) is not read in this file."))
        if documents:
            yield name, documents[0]


def _yaml_files(directory: Path) -> list[Path]:
    """All YAML files below a folder, in the order of their names; hidden ones are editors' and Kubernetes's own."""
    if not directory.is_dir():
        return []
    files = [path for path in directory.rglob("*") if path.suffix in _SUFFIXES and path.is_file()]
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(directory).parts))


def _warn_of_strangers(directory: Path, found: Findings) -> None:
    for path in sorted(directory.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            folder = nearest(path.name, FOLDERS)
            if folder and path.name not in FOLDERS and _yaml_files(path):
                found.warnings.append(Problem(str(path), 0, f"is not read. Did you mean {folder}/?"))
        elif path.suffix in _SUFFIXES and path.stem not in SINGLE:
            meant = nearest(path.stem, SINGLE)
            hint = f"Did you mean {meant}.yaml?" if meant else "OpenSLO documents belong into slos/."
            found.warnings.append(Problem(str(path), 0, f"is not read. {hint}", ", ".join(f"{n}.yaml" for n in SINGLE)))
