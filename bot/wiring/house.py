"""The services, put together over one database and one catalog: the same for the bot and for the command line."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property

import runbooks
from bot.catalog import Catalog, Known
from bot.integrations.drawing import ProcessArtist
from bot.metrics import Metrics
from bot.ports import Clock
from bot.services import alert_records, incident_records
from bot.services.alert_facts import AlertPictures
from bot.services.alert_intake import AlertIntake
from bot.services.alert_rules import AlertRules
from bot.services.alerts import AlertService
from bot.services.budget_policy import BudgetPolicy
from bot.services.burndowns import Burndowns
from bot.services.directory import Directory
from bot.services.home import HomePictures
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import IncidentService
from bot.services.page_facts import PagePictures
from bot.services.paging import PagingService
from bot.services.permissions import PermissionService
from bot.services.postmortems import PostmortemService
from bot.services.rooms import Rooms
from bot.services.runs import (
    Approvals,
    Bench,
    Course,
    LookService,
    OfferService,
    RunFactsService,
    RunService,
    SecondYes,
    records,
)
from bot.services.sampling import RuleService
from bot.services.slo_alerting import SloAlerting
from bot.services.slo_calendar import SloCalendar
from bot.services.slo_details import SloDetails
from bot.services.slo_digests import SloDigests
from bot.services.slo_facts import SloPictures
from bot.services.slo_ledger import SloLedger
from bot.services.slo_posting import SloPosting
from bot.services.slo_record import SloRecord
from bot.services.slo_reports import SloReports
from bot.services.slos import SloService
from bot.services.timelines import TimelineReader
from bot.services.wishes import Wishes
from bot.settings import Settings
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from bot.wiring.sources import SAMPLER, SOURCE_KINDS, SourcesInForce
from runbooks import targets

KNOWN = Known(tuple(runbooks.ACTIONS), targets.CONNECTORS, SOURCE_KINDS)
"""What this version has an implementation for."""
Record = dict[str, object]


class DatabaseClock:
    """The database's clock as a port, so that there is one clock for everything."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        return self._database.clock()


class House:
    """Every service, made when it is first asked for; each names what it needs. Making one contacts nothing.

    `close` ends the connections to sources; the database belongs to whoever opened it.
    """

    def __init__(self, settings: Settings, database: Database, catalog: Callable[[], Catalog]) -> None:
        self.database = database
        self.catalog = catalog
        self._settings = settings

    async def close(self) -> None:
        await self.sources.close()

    @cached_property
    def metrics(self) -> Metrics:
        return Metrics()

    @cached_property
    def clock(self) -> Clock:
        return DatabaseClock(self.database)

    @cached_property
    def samples(self) -> SqlSampleStore:
        return SqlSampleStore(self.database)

    @cached_property
    def sources(self) -> SourcesInForce:
        return SourcesInForce(self.catalog, self.samples)

    @cached_property
    def slos(self) -> SloService:
        return SloService(self.catalog, self.sources, self.clock, self.database)

    @cached_property
    def slo_ledger(self) -> SloLedger:
        return SloLedger(self.database, self.sources, self.clock)

    @cached_property
    def slo_pictures(self) -> SloPictures:
        return SloPictures(self.database, self.catalog, self.slos)

    @cached_property
    def burndowns(self) -> Burndowns:
        artist = ProcessArtist(self._settings.state_dir / "drawing")
        return Burndowns(self.database, self.catalog, self.slos, artist)

    @cached_property
    def slo_details(self) -> SloDetails:
        return SloDetails(self.database, self.slo_pictures, self.slos, self.sources, self.clock)

    @cached_property
    def slo_reports(self) -> SloReports:
        return SloReports(self.database, self.catalog, self.slos)

    @cached_property
    def slo_posting(self) -> SloPosting:
        return SloPosting(self.database, self.slo_reports, self.directory, self.burndowns)

    @cached_property
    def slo_calendar(self) -> SloCalendar:
        digests = SloDigests(self.database, self.catalog, self.slo_pictures, self.slo_reports)
        return SloCalendar(self.database, self.catalog, digests)

    @cached_property
    def slo_record(self) -> SloRecord:
        return SloRecord(self.database)

    @cached_property
    def slo_alerting(self) -> SloAlerting:
        return SloAlerting(self.database, self.catalog, self.alert_intake)

    @cached_property
    def budget_policy(self) -> BudgetPolicy:
        return BudgetPolicy(self.database, self.catalog, self.permissions)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.database)

    @cached_property
    def permissions(self) -> PermissionService:
        return PermissionService(self.database, self.catalog)

    @cached_property
    def paging(self) -> PagingService:
        return PagingService(self.database, self.catalog)

    @cached_property
    def page_pictures(self) -> PagePictures:
        return PagePictures(self.database, self.catalog, self.slos)

    @cached_property
    def alerts(self) -> AlertService:
        return AlertService(self.database, self.catalog, self.paging)

    @cached_property
    def alert_intake(self) -> AlertIntake:
        return AlertIntake(self.database, self.catalog, self.paging, self.metrics.alerts_taken)

    @cached_property
    def alert_rules(self) -> AlertRules:
        return AlertRules(self.catalog, self._rules, self.alert_intake, self.clock)

    @cached_property
    def _rules(self) -> RuleService:
        return RuleService(self.catalog, self.sources[SAMPLER], self.clock)

    @cached_property
    def alert_pictures(self) -> AlertPictures:
        return AlertPictures(self.database, self.catalog, self.slos, self.offers, self.looks)

    @cached_property
    def bench(self) -> Bench:
        return Bench(self.catalog, runbooks.ACTIONS, targets.CONNECTORS)

    @cached_property
    def course(self) -> Course:
        return Course(self.database, self.catalog, self.second_yes)

    @cached_property
    def second_yes(self) -> SecondYes:
        return SecondYes(self.catalog, self.permissions, policy=self.budget_policy)

    @cached_property
    def approvals(self) -> Approvals:
        return Approvals(self.database, self.catalog, self.permissions, self.second_yes)

    @cached_property
    def offers(self) -> OfferService:
        return OfferService(self.database, self.catalog, self.permissions, self.bench)

    @cached_property
    def looks(self) -> LookService:
        return LookService(self.database, self.permissions, self.bench)

    @cached_property
    def runs(self) -> RunService:
        return RunService(
            self.database,
            self.catalog,
            self.permissions,
            self.bench,
            self.slos,
            self.second_yes,
            policy=self.budget_policy,
        )

    @cached_property
    def run_facts(self) -> RunFactsService:
        return RunFactsService(self.database, self.offers, self.second_yes)

    @cached_property
    def wishes(self) -> Wishes:
        return Wishes(self.database, self.bench)

    @cached_property
    def incidents(self) -> IncidentService:
        return IncidentService(self.database, self.catalog, self.paging, self.alerts)

    @cached_property
    def pictures(self) -> IncidentPictures:
        return IncidentPictures(self.database, self.catalog, self.slos, self.run_facts)

    @cached_property
    def timelines(self) -> TimelineReader:
        return TimelineReader(self.database)

    @cached_property
    def postmortems(self) -> PostmortemService:
        return PostmortemService(
            self.database,
            self.catalog,
            self.pictures,
            self.timelines,
            self.slos,
            self.run_facts,
            self.alerts,
            self._settings.state_dir / "postmortems",
        )

    @cached_property
    def rooms(self) -> Rooms:
        return Rooms(self.database, self.catalog, self.incidents, self.pictures, self.postmortems)

    @cached_property
    def home(self) -> HomePictures:
        return HomePictures(
            self.database,
            self.catalog,
            self.pictures,
            self.slo_pictures,
            self.page_pictures,
            self.run_facts,
            self.directory,
        )

    async def incident_records(self, *, only_open: bool) -> Sequence[Record]:
        return await incident_records.listed(self.database, only_open=only_open)

    async def incident_record(self, number: int) -> Record:
        return await incident_records.shown(self.database, number)

    async def alert_records(self, *, only_open: bool) -> Sequence[Record]:
        return await alert_records.listed(self.database, only_open=only_open)

    async def run_records(self) -> Sequence[Record]:
        return await records.listed(self.database)
