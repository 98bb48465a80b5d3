"""What a look at a target shows: to the one who asked, and never kept."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LookFacts:
    """One look at what runs a service. `choices` are all that its target offers, by name, in words; `look` is this one.

    `title` is the finding, `facts` are named, in reading order. `text` is what others wrote, its newest line last;
    `origin` says what that is. `problem` is why nothing could be read, as a sentence; then the rest is empty.
    """

    service: str
    environment: str
    look: str
    choices: tuple[tuple[str, str], ...]
    read_at: datetime
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    origin: str = ""
    problem: str = ""
