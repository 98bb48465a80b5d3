"""Which of the catalog's channels the workspace does not have."""

from collections.abc import Sequence

from bot.catalog import Catalog
from bot.slack.client import SlackClient

_PAGE = 200


async def missing_channels(client: SlackClient, catalog: Catalog) -> Sequence[str]:
    """Names and ids that no channel the bot can see has. Raises `ports.OutsideError`."""
    wanted = {catalog.chat.alerts_channel, catalog.chat.incidents_channel, catalog.routes.default}
    wanted |= {catalog.chat.budgets.releases_channel, *(each.releases_channel for each in catalog.services.values())}
    wanted |= {channel for route in catalog.routes.routes for channel in route.channels}
    known = await _known(client)
    return sorted(name for name in wanted if name and name.removeprefix("#") not in known)


async def _known(client: SlackClient) -> set[str]:
    known: set[str] = set()
    cursor = ""
    while True:
        answer = await client.call(
            "conversations.list",
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=_PAGE,
            cursor=cursor,
        )
        for channel in answer["channels"]:
            known |= {str(channel["id"]), str(channel["name"])}
        cursor = str(answer.get("response_metadata", {}).get("next_cursor", ""))
        if not cursor:
            return known
