"""The scene of `demo` and `drill`: a shop to watch, a local Slack, generated history, and Quarterdeck itself.

The product knows shop and local Slack only as commands that are started, and addresses that they answer with.
"""

import asyncio
import fcntl
import json
import os
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import TracebackType
from typing import IO, Self, TypeVar

from bot.cli.pages import PageReceiver
from bot.cli.places import shipped
from bot.cli.stage import Actor, Ended, InUse, Stage, output_of
from bot.services.history import import_history
from bot.settings import SETTING_NAMES, load
from bot.store.db import Database
from bot.store.samples import SqlSampleStore

BOT, SLACK = "quarterdeck", "slack"
CATALOG = "examples/demo"
_HISTORY = ("--days", "30", "--spent", "0.40", "--target", "0.995", "--latency-target", "0.95")
"""30 days that leave 60 % of the budget; the targets are those of the catalog's SLOs."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_CARD_INTERVAL_S = "1"
_PYTHON = (sys.executable, "-m")
_BOT = (*_PYTHON, "bot")

One = TypeVar("One")
Two = TypeVar("Two")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of the scene answer; URLs without a slash at the end."""

    page: str
    control: str
    shop: str
    bot: str


class Scene:
    """Everything that stands, in `directory`; entered it is ready to be played in, left it has been struck.

    In a directory of an earlier scene it goes on where that was, also where that was killed.
    """

    def __init__(self, directory: Path, port: int = 0, show: Callable[[str], None] = print) -> None:
        self.directory = directory.expanduser().absolute()
        self.state = self.directory / "bot"
        self._shop_dir = self.directory / "shop"
        self.stage = Stage(self.directory)
        self._port = port
        self._show = show
        self._pages = PageReceiver(self.directory / "pages.jsonl", show)
        self._lock: IO[str] | None = None
        self._shop: dict[str, str] = {}
        self.addresses = Addresses("", "", "", "")

    async def __aenter__(self) -> Self:
        self._take_directory()
        try:
            await self._set()
        except BaseException:
            await self.strike()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.strike()

    async def strike(self) -> list[Ended]:
        """Stop all of it, bot first, shop last; how the processes left. A second time there is nothing left to do."""
        ended = await self.stage.stop()
        await self._pages.stop()
        if self._lock:
            if (self._shop_dir / "shop.json").exists():
                await output_of(
                    [*_PYTHON, "playground.shop", "down", "--dir", str(self._shop_dir)], plain_environment()
                )
            self._lock.close()
            self._lock = None
        return ended

    async def _set(self) -> None:
        left = await self.stage.clear()
        await self._pages.start()
        shop = [*_PYTHON, "playground.shop", "up", "--dir", str(self._shop_dir)]
        self._shop = json.loads(await output_of(shop, plain_environment()))
        self.state.mkdir(exist_ok=True)
        if left:
            self._show(f"An earlier start was killed and left {' and '.join(left)} running; that was stopped first.")
        await _both(self._write_manifest(), self._migrate())
        slack, _ = await _both(self._start_slack(), self._import_history())
        http = await self._start_bot(slack)
        self.addresses = Addresses(slack["url"], slack["control_url"], self._shop["front_url"], f"http://{http}")

    def _take_directory(self) -> None:
        """Raises InUse where another demo holds it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock = (self.directory / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise InUse(
                f"A demo runs in {self.directory} already. Stop it, or start another one with another --dir."
            ) from None

    async def _write_manifest(self) -> None:
        text = await output_of([*_BOT, "manifest"], self._bot_environment({}))
        (self.directory / "manifest.yaml").write_text(text, encoding="utf-8")

    async def _migrate(self) -> None:
        await output_of([*_BOT, "migrate"], self._bot_environment({}))

    async def _import_history(self) -> None:
        """Once generated, the history is kept as a file and imported as it is: later days are the sampler's own."""
        past = self.directory / "history.jsonl"
        if not past.exists():
            fresh = past.with_suffix(".new")
            fresh.write_text(await output_of([*_PYTHON, "playground.shop", "history", *_HISTORY], plain_environment()))
            fresh.replace(past)
        database = Database(load(self._bot_environment({})).database)
        try:
            await import_history(past.read_text().splitlines(), SqlSampleStore(database))
        finally:
            await database.close()

    async def _start_slack(self) -> dict[str, str]:
        panel = self.directory / "panel.json"
        story = Template((shipped(CATALOG) / "story.json").read_text(encoding="utf-8"))
        panel.write_text(story.substitute(SHOP_URL=self._shop["front_url"]), encoding="utf-8")
        given = {
            "--port": str(self._port or self._earlier_port()),
            "--manifest": str(self.directory / "manifest.yaml"),
            "--panel": str(panel),
            "--keep": str(self.directory / "slack.state"),
        }
        options = [word for option in given.items() for word in option]
        address = await self.stage.start(SLACK, [*_PYTHON, "playground", *options], plain_environment(), _first_json)
        (self.directory / "slack.json").write_text(json.dumps(address))
        return address

    def _earlier_port(self) -> int:
        """The port of the earlier start where it is free: links that were posted then go there."""
        try:
            url = str(json.loads((self.directory / "slack.json").read_text())["url"])
        except FileNotFoundError:
            return 0
        port = int(url.rpartition(":")[2])
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return 0
        return port

    async def _start_bot(self, slack: Mapping[str, str]) -> str:
        file = self.directory / "ready.json"
        file.unlink(missing_ok=True)
        command = [*_BOT, "run", "--ready-file", str(file)]

        def ready(_: Actor) -> str | None:
            return str(json.loads(file.read_text())["http"]) if file.exists() else None

        return await self.stage.start(BOT, command, self._bot_environment(slack), ready)

    def _bot_environment(self, slack: Mapping[str, str]) -> dict[str, str]:
        """`slack` is what the local Slack printed; empty for commands that do not need it."""
        given = {
            "SLACK_API_URL": slack.get("api_url", ""),
            "SLACK_BOT_TOKEN": slack.get("bot_token", ""),
            "SLACK_APP_TOKEN": slack.get("app_token", ""),
            "QUARTERDECK_STATE_DIR": str(self.state),
            "QUARTERDECK_CATALOG": str(shipped(CATALOG)),
            "QUARTERDECK_HTTP": "127.0.0.1:0",
            "QUARTERDECK_INTAKE_TOKEN": secrets.token_urlsafe(24),
            "QUARTERDECK_CARD_INTERVAL": _CARD_INTERVAL_S,
            "SHOP_URL": self._shop["front_url"],
            "SHOP_DIR": self._shop["dir"],
            "SHOP_SOCKET": self._shop["supervisor_socket"],
            "PAGER_URL": self._pages.url,
        }
        return {**plain_environment(), **given}


async def _both(first: Awaitable[One], second: Awaitable[Two]) -> tuple[One, Two]:
    """Wait for both, also where one of them fails: what the other one starts is then there to be stopped."""
    one, two = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(two, BaseException):
        raise two
    return one, two


def plain_environment() -> dict[str, str]:
    """The caller's, but for another bot's settings and for proxies, which slack_sdk would use even for local calls."""
    left_out = {name for proxy in _PROXIES for name in (proxy, proxy.lower())}
    left_out |= {name for setting in SETTING_NAMES for name in (setting, f"{setting}_FILE")}
    return {name: value for name, value in os.environ.items() if name not in left_out}


def _first_json(actor: Actor) -> dict[str, str] | None:
    """The line of JSON in which the local Slack tells its addresses, once it is written whole."""
    for line in actor.log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        if line.startswith("{") and line.endswith("\n"):
            return {str(name): str(value) for name, value in json.loads(line).items()}
    return None
