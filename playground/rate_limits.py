"""Slack's rate limits: a tier per method, and about one message a second per channel.

Slack publishes the rates, not the bursts; `real` grants a minute's worth at once, `strict` nearly nothing, so that a
client that relies on bursts is found out.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

from playground.clock import VirtualClock

Mode = Literal["off", "real", "strict"]
MODES: tuple[Mode, ...] = ("off", "real", "strict")

# Calls a minute by tier. "special" methods have limits of their own; auth.test and getPermalink allow hundreds.
TIERS: dict[str, int] = {"1": 1, "2": 20, "3": 50, "4": 100, "special": 600}
_POSTS_PER_MINUTE = 60
_POST_BURST: dict[Mode, float] = {"off": 0, "real": 5, "strict": 1}
_STRICT_SHARE = 10
# Events an app is sent within an hour; what comes after is dropped, and the app told so once a minute.
EVENTS_PER_HOUR = 30_000
_HOUR = 3600


@dataclass(slots=True)
class _Bucket:
    tokens: float
    updated: float


class RateLimits:
    """Token buckets on the virtual clock."""

    def __init__(self, clock: VirtualClock, mode: Mode) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._hour, self._events = 0.0, 0
        self.mode: Mode = mode

    def clear(self) -> None:
        self._buckets.clear()
        self._hour, self._events = 0.0, 0

    def method(self, name: str, tier: str) -> int | None:
        """None when the call may pass, else the seconds for Retry-After."""
        if self.mode == "off":
            return None
        per_minute = TIERS[tier]
        burst = per_minute if self.mode == "real" else max(1, per_minute // _STRICT_SHARE)
        return self._draw(("method", name), per_minute / 60, burst)

    def post(self, channel_id: str) -> int | None:
        """The same for a message into a channel, whichever way it is posted."""
        if self.mode == "off":
            return None
        return self._draw(("post", channel_id), _POSTS_PER_MINUTE / 60, _POST_BURST[self.mode])

    def event(self) -> bool:
        """Whether one more event may go out within this hour, which begins with its first one."""
        if self.mode == "off":
            return True
        if self._clock.now() - self._hour >= _HOUR:
            self._hour, self._events = self._clock.now(), 0
        self._events += 1
        return self._events <= (EVENTS_PER_HOUR if self.mode == "real" else EVENTS_PER_HOUR // _STRICT_SHARE)

    def _draw(self, key: tuple[str, str], rate: float, burst: float) -> int | None:
        now = self._clock.now()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.updated) * rate)
        bucket.updated = now
        if bucket.tokens < 1:
            return ceil((1 - bucket.tokens) / rate)
        bucket.tokens -= 1
        return None
