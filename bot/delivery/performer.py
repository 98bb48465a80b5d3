"""What the worker and the observer ask of those who know how: do one thing once, or look at one thing."""

from collections.abc import Mapping
from typing import Protocol

from bot.domain.work import Claimed, Due
from bot.store.claims import LeaseLost
from bot.store.db import Tx

Result = Mapping[str, object]


class Lease(Protocol):
    """The claim under which something is being done."""

    async def renew(self) -> None:
        """Hold it longer. Raises `LeaseLost`: then nothing more may be changed."""
        ...


class Performer(Protocol):
    """One kind of effect: the call to the outside world, and what follows once its end is known."""

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        """Make it so. Where `claimed.retaken`, look first whether it was done already.

        Raises `ports.Transient` (tried again), `ports.Permanent` (`failed` follows), `ports.Unsure` (looked up later).
        """
        ...

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        """In the transaction that settles the effect: store what was learned, owe what comes next."""
        ...

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """In the transaction that gives it up: leave `words` where a person will see them."""
        ...


class Look(Protocol):
    """One kind of watch: reads the world or the clock, stores what it saw."""

    async def look(self, due: Due) -> Mapping[str, object] | None:
        """What the next look should remember, or None to keep what is remembered. Raises `ports.OutsideError`."""
        ...


__all__ = ["Lease", "LeaseLost", "Look", "Performer", "Result"]
