"""Crossings of what each evaluation finds, and what they owe: burn alerts, notices of spent budgets, their ends.

A crossing is committed together with its notice, and before its alert is told to the intake; what fires there is
compared with what is crossed at every look. So a look that was cut short anywhere is put right by the next one, of
whichever process, and a restart raises nothing twice: an alert is known by its SLO, its rule, and the instant at which
its crossing began.
"""

import asyncio
import json
from collections.abc import Callable, Sequence

from bot.catalog import Catalog
from bot.domain.alert import Alert, Delivery
from bot.domain.slo import SloStatus
from bot.domain.slo.crossing import Crossing, Move, Sighting, advance, burning
from bot.domain.slo.notices import spending, told
from bot.services.alert_intake import AlertIntake
from bot.services.budget_notices import owe_notices
from bot.services.slo_alerts import SOURCE, alerts, crossing_of, ended, fingerprint, raised
from bot.store import slo_crossings
from bot.store.db import Database

AT_ONCE = 50
"""SLOs that are judged before anything else gets its turn: a few milliseconds."""


class SloAlerting:
    """Keeps the crossings, and with them alerts and notices, as the last evaluation says."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], intake: AlertIntake) -> None:
        self._database = database
        self._catalog = catalog
        self._intake = intake

    async def judge(self, statuses: Sequence[SloStatus]) -> None:
        """Begin and end crossings as `statuses` say, tell of budgets just spent, and keep the alerts in step."""
        moves = await self._moves(statuses, await self._crossed())
        if moves:
            by_name = {status.slo.name: status for status in statuses}
            async with self._database.write() as tx:
                begun = await slo_crossings.save(tx, moves)
                levels = told(begun)
                await owe_notices(tx, self._catalog(), [(by_name[slo], level) for slo, level in levels.items()])
        await self._tell()

    async def _crossed(self) -> list[Crossing]:
        async with self._database.read() as tx:
            return await slo_crossings.open_ones(tx)

    async def _moves(self, statuses: Sequence[SloStatus], crossed: Sequence[Crossing]) -> list[Move]:
        by_slo: dict[str, dict[str, Crossing]] = {}
        for each in crossed:
            by_slo.setdefault(each.slo, {})[each.rule] = each
        moves: list[Move] = []
        for index, status in enumerate(statuses):
            if index % AT_ONCE == 0:
                await asyncio.sleep(0)
            known = by_slo.pop(status.slo.name, {})
            if known or self._may_cross(status):
                moves += advance(status.slo.name, known, self._seen(status), status.as_of)
        for slo, known in by_slo.items():
            moves += advance(slo, known, (), self._database.clock())
        return moves

    def _may_cross(self, status: SloStatus) -> bool:
        """Whether anything could begin: nearly all of hundreds are well, and cost nothing further then."""
        left = status.budget.left
        least = min([1.0, *self._catalog().chat.budgets.notices])
        return bool(status.alerts) or (left is not None and 1 - left >= least)

    def _seen(self, status: SloStatus) -> list[Sighting]:
        budgets = self._catalog().chat.budgets
        burns = burning(status, status.slo.alerts if budgets.burn_alerts else ())
        return [*burns, *spending(status, budgets.notices)]

    async def _tell(self) -> None:
        """Raise the alert of each crossing that has none, and end those whose crossing is over.

        What fires is read first: what another process raises meanwhile is told twice then, and not ended by mistake.
        """
        firing = {(mark, start) for mark, _, start in await self._intake.firing(SOURCE)}
        wanted = {(fingerprint(each), each.began_at): each for each in await self._crossed() if alerts(each)}
        changed = [raised(each, self._catalog()) for key, each in wanted.items() if key not in firing]
        if over := firing - wanted.keys():
            changed += await self._over([crossing_of(*key) for key in sorted(over)])
        if changed:
            body = json.dumps([_told(alert) for alert in changed])
            await self._intake.take_in(Delivery(SOURCE, self._database.clock().isoformat(), body), changed)

    async def _over(self, crossings: Sequence[Crossing]) -> list[Alert]:
        """What fires without a crossing, told as ended when that ended."""
        async with self._database.read() as tx:
            ends = await slo_crossings.ends(tx, {each.slo for each in crossings})
        now = self._database.clock()
        return [ended(each, self._catalog(), ends.get((each.slo, each.rule, each.began_at), now)) for each in crossings]


def _told(alert: Alert) -> dict[str, object]:
    """An alert as the record of deliveries keeps it."""
    return {
        "alert": alert.fingerprint,
        "status": alert.status.value,
        "starts_at": alert.starts_at.isoformat(),
        "ends_at": alert.ends_at.isoformat() if alert.ends_at else None,
    }
