"""Response urls: five uses within thirty minutes, and what each of them answers to."""

from dataclasses import dataclass

from playground.clock import VirtualClock
from playground.ids import Ids

LIFETIME = 30 * 60.0
MAX_USES = 5


@dataclass(slots=True)
class ResponseUrl:
    """`message_ts` is the message that was clicked; None for slash commands, whose original cannot be replaced."""

    channel_id: str
    user_id: str
    expires_at: float
    message_ts: str | None = None
    is_ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    def __init__(self, clock: VirtualClock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._known: dict[str, ResponseUrl] = {}

    def clear(self) -> None:
        self._known.clear()

    def issue(
        self, channel_id: str, user_id: str, *, message_ts: str | None = None, is_ephemeral: bool = False,
        thread_ts: str | None = None,
    ) -> str:  # fmt: skip
        """A new address; returns its path below the playground's url."""
        key = self._ids.hexadecimal(32)
        expires_at = self._clock.now() + LIFETIME
        self._known[key] = ResponseUrl(channel_id, user_id, expires_at, message_ts, is_ephemeral, thread_ts)
        return f"/response/{key}"

    def use(self, key: str) -> ResponseUrl | str:
        """Count one use; the target, or Slack's error code."""
        target = self._known.get(key)
        if target is None:
            return "no_such_url"
        if self._clock.now() > target.expires_at:
            return "expired_url"
        if target.uses >= MAX_USES:
            return "used_url"
        target.uses += 1
        return target

    def peek(self, key: str) -> ResponseUrl | None:
        return self._known.get(key)
