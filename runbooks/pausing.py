"""Pause and resume: a rollout stands still where it is, or goes on."""

from collections.abc import Sequence

from bot.action import Observation, Parameter, Plan, Refused, Report, Request, Target, World
from runbooks import wording


class Pausing:
    """`desired.paused` is absolute, so repeating it changes nothing. Undo is the opposite."""

    parameters: Sequence[Parameter] = ()

    def __init__(self, name: str, opposite: str, *, paused: bool) -> None:
        self.name = self.verb = name
        self._opposite = opposite
        self._paused = paused

    def plan(self, request: Request, world: World) -> Plan:
        """From standing still to going on, or the other way round."""
        seen = world.seen
        if seen.paused is None:
            raise _unknown(request.service, self.name, seen)
        if seen.paused is self._paused:
            words = f"The rollout of `{request.service}` {_standing(self._paused)} already. {wording.LEFT_ALONE}"
            raise Refused(words, "already there")
        return Plan(
            action=self.name,
            service=request.service,
            environment=request.environment,
            target=request.target,
            before=_word(seen.paused),
            after=_word(self._paused),
            title=f"{self.name.capitalize()} the rollout of {request.service}",
            hits=f"No {world.one} is stopped by this; {wording.count(len(seen.replicas), world)} run now",
            facts=(*_facts(paused=self._paused, opposite=self._opposite), *wording.warnings(self.name, seen)),
            desired={"paused": self._paused},
            observed={"paused": seen.paused},
            undo={"paused": seen.paused},
            undo_action=self._opposite,
            undo_label=f"Undo: {self._opposite}…",
            look=seen.look,
        )

    async def check(self, plan: Plan, target: Target) -> None:
        """It fits at any time: both ends are absolute."""
        seen = await target.observe()
        if seen.paused is None:
            raise _unknown(plan.service, self.name, seen)

    async def apply(self, plan: Plan, target: Target, report: Report) -> None:
        """Have it stand still, or go on."""
        await self.check(plan, target)
        await target.pause(bool(plan.desired["paused"]), report)


PAUSE = Pausing("pause", "resume", paused=True)
RESUME = Pausing("resume", "pause", paused=False)


def _facts(*, paused: bool, opposite: str) -> Sequence[tuple[str, str]]:
    if paused:
        notices = "nobody: what runs stays as it is"
        meanwhile = "changes are kept and not rolled out; restart and rollback are refused until it is resumed"
    else:
        notices = "whoever uses it, if what was changed meanwhile is bad: it is rolled out now"
        meanwhile = "every change made while it was paused is rolled out"
    return (("Who notices", notices), ("Meanwhile", meanwhile), ("Undo", f"{opposite}, one click"))


def _unknown(service: str, name: str, seen: Observation) -> Refused:
    why = seen.cannot.get(name, "its target has no rollout that could be paused")
    return Refused(f"`{service}` does not offer {name}: {why}. {wording.LEFT_ALONE}", "not offered")


def _standing(paused: bool) -> str:
    return "stands still" if paused else "is not paused"


def _word(paused: bool) -> str:
    return "paused" if paused else "going on"
