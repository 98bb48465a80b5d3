"""What messages about spent budgets show."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.domain.facts.person import Person
from bot.domain.slo.policy import Answer, BudgetState


@dataclass(frozen=True, slots=True)
class SpentFacts:
    """One SLO as it crossed a level: the share `level` is spent, `left` is what remains of `minutes`.

    `gone_by` is None where the budget does not end at the present rate.
    """

    slo: str
    title: str
    level: float
    left: float
    minutes: float
    burn: float | None = None
    gone_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One message: the SLOs of one channel whose budgets crossed a level at `at`, the most spent first."""

    id: str
    at: datetime
    spent: tuple[SpentFacts, ...]


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """A service whose budget policy changed: how it stands now and stood `before`, and what a release gets for it.

    `slo` is the title of its worst SLO, empty where none is known, with what is `left` of `minutes`. A freeze has who
    declared it, why, and until when (None: until it is lifted).
    """

    id: str
    service: str
    state: BudgetState
    before: BudgetState
    answer: Answer
    at: datetime
    slo: str = ""
    left: float | None = None
    minutes: float = 0.0
    by: Person | None = None
    reason: str = ""
    until: datetime | None = None


def kept(facts: SpentFacts) -> dict[str, Any]:
    """As JSON, for the row that the message is drawn from."""
    return asdict(facts) | {"gone_by": facts.gone_by.isoformat() if facts.gone_by else None}


def recalled(row: Mapping[str, Any]) -> SpentFacts:
    """What `kept` wrote."""
    gone_by = datetime.fromisoformat(row["gone_by"]) if row["gone_by"] else None
    return SpentFacts(**{**row, "gone_by": gone_by})
