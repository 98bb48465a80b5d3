"""Reading a list that the chat hands out page by page."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.slack.client import SlackClient

MOST_A_PAGE = 200
"""What Slack recommends for every paged method."""


async def listed(client: SlackClient, method: str, items: str, **arguments: object) -> AsyncIterator[Mapping[str, Any]]:
    """Every item of a paged method, one page after another. Raises Transient or Permanent."""
    cursor: dict[str, str] = {}
    while True:
        page = await client.call(method, limit=MOST_A_PAGE, **arguments, **cursor)
        for item in page[items]:
            yield item
        following = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not following:
            return
        cursor = {"cursor": following}
