"""What a Bolt app was sent, kept for a test to look at."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.support.playground import Json

_PATIENCE = 10.0


class Inbox:
    """Bodies in the order they came."""

    def __init__(self) -> None:
        self._bodies: asyncio.Queue[Json] = asyncio.Queue()

    async def put(self, body: Json) -> None:
        await self._bodies.put(body)

    async def next(self) -> Json:
        return await asyncio.wait_for(self._bodies.get(), _PATIENCE)

    async def next_action(self) -> Json:
        """The one action of the next block_actions body."""
        body = await self.next()
        action: Json = body["actions"][0]
        return action

    @property
    def empty(self) -> bool:
        return self._bodies.empty()


def collect(register: Callable[[Any], Any], **answer: Any) -> Inbox:
    """Acknowledge (with `answer`, if given) what `register` listens for, and keep the bodies."""
    inbox = Inbox()

    async def listener(ack: Any, body: Json) -> None:
        await ack(**answer)
        await inbox.put(body)

    register(listener)
    return inbox


def opens(bolt_app: Any, command: str, view: Json) -> None:
    """Make `command` open this modal."""

    async def listener(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    bolt_app.command(command)(listener)
