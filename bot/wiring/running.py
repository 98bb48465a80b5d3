"""Everything of the bot that runs: edges, workers, watches and ticks, over one house."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import uuid4

import structlog

from bot.delivery.applying import Applying
from bot.delivery.expiring import Expiring
from bot.delivery.looking import (
    CALENDAR,
    CARDS,
    LEDGER,
    PROBE,
    RULES,
    SCRAPE,
    SLOS,
    Evaluating,
    Judging,
    Posting,
    Probing,
    Recording,
    Scraping,
    watch_catalog,
)
from bot.delivery.observer import Observer
from bot.delivery.paging import PageSending
from bot.delivery.performer import Look, Performer
from bot.delivery.redrawing import Redrawing
from bot.delivery.target_watch import LOOK as TARGET
from bot.delivery.target_watch import TargetWatch, watch_targets
from bot.delivery.thawing import Thawing
from bot.delivery.verifying import Verifying
from bot.delivery.worker import Worker
from bot.domain.facts.naming import Noun
from bot.domain.work import Drawn
from bot.http.health import Probes
from bot.http.intake import Webhooks
from bot.http.server import HttpServer
from bot.integrations import alertmanager
from bot.integrations.sampler import HttpSampler
from bot.ports import OutsideError
from bot.schedule import Tick
from bot.services import budget_announcements, budget_notices
from bot.services.budget_policy import THAW
from bot.services.burndowns import KIND as BURNDOWN
from bot.services.catalogs import CatalogInForce
from bot.services.health import Health
from bot.services.paging import SEND
from bot.services.runs import EXPIRE, VERIFY
from bot.services.slo_posting import FILE, REPORT
from bot.settings import Settings
from bot.slack.burndown_drawing import BurndownDrawing
from bot.slack.client import SlackClient
from bot.slack.inbound import Inbound
from bot.slack.painters import budget_painters, painters
from bot.slack.people import DIRECTORY, DirectoryLook
from bot.slack.performers import performers
from bot.slack.publisher import Publisher
from bot.slack.report_filing import ReportFiling
from bot.slack.router import Router
from bot.slack.slo_painters import slo_painters
from bot.slack.socket import Sockets
from bot.store import channels, people
from bot.store.db import StoreUnavailable, Tx
from bot.store.forgetting import forget
from bot.store.listener import Listener
from bot.store.owing import watch
from bot.wiring.desk import Desk, build_desk
from bot.wiring.house import House
from bot.wiring.outside import make_pager

log = structlog.get_logger()
Step = Callable[[], Awaitable[None]]

BROADCASTS = ("run.worse", "announcement.resolved")
"""Kinds of surfaces whose reply in a thread is shown in the channel too: people who stopped looking must look again."""
WATCHES_EVERY_S = 0.5
RELOAD_EVERY_S = 5.0
FORGET_EVERY_S = 86_400.0
INTRODUCE_EVERY_S = 60.0
APPLY = "run.apply"
LAG_MOST_S = 60.0
"""A change that is not shown after so long means that the publisher does not work."""


class Drained(Protocol):
    """Something that can let what it began end."""

    async def drain(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Running:
    """What the lifecycle starts and stops. The parts know each other only through the database."""

    house: House
    catalog: CatalogInForce
    client: SlackClient
    workers: Sequence[Worker]
    observer: Observer
    publisher: Publisher
    inbound: Inbound
    sockets: Sockets
    http: HttpServer
    sampler: HttpSampler

    async def prepare(self) -> None:
        """What must be so before anything runs: who we are, and what is looked at."""
        await self.introduce()
        await self.watch()

    async def introduce(self) -> None:
        """Note where the bot is at home; while Slack cannot be reached, that comes later."""
        try:
            home = await self.client.check()
        except OutsideError:
            return
        async with self.house.database.write() as tx:
            await people.keep_workspace(tx, home.team_id, home.url, home.bot_user_id, home.bot_id, home.app_id)

    async def watch(self) -> None:
        """Look at exactly what the catalog in force names."""
        database, catalog = self.house.database, self.house.catalog()
        await watch_catalog(database, catalog)
        await watch_targets(database, catalog, self.house.course.limits)
        async with database.write() as tx:
            await watch(tx, DIRECTORY)
            chat = catalog.chat
            for name in {chat.alerts_channel, chat.incidents_channel, chat.budgets.releases_channel or ""}:
                if name.startswith("#") and await channels.known(tx, name) is None:
                    await channels.want(tx, name)

    def loops(self) -> list[tuple[str, Step]]:
        """Names and steps of the loops that must not end."""
        found: list[tuple[str, Step]] = [("publisher", self.publisher.step)]
        found += [(f"worker {number}", worker.step) for number, worker in enumerate(self.workers, start=1)]
        if self.house.database.dialect == "postgresql":
            found.append(("listener", Listener(self.house.database).step))
        return found

    def ticks(self) -> list[Tick]:
        """What is called at intervals."""
        return [
            Tick("watches", WATCHES_EVERY_S, self.observer.tick),
            Tick("catalog", RELOAD_EVERY_S, self._reload, first_s=RELOAD_EVERY_S),
            Tick("forgetting", FORGET_EVERY_S, self._forget, first_s=INTRODUCE_EVERY_S),
            Tick("introduction", INTRODUCE_EVERY_S, self.introduce, first_s=INTRODUCE_EVERY_S),
        ]

    async def _reload(self) -> None:
        if await asyncio.to_thread(self.catalog.reload):
            await self.watch()

    async def _forget(self) -> None:
        await forget(self.house.database)
        await self.house.samples.forget(self.house.database.clock())
        await self.house.slo_ledger.forget()

    async def drain(self, seconds: float) -> None:
        """Let what was begun end, `seconds` at most; nothing new is begun meanwhile."""
        parts: tuple[Drained, ...] = (self.inbound, self.observer, self.publisher, *self.workers)
        await asyncio.gather(*(part.drain(seconds) for part in parts))

    async def close(self) -> None:
        await self.sampler.close()


def build_running(settings: Settings, house: House, catalog: CatalogInForce, client: SlackClient) -> Running:
    """Nothing is started here."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    desk = build_desk(house)
    sampler = HttpSampler(house.samples)
    gate = house.permissions.gate
    router = Router(desk.commands, desk.actions, desk.submissions, desk.shortcuts, settings.command_prefix, gate)
    inbound = Inbound(house.database, router, client, settings.ack_budget, house.metrics.acked)
    _, app_token = settings.slack_tokens()
    sockets = Sockets(inbound.app, client, app_token, settings.sockets, settings.socket_ping)
    return Running(
        house=house,
        catalog=catalog,
        client=client,
        workers=[
            Worker(house.database, each, owner, settings.lease, settings.unsure_grace, house.metrics.unsure)
            for each in build_performers(settings, house, desk, client)
        ],
        observer=Observer(house.database, _looks(house, client, sampler), owner, settings.lease),
        publisher=_publisher(settings, house, client, owner),
        inbound=inbound,
        sockets=sockets,
        http=_http(settings, house, sockets),
        sampler=sampler,
    )


def build_performers(
    settings: Settings, house: House, desk: Desk, client: SlackClient
) -> list[Mapping[str, Performer]]:
    """A worker each for what must not wait for the others: the chat, the pager, the targets of runbooks, pictures."""
    chat = performers(
        client,
        house.database,
        house.rooms,
        house.rooms,
        house.incidents,
        desk.home.view,
        create_missing=settings.is_playground,
    )
    pager = {SEND: PageSending(house.page_pictures, house.paging, house.catalog, make_pager)}
    pictures: dict[str, Performer] = {
        BURNDOWN: BurndownDrawing(client, house.burndowns),
        FILE: ReportFiling(client, house.slo_posting),
    }
    targets = {APPLY: Applying(house.course, house.bench)}
    timers: dict[str, Performer] = {THAW: Thawing(house.budget_policy), EXPIRE: Expiring(house.approvals)}
    return [chat | timers, pager, targets, pictures]


def _looks(house: House, client: SlackClient, sampler: HttpSampler) -> dict[str, Look]:
    """By kind of watch, what looks."""
    now = house.database.clock
    return {
        SCRAPE: Scraping(house.catalog, sampler, now),
        PROBE: Probing(house.catalog, sampler, now),
        RULES: Judging(house.alert_rules),
        SLOS: Evaluating(house.slos, house.slo_alerting, house.budget_policy, house.slo_record),
        LEDGER: Recording(house.catalog, house.slo_ledger),
        CARDS: Redrawing(house.alerts),
        CALENDAR: Posting(house.slo_calendar),
        TARGET: TargetWatch(house.offers),
        VERIFY: Verifying(house.course, house.slos, house.catalog),
        DIRECTORY.kind: DirectoryLook(house.database, client),
    }


def _publisher(settings: Settings, house: House, client: SlackClient, owner: str) -> Publisher:
    draw = {
        **painters(house.alert_pictures, house.pictures, house.page_pictures, house.run_facts, house.postmortems),
        **budget_painters(
            partial(budget_notices.notice, house.database), partial(budget_announcements.announcement, house.database)
        ),
        **slo_painters(house.slo_posting, house.slo_calendar),
    }

    async def posted(tx: Tx, drawn: Drawn, channel: str, ts: str) -> None:
        """Once it is there, the card of an incident is pinned, and a report gets its document."""
        if drawn.kind == REPORT:
            await house.slo_posting.posted(tx, drawn, channel, ts)
        number = Noun.INCIDENT.number_of(drawn.subject)
        if drawn.kind == "incident" and number is not None:
            await house.incidents.card_posted(tx, number)

    return Publisher(
        house.database,
        client,
        draw,
        owner,
        settings.lease,
        settings.card_interval,
        settings.unsure_grace,
        posted,
        BROADCASTS,
        house.metrics.unsure,
    )


def _http(settings: Settings, house: House, sockets: Sockets) -> HttpServer:
    health = Health(house.database)

    async def connected() -> bool:
        return sockets.connected() > 0

    async def published() -> bool:
        """Everything that has changed is shown within a minute."""
        try:
            return (await health.backlog()).surface_lag < LAG_MOST_S
        except StoreUnavailable:
            return False

    token = settings.intake_token.get_secret_value() if settings.intake_token else ""
    webhooks = Webhooks(house.alert_intake, {alertmanager.SOURCE: alertmanager.parse}, token)
    checks = {"slack": connected, "database": health.database_answers, "publisher": published}
    probes = Probes(checks, house.metrics, health.backlog, sockets.connected)
    return HttpServer(settings.http_address, [*webhooks.routes(), *probes.routes()])
