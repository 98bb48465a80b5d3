"""A clock that tests and people can speed up, advance or set; every expiry rule of Slack reads it."""

import asyncio
import time
from contextlib import suppress


class VirtualClock:
    """Unix time in seconds that runs `speed` times as fast as the real one (0 stands still)."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._anchor_virtual = time.time()
        self._anchor_real = time.monotonic()
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> float:
        return self._anchor_virtual + (time.monotonic() - self._anchor_real) * self._speed

    def set_speed(self, speed: float) -> None:
        self._move(self.now(), speed)

    def advance(self, seconds: float) -> None:
        self._move(self.now() + seconds, self._speed)

    def set(self, unix_seconds: float) -> None:
        self._move(unix_seconds, self._speed)

    def reset(self) -> None:
        self._move(time.time(), 1.0)

    async def sleep(self, seconds: float) -> None:
        """Sleep `seconds` of virtual time, waking early when the clock is advanced past the end."""
        deadline = self.now() + seconds
        while (left := deadline - self.now()) > 0:
            real_wait = left / self._speed if self._speed > 0 else None
            with suppress(TimeoutError):
                async with asyncio.timeout(real_wait):
                    await self._changed.wait()

    def _move(self, now: float, speed: float) -> None:
        self._anchor_virtual, self._anchor_real, self._speed = now, time.monotonic(), speed
        self._changed.set()
        self._changed = asyncio.Event()
