"""Drawing an SLO's burn-down and bringing it into the chat: drawn, handed over, and left for answers to show.

The file is shared with no channel, so that nobody sees it twice however often it is brought. Slack takes a moment to
make an image of what it got, and refuses blocks that show it until then (slackapi/python-slack-sdk issue 1521).
"""

import asyncio
from datetime import datetime

from bot.delivery.performer import Lease, Result
from bot.domain.rooms import File
from bot.domain.work import Claimed
from bot.ports import OutsideError, Permanent, Transient
from bot.services.burndowns import Burndowns, Drawing
from bot.services.requests import NotFound
from bot.slack.client import SlackClient
from bot.slack.files import hand_over
from bot.store.burndowns import Kept
from bot.store.db import Tx

ATTEMPTS = 4
"""A picture that comes after minutes of trying is wanted by nobody; the next one to look at the SLO asks anew."""
_LOOKS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds between looks at whether Slack has made an image of the file."""


class BurndownDrawing:
    """Effect `slo.burndown`. What cannot be drawn or brought becomes the words that describe it."""

    def __init__(self, client: SlackClient, burndowns: Burndowns) -> None:
        self._client = client
        self._burndowns = burndowns

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        try:
            found = await self._burndowns.drawing(str(claimed.payload["slo"]))
            if isinstance(found, Drawing):
                return await self._bring(found, lease)
            return {} if found is None else _result(found.as_of, found.left, found.alt, found.file)
        except NotFound:
            return {}
        except Transient as error:
            if claimed.attempts >= ATTEMPTS:
                raise Permanent(str(error)) from error
            raise

    async def _bring(self, drawing: Drawing, lease: Lease) -> Result:
        picture, file, why = drawing.picture, "", ""
        try:
            data = await self._burndowns.draw(picture)
            await lease.renew()
            name, title = f"{drawing.slo.name}.png", f"Error budget of {picture.title}"
            file = await self._upload(File(name, title, data, drawing.alt))
        except Permanent as error:
            why = str(error)
        return _result(picture.as_of, picture.left, drawing.alt, file, why)

    async def _upload(self, file: File) -> str:
        id_ = await hand_over(self._client, file)
        await self._client.call("files.completeUploadExternal", files=[{"id": id_, "title": file.title}])
        await self._until_shown(id_)
        return id_

    async def _until_shown(self, file: str) -> None:
        """Until Slack knows what kind of file it is; where the app may not ask (no `files:read`), for a moment."""
        for pause in _LOOKS:
            await asyncio.sleep(pause)
            try:
                answer = await self._client.call("files.info", file=file)
            except OutsideError:
                continue
            if answer["file"].get("mimetype"):
                return

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        if result:
            as_of = datetime.fromisoformat(str(result["as_of"]))
            kept = Kept(as_of, float(str(result["left"])), str(result["file"]), str(result["alt"]), tx.now)
            await self._burndowns.keep(tx, str(claimed.payload["slo"]), kept)

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """Nothing: an answer without a picture says all there is to say."""


def _result(as_of: datetime, left: float | None, alt: str, file: str, why: str = "") -> Result:
    """What is stored of a picture; `why` says what went wrong where there is no file."""
    return {"as_of": as_of.isoformat(), "left": left, "alt": alt, "file": file, "why": why}
