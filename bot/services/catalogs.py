"""The catalog in force: loaded whole, and replaced only by one that is whole too."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from bot.catalog import Catalog, CatalogErrors, Known, load

log = structlog.get_logger()
Stamp = frozenset[tuple[str, int, int]]


class CatalogInForce:
    """Call it for the catalog. Raises `CatalogErrors` where the first one cannot be loaded."""

    def __init__(self, directory: Path, env: Mapping[str, str], known: Known) -> None:
        self.directory = directory
        self._env = env
        self._known = known
        self._stamp = _stamp(directory)
        self._catalog = load(directory, env, known)
        self.problem = ""

    def __call__(self) -> Catalog:
        return self._catalog

    def reload(self) -> bool:
        """Take the catalog anew where its files have changed; True where it is another one now.

        One with an error is refused: the catalog in force stays, and `problem` says what is wrong.
        """
        stamp = _stamp(self.directory)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self._catalog = load(self.directory, self._env, self._known)
        except CatalogErrors as error:
            self.problem = str(error)
            log.error("the changed catalog has mistakes, the old one stays in force", problems=self.problem)
            return False
        self.problem = ""
        log.info("catalog reloaded", directory=str(self.directory))
        return True


def _stamp(directory: Path) -> Stamp:
    """What changes whenever a file of the catalog does."""
    return frozenset(_files(directory))


def _files(directory: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted(directory.rglob("*.y*ml")):
        try:
            stat = path.stat()
        except OSError:  # removed between listing and looking
            continue
        yield str(path), stat.st_mtime_ns, stat.st_size
