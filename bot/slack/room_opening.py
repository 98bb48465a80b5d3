"""Opening an incident's room: under a name of its own, never another's channel, never more visible than asked."""

from collections.abc import Collection
from datetime import timedelta

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.ports import Permanent
from bot.slack.client import SlackClient
from bot.slack.paging import listed
from bot.slack.rooms import RoomService, incident_of
from bot.store.db import Tx

CREATED_BEFORE = timedelta(minutes=1)
"""A channel is ours only if it was created no earlier than this before the intent: clocks differ."""
_NAME_TAKEN = "name_taken"


class RoomOpening:
    """Effect `incident.room`."""

    def __init__(self, client: SlackClient, rooms: RoomService) -> None:
        self._client = client
        self._rooms = rooms

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        wanted = await self._rooms.room_wanted(incident_of(claimed))
        if wanted is None:
            return {}
        if claimed.retaken:
            ours = await self._opened_before(claimed, set(wanted.names), private=wanted.private)
            if ours is not None:
                return ours
        for number, name in enumerate(wanted.names):
            if number:
                await lease.renew()  # a process that slept may find the name taken by who took over: no second room
            try:
                answer = await self._client.call("conversations.create", name=name, is_private=wanted.private)
            except Permanent as error:
                if error.code != _NAME_TAKEN:  # archived channels and private ones unseen keep their names too
                    raise
                continue
            return {"channel": answer["channel"]["id"], "name": answer["channel"]["name"]}
        raise Permanent(f"every name from {wanted.names[0]} to {wanted.names[-1]} is taken", _NAME_TAKEN)

    async def _opened_before(self, claimed: Claimed, names: Collection[str], *, private: bool) -> Result | None:
        """The channel that an earlier attempt created after all (rule 6 of the architecture)."""
        me = (await self._client.check()).bot_user_id
        since = (claimed.intent_at - CREATED_BEFORE).timestamp()
        kind = "private_channel" if private else "public_channel"
        async for channel in listed(self._client, "conversations.list", "channels", types=kind, exclude_archived=True):
            ours = channel["name"] in names and channel.get("creator") == me and channel.get("created", 0) >= since
            if ours and not await self._rooms.holds(str(channel["id"])):
                return {"channel": channel["id"], "name": channel["name"]}
        return None

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        if result:
            await self._rooms.room_opened(tx, incident_of(claimed), str(result["channel"]), str(result["name"]))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        await self._rooms.part_failed(tx, incident_of(claimed), "room", words)
