"""A run from its plan to its verdict, and the way back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.action import Refused
from bot.domain.facts.incident import IncidentState
from bot.domain.facts.run import StepState
from bot.domain.run import RunState
from bot.domain.run_record import Wish
from bot.domain.slo import Counts
from bot.domain.verdict import Outcome
from bot.services.runs import MOVED
from bot.services.runs.records import listed
from bot.store import audit, incidents, timeline
from bot.store.db import Database
from bot.store.schema.work import surfaces, watches
from tests.runbooks.machine import Machine
from tests.runs.desk import Desk, asked, frozen, number_of
from tests.support.work import row


async def test_a_rollback_is_planned_confirmed_applied_and_found_to_have_helped(desk: Desk, machine: Machine) -> None:
    plan = await desk.plan()
    assert (plan.before, plan.after, plan.action) == ("v42", "v41", "rollback")
    assert plan.hits.startswith("All 2 processes, one at a time")
    assert plan.check is not None
    assert plan.check.what == "checkout errors"
    assert machine.current.readlink().name == "v42", "a plan changes nothing"
    number = (await desk.confirm(plan, reason="v42 breaks the checkout")).run.number
    record = await desk.done(number, RunState.BETTER)
    assert machine.current.readlink().name == "v41"
    assert record.verdict is not None
    assert record.verdict.outcome is Outcome.BETTER
    facts = await desk.facts.facts(number)
    assert facts is not None
    assert (facts.done, facts.total, facts.reason) == (2, 2, "v42 breaks the checkout")
    assert [step.state for step in facts.steps] == [StepState.DONE, StepState.DONE]
    assert facts.undo is not None
    assert (facts.undo.before, facts.undo.after) == ("v41", "v42")


async def test_its_one_message_goes_where_it_was_asked_for_and_is_redrawn_at_each_step(desk: Desk) -> None:
    number = await desk.confirmed()
    first = await row(desk.database, surfaces, f"run:R-{number}")
    assert (first.channel, first.kind, first.subject) == ("C0OPS", "run", f"R-{number}")
    await desk.done(number, RunState.BETTER)
    assert (await row(desk.database, surfaces, f"run:R-{number}")).wanted >= first.wanted + 4


async def test_the_incident_remembers_plan_confirmation_result_and_verdict(desk: Desk) -> None:
    incident = await open_incident(desk.database, room="C0INC1")
    plan = await desk.plan(wish=Wish("checkout", "rollback", channel="C0ELSE", incident=incident))
    number = (await desk.confirm(plan, reason="it burns")).run.number
    await desk.done(number, RunState.BETTER)
    async with desk.database.read() as tx:
        lines = [each.entry for each in await timeline.entries(tx, incident)]
        brief = await desk.facts.latest(tx, incident)
    name = f"R-{number}"
    assert [line.text for line in lines] == [
        f"{{actor}} planned {name}: Roll back checkout v42 → v41",
        f"{{actor}} confirmed {name}: Roll back checkout v42 → v41 (“it burns”)",
        f"Rolled back checkout v42 → v41 ({name}, 2 of 2 processes run v41)",
        f"Verdict on {name}: checkout errors 31\N{NO-BREAK SPACE}% → 0.2\N{NO-BREAK SPACE}%: better",
    ]
    assert [line.actor for line in lines] == ["U0ANA", "U0ANA", "", ""]
    assert brief is not None
    assert (brief.run.id, brief.doing, brief.state) == (name, "rollback to v41", RunState.BETTER)
    assert (await row(desk.database, surfaces, f"run:{name}")).channel == "C0INC1"
    assert [facts.id for facts in await desk.facts.of_incident(incident)] == [name]


async def test_something_worse_calls_the_asker_back_once_and_offers_the_way_back(desk: Desk) -> None:
    desk.traffic.before, desk.traffic.after = Counts(998, 1000), Counts(500, 1000)
    number = await desk.confirmed()
    await desk.done(number, RunState.WORSE)
    notice = await row(desk.database, surfaces, f"run:R-{number}/worse")
    assert (notice.kind, notice.subject, notice.wanted) == ("run.worse", f"R-{number}/worse", 1)
    called = await desk.facts.worse(number)
    assert called is not None
    assert (called[0].undo is not None, called[1].id) == (True, "U0ANA")


@pytest.mark.parametrize("after", [Counts(40, 50), None])
async def test_too_few_events_are_said_to_be_too_few(desk: Desk, after: Counts | None) -> None:
    desk.traffic.after = after
    number = await desk.confirmed()
    record = await desk.done(number, RunState.NOT_ENOUGH_DATA)
    assert record.verdict is not None
    async with desk.database.read() as tx:
        active = (await tx.connection.execute(select(watches.c.active))).scalars().all()
    assert active == [False], "nobody looks any longer"


async def test_where_nothing_was_bettered_another_runbook_is_named(desk: Desk) -> None:
    desk.traffic.after = desk.traffic.before
    number = (await desk.confirm(await desk.plan("rollback"))).run.number
    await desk.done(number, RunState.SAME)
    facts = await desk.facts.facts(number)
    assert facts is not None
    assert facts.other is not None
    assert facts.other.name == "restart"


async def test_a_runbook_that_asks_for_no_verdict_is_done_when_it_is_applied(desk: Desk, machine: Machine) -> None:
    starts = len(machine.starts())
    number = await desk.confirmed("restart")
    record = await desk.done(number, RunState.DONE)
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}
    assert record.verdict is None


async def test_undo_leads_back_and_cannot_be_done_twice(desk: Desk, machine: Machine) -> None:
    number = await desk.confirmed()
    await desk.done(number, RunState.BETTER)
    back = await desk.runs.undo(asked("ben"), number)
    assert (back.before, back.after, back.reason) == ("v41", "v42", f"undo of R-{number}")
    await desk.confirm(back, "ben")
    await desk.done(number_of(back), RunState.BETTER)
    assert machine.current.readlink().name == "v42"
    taken = await desk.facts.facts(number)
    assert taken is not None
    assert (taken.undone_by, taken.undo) == (back.run, None)
    with pytest.raises(Refused, match="was undone by") as refused:
        await desk.runs.undo(asked("ana"), number)
    assert refused.value.rule == MOVED


async def test_undo_now_needs_no_further_yes_and_its_repetition_changes_nothing(desk: Desk, machine: Machine) -> None:
    desk.traffic.before, desk.traffic.after = Counts(998, 1000), Counts(500, 1000)
    number = await desk.confirmed()
    await desk.done(number, RunState.WORSE)
    with frozen(machine):  # it is confirmed without a look at the target
        record = await desk.runs.undo_now(asked("ana", "click-1"), number)
    again = await desk.runs.undo_now(asked("ana", "click-1"), number)
    assert again.run.number == record.run.number
    await desk.done(record.run.number, RunState.WORSE)
    assert machine.current.readlink().name == "v42"
    assert machine.switches()[-2:] == [("v42", "v41"), ("v41", "v42")]


async def test_a_run_taken_back_while_it_is_measured_gets_no_verdict(desk: Desk) -> None:
    desk.measure_for(5.0)
    number = await desk.confirmed()
    async with desk.at_work():
        await desk.until(number, RunState.VERIFYING)
        await desk.runs.undo_now(asked("ana"), number)
        record = await desk.until(number, RunState.NOT_ENOUGH_DATA)
    assert record.run.undone_by is not None


async def test_every_step_is_in_an_unbroken_audit_log(desk: Desk) -> None:
    number = await desk.confirmed()
    await desk.done(number, RunState.BETTER)
    async with desk.database.read() as tx:
        entries = await audit.entries(tx)
        broken = await audit.broken(tx)
    assert broken is None
    assert [(entry.what, entry.who, entry.outcome) for entry in entries] == [
        ("run.plan", "U0ANA", "planned"),
        ("run.confirm", "U0ANA", "confirmed"),
        ("run.apply", "", "verifying"),
        ("run.verify", "", "better"),
    ]


async def test_scripts_read_runs_as_flat_objects(desk: Desk) -> None:
    number = await desk.confirmed()
    await desk.done(number, RunState.BETTER)
    (found,) = await listed(desk.database)
    assert found["id"] == f"R-{number}"
    assert (found["before"], found["after"], found["verdict"]) == ("v42", "v41", "better")
    assert found["share_before"] == pytest.approx(0.31)
    assert datetime.fromisoformat(str(found["begun_at"])) < datetime.now(UTC)


async def open_incident(database: Database, room: str) -> int:
    async with database.write() as tx:
        incident = await incidents.add(
            tx,
            title="Checkout is down",
            severity="sev2",
            rank=2,
            state=IncidentState.INVESTIGATING,
            services=["checkout"],
            environment="prod",
            impact="",
            declared_by="U0ANA",
            commander=None,
            drill=False,
            group_id=None,
            channel_id=room,
            channel_name="inc-1",
            began_at=tx.now,
            detected_at=tx.now,
            declared_at=tx.now,
            acknowledged_at=tx.now,
            resolution="",
        )
        return incident.number


async def test_undo_now_gives_way_to_a_world_that_has_changed(desk: Desk, machine: Machine) -> None:
    number = await desk.confirmed()
    await desk.done(number, RunState.BETTER)
    back = await desk.runs.undo_now(asked("ana"), number)
    machine.add_release("v43")
    await machine.target().switch("v43", _ignore)
    record = await desk.done(back.run.number, RunState.VOID)
    assert "checkout is now on v43, not v41" in record.problem
    taken = await desk.facts.facts(number)
    assert taken is not None
    assert taken.undone_by == ""


async def test_a_scaling_is_taken_back_without_a_look(desk: Desk, machine: Machine) -> None:
    plan = await desk.plan(wish=Wish("checkout", "scale", {"replicas": 3}))
    number = (await desk.confirm(plan)).run.number
    await desk.done(number, RunState.BETTER)
    back = await desk.runs.undo_now(asked("ana"), number)
    await desk.done(back.run.number, RunState.BETTER)
    assert len((await machine.target().observe()).replicas) == 2


async def _ignore(_: object) -> None:
    return
