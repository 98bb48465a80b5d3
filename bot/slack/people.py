"""Who people are: one somebody who was just met, or the whole directory from time to time."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed, Due, Watch
from bot.ports import Permanent
from bot.slack.client import SlackClient
from bot.slack.paging import listed
from bot.store import people
from bot.store.db import Database, Tx

log = structlog.get_logger()
DIRECTORY = Watch("slack.directory", "slack.directory", "", every_s=600.0)
"""The watch under which the directory is read."""


class Learning:
    """Effect `person.learn`: the full name of somebody who acted."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:  # noqa: ARG002
        answer = await self._client.call("users.info", user=str(claimed.payload["user"]))
        return _row(answer["user"])

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:  # noqa: ARG002
        await people.learn(tx, [result])

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """Nothing: they go on being called by their handle."""


class DirectoryLook:
    """Watch `slack.directory`: people and groups, so that `@ana` in the catalog and in permissions has an id."""

    def __init__(self, database: Database, client: SlackClient) -> None:
        self._database = database
        self._client = client

    async def look(self, due: Due) -> Mapping[str, object] | None:  # noqa: ARG002
        found = [_row(user) async for user in listed(self._client, "users.list", "members") if not user.get("deleted")]
        members = await self._groups()
        async with self._database.write() as tx:
            await people.learn(tx, found)
            await people.keep_groups(tx, members)
        return None

    async def _groups(self) -> dict[str, list[str]]:
        """Members by the group's handle; none where the workspace's plan has no user groups."""
        try:
            answer = await self._client.call("usergroups.list", include_users=True)
        except Permanent as error:
            log.info("no user groups", why=str(error))
            return {}
        return {str(group["handle"]): list(group.get("users") or ()) for group in answer["usergroups"]}


def _row(user: Mapping[str, Any]) -> Result:
    profile: Mapping[str, Any] = user.get("profile") or {}
    return {
        "id": str(user["id"]),
        "handle": str(user.get("name") or ""),
        "name": str(profile.get("real_name") or user.get("real_name") or ""),
        "is_guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    }
