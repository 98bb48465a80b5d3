"""The bot's own commands and clicks over real sockets to a local Slack; its service is on the stand-in's cluster."""

import uuid
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.catalog.model import Catalog, Grant, Permissions, Person, Service, TargetSpec
from bot.domain.alert import Delivery
from bot.domain.facts.alert import AlertFacts
from bot.services.requests import Asked
from bot.settings import Settings
from bot.slack.client import SlackClient
from bot.slack.inbound import Inbound
from bot.slack.router import Router
from bot.slack.socket import Sockets
from bot.slack.views.alert_card import alert_card
from bot.store import alerts
from bot.store.db import Database
from bot.wiring.desk import build_desk
from bot.wiring.house import House
from tests.support.alerting import alert
from tests.support.playground import Playground

BUDGET, TIMEOUT, PING = 2.0, 5.0, 0.5
CHANNEL = "C02ALERTS"


def catalog_of(kubeconfig: Path) -> Catalog:
    """`checkout` is a workload, `shop` a Helm release, `cart` nowhere; Ana and Ben answer for them, Chloe watches."""
    workload = TargetSpec(kind="kubernetes", options={"name": "checkout", "kubeconfig": str(kubeconfig)})
    release = TargetSpec(kind="helm", options={"release": "shop", "namespace": "shop"})
    grants = (Grant(role="responder", to=("ana", "ben")), Grant(role="viewer", to=("everybody",)))
    return Catalog(
        services={
            "checkout": Service(name="checkout", target=workload),
            "shop": Service(name="shop", target=release),
            "cart": Service(name="cart"),
        },
        people={key: Person(key=key, name=key.capitalize(), slack=key) for key in ("ana", "ben", "chloe")},
        permissions=Permissions(grants=grants),
    )


class Desk:
    """`house` holds the services; clicks and commands come in once it is entered."""

    def __init__(self, database: Database, kubeconfig: Path) -> None:
        self.database = database
        self.catalog = catalog_of(kubeconfig)
        self.house = House(Settings(), database, lambda: self.catalog)
        self.looks = self.house.looks

    def retarget(self, **options: str) -> None:
        """The workload of `checkout` is reached in another way."""
        found = self.catalog.services["checkout"]
        assert found.target is not None
        target = TargetSpec(kind="kubernetes", options={**found.target.options, **options})
        changed = found.model_copy(update={"target": target})
        self.catalog = replace(self.catalog, services={**self.catalog.services, "checkout": changed})

    async def alert(self, service: str = "checkout") -> AlertFacts:
        """One fires for the service; what its card shows."""
        delivery = Delivery("alertmanager", uuid.uuid4().hex, "{}")
        await self.house.alert_intake.take_in(delivery, [alert(service=service)])
        async with self.database.read() as tx:
            group = (await alerts.listed(tx, only_open=True, limit=1))[0]
        return await self.house.alert_pictures.facts(group.number)


class Chat:
    """A desk that answers in a local Slack."""

    def __init__(self, desk: Desk, slack: Playground) -> None:
        self.desk = desk
        self.slack = slack
        self.client = SlackClient(slack.bot_token, slack.app_token, slack.api_url, TIMEOUT)
        found = build_desk(desk.house)
        router = Router(found.commands, found.actions, found.submissions, found.shortcuts)
        self._inbound = Inbound(desk.database, router, self.client, BUDGET)
        self._sockets = Sockets(self._inbound.app, self.client, slack.app_token, 1, PING)

    async def __aenter__(self) -> Self:
        await self._sockets.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inbound.drain(1.0)
        await self._sockets.stop()
        await self.client.close()

    async def card(self, service: str = "checkout") -> dict[str, str]:
        """The card of an alert, posted; where it is."""
        drawn = alert_card(await self.desk.alert(service))
        posted = await self.client.call("chat.postMessage", channel=CHANNEL, **drawn.payload())
        return {"channel": str(posted["channel"]), "ts": str(posted["ts"])}


def asked(who: str = "ana") -> Asked:
    return Asked(uuid.uuid4().hex, f"U02{who.upper()}", who)
