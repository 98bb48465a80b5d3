"""What the performers of an incident's set-up ask of its services, and where they report how it went."""

from typing import Protocol

from bot.domain.rooms import Bookmark, Document, Headline, RoomWanted
from bot.domain.work import Claimed
from bot.store.db import Tx


class RoomService(Protocol):
    """The room side of incidents, by incident number. A step is `room`, `invite:U1`, `topic`, `pin`, `bookmark:…`."""

    async def room_wanted(self, incident: int) -> RoomWanted | None: ...

    async def room_of(self, incident: int) -> str | None: ...

    async def holds(self, channel_id: str) -> bool: ...

    async def headline(self, incident: int) -> Headline: ...

    async def bookmark(self, incident: int, about: str) -> Bookmark | None: ...

    async def card(self, incident: int) -> tuple[str, str] | None: ...

    async def room_opened(self, tx: Tx, incident: int, channel_id: str, name: str) -> None: ...

    async def part_done(self, tx: Tx, incident: int, step: str) -> None: ...

    async def part_failed(self, tx: Tx, incident: int, step: str, words: str) -> None: ...


class DocumentService(Protocol):
    """The post-mortem draft as a file."""

    async def document(self, incident: int) -> Document | None: ...

    async def filed(self, tx: Tx, incident: int, file_id: str, permalink: str) -> None: ...


def incident_of(claimed: Claimed) -> int:
    """The incident that an effect belongs to."""
    return int(claimed.payload["incident"] or 0)


def about(claimed: Claimed) -> str:
    """Whom or what a step is about: a person, a bookmark."""
    return str(claimed.payload.get("about") or "")


def step_of(claimed: Claimed) -> str:
    """The step's name, as the incident's card has it."""
    part = claimed.kind.rpartition(".")[2]
    return f"{part}:{about(claimed)}" if about(claimed) else part
