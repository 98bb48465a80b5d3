"""Which runbooks fit a service or an alert: offered best first, each with what it would change, or with why not.

What each target would do is looked at by a watch and stored, so that an offer costs a card no call to the outside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.action import Refused, World, read_world
from bot.catalog import Catalog
from bot.catalog.model import Runbook, Service
from bot.domain.facts.reading import RunbookOffer, RunbookRefusal
from bot.domain.facts.run import PickerFacts
from bot.domain.permission import Denied
from bot.domain.plaintext import capital
from bot.domain.run import RunState
from bot.domain.run_record import Wish
from bot.ports import OutsideError
from bot.services.permissions import PermissionService
from bot.services.requests import Asked
from bot.services.runs.bench import Bench, meant_for
from bot.services.runs.questions import asks
from bot.store import runs, target_looks
from bot.store.db import Database, Tx
from bot.store.target_looks import Prospect

Ends = Mapping[tuple[str, RunState], int]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What runbooks are wanted for: a service (empty: any), perhaps an alert by name and labels.

    `subject` and `title` are the id and words of the alert or incident; `key` is carried back with the answer.
    """

    service: str = ""
    alert: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    title: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Fit:
    """One runbook for one service, with what is known of it; a lower `rank` fits better."""

    service: Service
    runbook: Runbook
    prospect: Prospect | None
    rank: tuple[int, int, bool, str]
    reason: str

    @property
    def why_not(self) -> str:
        """Why nobody could run it just now; empty where it can be run."""
        return self.prospect.refused if self.prospect else ""

    @property
    def offer(self) -> RunbookOffer:
        seen = self.prospect
        moves = seen is not None and bool(seen.after) and self.runbook.action == "rollback"
        label = f"{self.runbook.title} to {seen.after}" if moves and seen else self.runbook.title
        change = f"{seen.before} → {seen.after}" if moves and seen else ""
        return RunbookOffer(self.runbook.name, label, self.service.name, change, self.reason)


class OfferService:
    """Reads offers from the catalog, the record of runs and the stored looks; `look_at` is what stores looks."""

    def __init__(
        self, database: Database, catalog: Callable[[], Catalog], permissions: PermissionService, bench: Bench
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._bench = bench

    async def fitting(
        self, service: str, alert: str = "", labels: Mapping[str, str] | None = None
    ) -> tuple[RunbookOffer, ...]:
        """What could be run for a service with one click, best first, by what is stored."""
        async with self._database.read() as tx:
            fits = await self._fits(tx, Occasion(service, alert, labels or {}))
        return tuple(fit.offer for fit in fits if not fit.why_not and not asks(fit.runbook))

    async def best(self, service: str, alert: str = "", labels: Mapping[str, str] | None = None) -> RunbookOffer | None:
        """What fits best, by what is stored."""
        return next(iter(await self.fitting(service, alert, labels)), None)

    async def offers(self, asked: Asked, occasion: Occasion, *, live: bool = True) -> PickerFacts:
        """What this person may run; `live` looks at the targets first, where they answer."""
        if live:
            for service in self._services(occasion):
                await self._look_if_it_answers(service)
        offers, refusals = [], []
        async with self._database.read() as tx:
            for fit in await self._fits(tx, occasion):
                why_not = fit.why_not or await self._denied(tx, asked, fit)
                if why_not:
                    refusals.append(RunbookRefusal(f"{fit.runbook.title} ({fit.service.name})", why_not))
                else:
                    offers.append(fit.offer)
        known = self._catalog().services.get(occasion.service)
        return PickerFacts(
            offers=tuple(offers),
            refusals=tuple(refusals),
            subject=occasion.subject,
            title=occasion.title,
            service=occasion.service,
            environment=known.environment if known else "",
            key=occasion.key,
        )

    async def look_at(self, name: str) -> None:
        """Store what each action without parameters would change on a service now. Raises `ports.OutsideError`."""
        service = self._catalog().services.get(name)
        if service is None or service.target is None:
            return
        actions = {each.action for each in self._catalog().runbooks.values() if meant_for(each, name)}
        found = await self._prospects(service, [action for action in sorted(actions) if self._needs_no_answer(action)])
        async with self._database.read() as tx:
            last = (await target_looks.last(tx, [name])).get(name)
        if last is None or last.prospects != found:
            async with self._database.write() as tx:
                await target_looks.keep(tx, name, found)

    def _needs_no_answer(self, action: str) -> bool:
        """Whether what it would change depends on nothing that a person has to say first."""
        return not any(parameter.required for parameter in self._bench.action(action).parameters)

    async def _prospects(self, service: Service, actions: Sequence[str]) -> dict[str, Prospect]:
        """What each action would change, all in one and the same look at the target; without any there is none."""
        if not actions:
            return {}
        try:
            world = await read_world(self._bench.target(service), self._database.clock())
        except Refused as refused:
            return dict.fromkeys(actions, _refused(refused))
        return {action: self._prospect(service, action, world) for action in actions}

    def _prospect(self, service: Service, action: str, world: World) -> Prospect:
        try:
            job = self._bench.job(Wish(service.name, action))
            plan = job.action.plan(job.request, world)
        except Refused as refused:
            return _refused(refused)
        return Prospect(plan.before, plan.after)

    async def _look_if_it_answers(self, service: Service) -> None:
        try:
            await self.look_at(service.name)
        except OutsideError:
            return

    def _services(self, occasion: Occasion) -> list[Service]:
        known = self._catalog().services
        wanted = [known[occasion.service]] if occasion.service in known else []
        everything = wanted if occasion.service else list(known.values())
        return [service for service in everything if service.target is not None]

    async def _fits(self, tx: Tx, occasion: Occasion) -> list[_Fit]:
        services = self._services(occasion)
        looks = await target_looks.last(tx, [service.name for service in services])
        fits = []
        for service in services:
            ends = await runs.ends(tx, service.name)
            look = looks.get(service.name)
            for runbook in self._catalog().runbooks.values():
                rank = self._rank(runbook, service.name, occasion)
                if rank is None:
                    continue
                helped, ran = _record(ends, runbook.name)
                prospect = look.prospects.get(runbook.action) if look else None
                reason = _reason(runbook, occasion, rank, helped, ran)
                order = (rank, -helped, not _names_alerts(runbook), runbook.name)
                fits.append(_Fit(service, runbook, prospect, order, reason))
        return sorted(fits, key=lambda fit: (fit.rank, fit.service.name))

    def _rank(self, runbook: Runbook, service: str, occasion: Occasion) -> int | None:
        """0: the alert's own rule names it; 1: it names the alert; 2: the service; 3: nothing. None: not for this.

        For no alert in particular, whatever is meant for the service fits.
        """
        alert = occasion.alert
        if alert and any(rule.name == alert and rule.runbook == runbook.name for rule in self._catalog().rules):
            return 0
        fitting = [when for when in runbook.when if when.fits(service, alert, occasion.labels)]
        if any(when.rule or when.labels for when in fitting):
            return 1
        if not meant_for(runbook, service) or (alert and runbook.when and not fitting):
            return None
        return 2 if runbook.when else 3

    async def _denied(self, tx: Tx, asked: Asked, fit: _Fit) -> str:
        right = self._bench.right(Wish(fit.service.name, fit.runbook.name))
        answer = await self._permissions.decide(tx, asked, right, fit.service.name, fit.service.environment)
        return f"rule {answer.rule}" if isinstance(answer, Denied) else ""


def _refused(refused: Refused) -> Prospect:
    return Prospect(refused=str(refused).partition(". ")[0])


def _names_alerts(runbook: Runbook) -> bool:
    return any(when.rule or when.labels for when in runbook.when)


def _record(ends: Ends, runbook: str) -> tuple[int, int]:
    """How often the runbook helped here, and how often it was judged."""
    helped = ends.get((runbook, RunState.BETTER), 0)
    return helped, helped + ends.get((runbook, RunState.SAME), 0) + ends.get((runbook, RunState.WORSE), 0)


def _reason(runbook: Runbook, occasion: Occasion, rank: int, helped: int, ran: int) -> str:
    """Why it fits, in a few words: its record on the service, else the alert it was written for, else what it does."""
    if ran:
        return f"helped {helped} of {ran} times here"
    if rank <= 1 and occasion.alert:
        return f"written for {occasion.alert}"
    return capital(runbook.description)
