"""A run moves along its table and no other way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.run import (
    ENDED,
    HOLDING,
    MOVES,
    NEVER_RAN,
    RIGHTS,
    VERDICTS,
    WORDS,
    Move,
    NotNow,
    Run,
    RunState,
    Step,
    confirm,
    judged,
    move,
    why_no_undo,
)
from bot.domain.verdict import Outcome

AT = datetime(2026, 1, 3, 2, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PLANNED = Run(17, "rollback", "checkout", "prod", "9c41", (Step(RunState.PLANNED, AT, "ana"),), undoable=True)


def ran(*moves: Move) -> Run:
    """R-17 after these moves, a minute apart."""
    run = PLANNED
    for number, what in enumerate(moves, start=1):
        run = move(run, what, AT + number * MINUTE, "ana")
    return run


def standing(state: RunState) -> Run:
    return replace(PLANNED, steps=(*PLANNED.steps, Step(state, AT, "ben")))


def test_the_straight_way_keeps_the_time_of_each_step() -> None:
    run = judged(ran(Move.CONFIRM, Move.START, Move.VERIFY), Outcome.BETTER, AT + 9 * MINUTE, "errors 31 % → 0.2 %")
    assert [step.state for step in run.steps] == ["planned", "confirmed", "running", "verifying", "better"]
    assert (run.begun_at, run.changed_at) == (AT + 2 * MINUTE, AT + 3 * MINUTE)
    assert (run.name, run.version, run.asked_by, run.state) == ("R-17", 5, "ana", RunState.BETTER)


@pytest.mark.parametrize("what", Move)
@pytest.mark.parametrize("state", RunState)
def test_every_move_begins_where_the_table_says_and_nowhere_else(what: Move, state: RunState) -> None:
    sources, goal = MOVES[what]
    if state in sources:
        assert move(standing(state), what, AT).state is goal
    else:
        with pytest.raises(NotNow, match="Nothing was changed"):
            move(standing(state), what, AT)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_leads_out_of_an_end(state: RunState) -> None:
    assert not any(state in sources for sources, _ in MOVES.values())


def test_every_state_can_be_reached_and_has_words() -> None:
    goals = {goal for _, goal in MOVES.values()} | set(VERDICTS.values()) | {RunState.PLANNED}
    assert goals == set(RunState) == set(WORDS)


def test_what_people_do_by_hand_needs_a_right() -> None:
    assert set(Move) - set(RIGHTS) == {Move.VOID, Move.EXPIRE, Move.START, Move.LOSE_SIGHT}


def test_a_second_click_is_told_who_was_first() -> None:
    with pytest.raises(NotNow) as late:
        confirm(ran(Move.CONFIRM), "9c41", AT, "ben")
    assert str(late.value) == "R-17 is confirmed and about to start by ana since 02:12 UTC. Nothing was changed."
    assert late.value.state is RunState.CONFIRMED


def test_a_second_yes_is_said_by_somebody_else_and_is_known_from_the_first() -> None:
    waiting = confirm(PLANNED, "9c41", AT, "ana", Move.ASK)
    assert (waiting.state, waiting.approved_by) == (RunState.WAITING, "")
    assert (waiting.asked_for_by("ana"), waiting.asked_for_by("dev")) == (True, False)
    approved = confirm(waiting, "9c41", AT, "dev", Move.APPROVE)
    assert (approved.state, approved.approved_by, approved.asked_by) == (RunState.CONFIRMED, "dev", "ana")
    assert not approved.asked_for_by("dev")
    assert confirm(PLANNED, "9c41", AT, "ana").approved_by == "", "one yes is no approval"


def test_who_asked_in_anothers_place_has_asked_too() -> None:
    waiting = confirm(PLANNED, "9c41", AT, "ben", Move.ASK)
    assert waiting.asked_for_by("ana")
    assert waiting.asked_for_by("ben")


@pytest.mark.parametrize("what", [Move.REFUSE, Move.EXPIRE, Move.WITHDRAW])
def test_a_request_that_came_to_nothing_never_touched_anything(what: Move) -> None:
    run = ran(Move.ASK, what)
    assert run.state in NEVER_RAN
    assert run.begun_at is None
    assert "nothing to undo" in why_no_undo(run, AT, HOUR)


def test_a_request_keeps_no_target_while_it_waits() -> None:
    assert RunState.WAITING not in HOLDING


def test_a_yes_to_another_plan_is_no_yes() -> None:
    with pytest.raises(NotNow, match="made anew since this one was shown"):
        confirm(PLANNED, "0000", AT, "ana")
    assert confirm(PLANNED, "9c41", AT, "ana").state is RunState.CONFIRMED


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_is_being_verified_is_judged(outcome: Outcome) -> None:
    assert judged(standing(RunState.VERIFYING), outcome, AT, "").state is VERDICTS[outcome]
    with pytest.raises(NotNow):
        judged(standing(RunState.RUNNING), outcome, AT, "")


def test_a_run_looked_at_again_keeps_the_time_it_began() -> None:
    run = ran(Move.CONFIRM, Move.START, Move.LOSE_SIGHT, Move.LOOK_AGAIN, Move.FINISH)
    assert (run.begun_at, run.changed_at) == (AT + 2 * MINUTE, AT + 5 * MINUTE)
    assert run.since(RunState.RUNNING) == AT + 4 * MINUTE
    assert run.since(RunState.FAILED) is None


def test_the_target_is_held_until_the_change_is_made_so_that_it_can_be_undone() -> None:
    assert RunState.UNSURE in HOLDING
    assert RunState.VERIFYING not in HOLDING
    assert not HOLDING & ENDED


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (ran(Move.CONFIRM, Move.START, Move.FINISH), ""),
        (ran(Move.CONFIRM, Move.START, Move.VERIFY), ""),
        (ran(Move.CONFIRM, Move.START, Move.FAIL), ""),
        (ran(Move.CONFIRM, Move.START, Move.ABORT), ""),
        (ran(Move.CONFIRM, Move.ABORT), "R-17 is aborted: there is nothing to undo."),
        (ran(Move.CONFIRM), "R-17 is confirmed and about to start: there is nothing to undo."),
        (ran(Move.CONFIRM, Move.START), "R-17 is running: there is nothing to undo."),
        (replace(ran(Move.CONFIRM, Move.START, Move.FINISH), undoable=False), "R-17 has no undo."),
        (replace(ran(Move.CONFIRM, Move.START, Move.FINISH), undone_by=18), "R-17 was undone by R-18."),
    ],
)
def test_an_undo_is_offered_for_what_touched_something(run: Run, words: str) -> None:
    assert why_no_undo(run, AT + 10 * MINUTE, HOUR) == words


def test_an_undo_is_one_click_for_its_time_only() -> None:
    run = ran(Move.CONFIRM, Move.START, Move.FINISH)
    assert why_no_undo(run, AT + 3 * MINUTE + HOUR, HOUR) == ""
    assert "too long ago" in why_no_undo(run, AT + 3 * MINUTE + HOUR + MINUTE, HOUR)
