"""The end of the time to approve a run: nothing is done outside, so all of it is the settling transaction."""

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.services.runs import Approvals
from bot.store.db import Tx


class Expiring:
    """Performs `run.expire`; a run that somebody decided on is left as it is."""

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:  # noqa: ARG002 - nothing is asked of anybody
        return {}

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:  # noqa: ARG002
        await self._approvals.expired(tx, int(claimed.payload["run"] or 0))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """It cannot fail: nothing outside is asked."""
