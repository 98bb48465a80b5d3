"""Scale: exactly so many replicas, within the bounds of the service."""

from collections.abc import Sequence

from bot.action import Bounds, Parameter, Plan, Refused, Report, Request, Target, World
from runbooks import wording

_EXAMPLE = "`scale checkout 6`"


class Scale:
    """`desired.replicas` is absolute, so repeating it changes nothing."""

    name = "scale"
    verb = "scale"
    parameters: Sequence[Parameter] = (Parameter("replicas", "integer", True, "How many shall run", "6"),)

    def plan(self, request: Request, world: World) -> Plan:
        """From the present number to `params.replicas`."""
        wanted = wording.whole_number(request.params.get("replicas"), _EXAMPLE)
        seen = world.seen
        wording.offered(self.name, request, seen)
        _within(wanted, request.bounds, seen.least)
        present = seen.size
        if wanted == present:
            number = f"{wording.count(present, world)}, {seen.healthy} of them healthy"
            raise Refused(f"`{request.service}` already has {number}. {wording.LEFT_ALONE}", "already there")
        return Plan(
            action=self.name,
            service=request.service,
            environment=request.environment,
            target=request.target,
            before=wording.count(present, world),
            after=wording.count(wanted, world),
            title=f"Scale {request.service} {present} → {wanted}",
            hits=_hits(wanted, world),
            facts=_facts(wanted, world),
            desired={"replicas": wanted},
            observed={"replicas": present},
            undo={"replicas": present},
            undo_action=self.name,
            undo_label=wording.undo_label(str(present)),
            look=seen.look,
            abort=seen.abort,
        )

    async def check(self, plan: Plan, target: Target) -> None:
        """A plan fits while the number lies from the one it was made at to the one it leads to."""
        seen = await target.observe()
        present = seen.size
        if present != plan.desired["replicas"]:
            wording.still_offered(self.name, plan.service, seen)
        ends = int(str(plan.observed["replicas"])), int(str(plan.desired["replicas"]))
        if not min(ends) <= present <= max(ends):
            number = wording.count(present, target)
            raise wording.no_longer_fits(f"{plan.service} now has {number}, not {plan.observed['replicas']}")

    async def apply(self, plan: Plan, target: Target, report: Report) -> None:
        """Make it so many."""
        await self.check(plan, target)
        await target.scale(int(str(plan.desired["replicas"])), report)


def _within(wanted: int, bounds: Bounds | None, least: int) -> None:
    if bounds and wanted > bounds.most:
        limit = f"over the limit of {bounds.most}"
    elif bounds and wanted < bounds.least:
        limit = f"under the limit of {bounds.least}"
    elif wanted < least:
        limit = f"fewer than this target can keep, which is {least}"
    else:
        return
    allowed = f" Allowed: {max(bounds.least, least)} to {bounds.most}." if bounds else ""
    noun = "replica is" if wanted == 1 else "replicas is"
    raise Refused(f"{wanted:,} {noun} {limit}. {wording.LEFT_ALONE}{allowed}", "out of bounds")


def _hits(wanted: int, world: World) -> str:
    seen, present = world.seen, world.seen.size
    took = wording.about(abs(wanted - present) * seen.seconds_each)
    if wanted > present:
        return f"{wording.count(wanted - present, world)} more, {took}; the {present} that run stay untouched"
    return f"{present - wanted} of {wording.count(present, world)} stop, {wording.pace(seen)}, {took}"


def _facts(wanted: int, world: World) -> Sequence[tuple[str, str]]:
    seen, present = world.seen, world.seen.size
    fewer = wanted < present
    load = f"nobody, if {wording.count(wanted, world)} can carry the load"
    stay = load if wanted else "its users: nothing serves any more"
    gone = f"{wording.count(present - wanted, world)} and what they hold in memory"
    return (
        ("Who notices", stay if fewer else "nobody"),
        ("What goes away", gone if fewer else "nothing"),
        ("Undo", f"scale back to {present}, one click"),
        ("Data", "stored data stays as it is"),
        *wording.warnings("scale", seen),
    )
