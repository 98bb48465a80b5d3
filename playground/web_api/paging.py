"""Cursors and limits."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.web_api.args import Args

Item = TypeVar("Item")


def encode_cursor(kind: str, position: str) -> str:
    return base64.b64encode(f"{kind}:{position}".encode()).decode()


def decode_cursor(cursor: str, kind: str) -> str:
    """The position in a cursor of this kind. Raises invalid_cursor."""
    try:
        found, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if found != kind:
        raise SlackError("invalid_cursor")
    return position


def read_limit(args: Args, default: int, maximum: int) -> int:
    """Raises invalid_limit outside 1 … maximum."""
    limit = args.integer("limit", default) or default
    if not 1 <= limit <= maximum:
        raise SlackError("invalid_limit")
    return limit


def page(items: Sequence[Item], args: Args, *, default: int = 100, maximum: int = 1000) -> tuple[list[Item], Json]:
    """One page of a list, with the response_metadata that leads to the next."""
    limit = read_limit(args, default, maximum)
    cursor = args.text("cursor")
    position = decode_cursor(cursor, "offset") if cursor else "0"
    if not position.isdigit():
        raise SlackError("invalid_cursor")
    start = int(position)
    end = start + limit
    following = encode_cursor("offset", str(end)) if end < len(items) else ""
    return list(items[start:end]), {"next_cursor": following}
