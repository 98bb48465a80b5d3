"""A playground of its own for a test: started on a free port, driven as people, stopped by its process id.

```
async with Playground() as slack:
    ...  # start the app with slack.api_url, slack.bot_token, slack.app_token
    seen = await slack.command("ana", "alerts", "/slo", "status")
    assert "Checkout" in seen.text
```
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import httpx

Json = dict[str, Any]
Value = TypeVar("Value")

ROOT = Path(__file__).resolve().parents[2]
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw of one action. `text` is all of it as lines; `acked` is None where no ack was due."""

    ok: bool
    error: str | None
    acked: bool | None
    ack_ms: float | None
    text: str
    messages: list[Json] = field(default_factory=list)
    ephemerals: list[Json] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    home: Json | None = None
    errors: dict[str, str] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    answer: Json = field(default_factory=dict)

    @property
    def view(self) -> Json:
        """The modal on top. Fails when none is open."""
        assert self.views, f"no modal is open; seen: {self.text!r}"
        return self.views[-1]

    @property
    def ts(self) -> str:
        """The ts of the message this person wrote."""
        return str(self.answer["ts"])


def _seen(answer: Json) -> Seen:
    saw = answer.get("saw", {})
    return Seen(
        bool(answer.get("ok")), answer.get("error"), answer.get("acked"), answer.get("ack_ms"),
        str(answer.get("text", "")), saw.get("messages", []), saw.get("ephemerals", []), saw.get("views", []),
        saw.get("home"), saw.get("errors") or {}, saw.get("toasts", []), answer,
    )  # fmt: skip


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child: without proxies, which slack_sdk would use even for local addresses."""
    kept = {name: value for name, value in os.environ.items() if name not in _PROXIES}
    return {**kept, **(extra or {})}


class PlaygroundProcess:
    """The command itself: `start` waits for its line of JSON, `stop` ends it by its process id."""

    def __init__(
        self, *, manifest: Path | None = None, seed: int = 1, rate_limits: str = "off", options: tuple[str, ...] = ()
    ) -> None:
        self._arguments = ["--port", "0", "--seed", str(seed), "--rate-limits", rate_limits, *options]
        if manifest is not None:
            self._arguments += ["--manifest", str(manifest)]
        self._process: subprocess.Popen[str] | None = None
        self.address: dict[str, str] = {}

    def start(self) -> None:
        """Raises RuntimeError with the command's own words when it does not start."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "playground", *self._arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=clean_environment(), text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, words = self._process.communicate()
            raise RuntimeError(words)
        self.address = json.loads(line)

    @property
    def pid(self) -> int:
        """Fails before the start."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> str:
        """Returns what it wrote to stderr."""
        if self._process is None:
            return ""
        self._process.terminate()
        try:
            _, words = self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            _, words = self._process.communicate()
        self._process = None
        return words


class Playground:
    """Acts and looks. Give it a running process to share one among tests, or let it start its own:
    `manifest`, `seed`, `rate_limits` and `options` (more command-line flags) are handed to the command.
    """

    def __init__(
        self, process: PlaygroundProcess | None = None, *, manifest: Path | None = None, seed: int = 1,
        rate_limits: str = "off", options: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self._shared = process is not None
        self._process = process or PlaygroundProcess(
            manifest=manifest, seed=seed, rate_limits=rate_limits, options=options
        )
        self._http = httpx.AsyncClient(timeout=90, trust_env=False, verify=False)  # no certificates are read

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """A shared process is reset instead. Raises RuntimeError with the command's own words."""
        if self._shared:
            await self.fault("socket_cut")  # what an earlier test left connected
            await self.reset()
        else:
            await asyncio.to_thread(self._process.start)

    async def stop(self) -> None:
        await self._http.aclose()
        if not self._shared:
            await asyncio.to_thread(self._process.stop)

    @property
    def _address(self) -> dict[str, str]:
        return self._process.address

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def url(self) -> str:
        return self._address["url"]

    @property
    def api_url(self) -> str:
        return self._address["api_url"]

    @property
    def bot_token(self) -> str:
        return self._address["bot_token"]

    @property
    def app_token(self) -> str:
        return self._address["app_token"]

    # People. `user` is a handle or id, `channel` a name or id. `until` waits, up to `wait` seconds, for these words.

    async def command(
        self, user: str, channel: str, command: str, text: str = "", *, wait: float = 1.0, until: str | None = None
    ) -> Seen:
        return await self.act("command", user, channel=channel, command=command, text=text, wait=wait, until=until)

    async def message(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None, wait: float = 0.0,
        until: str | None = None,
    ) -> Seen:  # fmt: skip
        return await self.act("message", user, channel=channel, text=text, thread_ts=thread_ts, wait=wait, until=until)

    async def click(
        self, user: str, *, message: Json | None = None, view: Json | str | None = None, home: bool = False,
        action_id: str | None = None, text: str | None = None, block_id: str | None = None, value: str | None = None,
        confirm: bool = True, wait: float = 1.0, until: str | None = None,
    ) -> Seen:  # fmt: skip
        """Click in a message, a modal (the top one by default) or the Home tab, by action id or by visible words."""
        return await self.act(
            "click", user, **_place(message, view, home), action_id=action_id, text=text, block_id=block_id,
            value=value, confirm=confirm, wait=wait, until=until,
        )  # fmt: skip

    async def select(
        self, user: str, value: object, *, message: Json | None = None, view: Json | str | None = None,
        home: bool = False, action_id: str | None = None, block_id: str | None = None, label: str | None = None,
        confirm: bool = True, wait: float = 1.0, until: str | None = None,
    ) -> Seen:  # fmt: skip
        return await self.act(
            "select", user, **_place(message, view, home), value=value, action_id=action_id, block_id=block_id,
            label=label, confirm=confirm, wait=wait, until=until,
        )  # fmt: skip

    async def type(
        self, user: str, value: str, *, label: str | None = None, block_id: str | None = None,
        view: Json | str | None = None, enter: bool = False, wait: float = 0.0,
    ) -> Seen:  # fmt: skip
        return await self.act(
            "type", user, **_place(None, view, False), value=value, label=label, block_id=block_id, enter=enter,
            wait=wait,
        )  # fmt: skip

    async def submit(
        self, user: str, values: Json | None = None, *, view: Json | str | None = None, channel: str | None = None,
        wait: float = 1.0, until: str | None = None,
    ) -> Seen:  # fmt: skip
        """Submit the top modal; `values` by block id or label. `channel`: what is seen there meanwhile is told too."""
        place = {**_place(None, view, False), "channel": channel}
        return await self.act("submit", user, **place, values=values or {}, wait=wait, until=until)

    async def close(self, user: str, *, view: Json | str | None = None, everything: bool = False) -> Seen:
        return await self.act("close", user, **_place(None, view, False), all=everything, wait=0.0)

    async def shortcut(
        self, user: str, callback_id: str, *, message: Json | None = None, wait: float = 1.0, until: str | None = None
    ) -> Seen:
        place = _place(message, None, False)
        return await self.act("shortcut", user, callback_id=callback_id, **place, wait=wait, until=until)

    async def react(self, user: str, message: Json, name: str, *, remove: bool = False) -> Seen:
        return await self.act("react", user, **_place(message, None, False), name=name, remove=remove, wait=0.0)

    async def pin(self, user: str, message: Json, *, remove: bool = False) -> Seen:
        return await self.act("pin", user, **_place(message, None, False), remove=remove, wait=0.0)

    async def home(self, user: str, *, wait: float = 1.0, until: str | None = None) -> Seen:
        """Open the app's Home tab."""
        return await self.act("home", user, wait=wait, until=until)

    async def act(self, action: str, user: str, /, **arguments: object) -> Seen:
        """Any other action of the control API (edit, delete, join, kick, archive, rename, dm, suggest …)."""
        return _seen(await self.control(action, user=user, **arguments))

    # Faults and time.

    async def fault(self, kind: str, **arguments: object) -> Json:
        return await self.control("fault", kind=kind, **arguments)

    async def clear_faults(self) -> None:
        await self.fault("clear")

    async def release(self, held_id: int | None = None) -> int:
        """Let one held call go on, or all; returns how many."""
        return int((await self.control("release", id=held_id))["released"])

    async def wait_held(self, count: int = 1, *, timeout: float = 15.0) -> list[Json]:
        """Until that many calls are held."""
        return await self.eventually(lambda: self.look("held"), lambda held: len(held) >= count, timeout=timeout)

    async def advance(self, seconds: float) -> float:
        """Move the virtual clock; returns its new time."""
        return float((await self.control("clock", advance=seconds))["now"])

    async def clock(self, **arguments: float) -> Json:
        return await self.control("clock", **arguments)

    async def rate_limits(self, mode: str) -> None:
        await self.control("rate_limits", mode=mode)

    async def reset(self, seed: int = 1) -> None:
        await self.control("reset", seed=seed)

    async def person(self, name: str, **fields: object) -> Json:
        """Add or change somebody: real_name, title, email, tz, is_admin, is_guest, deleted."""
        return cast(Json, (await self.control("person", name=name, **fields))["user"])

    # Looking.

    async def messages(
        self, channel: str | None = None, *, thread: str | None = None, user: str | None = None
    ) -> list[Json]:
        """With `plain` (as people read it), `buttons` and full metadata; `user` adds what only this person sees."""
        return await self.look("messages", channel=channel, thread=thread, user=user)

    async def channels(self) -> dict[str, Json]:
        """By name; direct messages by id."""
        return {channel["name"] or channel["id"]: channel for channel in await self.look("channels")}

    async def channel(self, name: str) -> Json | None:
        return (await self.channels()).get(name.removeprefix("#"))

    async def calls(self, method: str | None = None, *, since: int | None = None) -> list[Json]:
        return await self.look("calls", method=method, since=since)

    async def violations(self) -> list[Json]:
        return await self.look("violations")

    async def views(self, user: str) -> list[Json]:
        return await self.look("views", user=user)

    async def home_of(self, user: str) -> Json | None:
        homes = await self.look("home", user=user)
        return homes[0] if homes else None

    async def ephemerals(self, user: str) -> list[Json]:
        return await self.look("ephemerals", user=user)

    async def connected(self) -> bool:
        return bool(cast(Json, await self.get("app"))["connected"])

    async def wait_connected(self, *, timeout: float = 15.0) -> None:
        await self.eventually(self.connected, bool, timeout=timeout)

    async def message_with(self, channel: str, words: str, *, user: str | None = None, timeout: float = 10.0) -> Json:
        """The newest message in a channel that shows these words, waiting until there is one."""

        async def newest() -> Json | None:
            found = [each for each in await self.messages(channel, user=user) if words in each["plain"]]
            return found[-1] if found else None

        message = await self.eventually(newest, lambda found: found is not None, timeout=timeout)
        assert message is not None
        return message

    async def eventually(
        self, look: Callable[[], Awaitable[Value]], holds: Callable[[Value], bool] = bool, *, timeout: float = 10.0
    ) -> Value:
        """Look again and again until it holds; fails with what was last seen."""
        deadline = time.monotonic() + timeout
        while True:
            value = await look()
            if holds(value):
                return value
            assert time.monotonic() < deadline, f"not within {timeout} s; last seen: {value!r}"
            await asyncio.sleep(0.02)

    async def look(self, name: str, /, **query: object) -> list[Json]:
        return cast(list[Json], await self.get(name, **query))

    async def get(self, name: str, /, **query: object) -> object:
        given = {key: str(value) for key, value in query.items() if value is not None}
        response = await self._http.get(f"{self.url}/control/{name}", params=given)
        assert response.status_code == 200, response.text
        return response.json()

    async def control(self, action: str, /, **arguments: object) -> Json:
        """POST /control/<name>; fails when the playground does not understand it."""
        given = {key: value for key, value in arguments.items() if value is not None}
        response = await self._http.post(f"{self.url}/control/{action}", json=given)
        assert response.status_code == 200, response.text
        return cast(Json, response.json())


def _place(message: Json | None, view: Json | str | None, home: bool) -> Json:
    """Where something is done, in the control API's words."""
    if message is not None:
        return {"channel": message["channel"], "ts": message["ts"]}
    if view is not None:
        return {"view_id": view if isinstance(view, str) else view["id"]}
    return {"home": True} if home else {}
