"""How an action of a person ends."""

from dataclasses import dataclass, field

from playground.json_types import Json
from playground.socket_mode import Ack


class PersonError(Exception):
    """The person cannot do this; `code` is for programs, the text for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Outcome:
    """`acked` is None where nothing was sent that the app has to acknowledge; `extra` joins the answer."""

    acked: bool | None = None
    ack_ms: float | None = None
    error: str | None = None
    channel_id: str | None = None
    extra: Json = field(default_factory=dict)


def of_ack(ack: Ack, channel_id: str | None = None, extra: Json | None = None) -> Outcome:
    error = None if ack.ok else {"timeout": "no_ack", "no_connection": "not_connected"}[ack.state]
    return Outcome(ack.ok, ack.ms, error, channel_id, extra or {})
