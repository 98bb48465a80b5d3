"""A person at the local Slack, as the drill plays one: types, clicks, fills in, and looks until something is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import httpx

Json = dict[str, Any]
Found = TypeVar("Found")

_LOOK_EVERY = 0.1
_LAST_MESSAGES = 4
_PATIENCE = 10.0


class Amiss(Exception):
    """Something was not as it should be: what was expected, and what was seen instead."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"expected {expected}")
        self.expected = expected
        self.seen = seen


class Person:
    """Acts and looks through the control API at `control` as the person with this handle."""

    def __init__(self, http: httpx.AsyncClient, control: str, handle: str) -> None:
        self._http = http
        self._control = control
        self.handle = handle

    async def command(self, channel: str, line: str, until: str = "", within: float = _PATIENCE) -> Json:
        """Type `/slo status` or the like; with `until`, wait until these words are seen."""
        command, _, text = line.partition(" ")
        given = {"channel": channel, "command": command, "text": text}
        return await self._act("command", given, f"{line!r} to be answered", until, within)

    async def click(self, message: Json, action: str, until: str = "", within: float = _PATIENCE) -> Json:
        """Click a button of a message by its action id."""
        given = {"channel": message["channel"], "ts": message["ts"], "action_id": action}
        return await self._act("click", given, f"the button {action} to answer", until, within)

    async def submit(self, values: Mapping[str, object] | None = None, within: float = _PATIENCE) -> Json:
        """Send the form on top, with these fields filled in; none of them may be refused."""
        answer = await self._act("submit", {"values": dict(values or {})}, "the form to be taken", "", within)
        errors = answer.get("saw", {}).get("errors")
        if errors:
            raise Amiss("the form to be taken", str(errors))
        return answer

    async def form(self, callback_id: str, words: str = "", within: float = _PATIENCE) -> Json:
        """The form on top once it is this one and shows these words."""

        async def top() -> tuple[Json | None, str]:
            views = await self._list("views", user=self.handle)
            shown = views[-1] if views else None
            fits = shown is not None and shown["callback_id"] == callback_id and words in shown["plain"]
            return (shown if fits else None), (str(shown["plain"]) if shown else "no form is open")

        return await _until(top, f"the form {callback_id} showing “{words}”", within)

    async def reads(self, channel: str, *words: str, within: float = _PATIENCE, thread: str | None = None) -> Json:
        """The newest message of a channel (or thread) that shows all these words."""

        async def newest() -> tuple[Json | None, str]:
            messages = await self.messages(channel, thread)
            fitting = [each for each in messages if all(word in each["plain"] for word in words)]
            return (fitting[-1] if fitting else None), _last(messages)

        where = f"#{channel}"
        return await _until(newest, f"a message in {where} that shows {_quoted(words)}", within)

    async def sees_channel(self, beginning: str, within: float = _PATIENCE) -> Json:
        """The newest channel whose name begins so and which this person is in."""

        async def mine() -> tuple[Json | None, str]:
            me = next(each["id"] for each in await self._list("people") if each["name"] == self.handle)
            channels = [each for each in await self._list("channels") if each["name"].startswith(beginning)]
            fitting = [each for each in channels if me in each["members"]]
            return (fitting[-1] if fitting else None), f"channels that begin so: {[each['name'] for each in channels]}"

        return await _until(mine, f"{self.handle} in a channel #{beginning}…", within)

    async def pinned(self, channel: str, words: str = "", within: float = _PATIENCE) -> Json:
        """The first message pinned in a channel, once it shows these words."""

        async def first() -> tuple[Json | None, str]:
            found = next(each for each in await self._list("channels") if channel in (each["name"], each["id"]))
            messages = await self.messages(channel)
            card = next((each for each in messages if each["ts"] in found["pins"]), None)
            fits = card is not None and words in card["plain"]
            return (card if fits else None), f"pins: {found['pins']}; {_last(messages)}"

        return await _until(first, f"a card pinned in #{channel} that shows “{words}”", within)

    async def messages(self, channel: str, thread: str | None = None) -> list[Json]:
        """All messages of a channel that this person sees, oldest first."""
        narrowed = {"thread": thread} if thread else {}
        return await self._list("messages", channel=channel, user=self.handle, **narrowed)

    async def files(self) -> list[Json]:
        return await self._list("files")

    async def violations(self) -> list[Json]:
        """What the local Slack saw that Slack would refuse."""
        return await self._list("violations")

    async def _act(self, action: str, given: Json, expected: str, until: str, within: float) -> Json:
        body = {"user": self.handle, "wait": within if until else 1.0, **given} | ({"until": until} if until else {})
        answer = await self._http.post(f"{self._control}/{action}", json=body)
        told: Json = answer.json()
        text = str(told.get("text", ""))
        if not told.get("ok") or told.get("acked") is False:
            raise Amiss(expected, f"{told.get('error') or 'not acknowledged'}: {text}")
        if until and until not in text:
            raise Amiss(f"“{until}” after {action} {given}", text or "nothing")
        return told

    async def _list(self, name: str, **query: str) -> list[Json]:
        answer = await self._http.get(f"{self._control}/{name}", params=query)
        answer.raise_for_status()
        found: list[Json] = answer.json()
        return found


async def _until(look: Callable[[], Awaitable[tuple[Found | None, str]]], expected: str, within: float) -> Found:
    """Look again and again until something is found. Raises Amiss with what was seen last."""
    deadline = time.monotonic() + within
    while True:
        found, seen = await look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise Amiss(f"{expected} within {within:.0f} s", seen)
        await asyncio.sleep(_LOOK_EVERY)


def _last(messages: Sequence[Json]) -> str:
    lines = [str(each["plain"]) for each in messages[-_LAST_MESSAGES:]]
    return "the last messages:\n" + "\n--\n".join(lines) if lines else "no message"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
