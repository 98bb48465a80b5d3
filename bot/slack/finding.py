"""Finding out what a channel's name means: `#alerts` among the channels, `@U…` or `@ana` as a direct message."""

import re

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.ports import Permanent, Transient
from bot.slack.client import SlackClient
from bot.slack.paging import listed
from bot.store import channels, people
from bot.store.db import Database, Tx

LOOK_AGAIN_SECONDS = 60.0
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


class ChannelFinding:
    """Effect `channel.find`. A missing channel is created only where `create_missing`: in the playground.

    In a real workspace it is looked for again every minute; its messages are kept, and shown once it exists.
    """

    def __init__(self, client: SlackClient, database: Database, *, create_missing: bool) -> None:
        self._client = client
        self._database = database
        self._create_missing = create_missing

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:  # noqa: ARG002
        name = str(claimed.payload["name"])
        if name.startswith("@"):
            opened = await self._client.call("conversations.open", users=[await self._person(name.removeprefix("@"))])
            return {"channel": opened["channel"]["id"]}
        return {"channel": await self._find(name.removeprefix("#"))}

    async def _person(self, who: str) -> str:
        """The id of somebody named by id or handle."""
        if _USER_ID.fullmatch(who):
            return who
        async with self._database.read() as tx:
            known = await people.with_handles(tx, {who})
        if who in known:
            return known[who].id
        async for user in listed(self._client, "users.list", "members"):
            if user.get("name") == who and not user.get("deleted"):
                return str(user["id"])
        raise Transient(f"nobody is called @{who} in Slack", LOOK_AGAIN_SECONDS)

    async def _find(self, name: str) -> str:
        kinds = "public_channel,private_channel"
        async for channel in listed(self._client, "conversations.list", "channels", types=kinds, exclude_archived=True):
            if channel["name"] == name:
                await self._enter(channel["id"], is_member=bool(channel.get("is_member")))
                return str(channel["id"])
        if not self._create_missing:
            words = f"there is no channel #{name} that the app can see; create it, or invite the app if it is private"
            raise Transient(words, LOOK_AGAIN_SECONDS)
        return await self._create(name)

    async def _enter(self, channel_id: str, *, is_member: bool) -> None:
        """Only members may read history, by which a message of unknown end is found again."""
        if not is_member:
            await self._client.call("conversations.join", channel=channel_id)

    async def _create(self, name: str) -> str:
        try:
            created = await self._client.call("conversations.create", name=name)
        except Permanent as error:
            raise Transient(f"#{name} cannot be created: {error}", LOOK_AGAIN_SECONDS) from error
        return str(created["channel"]["id"])

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        await channels.keep(tx, str(claimed.payload["name"]), str(result["channel"]))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """Nothing: the messages that wait say so themselves, and ask again."""
