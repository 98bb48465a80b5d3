"""Where else to look: pages, rooms, and other things that have a name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A page and what people call it. Only http and https addresses are ever drawn as links."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Room:
    """A chat channel: its id, its name without `#`, and its address where it is known."""

    id: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something else mentioned by its name (`INC-42`, `R-17`), with the address of its message where it is known."""

    id: str
    url: str = ""
