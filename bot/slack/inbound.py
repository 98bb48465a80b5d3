"""What comes in from the chat: committed first, then acknowledged, each kind of request in the way Slack asks for.

Commands and forms are acknowledged with their answer; clicks and shortcuts with nothing, and the words follow; events
once they are in the inbox. Whatever is not decided within the budget is acknowledged as 'not confirmed', and goes on.
Bolt's own traps: its auth.test before the first acknowledgement (here `authorize` knows the identity already), and its
10 ms poll for the acknowledgement (`process_before_response` waits for the listener itself).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.command import Message, Nothing, Reply, Say
from bot.domain.work import Effect
from bot.slack.answering import (
    Answers,
    command_ack,
    failure_words,
    not_confirmed,
    still_reading,
    submission_ack,
)
from bot.slack.client import SlackClient
from bot.slack.payloads import Body, Place, caller_of, click_of, is_link, line_of, place_of, shortcut_of, submission_of
from bot.slack.router import Router
from bot.slack.views import answers
from bot.store.db import Database, StoreUnavailable
from bot.store.events import Event, keep
from bot.store.owing import owe
from bot.supervise import once

log = structlog.get_logger()
_ANYTHING = re.compile(r".*", re.DOTALL)
_EVENT = "slack.event"
Follow = Callable[[Place, Reply], Awaitable[None]]


class _Known(AsyncAuthorize):
    """Who the bot is, as it was asked before the first socket was opened."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def __call__(self, **about: Any) -> AuthorizeResult:  # noqa: ARG002
        home = await self._client.check()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=home.team_id,
            bot_user_id=home.bot_user_id,
            bot_id=home.bot_id,
            bot_token=self._client.sdk.token,
        )


class Inbound:
    """Bolt's app with everything it listens to. `budget` in seconds; `acked(kind, seconds)` is told of each ack."""

    def __init__(
        self,
        database: Database,
        router: Router,
        client: SlackClient,
        budget: float,
        acked: Callable[[str, float], None] = lambda _kind, _seconds: None,
    ) -> None:
        self._database = database
        self._router = router
        self._client = client
        self._answers = Answers(client, budget)
        self._budget = budget
        self._acked = acked
        self._running: set[asyncio.Task[None]] = set()
        self.app = self._bolt()

    def _bolt(self) -> AsyncApp:
        """Bolt gets a client without a token: with one it would ignore `authorize`."""
        tokenless = AsyncWebClient(base_url=self._client.sdk.base_url, session=self._client.sdk.session)
        app = AsyncApp(
            name="quarterdeck",  # without one Bolt walks the stack of every module for it
            client=tokenless,
            authorize=_Known(self._client),
            process_before_response=True,
        )
        app.middleware(self._event)
        app.command(_ANYTHING)(self._command)
        app.action(_ANYTHING)(self._click)
        app.view(_ANYTHING)(self._submission)
        app.shortcut(_ANYTHING)(self._shortcut)
        return app

    async def _event(
        self,
        body: dict[str, Any],
        next: Callable[[], Awaitable[BoltResponse | None]],
    ) -> BoltResponse | None:
        """Events go into the inbox before they are acknowledged; one that cannot is not, and Slack sends it again."""
        if body.get("type") != "event_callback":
            return await next()
        began = monotonic()
        try:
            await self._keep(Event(str(body["event_id"]), str(body["event"].get("type", "")), body["event"]))
        except StoreUnavailable as error:
            log.warning("event not kept; it will be sent again", id=body["event_id"], why=str(error))
            return BoltResponse(status=503)
        self._acked("event", monotonic() - began)
        return BoltResponse(status=200)

    async def _keep(self, event: Event) -> None:
        async with self._database.write() as tx:
            if await keep(tx, event):
                lane = f"event:{_about(event.body) or event.id}"
                await owe(tx, Effect(f"event:{event.id}", lane, _EVENT, payload={"event": event.id}))

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        began, place, line = monotonic(), place_of(body), line_of(body)
        typed = self._router.command(place.trigger, caller_of(body), str(body.get("channel_id", "")), line)
        task = await self._within_budget(typed)
        late = not task.done()
        reply = Say(self._late_words(line)) if late else _outcome(task)
        carried = command_ack(reply)
        await self._ack(ack, carried, "command", began)
        if late:
            self._later("late command", self._when_done(task, place, self._answers.after_command))
        elif carried is None:
            self._later("after command", self._answers.after_command(place, reply))
        elif isinstance(reply, Say) and reply.then is not None:
            self._later("after words", self._answers.after_words(place, reply))

    async def _submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        began, place = monotonic(), place_of(body)
        task = await self._within_budget(self._router.submit(submission_of(body)))
        late = not task.done()
        reply = Say(answers.failed(not_confirmed(""))) if late else _outcome(task)
        carried, follow = submission_ack(reply, place)
        await self._ack(ack, carried, "submission", began)
        if late:
            self._later("late form", self._when_done(task, place, self._answers.late_submission))
        else:
            self._later("after form", self._answers.after_submission(place, follow))

    async def _click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        click = click_of(body)
        if not self._router.handles(click.action) and is_link(body):
            await self._ack(ack, None, "click", monotonic())
            return
        await self._quietly(ack, body, "click", self._router.click(click))

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._quietly(ack, body, "shortcut", self._router.shortcut(shortcut_of(body)))

    async def _quietly(
        self, ack: AsyncAck, body: dict[str, Any], kind: str, handling: Coroutine[Any, Any, Reply]
    ) -> None:
        """Decide, acknowledge with nothing, and let the words follow."""
        began, place = monotonic(), place_of(body)
        task = await self._within_budget(handling)
        late = not task.done()
        await self._ack(ack, None, kind, began)
        if late:
            words = Say(answers.failed(not_confirmed("")))
            self._later(f"late {kind}", self._answers.after_click(place, words))
        self._later(f"after {kind}", self._when_done(task, place, self._answers.after_click))

    async def _within_budget(self, handling: Coroutine[Any, Any, Reply]) -> asyncio.Task[Reply]:
        """Start handling; it goes on where the budget ends before it does."""
        task = asyncio.create_task(handling)
        await asyncio.wait([task], timeout=self._budget)
        return task

    def _late_words(self, line: str) -> Message:
        changing = self._router.changes(line)
        return answers.failed(not_confirmed(self._router.overview(line))) if changing else still_reading()

    async def _ack(self, ack: AsyncAck, carried: dict[str, object] | None, kind: str, began: float) -> None:
        if carried is None:
            await ack()
        else:
            await ack(carried)
        self._acked(kind, monotonic() - began)

    async def _when_done(self, task: asyncio.Task[Reply], place: Place, follow: Follow) -> None:
        await asyncio.wait([task])
        reply = _outcome(task)
        if not isinstance(reply, Nothing):
            await follow(place, reply)

    def _later(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(once(name, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float) -> None:
        """Let answers under way be given, `seconds` at most."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)


def _outcome(task: asyncio.Task[Reply]) -> Reply:
    """What a handler answered, or what went wrong in words."""
    if task.cancelled():
        return Say(answers.failed(not_confirmed("")))
    error = task.exception()
    return task.result() if error is None else Say(failure_words(error))


def _about(event: Body) -> str:
    """What events must be handled in order for: their channel, else their person."""
    channel, user = event.get("channel_id") or event.get("channel"), event.get("user")
    if isinstance(channel, dict):
        channel = channel.get("id")
    return str(channel or (user if isinstance(user, str) else ""))
