"""Points: the instants of a story at which the bot is struck."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CALL, COMMIT = "call", "commit"
BEFORE, AFTER = "before", "after"


class Setting(StrEnum):
    """Where a story is played, and what happens at a point."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    TAKEOVER = "takeover"
    """On PostgreSQL, frozen instead of killed: a second process takes over, and then the first is woken."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """The `nth` call of a Web API method, or commit of that name, since the story began."""

    story: str
    setting: Setting
    kind: str
    name: str
    nth: int
    side: str

    def __str__(self) -> str:
        return f"{self.story}/{self.setting}/{self.kind}/{self.name}/{self.nth}/{self.side}"


def points_of(story: str, setting: Setting, calls: Iterable[str], commits: Iterable[str]) -> list[Point]:
    """Every point of a story, from what an undisturbed play of it called and committed.

    A frozen process cannot be told from one whose call has not arrived, so there calls are struck after they did.
    """
    sides = {CALL: (AFTER,) if setting is Setting.TAKEOVER else (BEFORE, AFTER), COMMIT: (BEFORE, AFTER)}
    return [
        Point(story, setting, kind, name, nth, side)
        for kind, names in ((CALL, calls), (COMMIT, commits))
        for name, often in Counter(names).items()
        for nth in range(1, often + 1)
        for side in sides[kind]
    ]


def chosen(points: Iterable[Point], wanted: str) -> list[Point]:
    """Those whose name begins as `wanted` does: all of them, those of a story, or one alone."""
    return [point for point in points if str(point).startswith(wanted)]


def in_order(points: Iterable[Point], seed: int) -> list[Point]:
    """Mixed by the seed, so that no point always meets the same neighbours."""
    mixed = sorted(points)
    random.Random(seed).shuffle(mixed)
    return mixed
