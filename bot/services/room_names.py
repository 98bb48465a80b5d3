"""What an incident's room is called: the catalog's template inside Slack's rules, with a way out of collisions."""

from collections.abc import Iterator
from datetime import datetime

from slugify import slugify

MOST = 80
"""Slack's limit on a channel's name; lowercase letters, digits, `-` and `_` are allowed."""
SLUG_MOST = 40
CANDIDATES = 20


def candidates(template: str, number: int, title: str, declared_at: datetime, service: str) -> Iterator[str]:
    """Names in the order in which they are tried: the template's own, then with -2, -3 … behind it."""
    name = _name(template, number, title, declared_at, service)
    yield name
    for suffix in range(2, CANDIDATES + 1):
        yield f"{name[: MOST - len(str(suffix)) - 1].rstrip('-_')}-{suffix}"


def _name(template: str, number: int, title: str, declared_at: datetime, service: str) -> str:
    filled = template.format(
        number=number,
        slug=slugify(title, max_length=SLUG_MOST, word_boundary=True),
        timestamp=declared_at.strftime("%Y%m%d-%H%M%S"),
        date=declared_at.strftime("%Y-%m-%d"),
        service=slugify(service),
    )
    name = slugify(filled, max_length=MOST, regex_pattern=r"[^a-z0-9_-]+").strip("-_")
    return name or f"inc-{number}"
