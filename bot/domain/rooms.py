"""What is needed to set an incident's room up: names to try, what stands in its header, what is filed there."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomWanted:
    """A room to open: `names` in order of preference; a private one is never opened as a public one."""

    names: Sequence[str]
    private: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """A room's topic and purpose, each at most 250 characters."""

    topic: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A link kept at the head of a room."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is brought: its name, what people call it, its bytes, and what a picture shows in words."""

    name: str
    title: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file to bring into a channel: its name, what people call it, its text, and the words that come with it.

    `thread` is the message below which it stands, empty for the channel itself; `beside` comes in the same message.
    """

    name: str
    title: str
    body: str
    comment: str
    channel: str
    thread: str = ""
    beside: Sequence[File] = ()

    @property
    def files(self) -> Sequence[File]:
        """All that is brought, the document first."""
        return (File(self.name, self.title, self.body.encode()), *self.beside)
