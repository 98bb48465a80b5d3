"""Who somebody is, as far as a view shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """`name` is the display name; `id` is the chat's own id, empty where a person is known by name only."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has something, and since when."""

    person: Person
    since: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call for one service; `person` is None where nobody is, `until` None where the list is static."""

    service: str
    person: Person | None
    until: datetime | None = None
