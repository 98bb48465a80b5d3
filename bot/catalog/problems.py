"""What is wrong with a catalog, or merely worth knowing, said with file and line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

NEAR_ENOUGH = 65
"""Of 100: 'checkuot' is as near as 87 to 'checkout', 'apo' as 67 to 'api', 'cart' as 33 to 'checkout'."""

LISTED = 20
"""Names at most where the allowed ones are listed."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. `line` counts from 1; 0 means the file (or setting) as a whole."""

    file: str
    line: int
    what: str
    allowed: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}" + (f" Allowed: {self.allowed}." if self.allowed else "")


class CatalogErrors(Exception):
    """The catalog was not loaded; `problems` holds every reason, and the message prints one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found: errors keep the catalog from loading, warnings do not."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Findings:
    """Where the parts of the loader leave what they found, so that all of it is reported at once."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def report(self) -> Report:
        """In the order of files and lines, each finding once."""
        return Report(tuple(sorted(set(self.errors))), tuple(sorted(set(self.warnings))))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is probably a misspelling of."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, processor=utils.default_process)
    return found[0] if found and found[1] >= NEAR_ENOUGH else None


def unknown(what: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """A sentence for a name that nothing has, with the nearest match, and what would be allowed."""
    names = sorted(known)
    meant = nearest(name, names)
    sentence = f"{what} {name!r} is not known." + (f" Did you mean {meant!r}?" if meant else "")
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return sentence, ", ".join(names[:LISTED]) + more
