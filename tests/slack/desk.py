"""The whole edge at work: real Bolt over real sockets to a real local Slack, with the tests' own commands and cards."""

import asyncio
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Row, select, text, update

from bot.command import Caller, Message
from bot.delivery.performer import Performer
from bot.delivery.worker import Worker
from bot.domain.facts.answer import Refusal
from bot.domain.permission import Right
from bot.domain.work import Drawn, Effect, Surface
from bot.slack.client import SlackClient
from bot.slack.finding import ChannelFinding
from bot.slack.inbound import Inbound
from bot.slack.publisher import Publisher
from bot.slack.router import Router
from bot.slack.socket import Sockets
from bot.store import owing
from bot.store.channels import FIND
from bot.store.db import Database, Tx
from bot.store.schema.work import effects, surfaces
from bot.supervise import forever
from tests.slack.notebook import Notebook, card
from tests.support.playground import Playground

BUDGET, LEASE, TIMEOUT, UNSURE_AFTER, CARD_INTERVAL = 0.4, 4.0, 1.5, 0.2, 0.3
PING = 0.5


class Desk:
    """`texts` says what each subject's card shows; `posted` collects what the publisher reported.

    The next card is drawn once `drawing` is set, where it is one.
    """

    def __init__(
        self,
        slack: Playground,
        database: Database,
        performers: dict[str, Performer] | None = None,
        *,
        create_missing: bool = True,
        sockets: int = 2,
    ) -> None:
        self.slack = slack
        self.database = database
        self.client = SlackClient(slack.bot_token, slack.app_token, slack.api_url, TIMEOUT)
        self.notebook = notebook = Notebook(database)
        self.texts: dict[str, str] = {}
        self.drawing: asyncio.Event | None = None
        self.posted: list[tuple[str, str, str]] = []
        self.acks: list[tuple[str, float]] = []
        self.forbidden: set[str] = set()
        self.router = Router(
            notebook.commands(), notebook.actions(), notebook.submissions(), notebook.shortcuts(), gate=self._gate
        )
        self.inbound = Inbound(database, self.router, self.client, BUDGET, lambda *ack: self.acks.append(ack))
        self.sockets = Sockets(self.inbound.app, self.client, slack.app_token, sockets, PING)
        self.publisher = self.another_publisher("one")
        finding: dict[str, Performer] = {FIND: ChannelFinding(self.client, database, create_missing=create_missing)}
        self.worker = Worker(database, finding | (performers or {}), "one", LEASE, UNSURE_AFTER)
        self._loops: list[asyncio.Task[None]] = []

    def another_publisher(self, owner: str, lease: float = LEASE) -> Publisher:
        return Publisher(
            self.database,
            self.client,
            {"card": self._paint},
            owner,
            lease,
            CARD_INTERVAL,
            UNSURE_AFTER,
            self._note_posted,
        )

    async def __aenter__(self) -> Self:
        await self.sockets.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_delivery()
        await self.inbound.drain(1.0)
        await self.sockets.stop()
        await self.client.close()

    def deliver(self) -> None:
        """Start publisher and worker."""
        self._loops = [
            asyncio.create_task(forever("publisher", self.publisher.step)),
            asyncio.create_task(forever("worker", self.worker.step)),
        ]

    async def stop_delivery(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self.publisher.drain(1.0)
        await self.worker.drain(1.0)

    async def show(self, subject: str, text: str, channel: str = "C02ALERTS", priority: int = 5, **more: Any) -> None:
        """Change what a subject's card shows."""
        self.texts[subject] = text
        async with self.database.write() as tx:
            await owing.touch(tx, Surface(f"card:{subject}", "card", subject, channel, priority=priority, **more))

    async def owe(self, effect: Effect) -> None:
        async with self.database.write() as tx:
            await owing.owe(tx, effect)

    async def surface(self, subject: str) -> Row[Any]:
        async with self.database.read() as tx:
            return (await tx.connection.execute(select(surfaces).where(surfaces.c.subject == subject))).one()

    async def effect(self, key: str) -> Row[Any]:
        async with self.database.read() as tx:
            return (await tx.connection.execute(select(effects).where(effects.c.key == key))).one()

    async def execute(self, statement: str) -> None:
        """Change the database behind the bot's back."""
        async with self.database.engine.begin() as connection:
            await connection.execute(text(statement))

    async def hurry(self, key: str) -> None:
        """Make an effect that waits due at once."""
        async with self.database.write() as tx:
            waiting = update(effects).where(effects.c.key == key)
            await tx.connection.execute(waiting.values(not_before=tx.server_now))
            tx.bells.add(owing.EFFECTS)

    async def up_to_date(self, subject: str) -> Row[Any]:
        """Waits until the card shows what is wanted."""
        return await self.slack.eventually(lambda: self.surface(subject), lambda row: row.shown == row.wanted)

    async def cards(self, words: str = "", channel: str = "alerts") -> list[str]:
        """The texts of the bot's messages there."""
        return [each["plain"] for each in await self.slack.messages(channel) if words in each["plain"]]

    async def _paint(self, drawn: Drawn) -> Message | None:
        drawing, self.drawing = self.drawing, None
        if drawing is not None:
            await drawing.wait()
        text = self.texts.get(drawn.subject)
        return card(drawn.subject, text) if text else None

    async def _note_posted(self, tx: Tx, drawn: Drawn, channel: str, ts: str) -> None:
        self.posted.append((drawn.subject, channel, ts))

    async def _gate(self, caller: Caller, right: Right, what: str) -> Refusal | None:
        if caller.handle not in self.forbidden:
            return None
        return Refusal(f"You may not {what}. Nothing was changed.", f"test-{right}")
