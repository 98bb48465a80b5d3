"""Severity schemes: the levels people choose from, and what each asks of them (`severities.yaml`)."""

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from bot.catalog.part import Part, Priority

PRIORITIES: tuple[Priority, ...] = ("critical", "high", "medium", "low")


class Severity(Part):
    """One level; rank 1 is the worst. `respond_within` is words for people, such as '5 min'."""

    name: str
    rank: int
    meaning: str
    respond_within: str = ""
    pages: bool = False


class SeverityScheme(Part):
    """The levels, worst first, and the level that an alert of each priority suggests."""

    name: str
    levels: tuple[Severity, ...]
    from_priority: Mapping[Priority, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.levels:
            raise ValueError("a scheme needs at least one level")
        names = [level.name for level in self.levels]
        if len(set(map(str.casefold, names))) < len(names):
            raise ValueError("two levels have the same name")
        if [level.rank for level in self.levels] != list(range(1, len(names) + 1)):
            raise ValueError("levels are listed worst first, with ranks 1, 2, 3, …")
        for priority, name in self.from_priority.items():
            if name not in names:
                raise ValueError(f"from_priority.{priority}: {name!r} is no level here; allowed: {', '.join(names)}")
        return self

    @property
    def worst(self) -> Severity:
        return self.levels[0]

    def get(self, name: str) -> Severity | None:
        """The level of that name, in whatever case."""
        return next((level for level in self.levels if level.name.casefold() == name.casefold()), None)

    def suggested(self, priority: Priority) -> Severity:
        """What an alert of this priority suggests: the table's answer, else the level of the same standing."""
        named = self.get(self.from_priority.get(priority, ""))
        return named or self.levels[min(PRIORITIES.index(priority), len(self.levels) - 1)]


DEFAULT_SCHEME = SeverityScheme(
    name="SEV1–SEV4",
    levels=(
        Severity(
            name="SEV1",
            rank=1,
            meaning="Complete outage, data loss or corruption, security breach",
            respond_within="5 min",
            pages=True,
        ),
        Severity(
            name="SEV2",
            rank=2,
            meaning="Major feature unavailable or significant degradation",
            respond_within="15 min",
            pages=True,
        ),
        Severity(name="SEV3", rank=3, meaning="Minor feature, performance", respond_within="1 h"),
        Severity(name="SEV4", rank=4, meaning="Cosmetic, minor bugs", respond_within="next business day"),
    ),
)
"""In force where the catalog has no `severities.yaml`."""
