"""Bringing files into a channel: an address is asked for, the bytes are handed over, and all are shared at once."""

from datetime import timedelta

from bot.delivery.performer import Lease, Result
from bot.domain.rooms import Document, File
from bot.domain.work import Claimed
from bot.ports import Permanent
from bot.slack.client import SlackClient
from bot.slack.paging import listed
from bot.slack.rooms import DocumentService, RoomService, incident_of
from bot.store.db import Tx

LOOK_BACK = timedelta(minutes=1)
_ALT_MOST = 1000
"""Characters (docs.slack.dev: files.getUploadURLExternal, alt_txt)."""


class Filing:
    """Effect `postmortem.file`. A file that was not shared vanishes by itself, so only sharing must not be doubled."""

    def __init__(self, client: SlackClient, documents: DocumentService, failures: RoomService) -> None:
        self._client = client
        self._documents = documents
        self._failures = failures

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        document = await self._documents.document(incident_of(claimed))
        return {} if document is None else await bring(self._client, claimed, document, lease)

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        if result:
            await self._documents.filed(tx, incident_of(claimed), str(result["file"]), str(result["permalink"]))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        await self._failures.part_failed(tx, incident_of(claimed), "postmortem", words)


async def hand_over(client: SlackClient, file: File) -> str:
    """The id of the file that Slack has now and shows to nobody yet."""
    words = {"alt_txt": file.alt[:_ALT_MOST]} if file.alt else {}
    place = await client.call("files.getUploadURLExternal", filename=file.name, length=len(file.data), **words)
    await client.upload(str(place["upload_url"]), file.data)
    return str(place["file_id"])


async def bring(client: SlackClient, claimed: Claimed, document: Document, lease: Lease) -> Result:
    """Share the document, once: where an earlier attempt may have shared it, that is looked up first.

    Anybody may post into a public channel, but only members bring files there: a report may be asked for anywhere.
    """
    try:
        return await _bring(client, claimed, document, lease)
    except Permanent as error:
        if error.code != "not_in_channel":
            raise
    await client.call("conversations.join", channel=document.channel)
    return await _bring(client, claimed, document, lease)


async def _bring(client: SlackClient, claimed: Claimed, document: Document, lease: Lease) -> Result:
    shared = await _shared_before(client, claimed, document) if claimed.retaken else None
    return shared if shared is not None else await _share(client, document, lease)


async def _share(client: SlackClient, document: Document, lease: Lease) -> Result:
    handed = []
    for file in document.files:
        handed.append({"id": await hand_over(client, file), "title": file.title})
        await lease.renew()  # whoever slept through the upload may find that another process has shared it
    shared = await client.call(
        "files.completeUploadExternal",
        files=handed,
        channel_id=document.channel,
        **({"thread_ts": document.thread} if document.thread else {}),
        **({"initial_comment": document.comment} if document.comment else {}),
    )
    return _result(shared["files"][0])


async def _shared_before(client: SlackClient, claimed: Claimed, document: Document) -> Result | None:
    """The file that an earlier attempt shared after all."""
    wanted = {"channel": document.channel, "oldest": f"{(claimed.intent_at - LOOK_BACK).timestamp():.6f}"}
    method = "conversations.history"
    if document.thread:
        method, wanted = "conversations.replies", {**wanted, "ts": document.thread}
    async for message in listed(client, method, "messages", **wanted):
        for file in message.get("files") or ():
            if (file.get("name"), file.get("title")) == (document.name, document.title):
                return _result(file)
    return None


def _result(file: object) -> Result:
    known = file if isinstance(file, dict) else {}
    return {"file": str(known.get("id", "")), "permalink": str(known.get("permalink") or "")}
