"""What holds up the pods, as named facts."""

from collections.abc import Sequence

from bot.domain import figures
from bot.domain.plaintext import capital
from runbooks.targets.kubernetes.looks.whole import Json
from runbooks.targets.kubernetes.trouble import Trouble, troubles

_NAMED = 2
"""Pods that are named; of the others it is said how many they are."""
_SHOWN = 6
"""Troubles that are told."""


def held_up(pods: Sequence[Json]) -> Sequence[tuple[str, str]]:
    """One fact for each trouble, the worst first; nothing where all pods serve."""
    found = troubles(pods)
    more = [("And", f"{len(found) - _SHOWN} more kinds of trouble")] if len(found) > _SHOWN else []
    return [*map(_fact, found[:_SHOWN]), *more]


def _fact(trouble: Trouble) -> tuple[str, str]:
    named = figures.listed(list(trouble.pods), _NAMED)
    return figures.plural(len(trouble.pods), "pod"), f"{capital(trouble.words)}. In {named}"
