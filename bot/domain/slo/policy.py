"""The error-budget policy: how a service stands with its budgets, and what may still be released to it.

A service is as bad as its worst SLO. It leaves a state only once the budget has recovered by RECOVERED of the whole, so
that a budget at its threshold is not announced over and over. What brings back or keeps up what already runs (a
rollback, a restart, more replicas) may always be run: forbidding it would cost the very budget that is to be saved.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.slo.notices import RECOVERED
from bot.domain.slo.status import SloStatus
from bot.domain.when import instant

_CLOCK = re.compile(r"[0-2]?[0-9][:.][0-5][0-9](utc)?$", re.IGNORECASE)
_FOR = re.compile(r"(?P<count>[0-9]{1,4})\s?(?P<unit>minutes?|min|m|hours?|h|days?|d)\b", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class BudgetState(StrEnum):
    """How a service stands, worst last; UNKNOWN where no SLO of it has a figure."""

    UNKNOWN = "unknown"
    OK = "ok"
    LOW = "low"
    EXHAUSTED = "exhausted"
    FROZEN = "frozen"


class Risk(StrEnum):
    """What a runbook does to a service: ROUTINE brings back or keeps up what runs, RISKY brings something new."""

    ROUTINE = "routine"
    RISKY = "risky"


class Answer(StrEnum):
    """What the policy says to something risky."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs_approval"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Terms:
    """A budget is low below the share `low_at`; what is answered to something risky in each state."""

    low_at: float = 0.25
    low: Answer = Answer.NEEDS_APPROVAL
    exhausted: Answer = Answer.NEEDS_APPROVAL
    frozen: Answer = Answer.REFUSED


@dataclass(frozen=True, slots=True)
class Freeze:
    """Releases to a service are stopped by `by` (a chat id) until an instant, or until somebody lifts it."""

    number: int
    service: str
    by: str
    reason: str
    began_at: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this run? `why` finishes a sentence, `rule` names what decided; `usual` where nothing speaks against it."""

    answer: Answer
    why: str
    rule: str
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Until:
    """What a person typed behind `/slo freeze <service>`; `problem` says what cannot be understood."""

    until: datetime | None
    reason: str
    problem: str = ""


def worst(statuses: Sequence[SloStatus]) -> SloStatus | None:
    """The SLO with the smallest share left; None where none is known."""
    return min(_known(statuses), key=lambda pair: (pair[0], pair[1].slo.name), default=(0.0, None))[1]


def budget_state(statuses: Sequence[SloStatus], terms: Terms, before: BudgetState) -> BudgetState:
    """The state by the budgets alone, given the one before."""
    left = min((left for left, _ in _known(statuses)), default=None)
    if left is None:
        return BudgetState.UNKNOWN
    gone = RECOVERED if before is BudgetState.EXHAUSTED else 0.0
    if left <= 0 or left < gone:
        return BudgetState.EXHAUSTED
    low = terms.low_at + (RECOVERED if before in (BudgetState.LOW, BudgetState.EXHAUSTED) else 0.0)
    return BudgetState.LOW if left < low else BudgetState.OK


def _known(statuses: Sequence[SloStatus]) -> list[tuple[float, SloStatus]]:
    """Those of which something is known, with the share left."""
    shares = ((status.budget.left, status) for status in statuses)
    return [(left, status) for left, status in shares if left is not None]


def may_run(state: BudgetState, risk: Risk, terms: Terms, why: str) -> Verdict:
    """Whether something of that risk may be run on a service that stands so; `why` says how it stands, in words."""
    rule = f"error budget {state}"
    if state is BudgetState.UNKNOWN:
        return Verdict(Answer.ALLOWED, "nothing is known of its error budget", rule, usual=True)
    if state is BudgetState.OK:
        return Verdict(Answer.ALLOWED, why, rule, usual=True)
    if risk is Risk.ROUTINE:
        return Verdict(Answer.ALLOWED, f"{why}; what brings back or keeps up what runs is allowed all the same", rule)
    answers = {
        BudgetState.LOW: terms.low,
        BudgetState.EXHAUSTED: terms.exhausted,
        BudgetState.FROZEN: terms.frozen,
    }
    return Verdict(answers[state], why, rule)


def understood(text: str, now: datetime) -> Until:
    """`until 14:00 the sale is on`, `for 2h sale`, or only a reason; clock times are UTC, the next one that comes."""
    word, _, rest = text.strip().partition(" ")
    if word.casefold() == "until":
        return _until(rest.strip(), now)
    if word.casefold() == "for":
        return _for(rest.strip(), now)
    return Until(None, text.strip())


def _until(text: str, now: datetime) -> Until:
    when, _, reason = text.partition(" ")
    if reason.casefold().startswith("utc"):
        reason = reason[3:]
    at = instant(when, now)
    if at is None:
        return Until(None, "", f"“{when}” is no time. Write 14:00 (UTC), or 2026-01-31T14:00Z.")
    if at <= now and _CLOCK.match(when):
        at += timedelta(days=1)
    if at <= now:
        return Until(None, "", f"{at:%d %b %H:%M} UTC has passed already.")
    return Until(at, reason.strip())


def _for(text: str, now: datetime) -> Until:
    found = _FOR.match(text)
    if found is None:
        return Until(None, f"for {text}")
    length = timedelta(**{_UNITS[found["unit"][0].casefold()]: int(found["count"])})
    return Until(now + length, text[found.end() :].strip())
