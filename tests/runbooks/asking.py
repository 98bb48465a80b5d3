"""Requests, plans and progress as tests write them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.action import Bounds, Plan, Progress, Request, Target, Value, read_world
from runbooks import ACTIONS


def request(params: Mapping[str, Value], bounds: Bounds | None = None, kind: str = "supervisord") -> Request:
    return Request("checkout", "prod", kind, params, bounds)


async def planned(action: str, target: Target, **params: Value) -> Plan:
    """The plan of an action, made now."""
    world = await read_world(target, datetime.now(UTC))
    return ACTIONS[action].plan(request(params, kind=target.kind), world)


async def apply(plan: Plan, target: Target, report: "Lines | None" = None) -> None:
    await ACTIONS[plan.action].apply(plan, target, report or Lines())


class Lines:
    """A report that keeps what it was told."""

    def __init__(self) -> None:
        self.seen: list[Progress] = []

    async def __call__(self, progress: Progress) -> None:
        self.seen.append(progress)

    @property
    def words(self) -> list[str]:
        return [progress.line for progress in self.seen]
