"""The error-budget policy as use cases: states announced where releases are discussed, freezes, and 'may this run?'.

Each change of state is one guarded UPDATE in the transaction that owes its announcement, so two processes announce it
once. What nobody knows changes no state.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.catalog import Catalog
from bot.domain import figures
from bot.domain.incident import Entry, EntryKind
from bot.domain.permission import Right
from bot.domain.slo import SloStatus
from bot.domain.slo.policy import BudgetState, Freeze, Risk, Terms, Verdict, budget_state, may_run, worst
from bot.domain.work import Effect
from bot.services.budget_announcements import announce
from bot.services.permissions import PermissionService
from bot.services.requests import Asked, NotFound
from bot.store import audit, budget_policy, incidents, people, requests, timeline
from bot.store.audit import Deed
from bot.store.db import Database, Tx
from bot.store.owing import owe
from bot.store.slo import evaluations

THAW = "budget.thaw"
"""The kind of effect that ends a freeze when its time is over."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a request came to: the freeze in question (None: there was none), and whether anything was changed."""

    freeze: Freeze | None
    done: bool


class BudgetPolicy:
    """Use cases of the error-budget policy. `catalog` gives the one in force."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], permissions: PermissionService) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions

    async def judge(self, statuses: Sequence[SloStatus]) -> None:
        """Note and announce how each service stands now."""
        by_service: dict[str, list[SloStatus]] = {}
        for status in statuses:
            by_service.setdefault(status.slo.service, []).append(status)
        async with self._database.read() as tx:
            before, frozen = await budget_policy.states(tx), await budget_policy.standing(tx)
        for service, mine in by_service.items():
            await asyncio.sleep(0)  # hundreds of services are judged a little at a time
            after = self._state(mine, before.get(service), frozen.get(service))
            if after is not before.get(service) and after is not BudgetState.UNKNOWN:
                async with self._database.write() as tx:
                    await self._move(tx, service, before.get(service), after, mine, frozen.get(service))

    async def may_run(self, service: str, risk: Risk, at: datetime | None = None) -> Verdict:
        """Whether something of that risk may be run on `service` at `at` (default: now), and why."""
        now = at or self._database.clock()
        async with self._database.read() as tx:
            freeze = (await budget_policy.standing(tx)).get(service)
            if freeze is not None and freeze.holds(now):
                by = (await people.named(tx, {freeze.by}))[freeze.by].name
                return may_run(BudgetState.FROZEN, risk, self._terms, _frozen_words(freeze, by, now))
            before, statuses = await budget_policy.state_of(tx, service), await self._known(tx, service)
        state = budget_state(statuses, self._terms, before or BudgetState.UNKNOWN)
        return may_run(state, risk, self._terms, _words(state, statuses))

    async def freeze(self, asked: Asked, service: str, until: datetime | None, reason: str) -> Frozen:
        """Stop releases to `service`. Raises `NotFound`, and `Forbidden` where who asks may not."""
        environment = self._environment(service)
        async with self._permissions.audited(asked, "budget.freeze", service), self._database.write() as tx:
            await self._permissions.require(tx, asked, Right.RESPOND, service, environment, "freeze releases to")
            if not await requests.first(tx, asked.key, "budget.freeze", asked.user, asked.words):
                return Frozen((await budget_policy.standing(tx)).get(service), done=True)
            freeze = await budget_policy.freeze(tx, service, asked.user, reason, until)
            if freeze is None:
                return Frozen((await budget_policy.standing(tx)).get(service), done=False)
            await people.seen(tx, asked.user, asked.handle)
            if until is not None:
                key = f"freeze:{freeze.number}:thaw"
                await owe(tx, Effect(key, key, THAW, service, {"freeze": freeze.number}, until))
            await self._move(tx, service, await budget_policy.state_of(tx, service), BudgetState.FROZEN, (), freeze)
            await self._note(tx, freeze, "frozen", f"{{actor}} froze releases to {service}: {reason}", asked.user)
            await audit.append(tx, Deed(asked.user, "budget.freeze", service, "frozen", {"reason": reason}))
            return Frozen(freeze, done=True)

    async def unfreeze(self, asked: Asked, service: str) -> Frozen:
        """Let releases to `service` go on. Raises `NotFound`, and `Forbidden` where who asks may not."""
        environment = self._environment(service)
        async with self._permissions.audited(asked, "budget.unfreeze", service), self._database.write() as tx:
            await self._permissions.require(tx, asked, Right.RESPOND, service, environment, "unfreeze releases to")
            if not await requests.first(tx, asked.key, "budget.unfreeze", asked.user, asked.words):
                return Frozen(None, done=True)
            freeze = (await budget_policy.standing(tx)).get(service)
            if freeze is None or await budget_policy.thaw(tx, freeze.number, asked.user) is None:
                return Frozen(None, done=False)
            await people.seen(tx, asked.user, asked.handle)
            await self._thawed(tx, freeze)
            await self._note(tx, freeze, "thawed", f"{{actor}} lifted the freeze of {service}", asked.user)
            await audit.append(tx, Deed(asked.user, "budget.unfreeze", service, "lifted"))
            return Frozen(freeze, done=True)

    async def expired(self, tx: Tx, number: int) -> None:
        """The time of a freeze is over; nothing where somebody lifted it before."""
        freeze = await budget_policy.thaw(tx, number)
        if freeze is not None:
            await self._thawed(tx, freeze)
            await self._note(tx, freeze, "thawed", f"The freeze of {freeze.service} ended, as it was declared to")

    async def _known(self, tx: Tx, service: str) -> list[SloStatus]:
        """How the service's SLOs stood at their last evaluation."""
        last = await evaluations(tx, self._catalog().slos_of(service))
        return [each.status for each in last.values()]

    @property
    def _terms(self) -> Terms:
        return self._catalog().chat.budgets.terms

    def _environment(self, service: str) -> str:
        found = self._catalog().services.get(service)
        if found is None:
            known = ", ".join(sorted(self._catalog().services)[:8]) or "none are defined"
            raise NotFound(f"There is no service {service}. Services: {known}. Nothing was changed.")
        return found.environment

    def _state(self, statuses: Sequence[SloStatus], before: BudgetState | None, freeze: Freeze | None) -> BudgetState:
        if freeze is not None:
            return BudgetState.FROZEN
        return budget_state(statuses, self._terms, before or BudgetState.UNKNOWN)

    async def _thawed(self, tx: Tx, freeze: Freeze) -> None:
        statuses = await self._known(tx, freeze.service)
        after = budget_state(statuses, self._terms, BudgetState.FROZEN)
        after = BudgetState.OK if after is BudgetState.UNKNOWN else after
        await self._move(tx, freeze.service, BudgetState.FROZEN, after, statuses, None)

    async def _move(
        self,
        tx: Tx,
        service: str,
        before: BudgetState | None,
        after: BudgetState,
        statuses: Sequence[SloStatus],
        freeze: Freeze | None,
    ) -> None:
        """Store a change of state and owe its announcement; a service that is well when first seen is no news."""
        if not await budget_policy.move(tx, service, before, after):
            return
        if before is not None or after is not BudgetState.OK:
            await announce(
                tx, self._catalog(), service, (before or BudgetState.UNKNOWN, after), worst(statuses), freeze
            )

    async def _note(self, tx: Tx, freeze: Freeze, key: str, words: str, actor: str = "") -> None:
        """Write a line into the timeline of every open incident of the service."""
        for incident in await incidents.listed(tx, only_open=True):
            if freeze.service in incident.services:
                entry = Entry(f"freeze:{freeze.number}:{key}", tx.now, EntryKind.SLO, words, actor)
                await timeline.record(tx, incident.number, entry)


def _frozen_words(freeze: Freeze, by: str, now: datetime) -> str:
    until = f" until {figures.utc(freeze.until, now)}" if freeze.until else ""
    return f"releases to {freeze.service} are frozen{until} by {by}: {freeze.reason}"


def _words(state: BudgetState, statuses: Sequence[SloStatus]) -> str:
    """How a service stands, by its worst SLO."""
    least = worst(statuses)
    if least is None:
        return "nothing is known of its error budget"
    name = least.slo.display_name or least.slo.name
    if state is BudgetState.EXHAUSTED:
        return f"the error budget of {name} is gone"
    return f"{figures.share(least.budget.left or 0.0)} of the error budget of {name} is left"
