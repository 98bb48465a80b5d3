"""Arguments of a Web API call: query, form, JSON and multipart merged, typed on demand."""

import json
from typing import cast

from aiohttp import web

from playground.json_types import Json
from playground.operations.errors import SlackError

_TRUE = ("1", "true", "True", "yes")


async def read_args(request: web.Request) -> "Args":
    """Later sources win: query, then form or JSON body. Raises SlackError for a body that is not what it says."""
    merged: Json = dict(request.query)
    if request.content_type == "application/json":
        merged |= await _json_body(request)
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.post()
        merged |= {name: value if isinstance(value, str) else "(a file)" for name, value in form.items()}
    return Args(merged)


async def _json_body(request: web.Request) -> Json:
    text = await request.text()
    try:
        body = json.loads(text) if text else {}
    except json.JSONDecodeError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


class Args:
    """Values as they came; a method asks for each by name and type. Unknown ones are never looked at."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def require(self, *names: str) -> tuple[str, ...]:
        """The texts of arguments that must be there. Raises invalid_arguments naming the missing ones."""
        missing = [name for name in names if self.values.get(name) in (None, "")]
        if missing:
            raise invalid_arguments([f"missing required field: {name}" for name in missing])
        return tuple(self.text(name) for name in names)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value) in _TRUE

    def integer(self, name: str, default: int) -> int:
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(cast(str, value))
        except (TypeError, ValueError):
            raise invalid_arguments([f"must be an integer: {name}"]) from None

    def items(self, name: str) -> list[str]:
        """A list given as JSON list, JSON text or comma-separated text."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("["):
            value = self.decoded(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in str(value).split(",") if item.strip()] if value else []

    def decoded(self, name: str, error: str = "invalid_arguments") -> object:
        """A structured argument, decoded when it came as JSON text. Raises SlackError(`error`) for broken text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return cast(object, json.loads(value))
        except json.JSONDecodeError:
            raise SlackError(error) from None


def invalid_arguments(messages: list[str]) -> SlackError:
    listed = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", {"response_metadata": {"messages": listed}})
