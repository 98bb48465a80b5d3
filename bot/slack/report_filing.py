"""Bringing a report's document into the thread of its message."""

import structlog

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.ports import Permanent
from bot.services.requests import NotFound
from bot.services.slo_posting import SloPosting
from bot.slack.client import SlackClient
from bot.slack.files import bring
from bot.store.db import Tx

log = structlog.get_logger()


class ReportFiling:
    """Effect `slo.report.file`."""

    def __init__(self, client: SlackClient, posting: SloPosting) -> None:
        self._client = client
        self._posting = posting

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        channel, thread = str(claimed.payload["channel"]), str(claimed.payload["thread"])
        try:
            document = await self._posting.document(claimed.subject, channel, thread)
        except NotFound as error:
            raise Permanent(str(error)) from error
        return await bring(self._client, claimed, document, lease)

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        """Nothing follows: the document stands below its message."""

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:  # noqa: ARG002 - nothing is written
        log.warning("a report stays without its document", report=claimed.subject, why=words)
