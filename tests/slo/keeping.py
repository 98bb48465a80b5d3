"""A process that reads the past of services in, to be killed: prints `portion` whenever one is committed."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.slo.ledger import Account, Tally
from bot.integrations.prometheus import PrometheusSource
from bot.services.slo_ledger import SloLedger
from bot.store.db import Database
from tests.sources.history import END, of


class Telling(PrometheusSource):
    """Asked for a portion, it tells that the one before has been committed."""

    asked = 0

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        if self.asked:
            print("portion", flush=True)
        self.asked += 1
        return await super().history(tallies, start, end, width)


class Still:
    """A clock at the end of the history."""

    def now(self) -> datetime:
        return END


async def main(database_url: str, url: str, services: Sequence[str]) -> None:
    source, database = Telling("prometheus", url), Database(database_url)
    while await SloLedger(database, {"prometheus": source}, Still()).keep([of(each) for each in services]):
        pass


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
