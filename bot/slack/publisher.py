"""Messages made to show what the database says: claimed, drawn at the last moment, posted once, updated ever after.

Each channel has one message under way at a time, the most urgent first. A first post takes its channel's slot, and
carries the surface's key in its metadata, by which it is found again where its end is unknown (rule 3).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeAlias

import structlog

from bot.command import Message
from bot.delivery.retry import pause
from bot.domain.work import Drawn
from bot.ports import OutsideError, Permanent, Transient, Unsure
from bot.services.requests import NotFound
from bot.slack.client import SlackClient
from bot.slack.failures import NO_SUCH_CHANNEL
from bot.slack.posting import Posting
from bot.store import channels, pace
from bot.store.claims import LeaseLost, any_surface_due, claim_surfaces, hold_surface, settle_surface
from bot.store.db import Database, StoreUnavailable, Tx
from bot.store.owing import SURFACES
from bot.supervise import once

log = structlog.get_logger()
Painter: TypeAlias = Callable[[Drawn], Awaitable[Message | None]]
Posted: TypeAlias = Callable[[Tx, Drawn, str, str], Awaitable[None]]
"""Told in the settling transaction that a message is in its channel for the first time: (tx, drawn, channel, ts)."""

AT_ONCE = 16
POLL_SECONDS = 1.0
UPDATES = "chat.update"
"""The pace row of all updates: their limit is the workspace's, so a 429 holds them all."""
LOOK_AGAIN_FIRST, LOOK_AGAIN_LONGEST = 0.1, 5.0
FIRST_REDRAW_SECONDS = 0.5
"""What follows a first post, such as the rest of a room's set-up, is shown together soon after it."""
REFUSED_PAUSE_SECONDS = 600.0
FAULT_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Ending:
    """What an attempt came to: columns to store, seconds until the next one, what to hold for how long."""

    values: Mapping[str, object]
    wait: float = 0.0
    hold: tuple[str, float] | None = None
    first_at: tuple[str, str] | None = None
    lost_channel: str | None = None


class Publisher:
    """`step` claims and starts, `drain` ends what runs. `painters` draw by kind of surface, None being nothing to show.

    Calls must time out within half a lease. `card_interval`, `unsure_after` and `lease` are seconds; `broadcasts` are
    kinds whose reply in a thread is shown in the channel too; `unsure("surface")` counts posts of unknown end.
    """

    def __init__(
        self,
        database: Database,
        client: SlackClient,
        painters: Mapping[str, Painter],
        owner: str,
        lease: float,
        card_interval: float,
        unsure_after: float,
        posted: Posted,
        broadcasts: Collection[str] = (),
        unsure: Callable[[str], None] = lambda _what: None,
    ) -> None:
        self._database = database
        self._posting = Posting(client, broadcasts)
        self._painters = painters
        self._owner = owner
        self._lease = lease
        self._card_interval = card_interval
        self._unsure_after = unsure_after
        self._posted = posted
        self._unsure = unsure
        self._ear = database.bell.ear(SURFACES)
        self._running: dict[asyncio.Task[None], frozenset[str]] = {}
        self._closed_until: dict[str, float] = {}
        self._looks: dict[str, float] = {}
        self._due: set[float] = set()

    async def step(self) -> None:
        """Start whatever is due, then wait for the bell, the next free channel, or the next poll."""
        room = AT_ONCE - len(self._running)
        if room > 0:
            since = monotonic()
            for it, channel in await self._claim(room, self._busy(since)):
                if channel is not None:
                    self._start(it, channel, since)
        await self._ear.wait(self._until_next())

    async def _claim(self, room: int, busy: set[str]) -> list[tuple[Drawn, str | None]]:
        async with self._database.read() as tx:
            if not await any_surface_due(tx, busy):
                return []
        async with self._database.write() as tx:
            claimed = await claim_surfaces(tx, self._owner, self._lease, room, busy)
            return [(it, await self._channel_of(tx, it)) for it in claimed]

    def _busy(self, now: float) -> set[str]:
        self._closed_until = {channel: until for channel, until in self._closed_until.items() if until > now}
        return {*self._closed_until, *(channel for names in self._running.values() for channel in names)}

    def _until_next(self) -> float:
        """Seconds until a channel is free or a message may be redrawn, at most until the next poll."""
        now = monotonic()
        self._due = {at for at in self._due if at > now}
        ends = [*self._due, *self._closed_until.values()]
        return max(0.0, min([POLL_SECONDS, *(at - now for at in ends)]))

    async def _channel_of(self, tx: Tx, it: Drawn) -> str | None:
        """The id of the channel whose slot this message has; None where it must wait, and then it is put back."""
        channel: str | None = it.channel
        if it.channel[0] in "#@":
            channel = await channels.known(tx, it.channel)
        if channel is None:
            await channels.want(tx, it.channel)
            wait = self._looks.get(it.channel, LOOK_AGAIN_FIRST)
            self._looks[it.channel] = min(2 * wait, LOOK_AGAIN_LONGEST)
            await self._put_back(tx, it, wait, f"{it.channel} is not there yet; it is looked for")
            return None
        self._looks.pop(it.channel, None)
        posts = it.ts is None
        wait = await pace.take(tx, channel) if posts else await pace.wait(tx, UPDATES)
        if wait > 0:
            await self._put_back(tx, it, wait, "")
            return None
        return channel

    async def _put_back(self, tx: Tx, it: Drawn, wait: float, words: str) -> None:
        """Its channel is closed for a while; the surface itself stays first in it."""
        self._closed_until[it.channel] = monotonic() + wait
        fresh = {} if it.retaken else {"intent_at": None}
        await settle_surface(tx, it, self._owner, error=words, attempts=it.attempts - 1, **fresh)

    def _start(self, it: Drawn, channel: str, since: float) -> None:
        task = asyncio.create_task(once(f"surface {it.key}", self._show(it, channel, since)))
        self._running[task] = frozenset({it.channel, channel})
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._database.bell.ring([SURFACES])

    async def _show(self, it: Drawn, channel: str, since: float) -> None:
        """One attempt. Where it ends by a fault, or by a shutdown, it is looked up before it is repeated."""
        ending = _Ending({"error": "ended early; the log has it"}, wait=max(self._unsure_after, FAULT_PAUSE_SECONDS))
        try:
            ending = await self._attempt(it, channel, since)
        except asyncio.CancelledError:
            ending = _Ending({"error": "ended by a shutdown"}, wait=self._unsure_after)
            raise
        finally:
            await self._settle(it, channel, ending)

    async def _attempt(self, it: Drawn, channel: str, since: float) -> _Ending:
        drawn = replace(it, channel=channel)
        try:
            message = await self._painters[it.kind](drawn)
            if message is None:
                return _Ending({"shown": it.wanted, "intent_at": None, "attempts": 0, "error": ""})
            since = await self._hold(it, since)
            ts = await self._send(drawn, message, since)
        except NotFound as error:
            return _Ending({"state": "gone", "intent_at": None, "error": str(error)})
        except StoreUnavailable as error:
            return self._again(it, Transient(str(error)))
        except LeaseLost:
            return _Ending({})  # which cannot be stored, and is said so there
        except Transient as error:
            return self._again(it, error, UPDATES if it.ts else channel)
        except Unsure as error:
            log.warning("message of unknown end", surface=it.key, why=str(error))
            self._unsure("surface")
            return _Ending({"error": str(error)}, wait=self._unsure_after)
        except OutsideError as error:
            return _refused(it, channel, error)
        values = {"shown": it.wanted, "channel": channel, "ts": ts, "intent_at": None, "attempts": 0, "error": ""}
        if it.ts:
            return _Ending(values, wait=self._card_interval)
        return _Ending(values, wait=min(self._card_interval, FIRST_REDRAW_SECONDS), first_at=(channel, ts))

    async def _hold(self, it: Drawn, since: float) -> float:
        """Since when the claim is held: from now where half of it had passed, as in a process that was asleep.

        Raises `LeaseLost` where another process has it, and `Transient` where it takes long to find out.
        """
        asked = monotonic()
        if asked - since <= self._lease / 2:
            return since
        async with self._database.write() as tx:
            await hold_surface(tx, it, self._owner, self._lease)
        if monotonic() - asked > self._lease / 2:
            raise Transient("the database took too long to confirm the claim on this message")
        return asked

    async def _send(self, it: Drawn, message: Message, since: float) -> str:
        """The ts of the message that shows it: updated, adopted, or new."""
        ts = it.ts
        if ts is None and it.retaken:
            ts = await self._posting.look_up(it)
            await self._hold(it, since)
        if ts is None:
            return await self._posting.post(it, message)
        await self._posting.update(it.channel, ts, it, message)
        return ts

    def _again(self, it: Drawn, error: Transient, limited: str = "") -> _Ending:
        """It did not happen this time; what became of an earlier attempt must still be looked up."""
        wait = pause(it.attempts, error.retry_after).total_seconds()
        log.info("message will be tried again", surface=it.key, seconds=wait, why=str(error))
        values = {"error": str(error)} | ({} if it.retaken else {"intent_at": None})
        held = (limited, wait) if error.retry_after is not None and limited else None
        return _Ending(values, wait=wait, hold=held)

    async def _settle(self, it: Drawn, channel: str, ending: _Ending) -> None:
        self._due.add(monotonic() + ending.wait)
        try:
            async with self._database.write() as tx:
                values = dict(ending.values) | {"not_before": tx.later(ending.wait)}
                if ending.first_at is not None:
                    values["posted_at"] = tx.now
                await settle_surface(tx, it, self._owner, **values)
                if ending.hold is not None:
                    await pace.hold(tx, *ending.hold)
                if ending.lost_channel is not None:
                    await channels.forget(tx, ending.lost_channel)
                if ending.first_at is not None:
                    await self._posted(tx, replace(it, channel=channel), *ending.first_at)
        except LeaseLost:
            log.warning("surface taken over by another process", surface=it.key)
        except StoreUnavailable as error:
            log.warning("what a message shows is not stored", surface=it.key, why=str(error))

    async def drain(self, seconds: float) -> None:
        """Let messages under way be sent, `seconds` at most; the rest is looked up by whoever comes next."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)


def _refused(it: Drawn, channel: str, error: OutsideError) -> _Ending:
    """Slack will not have it: a deleted message is posted anew, everything else waits with its words."""
    code = error.code if isinstance(error, Permanent) else ""
    if code == "message_not_found" and it.ts:
        return _Ending({"ts": None, "posted_at": None, "intent_at": None, "attempts": 0, "error": ""})
    log.warning("message refused", surface=it.key, why=str(error), code=code)
    lost = channel if code in NO_SUCH_CHANNEL else None
    values = {"error": str(error)} | ({} if it.retaken else {"intent_at": None})
    return _Ending(values, wait=REFUSED_PAUSE_SECONDS, lost_channel=lost)
