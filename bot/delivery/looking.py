"""Standing watches: scrape and probe what the catalog names, judge its rules, evaluate its SLOs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.work import Due, Watch
from bot.ports import Sampler
from bot.services.budget_policy import BudgetPolicy
from bot.services.sampling import probe_targets, scrape_targets
from bot.services.slo_alerting import SloAlerting
from bot.services.slo_calendar import SloCalendar
from bot.services.slo_ledger import SloLedger
from bot.services.slo_record import SloRecord
from bot.services.slos import SloService
from bot.store.db import Database
from bot.store.watching import watch_exactly

SCRAPE, PROBE, RULES, SLOS = "sample.scrape", "sample.probe", "sample.rules", "slo.evaluate"
LEDGER, CARDS = "slo.ledger", "alert.cards"
_RULES_EVERY_S = 5.0
CALENDAR = "slo.calendar"
_SLOS_EVERY_S = 15.0
_CALENDAR_EVERY_S = 30.0
_LEDGER_EVERY_S = 20.0


class Rules(Protocol):
    """The sampler's own alert rules."""

    async def judge_rules(self, memory: Mapping[str, object]) -> Mapping[str, object]:
        """Judge every rule, raise and end its alerts; what the next look must remember."""
        ...


async def watch_catalog(database: Database, catalog: Catalog) -> None:
    """Look at exactly what this catalog asks for. Call it at the start and after each reload."""
    async with database.write() as tx:
        await watch_exactly(tx, (SCRAPE, PROBE, RULES, SLOS, LEDGER, CARDS, CALENDAR), standing_watches(catalog))


def standing_watches(catalog: Catalog) -> list[Watch]:
    """Each page as often as its keenest service wants; rules at least as often as the pages they rest on."""
    scrapes, probes = scrape_targets(catalog), probe_targets(catalog)
    found = [Watch(f"{SCRAPE}:{it.url}", SCRAPE, it.url, it.every.total_seconds()) for it in scrapes]
    found += [Watch(f"{PROBE}:{it.url}", PROBE, it.url, it.every.total_seconds()) for it in probes]
    if catalog.rules:
        keenest = min([_RULES_EVERY_S, *(each.every_s for each in found)])
        found.append(Watch(RULES, RULES, "", keenest))
    if catalog.slos:
        found.append(Watch(SLOS, SLOS, "", min(_SLOS_EVERY_S, catalog.chat.card_refresh_s)))
        found.append(Watch(LEDGER, LEDGER, "", _LEDGER_EVERY_S))
        found.append(Watch(CARDS, CARDS, "", catalog.chat.card_refresh_s))
    if catalog.chat.digests or catalog.chat.reports:
        found.append(Watch(CALENDAR, CALENDAR, "", _CALENDAR_EVERY_S))
    return found


class Scraping:
    """Reads one page of counters."""

    def __init__(self, catalog: Callable[[], Catalog], sampler: Sampler, now: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._sampler = sampler
        self._now = now

    async def look(self, due: Due) -> Mapping[str, object] | None:
        target = next((each for each in scrape_targets(self._catalog()) if each.url == due.subject), None)
        if target is not None:
            await self._sampler.scrape(target, self._now())
        return None


class Probing:
    """Asks one page whether it answers."""

    def __init__(self, catalog: Callable[[], Catalog], sampler: Sampler, now: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._sampler = sampler
        self._now = now

    async def look(self, due: Due) -> Mapping[str, object] | None:
        target = next((each for each in probe_targets(self._catalog()) if each.url == due.subject), None)
        if target is not None:
            await self._sampler.probe(target, self._now())
        return None


class Judging:
    """Judges the sampler's rules; how each stands is what the watch remembers."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def look(self, due: Due) -> Mapping[str, object] | None:
        return await self._rules.judge_rules(due.memory)


class Evaluating:
    """Evaluates every SLO, raises and ends the alerts of what burns, and writes down where an SLO has turned."""

    def __init__(self, slos: SloService, alerting: SloAlerting, policy: BudgetPolicy, record: SloRecord) -> None:
        self._slos = slos
        self._alerting = alerting
        self._policy = policy
        self._record = record

    async def look(self, due: Due) -> Mapping[str, object] | None:  # noqa: ARG002 - all SLOs are one watch
        evaluated = await self._slos.refresh()
        await self._alerting.judge(evaluated.statuses)
        await self._policy.judge(evaluated.statuses)
        await self._record.note(evaluated.turned)
        return None


class Recording:
    """Keeps the record of what every SLO counted up to date, and reads in its past a little at a time."""

    def __init__(self, catalog: Callable[[], Catalog], ledger: SloLedger) -> None:
        self._catalog = catalog
        self._ledger = ledger

    async def look(self, due: Due) -> Mapping[str, object] | None:  # noqa: ARG002 - all SLOs are one watch
        await self._ledger.keep(self._catalog().slos)
        return None


class Posting:
    """Owes the digests and reports that are due; what was posted is what the watch remembers."""

    def __init__(self, calendar: SloCalendar) -> None:
        self._calendar = calendar

    async def look(self, due: Due) -> Mapping[str, object] | None:
        return await self._calendar.post_due(due.memory)
