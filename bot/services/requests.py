"""Who asks, and under which key: what every use case that changes something is given."""

from dataclasses import dataclass


class NotFound(Exception):
    """There is no such thing; the message names it and says what there is instead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of one person. `key` is unique (a trigger id, an event id); a repeat changes nothing.

    `words` is what was typed, empty for a click; `handle` is the person's short name.
    """

    key: str
    user: str
    handle: str = ""
    words: str = ""
