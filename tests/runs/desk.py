"""Everything that runs of runbooks need, put together as the bot does it, on a real supervisord and a real database."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.action import Bounds
from bot.catalog.model import (
    Catalog,
    Grant,
    Param,
    Permissions,
    Person,
    Runbook,
    Service,
    TargetSpec,
    Verify,
    When,
)
from bot.delivery.applying import Applying
from bot.delivery.expiring import Expiring
from bot.delivery.observer import Observer
from bot.delivery.performer import Look, Performer
from bot.delivery.target_watch import TargetWatch
from bot.delivery.verifying import Verifying
from bot.delivery.worker import Worker
from bot.domain.facts.run import PlanFacts
from bot.domain.run import RunState
from bot.domain.run_record import RunRecord, Wish
from bot.domain.slo import BudgetLine, Counts, Slo
from bot.domain.slo.policy import Answer, Risk, Verdict
from bot.services.permissions import PermissionService
from bot.services.requests import Asked
from bot.services.runs import Approvals, Bench, Course, Limits, OfferService, RunFactsService, RunService, SecondYes
from bot.services.runs.bench import Connector
from bot.store.db import Database
from runbooks import ACTIONS
from runbooks.targets import CONNECTORS
from tests.runbooks.machine import Machine
from tests.support.slos import slo

BEFORE_S, AFTER_S = 20.0, 0.5
VERIFY = Verify(slo="checkout-availability", before_s=BEFORE_S, after_s=AFTER_S, late_s=0.1, min_events=100)
QUICK = Limits()


def catalog_of(options: Mapping[str, str]) -> Catalog:
    """The service `checkout` on supervisord: Ana and Ben may act on it, Chloe answers for it only."""
    target = TargetSpec(kind="supervisord", options=dict(options))
    grants = (
        Grant(role="responder", to=("everybody",)),
        Grant(role="operator", to=("ana", "ben", "group:sre"), environments=("prod",)),
        Grant(role="admin", to=("eva",)),
    )
    people = {key: Person(key=key, name=key.capitalize(), slack=key) for key in ("ana", "ben", "chloe", "eva")}
    release = {"release": Param(type="string")}
    replicas = {"replicas": Param(type="integer", required=True, most=5)}
    runbooks = [
        Runbook(
            name="rollback",
            title="Roll back",
            description="serve an earlier release",
            action="rollback",
            when=(When(service=("checkout",), rule=("checkout-errors",)),),
            params=release,
            verify=VERIFY,
        ),
        Runbook(name="restart", title="Restart", action="restart", when=(When(service=("checkout",)),)),
        Runbook(name="scale", title="Scale", action="scale", params=replicas, verify=VERIFY),
        Runbook(name="purge", title="Restart by force", action="restart", role="admin"),
    ]
    return Catalog(
        services={
            "checkout": Service(name="checkout", target=target, bounds=Bounds(1, 6)),
            "cart": Service(name="cart"),
        },
        people=people,
        permissions=Permissions(grants=grants),
        runbooks={runbook.name: runbook for runbook in runbooks},
        slos=(slo(),),
    )


class Traffic:
    """What customers met before a change and after it; windows are told apart by their length."""

    def __init__(self) -> None:
        self.before = Counts(690, 1000)
        self.after: Counts | None = Counts(998, 1000)

    async def events(self, slo: Slo, start: datetime, end: datetime) -> Counts | None:
        return self.before if end - start == timedelta(seconds=BEFORE_S) else self.after

    async def cost(self, service: str, slo: str = "") -> BudgetLine | None:
        return None


class SayingPolicy:
    """The error-budget policy, which says what a test wants it to."""

    def __init__(self) -> None:
        self.says = Verdict(Answer.ALLOWED, "all is well", "error budget ok", usual=True)

    async def may_run(self, service: str, risk: Risk) -> Verdict:
        return self.says


class Desk:
    """One bot. `connectors` and `limits` are as in the product, unless a test brings its own."""

    def __init__(
        self,
        database: Database,
        options: Mapping[str, str],
        connectors: Mapping[str, Connector] = CONNECTORS,
        limits: Limits = QUICK,
        lease: float = 30.0,
    ) -> None:
        self.database = database
        self.catalog = catalog_of(options)
        self.traffic = Traffic()
        self.bench = Bench(self._catalog, ACTIONS, connectors)
        self.permissions = PermissionService(database, self._catalog)
        self.offers = OfferService(database, self._catalog, self.permissions, self.bench)
        self.policy = SayingPolicy()
        self.second = SecondYes(self._catalog, self.permissions, limits, self.policy)
        self.approvals = Approvals(database, self._catalog, self.permissions, self.second)
        self.runs = RunService(
            database, self._catalog, self.permissions, self.bench, self.traffic, self.second, limits, self.policy
        )
        self.facts = RunFactsService(database, self.offers, self.second, limits)
        self.course = Course(database, self._catalog, self.second, limits)
        owner = uuid.uuid4().hex
        performers: Mapping[str, Performer] = {
            "run.apply": Applying(self.course, self.bench),
            "run.expire": Expiring(self.approvals),
        }
        looks: Mapping[str, Look] = {
            "run.verify": Verifying(self.course, self.traffic, self._catalog),
            "target.look": TargetWatch(self.offers),
        }
        self.worker = Worker(database, performers, owner, lease, 0.5)
        self.observer = Observer(database, looks, owner, lease)

    def _catalog(self) -> Catalog:
        return self.catalog

    def measure_for(self, seconds: float) -> None:
        """Have verdicts on rollbacks wait so long."""
        longer = self.catalog.runbooks["rollback"].model_copy(
            update={"verify": VERIFY.model_copy(update={"after_s": seconds})}
        )
        self.catalog = replace(self.catalog, runbooks={**self.catalog.runbooks, "rollback": longer})

    async def plan(self, runbook: str = "rollback", who: str = "ana", wish: Wish | None = None) -> PlanFacts:
        return await self.runs.plan(asked(who), wish or Wish("checkout", runbook, channel="C0OPS"))

    async def confirm(self, plan: PlanFacts, who: str = "ana", key: str = "", reason: str = "") -> RunRecord:
        return await self.runs.confirm(asked(who, key), number_of(plan), plan.digest, reason)

    async def confirmed(self, runbook: str = "rollback", who: str = "ana") -> int:
        """A run on its way; its number."""
        return (await self.confirm(await self.plan(runbook, who), who)).run.number

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """The worker works and the observer looks for the time of the block."""
        tasks = [asyncio.create_task(self._steps()), asyncio.create_task(self._ticks())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self.worker.drain(5)
            await self.observer.drain(5)

    async def until(self, number: int, *states: RunState, seconds: float = 60.0) -> RunRecord:
        """The run as soon as it is in one of these states."""
        async with asyncio.timeout(seconds):
            while (record := await self.runs.find(number)).run.state not in states:
                await asyncio.sleep(0.02)
        return record

    async def done(self, number: int, *states: RunState) -> RunRecord:
        """Work until the run is there."""
        async with self.at_work():
            return await self.until(number, *states)

    async def _steps(self) -> None:
        while True:
            await self.worker.step()

    async def _ticks(self) -> None:
        while True:
            await self.observer.tick()
            await asyncio.sleep(0.05)


def asked(who: str, key: str = "") -> Asked:
    """A request of somebody; each is a new one unless its key is given."""
    return Asked(key or uuid.uuid4().hex, f"U0{who.upper()}", who)


def number_of(plan: PlanFacts) -> int:
    return int(plan.run.removeprefix("R-"))


@contextmanager
def frozen(machine: Machine) -> Iterator[None]:
    """supervisord hangs for the time of the block."""
    machine.freeze()
    try:
        yield
    finally:
        machine.thaw()
