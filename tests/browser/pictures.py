"""Files for the app to upload."""

import struct
import zlib

import httpx

from tests.playground.apps import web_client
from tests.support.playground import Playground


def png(width: int = 8, height: int = 4) -> bytes:
    """A dark rectangle as a valid PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\x1e\x23\x29" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def upload(
    slack: Playground, name: str, data: bytes, *, channel: str | None = None, title: str | None = None
) -> str:
    """Slack's three steps; returns the file's id."""
    client = web_client(slack)
    ticket = await client.files_getUploadURLExternal(filename=name, length=len(data))
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.post(str(ticket["upload_url"]), content=data)
    file_id = str(ticket["file_id"])
    await client.files_completeUploadExternal(files=[{"id": file_id, "title": title or name}], channel_id=channel)
    return file_id
