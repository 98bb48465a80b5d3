"""The error every operation raises: one of Slack's codes."""

from playground.json_types import Json


class SlackError(Exception):
    """`code` goes out as `error`; `extra` is merged into the answer."""

    def __init__(self, code: str, extra: Json | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra or {}
