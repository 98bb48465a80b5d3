"""What follows once an incident has its room: people, topic, bookmarks, the pinned card; each on its own."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.ports import Permanent, Transient
from bot.slack.client import SlackClient
from bot.slack.rooms import RoomService, about, incident_of, step_of
from bot.slack.views.text import literal
from bot.store.db import Tx

_DONE_ALREADY = frozenset({"already_in_channel", "cant_invite_self", "already_pinned"})
TOPIC_MOST = 250
"""Slack's limit on a topic and on a purpose."""
Step = Callable[[SlackClient, RoomService, Claimed, Lease], Awaitable[None]]


class RoomStep:
    """One step of the set-up: Slack says that it is done already where it was."""

    def __init__(self, client: SlackClient, rooms: RoomService, step: Step) -> None:
        self._client = client
        self._rooms = rooms
        self._step = step

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        try:
            await self._step(self._client, self._rooms, claimed, lease)
        except Permanent as error:
            if error.code not in _DONE_ALREADY:
                raise
        return {}

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:  # noqa: ARG002
        await self._rooms.part_done(tx, incident_of(claimed), step_of(claimed))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        await self._rooms.part_failed(tx, incident_of(claimed), step_of(claimed), words)


async def invite(client: SlackClient, rooms: RoomService, claimed: Claimed, lease: Lease) -> None:  # noqa: ARG001
    """Let one person in."""
    await client.call("conversations.invite", channel=await _room(rooms, claimed), users=[about(claimed)])


async def head(client: SlackClient, rooms: RoomService, claimed: Claimed, lease: Lease) -> None:  # noqa: ARG001
    """Topic and purpose."""
    channel, headline = await _room(rooms, claimed), await rooms.headline(incident_of(claimed))
    await asyncio.gather(
        client.call("conversations.setTopic", channel=channel, topic=literal(headline.topic, TOPIC_MOST)),
        client.call("conversations.setPurpose", channel=channel, purpose=literal(headline.purpose, TOPIC_MOST)),
    )


async def bookmark(client: SlackClient, rooms: RoomService, claimed: Claimed, lease: Lease) -> None:
    """One link at the head of the room; after an attempt of unknown end it is looked for first."""
    channel, wanted = await _room(rooms, claimed), await rooms.bookmark(incident_of(claimed), about(claimed))
    if wanted is None:
        return
    if claimed.retaken:
        there = await client.call("bookmarks.list", channel_id=channel)
        if any((each["title"], each["link"]) == (wanted.title, wanted.url) for each in there["bookmarks"]):
            return
    await lease.renew()  # whoever slept through the reads may find that another process has added it
    await client.call("bookmarks.add", channel_id=channel, title=wanted.title, type="link", link=wanted.url)


async def pin(client: SlackClient, rooms: RoomService, claimed: Claimed, lease: Lease) -> None:  # noqa: ARG001
    """The card, on top of the room."""
    place = await rooms.card(incident_of(claimed))
    if place is None:
        raise Transient("the card is not posted yet")
    await client.call("pins.add", channel=place[0], timestamp=place[1])


async def _room(rooms: RoomService, claimed: Claimed) -> str:
    """Known to the step since the room was opened; read where it was owed before."""
    room = claimed.payload.get("room") or await rooms.room_of(incident_of(claimed))
    if not room:
        raise Transient("the room is not open yet")
    return str(room)
