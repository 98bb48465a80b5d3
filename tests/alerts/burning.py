"""An SLO that burns as fast as a test wants, and a process that is killed while it tells of that.

`python -m tests.alerts.burning URL COMMIT SIDE` finds it burning and mostly spent, and is killed by SIGKILL before or
after that commit.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.catalog.chat import Budgets, Chat
from bot.catalog.model import Catalog
from bot.domain.slo import BURN_WINDOWS, Counts, Measurement, SloStatus, evaluate, queries
from bot.services.budget_policy import BudgetPolicy
from bot.services.permissions import PermissionService
from bot.services.slo_alerting import SloAlerting
from bot.store.db import Database, Tx
from tests.support.alerting import CHECKOUT, NOON, PEOPLE, Desk
from tests.support.slos import slo

AVAILABILITY = replace(slo(), display_name="Checkout availability")
CATALOG = Catalog(
    chat=Chat(budgets=Budgets(releases_channel="#releases")),
    services={"checkout": CHECKOUT},
    people=PEOPLE,
    slos=(AVAILABILITY,),
)


@dataclass
class Watched:
    """An SLO whose every window has the same share of bad events, looked at on a clock of its own."""

    desk: Desk
    at: datetime = NOON
    catalog: Catalog = CATALOG
    events: float = 100_000
    spent: float = 0.1
    empty: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        self.desk.catalog = self.catalog
        self.desk.database.clock = lambda: self.at
        self.alerting = self.another()

    def another(self) -> SloAlerting:
        """As another process has it."""
        return SloAlerting(self.desk.database, lambda: self.desk.catalog, self.desk.intake)

    def status(self, burn: float, **windows: float) -> SloStatus:
        """The SLO burning `burn` times over each window, but for those that are named."""
        asked = queries(AVAILABILITY, self.at)
        rates = dict.fromkeys(BURN_WINDOWS, burn) | {name.removeprefix("w"): rate for name, rate in windows.items()}
        measured = {
            name: Measurement(query, None if name in self.empty else self._counts(rates[name]))
            for name, query in asked.burns.items()
        }
        whole = Measurement(asked.whole, self._counts(self.spent), last=self.at, covered=asked.whole.window)
        return evaluate(AVAILABILITY, self.at, whole, measured)

    def _counts(self, burn: float) -> Counts:
        return Counts(self.events * (1 - burn * AVAILABILITY.budget), self.events)

    async def look(self, burn: float, **windows: float) -> None:
        self.at += timedelta(seconds=15)
        await self.alerting.judge([self.status(burn, **windows)])

    async def goes_on(self, minutes: float, burn: float, **windows: float) -> None:
        for _ in range(round(minutes * 4)):
            await self.look(burn, **windows)


QUICK = {"w1d": 0.1, "w3d": 0.1}
"""Only the windows of the pages burn."""


class Struck(Database):
    """Kills its process at one of its commits."""

    def __init__(self, url: str, commit: int, *, before: bool) -> None:
        super().__init__(url)
        self._left = commit
        self._before = before

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        self._left -= 1
        mine = self._left == 0
        async with super().write() as tx:
            yield tx
            if mine and self._before:
                os.kill(os.getpid(), signal.SIGKILL)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)


async def look_once(database: Database) -> None:
    """As the watch does, of an SLO that burns fast and has spent 80 % of its budget."""
    shop = Watched(Desk(database), spent=0.8)
    permissions = PermissionService(database, lambda: CATALOG)
    statuses = [shop.status(20, **QUICK)]
    await shop.alerting.judge(statuses)
    await BudgetPolicy(database, lambda: CATALOG, permissions).judge(statuses)


if __name__ == "__main__":
    asyncio.run(look_once(Struck(sys.argv[1], int(sys.argv[2]), before=sys.argv[3] == "before")))
