"""The world of one play: a Slack, a pager, perhaps a shop, a database, and the bots that work on it."""

import asyncio
import itertools
import json
import secrets
import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import psycopg

from bot.cli.pages import PageReceiver
from tests.crash.bots import Bot, Program
from tests.crash.databases import Databases, Rows
from tests.crash.points import Setting
from tests.runbooks.machine import Machine
from tests.support.playground import Json, Playground, clean_environment

CATALOG = Path(__file__).with_name("catalog")
_TIMES = {
    "QUARTERDECK_LEASE": "4",
    "QUARTERDECK_CALL_TIMEOUT": "1.8",
    "QUARTERDECK_UNSURE_GRACE": "0.3",
    "QUARTERDECK_ACK_BUDGET": "1.2",
    "QUARTERDECK_CARD_INTERVAL": "0.2",
}
"""Short, so that a point takes seconds, and long enough for a machine that plays many of them at once."""
SETTLED_WITHIN = 90.0
HELD_OFF = "Another process has been changing what runs"
"""The words of a target on which another process has its hand."""
_POLL, _CALM_POLLS = 0.15, 3


class World:
    """Where a story is played. `settled` is the moment at which counting makes sense."""

    def __init__(
        self, slack: Playground, pages: PageReceiver, record: Path, machine: Machine | None, program: Program,
        databases: Databases, folder: Path,
    ) -> None:  # fmt: skip
        self.slack = slack
        self.machine = machine
        self.http = ""
        self.bots: list[Bot] = []
        self._pages = pages
        self._record = record
        self._program = program
        self._databases = databases
        self._folder = folder
        self._names = itertools.count(1)
        self._token = secrets.token_hex(8)
        self._url = ""
        self._client = httpx.AsyncClient(timeout=10, trust_env=False, verify=False)
        self.asks = databases.setting is Setting.POSTGRESQL
        """Whether a rollback takes a second person's yes: in one setting, so that both ways are played."""
        self.starts_before = 0
        self.switches_before = 0

    async def make(self) -> None:
        """A new database, and no page sent yet."""
        self._record.unlink(missing_ok=True)
        self._url = await self._databases.new()
        self.rows = Rows(self._url)

    async def begin(self) -> Bot:
        """A new database, nothing in Slack, and a bot that has looked around."""
        await self.make()
        if self.machine is not None:
            self.starts_before, self.switches_before = len(self.machine.starts()), len(self.machine.switches())
        bot = await self.start()
        await self.slack.eventually(lambda: self.rows.one("SELECT count(*) FROM people"), timeout=60)
        await self.settled()
        return bot

    async def end(self) -> None:
        """Kill what still runs, and forget all of it."""
        for bot in self.bots:
            await bot.gone()
        await self._client.aclose()
        await self.rows.close()
        await self._databases.drop(self._url)

    async def start(self) -> Bot:
        """Start a bot and wait until it is connected; webhooks go to it from now on."""
        bot = await self.launch()
        self.http = await bot.ready()
        return bot

    async def launch(self, **order: object) -> Bot:
        """Start a bot, with an order for its first commits if there is one (see `Bot.order`); it may never be ready."""
        folder = self._folder / f"bot{next(self._names)}"
        folder.mkdir(parents=True)
        if order:
            Bot(0, folder).order(**order)
        bot = await self._program.start(self._environment(), folder)
        self.bots.append(bot)
        return bot

    def _environment(self) -> dict[str, str]:
        machine = self.machine
        return clean_environment(
            {
                "SLACK_API_URL": self.slack.api_url,
                "SLACK_BOT_TOKEN": self.slack.bot_token,
                "SLACK_APP_TOKEN": self.slack.app_token,
                "DATABASE_URL": self._url,
                "QUARTERDECK_STATE_DIR": str(self._folder / "state"),
                "QUARTERDECK_CATALOG": str(CATALOG),
                "QUARTERDECK_HTTP": "127.0.0.1:0",
                "QUARTERDECK_INTAKE_TOKEN": self._token,
                **_TIMES,
                "QUARTERDECK_SOCKETS": "1",
                "PAGER_URL": self._pages.url,
                "SHOP_SOCKET": str(machine.socket) if machine else "/nonexistent",
                "SHOP_DIR": str(machine.dir) if machine else "/nonexistent",
                "APPROVAL_IN": "prod" if self.asks else "nowhere",
            }
        )

    async def settled(self, *, held_off: bool = False) -> None:
        """Until nothing is owed any more, and stays so for a moment. Fails with what is left.

        `held_off`: what waits because a frozen process has its hand on the target counts as settled, for it is to wait.
        """
        calm = 0
        deadline = asyncio.get_running_loop().time() + SETTLED_WITHIN
        while calm < _CALM_POLLS:
            try:
                left = await self.rows.unsettled()
            except (sqlite3.Error, psycopg.Error) as error:
                left = [("database", "", str(error))]
            left = [row for row in left if not (held_off and HELD_OFF in row[2])]
            calm = 0 if left else calm + 1
            assert asyncio.get_running_loop().time() < deadline, f"not settled within {SETTLED_WITHIN:g} s: {left}"
            await asyncio.sleep(_POLL)

    async def comes(self, query: str, within: float = 10.0) -> bool:
        """Whether there is a row soon: 'not confirmed' is an acknowledgement too, and what was asked for goes on."""
        deadline = asyncio.get_running_loop().time() + within
        while not await self.rows.of(query):
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(_POLL)
        return True

    async def deliver(self, body: Json, *, within: float = 60.0) -> None:
        """Hand a webhook to the bot that is there, again until it is taken, as Alertmanager does."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            assert asyncio.get_running_loop().time() < deadline, "the webhook was never taken"
            try:
                answer = await self._client.post(
                    f"http://{self.http}/webhooks/alertmanager", json=body, timeout=2,
                    headers={"Authorization": f"Bearer {self._token}"},
                )  # fmt: skip
                if answer.status_code == 200:
                    return
                assert answer.status_code == 503, answer.text
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)

    @property
    def pages(self) -> set[str]:
        """The keys under which the pager was asked to wake somebody; it takes each key as one page."""
        lines = self._record.read_text(encoding="utf-8").splitlines() if self._record.exists() else []
        return {str(json.loads(line)["key"]) for line in lines}

    async def paged(self) -> bool:
        return bool(self.pages)

    async def posted(self) -> dict[str, list[Json]]:
        """Every message of the bot in any conversation, by the key of the surface that it shows."""
        found: dict[str, list[Json]] = {}
        for message in await self.slack.messages():
            key = _surface_of(message)
            if key:
                found.setdefault(key, []).append(message)
        return found

    async def freeze_over(self, bot: Bot) -> None:
        """Wake a frozen bot, and give it time to do whatever it was about to do."""
        bot.send(signal.SIGCONT)
        await asyncio.sleep(1.2)
        assert not bot.ended, f"the bot did not survive its sleep:\n{bot.log}"


def _surface_of(message: Json) -> str:
    payload: dict[str, Any] = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("surface", ""))
