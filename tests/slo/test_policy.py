"""The error-budget policy: how a service stands, what may be run on it, and how a freeze is typed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.slo import Counts, SloStatus, State
from bot.domain.slo.policy import Answer, BudgetState, Freeze, Risk, Terms, budget_state, may_run, understood, worst
from tests.support.slos import slo

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TERMS = Terms()
EVENTS = 1_000_000.0


def left(share: float | None, name: str = "a") -> SloStatus:
    counts = None if share is None else Counts(EVENTS * (1 - 0.001 * (1 - share)), EVENTS)
    return SloStatus(slo(name), NOON, State.OK, counts)


def played(*shares: float | None) -> list[BudgetState]:
    state, seen = BudgetState.UNKNOWN, []
    for share in shares:
        found = budget_state([left(share)], TERMS, state)
        state = found if found is not BudgetState.UNKNOWN else state
        seen.append(found)
    return seen


def test_a_service_is_as_bad_as_its_worst_slo() -> None:
    assert budget_state([left(0.9), left(0.1, "b"), left(None, "c")], TERMS, BudgetState.OK) is BudgetState.LOW
    found = worst([left(0.9), left(0.1, "b"), left(None, "c")])
    assert found is not None
    assert found.slo.name == "b"


def test_a_state_is_left_only_after_a_clear_recovery() -> None:
    ok, low, gone = BudgetState.OK, BudgetState.LOW, BudgetState.EXHAUSTED
    assert played(0.5, 0.26, 0.24, 0.26, 0.29, 0.31) == [ok, ok, low, low, low, ok]
    assert played(0.1, -0.1, 0.01, 0.04, 0.06) == [low, gone, gone, gone, low]


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    assert played(None, 0.5, None) == [BudgetState.UNKNOWN, BudgetState.OK, BudgetState.UNKNOWN]
    verdict = may_run(BudgetState.UNKNOWN, Risk.RISKY, TERMS, "")
    assert (verdict.answer, verdict.why) == (Answer.ALLOWED, "nothing is known of its error budget")


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (BudgetState.OK, Answer.ALLOWED),
        (BudgetState.LOW, Answer.NEEDS_APPROVAL),
        (BudgetState.EXHAUSTED, Answer.NEEDS_APPROVAL),
        (BudgetState.FROZEN, Answer.REFUSED),
    ],
)
def test_something_risky_is_answered_by_the_terms_and_what_restores_is_always_allowed(
    state: BudgetState, answer: Answer
) -> None:
    assert may_run(state, Risk.RISKY, TERMS, "so it is").answer is answer
    assert may_run(state, Risk.ROUTINE, TERMS, "so it is").answer is Answer.ALLOWED
    assert may_run(state, Risk.RISKY, TERMS, "so it is").rule == f"error budget {state}"


@pytest.mark.parametrize(
    ("typed", "hours", "reason"),
    [
        ("until 14:00 the sale is on", 2, "the sale is on"),
        ("until 14:00 UTC the sale", 2, "the sale"),
        ("until 14:00utc the sale", 2, "the sale"),
        ("until 11:00 until tomorrow", 23, "until tomorrow"),
        ("until 2026-01-03T12:00Z long", 48, "long"),
        ("for 90m a test", 1.5, "a test"),
        ("for 2h a test", 2, "a test"),
        ("for 3 days a test", 72, "a test"),
        ("for the sale", None, "for the sale"),
        ("the sale is on", None, "the sale is on"),
        ("until 14:00", 2, ""),
    ],
)
def test_a_freeze_is_typed_as_people_speak(typed: str, hours: float | None, reason: str) -> None:
    found = understood(typed, NOON)
    assert (found.until, found.reason) == (NOON + timedelta(hours=hours) if hours else None, reason)
    assert found.problem == ""


@pytest.mark.parametrize("typed", ["until the cows come home", "until 2025-01-01 late", "until 10m x"])
def test_a_time_that_is_none_or_has_passed_is_said_to_be(typed: str) -> None:
    assert understood(typed, NOON).problem


def test_a_freeze_holds_until_its_time() -> None:
    freeze = Freeze(1, "checkout", "U1", "sale", NOON, NOON + timedelta(hours=1))
    assert freeze.holds(NOON)
    assert not freeze.holds(NOON + timedelta(hours=1))
