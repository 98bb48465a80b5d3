"""Saying yes: to exactly one plan, once, by somebody who may, while nobody else is at it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.action import Refused
from bot.domain.run import RunState
from bot.domain.run_record import RunRecord
from bot.services.permissions import Forbidden
from bot.services.requests import NotFound
from bot.services.runs import MOVED, Limits
from bot.store import audit
from bot.store.db import Database
from bot.store.schema.work import effects
from tests.runbooks.machine import Machine
from tests.runs.desk import Desk, asked, number_of


async def test_a_double_click_runs_it_once(desk: Desk, machine: Machine) -> None:
    plan = await desk.plan()
    starts = len(machine.starts())
    first = await desk.confirm(plan, key="view:V1:abc")
    again = await desk.confirm(plan, key="view:V1:abc")
    assert again.run == first.run
    with pytest.raises(Refused) as refused:
        await desk.confirm(plan, key="view:V1:other")
    assert refused.value.rule == MOVED
    await desk.done(number_of(plan), RunState.BETTER)
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}
    assert await owed(desk.database) == 1


async def test_of_two_people_at_once_one_wins_and_the_other_is_told_who(desk: Desk) -> None:
    plans = [await desk.plan(who="ana"), await desk.plan(who="ben")]
    answers = await asyncio.gather(desk.confirm(plans[0], "ana"), desk.confirm(plans[1], "ben"), return_exceptions=True)
    (lost,) = [answer for answer in answers if isinstance(answer, Refused)]
    (won,) = [answer for answer in answers if isinstance(answer, RunRecord)]
    winner = "ana" if won.run.asked_by == "U0ANA" else "ben"
    assert lost.rule == "locked"
    assert f"{winner}: {won.run.name}, rollback to v41" in str(lost)
    assert await owed(desk.database) == 1


async def test_a_plan_names_who_else_is_at_it(desk: Desk) -> None:
    await desk.plan(who="ben")
    assert (await desk.plan(who="ana")).acting == ("ben: R-1, rollback to v41, planned and not confirmed",)


async def test_a_second_run_waits_for_no_other_once_the_target_is_free(desk: Desk) -> None:
    number = await desk.confirmed()
    await desk.done(number, RunState.BETTER)
    again = await desk.confirmed("restart", "ben")
    await desk.done(again, RunState.DONE)


async def test_whoever_may_not_act_is_told_the_rule_and_who_may_and_that_is_recorded(desk: Desk) -> None:
    plan = await desk.plan()
    with pytest.raises(Forbidden) as forbidden:
        await desk.confirm(plan, "chloe")
    refusal = forbidden.value.refusal
    assert refusal.words.startswith("You may not run rollback on `checkout` in prod. Nothing was changed.")
    assert refusal.rule == "permissions.yaml grant 2"
    assert {person.name for person in refusal.may} >= {"Ben", "sre"}
    async with desk.database.read() as tx:
        last = (await audit.entries(tx))[-1]
        assert await audit.broken(tx) is None
    assert (last.who, last.what, last.subject, last.outcome) == ("U0CHLOE", "run.confirm", plan.run, "denied")
    assert last.detail["rule"] == refusal.rule
    assert await owed(desk.database) == 0


async def test_whoever_may_not_act_gets_no_plan_either(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        await desk.plan(who="chloe")
    with pytest.raises(Forbidden, match="only eva"):
        await desk.plan("purge", "ana")


async def test_a_plan_that_is_too_old_is_void(database: Database, machine: Machine) -> None:
    desk = Desk(database, machine.options(), limits=Limits(plan_lives=timedelta(0)))
    plan = await desk.plan()
    with pytest.raises(Refused, match="too old") as refused:
        await desk.confirm(plan)
    assert refused.value.rule == MOVED
    facts = await desk.facts.facts(number_of(plan))
    assert facts is not None
    assert facts.state is RunState.VOID


async def test_a_plan_whose_world_has_changed_does_not_run(desk: Desk, machine: Machine) -> None:
    plan = await desk.plan()
    await desk.confirm(plan)
    machine.add_release("v43")
    await machine.target().switch("v43", _ignore)
    record = await desk.done(number_of(plan), RunState.VOID)
    assert "checkout is now on v43, not v42" in record.problem
    assert machine.current.readlink().name == "v43"
    await desk.done(await desk.confirmed("restart"), RunState.DONE)


async def test_only_the_plan_that_was_shown_is_confirmed(desk: Desk) -> None:
    plan = await desk.plan()
    with pytest.raises(Refused, match="made anew"):
        await desk.runs.confirm(asked("ana"), number_of(plan), "0" * 12)
    with pytest.raises(NotFound, match="There is no R-99"):
        await desk.runs.confirm(asked("ana"), 99, plan.digest)


async def test_the_same_request_gets_the_same_plan(desk: Desk) -> None:
    wish = (await desk.runs.find(number_of(await desk.plan()))).wish
    first, again = await desk.runs.plan(asked("ana", "t1"), wish), await desk.runs.plan(asked("ana", "t1"), wish)
    assert (first.run, first.digest) == (again.run, again.digest)


@pytest.mark.parametrize(
    ("service", "runbook", "words"),
    [
        ("chekout", "rollback", "There is no service `chekout`"),
        ("checkout", "rolback", "There is no runbook `rolback`"),
        ("cart", "restart", "`cart` has no target"),
        ("checkout", "scale", "`replicas` is missing"),
    ],
)
async def test_what_cannot_be_planned_is_refused_in_words(desk: Desk, service: str, runbook: str, words: str) -> None:
    wish = (await desk.runs.find(number_of(await desk.plan()))).wish
    with pytest.raises(Refused, match=words):
        await desk.runs.plan(asked("ana"), replace(wish, service=service, runbook=runbook))


async def owed(database: Database) -> int:
    """How many changes were owed to the world."""
    async with database.read() as tx:
        applied = select(func.count()).select_from(effects).where(effects.c.kind == "run.apply")
        return int((await tx.connection.execute(applied)).scalar_one())


async def _ignore(_: object) -> None:
    return
