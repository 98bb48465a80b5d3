"""Identifiers in Slack's shapes, the same ones for the same seed."""

import random
import string
import uuid

_ALPHABET = string.ascii_uppercase + string.digits
_HEX = "0123456789abcdef"


class Ids:
    """Draws ids from a seeded generator, and message timestamps that never repeat or go back."""

    def __init__(self, seed: int) -> None:
        self.reset(seed)

    def reset(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._last_micros = 0

    def go_on_from(self, other: "Ids") -> None:
        """Draw what `other` would have drawn next, so that no id is given twice."""
        self.random.setstate(other.random.getstate())
        self._last_micros = other._last_micros

    def entity(self, prefix: str) -> str:
        """Such as `C0K3…` for a channel, `V…` a view, `F…` a file, `Ev…` an event."""
        return f"{prefix}0{''.join(self.random.choices(_ALPHABET, k=9))}"

    def hexadecimal(self, length: int) -> str:
        return "".join(self.random.choices(_HEX, k=length))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def timestamp(self, now: float) -> str:
        """A message ts: seconds and six digits, unique and growing over the whole workspace."""
        self._last_micros = max(int(now * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def trigger(self, now: float) -> str:
        return f"{int(now * 1000)}.{self.random.randrange(10**12)}.{self.hexadecimal(32)}"

    def view_hash(self, now: float) -> str:
        return f"{int(now)}.{self.hexadecimal(8)}"
