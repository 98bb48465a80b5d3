"""Bringing a document into a channel: an address is asked for, the bytes are handed over, the file is shared."""

from datetime import timedelta

from bot.delivery.performer import Lease, Result
from bot.domain.rooms import Document
from bot.domain.work import Claimed
from bot.slack.client import SlackClient
from bot.slack.paging import listed
from bot.slack.rooms import DocumentService, RoomService, incident_of
from bot.store.db import Tx

LOOK_BACK = timedelta(minutes=1)


class Filing:
    """Effect `postmortem.file`. A file that was not shared vanishes by itself, so only sharing must not be doubled."""

    def __init__(self, client: SlackClient, documents: DocumentService, failures: RoomService) -> None:
        self._client = client
        self._documents = documents
        self._failures = failures

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        document = await self._documents.document(incident_of(claimed))
        if document is None:
            return {}
        shared = await self._shared_before(claimed, document) if claimed.retaken else None
        return shared if shared is not None else await self._share(document, lease)

    async def _share(self, document: Document, lease: Lease) -> Result:
        data = document.body.encode()
        place = await self._client.call("files.getUploadURLExternal", filename=document.name, length=len(data))
        await self._client.upload(str(place["upload_url"]), data)
        await lease.renew()  # whoever slept through the upload may find that another process has shared it
        shared = await self._client.call(
            "files.completeUploadExternal",
            files=[{"id": place["file_id"], "title": document.title}],
            channel_id=document.channel,
            **({"initial_comment": document.comment} if document.comment else {}),
        )
        return _result(shared["files"][0])

    async def _shared_before(self, claimed: Claimed, document: Document) -> Result | None:
        """The file that an earlier attempt shared after all."""
        oldest = f"{(claimed.intent_at - LOOK_BACK).timestamp():.6f}"
        async for message in listed(
            self._client, "conversations.history", "messages", channel=document.channel, oldest=oldest
        ):
            for file in message.get("files") or ():
                if (file.get("name"), file.get("title")) == (document.name, document.title):
                    return _result(file)
        return None

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        if result:
            await self._documents.filed(tx, incident_of(claimed), str(result["file"]), str(result["permalink"]))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        await self._failures.part_failed(tx, incident_of(claimed), "postmortem", words)


def _result(file: object) -> Result:
    known = file if isinstance(file, dict) else {}
    return {"file": str(known.get("id", "")), "permalink": str(known.get("permalink") or "")}
