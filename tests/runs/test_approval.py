"""The second person's yes: asked for, given once, by somebody else who may, and to exactly one plan."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.action import Refused
from bot.catalog.model import Step
from bot.domain.run import RunState
from bot.domain.run_record import RunRecord, Wish
from bot.domain.slo.policy import Answer, Risk, Verdict
from bot.services.permissions import Forbidden
from bot.services.runs import MOVED
from bot.services.runs.records import listed
from bot.store import audit, runs, timeline
from bot.store.schema.work import surfaces
from tests.runbooks.machine import Machine
from tests.runs.approving import YES, approve, ask_for_approval, grant_approval, meet, waiting
from tests.runs.desk import Desk, asked, number_of
from tests.runs.test_confirming import owed
from tests.runs.test_story import open_incident
from tests.support.work import row


@pytest.fixture
async def careful(desk: Desk) -> Desk:
    ask_for_approval(desk)
    await meet(desk)
    return desk


async def test_a_plan_that_needs_a_second_yes_says_so_and_whose(careful: Desk) -> None:
    plan = await careful.plan()
    assert plan.second_yes == "two-person rule of runbook rollback in prod"
    assert plan.approvers == ("Dev Patel", "leads")
    assert (await careful.plan("restart")).second_yes == ""


async def test_asking_posts_one_message_and_changes_nothing(careful: Desk, machine: Machine) -> None:
    record = await waiting(careful)
    facts = await careful.facts.facts(record.run.number)
    assert facts is not None
    assert facts.approval is not None
    assert [person.name for person in facts.approval.asked] == ["Dev Patel", "Gina Sol"], "never who asked"
    assert facts.approval.until - facts.approval.asked_at == timedelta(minutes=20)
    assert facts.reason == "v42 breaks the checkout"
    message = await row(careful.database, surfaces, f"run:{record.run.name}")
    assert (message.channel, message.kind) == ("C0OPS", "run")
    assert await owed(careful.database) == 0
    assert machine.current.readlink().name == "v42"
    async with careful.database.read() as tx:
        assert await runs.holder(tx, "checkout/prod") is None, "the target is free until somebody approves"


async def test_with_the_second_yes_it_runs_and_the_record_names_both(careful: Desk, machine: Machine) -> None:
    record = await waiting(careful)
    approved = await approve(careful, record)
    assert approved.run.state is RunState.CONFIRMED
    await careful.done(record.run.number, RunState.BETTER)
    assert machine.current.readlink().name == "v41"
    (found,) = await listed(careful.database)
    assert (found["asked_by"], found["approved_by"]) == ("U0ANA", "U0DEV")
    async with careful.database.read() as tx:
        entries = await audit.entries(tx)
        assert await audit.broken(tx) is None
    assert [(entry.what, entry.who, entry.outcome) for entry in entries] == [
        ("run.plan", "U0ANA", "planned"),
        ("run.ask", "U0ANA", "asked"),
        ("run.approve", "U0DEV", "approved"),
        ("run.apply", "", "verifying"),
        ("run.verify", "", "better"),
    ]


async def test_who_asked_cannot_approve_and_it_stays_open(careful: Desk) -> None:
    grant_approval(careful, ("dev", "ana"))
    record = await waiting(careful)
    with pytest.raises(Refused, match="You asked for this, so someone else must approve it") as refused:
        await approve(careful, record, "ana")
    assert "Dev Patel may; open until" in str(refused.value)
    assert refused.value.rule == "runbook rollback"
    assert (await careful.runs.find(record.run.number)).run.state is RunState.WAITING
    async with careful.database.read() as tx:
        last = (await audit.entries(tx))[-1]
    assert (last.who, last.what, last.outcome) == ("U0ANA", "run.approve", "refused")


async def test_whoever_made_the_plan_cannot_approve_it_for_somebody_who_asked(careful: Desk) -> None:
    grant_approval(careful, ("dev", "ana"))
    plan = await careful.plan(who="ana")
    record = await careful.confirm(plan, "ben")
    for who in ("ana", "ben"):
        with pytest.raises(Refused, match="You asked for this"):
            await approve(careful, record, who)


async def test_who_may_act_may_not_approve_for_that(careful: Desk) -> None:
    record = await waiting(careful)
    with pytest.raises(Forbidden, match="You may not approve rollback on `checkout` in prod"):
        await approve(careful, record, "ben")
    with pytest.raises(Forbidden):
        await careful.approvals.refuse(asked("chloe"), record.run.number, "not today")
    async with careful.database.read() as tx:
        denied = [(entry.who, entry.what) for entry in await audit.entries(tx) if entry.outcome == "denied"]
    assert denied == [("U0BEN", "run.approve"), ("U0CHLOE", "run.refuse")]
    assert await owed(careful.database) == 0


async def test_of_two_who_approve_at_once_one_counts(careful: Desk) -> None:
    record = await waiting(careful)
    answers = await asyncio.gather(
        approve(careful, record, "dev"), approve(careful, record, "gina"), return_exceptions=True
    )
    (lost,) = [answer for answer in answers if isinstance(answer, Refused)]
    (won,) = [answer for answer in answers if isinstance(answer, RunRecord)]
    assert lost.rule == MOVED
    facts = await careful.facts.facts(record.run.number)
    assert facts is not None
    assert facts.approval is not None
    assert facts.approval.decided_by is not None
    assert facts.approval.decided_by.id == won.run.approved_by
    assert await owed(careful.database) == 1


async def test_a_click_delivered_twice_approves_once(careful: Desk) -> None:
    record = await waiting(careful)
    first = await approve(careful, record, key="click-1")
    again = await approve(careful, record, key="click-1")
    assert again.run == first.run
    assert await owed(careful.database) == 1


async def test_the_yes_is_to_one_plan_only(careful: Desk) -> None:
    record = await waiting(careful)
    with pytest.raises(Refused, match="made anew"):
        await careful.approvals.approve(asked("dev"), record.run.number, "0" * 12)


async def test_while_somebody_else_acts_the_yes_waits_and_names_them(careful: Desk) -> None:
    record = await waiting(careful)
    busy = await careful.confirmed("restart", "ben")
    with pytest.raises(Refused, match=r"ben: R-2, restart of checkout.*R-1 stays open for approval until") as refused:
        await approve(careful, record)
    assert refused.value.rule == "locked"
    assert (await careful.runs.find(record.run.number)).run.state is RunState.WAITING
    await careful.done(busy, RunState.DONE)
    assert (await approve(careful, record)).run.state is RunState.CONFIRMED


async def test_a_refusal_has_its_reason_and_is_final(careful: Desk) -> None:
    record = await waiting(careful)
    await careful.approvals.refuse(asked("gina"), record.run.number, "v41 cannot read the new coupons")
    facts = await careful.facts.facts(record.run.number)
    assert facts is not None
    assert facts.state is RunState.REFUSED
    assert facts.approval is not None
    assert facts.approval.words == "v41 cannot read the new coupons"
    with pytest.raises(Refused, match="R-1 is refused by Gina Sol") as late:
        await approve(careful, record)
    assert late.value.rule == MOVED


async def test_who_asked_withdraws_and_nobody_else(careful: Desk) -> None:
    record = await waiting(careful)
    number = record.run.number
    with pytest.raises(Refused, match="withdraw it with `/runbook withdraw R-1`"):
        await careful.approvals.refuse(asked("ana"), number, "never mind")
    with pytest.raises(Refused, match="Only Ana Ruiz, who asked for it, can withdraw R-1"):
        await careful.approvals.withdraw(asked("dev"), number)
    assert (await careful.approvals.withdraw(asked("ana"), number)).run.state is RunState.WITHDRAWN
    assert await owed(careful.database) == 0


async def test_where_nobody_else_may_approve_nothing_is_asked(careful: Desk) -> None:
    grant_approval(careful, ("ana",))
    plan = await careful.plan()
    with pytest.raises(Refused, match="nobody but you may say it"):
        await careful.confirm(plan)
    assert (await careful.runs.find(number_of(plan))).run.state is RunState.PLANNED


async def test_whoever_is_on_call_is_called_first(careful: Desk) -> None:
    service = careful.catalog.services["checkout"].model_copy(update={"on_call": ("gina",)})
    careful.catalog = replace(careful.catalog, services={**careful.catalog.services, "checkout": service})
    record = await waiting(careful)
    assert record.approval is not None
    assert record.approval.asked == ("U0GINA", "U0DEV")


async def test_a_step_may_name_the_places_where_it_asks(careful: Desk) -> None:
    for places, asks in ((("uat",), False), (("uat", "prod"), True)):
        ask_for_approval(careful, (YES.model_copy(update={"environments": places}), Step(kind="action")))
        assert bool((await careful.plan()).second_yes) is asks


async def test_a_rule_that_came_after_the_plan_holds_for_it(desk: Desk) -> None:
    plan = await desk.plan()
    ask_for_approval(desk)
    await meet(desk)
    assert (await desk.confirm(plan)).run.state is RunState.WAITING


@pytest.mark.parametrize(
    ("answer", "state"), [(Answer.NEEDS_APPROVAL, RunState.WAITING), (Answer.ALLOWED, RunState.CONFIRMED)]
)
async def test_the_error_budget_policy_asks_for_a_second_yes_of_what_is_risky(
    careful: Desk, answer: Answer, state: RunState
) -> None:
    ask_for_approval(careful, (Step(kind="action"),), Risk.RISKY)
    careful.policy.says = Verdict(answer, "18 % of the budget is left", "error budget low")
    plan = await careful.plan()
    assert (await careful.confirm(plan)).run.state is state


async def test_what_the_policy_refuses_does_not_run_and_what_is_routine_does(careful: Desk) -> None:
    ask_for_approval(careful, (Step(kind="action"),), Risk.RISKY)
    careful.policy.says = Verdict(Answer.REFUSED, "Ana froze releases", "error budget frozen")
    plan = await careful.plan()
    assert plan.policy is not None
    with pytest.raises(Refused, match="`rollback` on `checkout` is refused: Ana froze releases") as refused:
        await careful.confirm(plan)
    assert refused.value.rule == "error budget frozen"
    assert (await careful.confirm(await careful.plan("restart"))).run.state is RunState.CONFIRMED


async def test_the_way_back_needs_no_second_yes(careful: Desk, machine: Machine) -> None:
    record = await waiting(careful)
    await approve(careful, record)
    await careful.done(record.run.number, RunState.BETTER)
    back = await careful.runs.undo_now(asked("ana"), record.run.number)
    assert back.run.state is RunState.CONFIRMED
    await careful.done(back.run.number, RunState.BETTER)
    assert machine.current.readlink().name == "v42"


async def test_the_incident_remembers_who_asked_and_who_said_yes(careful: Desk) -> None:
    incident = await open_incident(careful.database, room="C0INC1")
    plan = await careful.plan(wish=Wish("checkout", "rollback", channel="C0ELSE", incident=incident))
    record = await careful.confirm(plan, reason="it burns")
    async with careful.database.read() as tx:
        brief = await careful.facts.latest(tx, incident)
    assert brief is not None
    assert (brief.state, brief.deciders) == (RunState.WAITING, ("Dev Patel", "Gina Sol"))
    await approve(careful, record)
    async with careful.database.read() as tx:
        lines = [(each.entry.text, each.entry.actor) for each in await timeline.entries(tx, incident)]
    assert lines[1:] == [
        ("{actor} asked for approval of R-1: Roll back checkout v42 → v41 (“it burns”)", "U0ANA"),
        ("{actor} approved R-1: Roll back checkout v42 → v41", "U0DEV"),
    ]
    assert (await row(careful.database, surfaces, "run:R-1")).channel == "C0INC1"


async def test_a_request_waits_on_the_page_of_those_who_may_decide(careful: Desk) -> None:
    await waiting(careful)
    waits = {who: await careful.facts.waiting_for(f"U0{who}") for who in ("ANA", "BEN", "DEV", "GINA")}
    assert {who: [run.id for run in found] for who, found in waits.items()} == {
        "ANA": [],
        "BEN": [],
        "DEV": ["R-1"],
        "GINA": ["R-1"],
    }


async def test_another_plan_for_the_target_names_what_waits(careful: Desk) -> None:
    await waiting(careful)
    assert (await careful.plan("restart", "ben")).acting == ("Ana Ruiz: R-1, rollback to v41, waiting for approval",)
