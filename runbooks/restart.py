"""Restart: every replica is started anew, one after the other, with the release it should run."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.action import Observation, Parameter, Plan, Report, Request, Target, World
from runbooks import wording


class Restart:
    """`desired.restarted_after` is an instant: what was started before it is due, what was started since is done."""

    name = "restart"
    verb = "restart"
    parameters: Sequence[Parameter] = ()

    def plan(self, request: Request, world: World) -> Plan:
        """Restart all replicas started before `now`."""
        seen = world.seen
        wording.offered(self.name, request, seen)
        return Plan(
            action=self.name,
            service=request.service,
            environment=request.environment,
            target=request.target,
            before=f"{seen.healthy} of {wording.count(seen.size, world)} healthy",
            after="all started anew",
            title=f"Restart {request.service}",
            hits=wording.hits_each(seen, world),
            facts=(
                ("Who notices", wording.who_notices(seen, "if each starts well: the others serve meanwhile")),
                ("What goes away", f"what the {world.many} hold in memory"),
                ("Undo", "a restart has none"),
                ("Data", "stored data stays as it is"),
                *wording.warnings("restart", seen),
            ),
            desired={"restarted_after": _whole_second(world.at).isoformat()},
            observed={"replicas": seen.size, "release": _key(seen), "named": wording.current(seen)},
            look=seen.look,
            abort=seen.abort,
        )

    async def check(self, plan: Plan, target: Target) -> None:
        """A plan fits as long as the same number of replicas runs the same release; or it has begun already."""
        seen = await target.observe()
        if seen.restarted_at and seen.restarted_at >= _instant(plan):
            return
        if _key(seen) != plan.observed["release"]:
            left = plan.observed.get("named") or plan.observed["release"]
            raise wording.no_longer_fits(f"{plan.service} is now on {wording.current(seen)}, not {left}")
        if seen.size != plan.observed["replicas"]:
            number = wording.count(seen.size, target)
            raise wording.no_longer_fits(f"{plan.service} now has {number}, not {plan.observed['replicas']}")

    async def apply(self, plan: Plan, target: Target, report: Report) -> None:
        """Restart what was started before the planned instant."""
        await self.check(plan, target)
        await target.restart(_instant(plan), report)


def _instant(plan: Plan) -> datetime:
    return datetime.fromisoformat(str(plan.desired["restarted_after"]))


def _whole_second(now: datetime) -> datetime:
    """The next whole second: start times are known to the second on most machinery, and must not be mistaken."""
    return datetime.fromtimestamp(math.ceil(now.timestamp()), UTC)


def _key(seen: Observation) -> str:
    return seen.current.key if seen.current else ""
