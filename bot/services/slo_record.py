"""What the record keeps of SLOs: their turning points, in the timeline of every incident that touches them."""

from collections.abc import Sequence

from bot.domain import figures
from bot.domain.incident import Entry, EntryKind
from bot.domain.slo import SloStatus, State
from bot.services.slos import TurningPoint
from bot.store import incidents, timeline
from bot.store.db import Database
from bot.store.owing import redraw

_WORDS = {
    State.EXHAUSTED: "its error budget is gone",
    State.AT_RISK: "its error budget is at risk",
    State.NO_DATA: "there is no data",
    State.STALE: "its data is stale",
    State.ERROR: "it cannot be evaluated",
    State.OK: "it is healthy",
}


class SloRecord:
    """Writes turning points down, and has the cards of open incidents show today's figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, turned: Sequence[TurningPoint]) -> None:
        """An SLO that was never seen before has not turned."""
        async with self._database.read() as tx:
            found = await incidents.listed(tx, only_open=True)
        if not found:
            return
        points = [point.now for point in turned if point.before is not None]
        async with self._database.write() as tx:
            for incident in found:
                for status in points:
                    if status.slo.service in incident.services:
                        await timeline.record(tx, incident.number, _entry(status))
                await redraw(tx, f"card:{incident.name}")


def _entry(status: SloStatus) -> Entry:
    slo, left = status.slo, status.budget.left
    key = f"slo:{slo.name}:{status.as_of.isoformat()}"
    rest = f", {figures.share(left)} of its budget left" if left is not None and left > 0 else ""
    words = f"{slo.display_name or slo.name}: {_WORDS[status.state]}{rest}"
    return Entry(key, status.as_of, EntryKind.SLO, words)
