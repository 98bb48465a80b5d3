"""The end of a freeze whose time is over: nothing is done outside, so all of it is the settling transaction."""

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.services.budget_policy import BudgetPolicy
from bot.store.db import Tx


class Thawing:
    """Performs `budget.thaw`; one that somebody lifted before is left as it is."""

    def __init__(self, policy: BudgetPolicy) -> None:
        self._policy = policy

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:  # noqa: ARG002 - nothing is asked of anybody
        return {}

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:  # noqa: ARG002
        await self._policy.expired(tx, int(claimed.payload["freeze"] or 0))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """It cannot fail: nothing outside is asked."""
