"""A desk whose rollback needs a second person's yes: Dev, or one of the leads."""

from collections.abc import Sequence
from dataclasses import replace

from bot.catalog.model import Grant, Permissions, Person, Step
from bot.domain.run import RunState
from bot.domain.run_record import RunRecord
from bot.domain.slo.policy import Risk
from bot.store import people
from tests.runs.desk import Desk, asked, number_of

YES = Step(kind="approval", text="Is it safe for the data?")
STEPS = (YES, Step(kind="action"), Step(kind="verify"))


def ask_for_approval(desk: Desk, steps: Sequence[Step] = STEPS, risk: Risk = Risk.ROUTINE) -> None:
    """From now on a rollback takes these steps."""
    rollback = desk.catalog.runbooks["rollback"].model_copy(update={"steps": tuple(steps), "risk": risk})
    grant_approval(desk, ("dev", "group:leads"))
    dev = Person(key="dev", name="Dev Patel", slack="dev")
    desk.catalog = replace(
        desk.catalog,
        runbooks={**desk.catalog.runbooks, "rollback": rollback},
        people={**desk.catalog.people, "dev": dev},
    )


def grant_approval(desk: Desk, to: Sequence[str]) -> None:
    """From now on exactly these may approve, beside the administrator."""
    assert desk.catalog.permissions is not None
    others = tuple(grant for grant in desk.catalog.permissions.grants if grant.role not in ("approver", "admin"))
    added = (Grant(role="approver", to=tuple(to), environments=("prod",)),) if to else ()
    desk.catalog = replace(desk.catalog, permissions=Permissions(grants=(*others, *added)))


async def meet(desk: Desk) -> None:
    """The chat has told of Dev, and of two leads, one of whom is Ana."""
    async with desk.database.write() as tx:
        for key, name in (("dev", "Dev Patel"), ("gina", "Gina Sol"), ("ana", "Ana Ruiz")):
            row = {"id": f"U0{key.upper()}", "handle": key, "name": name, "is_guest": False}
            await people.learn(tx, [row])
        await people.keep_groups(tx, {"leads": ["U0GINA", "U0ANA"]})


async def waiting(desk: Desk, who: str = "ana") -> RunRecord:
    """A rollback that waits for somebody's yes."""
    record = await desk.confirm(await desk.plan(who=who), who, reason="v42 breaks the checkout")
    assert record.run.state is RunState.WAITING
    return record


async def approve(desk: Desk, record: RunRecord, who: str = "dev", key: str = "") -> RunRecord:
    return await desk.approvals.approve(asked(who, key), record.run.number, record.run.digest)


__all__ = ["approve", "ask_for_approval", "grant_approval", "meet", "number_of", "waiting"]
