"""What an SLO's own history says of this hour and of the coming week, for whoever looks at it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.slo import Slo, SloStatus
from bot.domain.slo.baseline import HOUR, MOST_WEEKS, WEEK, Outlook, outlook
from bot.domain.slo.ledger import Bucket
from bot.ports import OutsideError

PATIENCE_SECONDS = 1.5
"""The record answers in milliseconds; a source that must be asked instead is not worth waiting for."""


class Histories(Protocol):
    """Where the past of an SLO is told."""

    async def history(self, slo: Slo, start: datetime, end: datetime, width: timedelta) -> Sequence[Bucket]: ...


async def outlook_of(histories: Histories, status: SloStatus) -> Outlook | None:
    """The outlook of `status`; None where nothing is known of it, or its past is not told in time."""
    if status.counts is None:
        return None
    start = status.as_of - MOST_WEEKS * WEEK - HOUR
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            hourly = await histories.history(status.slo, start, status.as_of, HOUR)
    except (OutsideError, TimeoutError):
        return None
    return outlook(status, hourly)
