"""A picture on its way to whoever asked: after the words, once for all who ask, and never instead of them."""

import asyncio
from typing import Any

import httpx

from bot.domain.slo import Counts
from bot.domain.slo.burndown import Burndown
from bot.ports import Permanent
from tests.pictures.desk import ShowDesk

LEFT = "50\u00a0% of budget left"


class Unable:
    """An artist without a brush."""

    async def draw(self, picture: Burndown, *, light: bool = False) -> bytes:
        raise Permanent("the picture could not be drawn: no brush")


def images(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for message in messages for block in message.get("blocks", []) if block["type"] == "image"]


async def test_the_words_come_first_and_the_picture_follows(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    asked = asyncio.create_task(
        desk.slack.command("ana", "alerts", "/slo", "show checkout-availability", until="Budget left over", wait=60)
    )
    async with asyncio.timeout(30):
        while not await desk.owed():
            await asyncio.sleep(0.05)
    desk.deliver()
    seen = await asked
    assert seen.ephemerals[0]["blocks"][0]["text"]["text"].endswith(LEFT)
    assert images(seen.ephemerals[:1]) == []
    (picture,) = images(seen.ephemerals)
    assert picture["alt_text"].startswith("Error budget of Checkout availability over 30\u00a0d: 50\u00a0% is left.")
    (file,) = await desk.files()
    assert file["id"] == picture["slack_file"]["id"]
    assert file["alt_txt"] == picture["alt_text"]
    assert file["channels"] == []
    async with httpx.AsyncClient(trust_env=False) as http:
        png = (await http.get(f"{desk.slack.url}/files/{file['id']}/image")).content
    assert png.startswith(b"\x89PNG")
