"""What was run or asked for, page by page: read from the database only."""

from bot.domain.facts.links import Thing
from bot.domain.facts.naming import Noun
from bot.domain.facts.run import HistoryFacts, HistoryRow
from bot.domain.run import VERDICTS
from bot.domain.run_record import RunRecord
from bot.services.permalinks import message_url
from bot.services.runs.notes import message_key
from bot.services.runs.wording import noun_of
from bot.store import people, runs
from bot.store.db import Database, Tx
from bot.store.owing import places_of

PAGE = 8
"""Runs on a page."""


class RunHistory:
    """Reads the record of runs; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, service: str = "", page: int = 1) -> HistoryFacts:
        """Runs, newest first: all, or those of a service. A page beyond the last is the last."""
        async with self._database.read() as tx:
            found, total = await runs.asked_for(tx, service, page, PAGE)
            if not found and total:
                page = -(-total // PAGE)
                found, _ = await runs.asked_for(tx, service, page, PAGE)
            return HistoryFacts(await _rows(tx, found), total, page, PAGE, tx.now, service)


async def _rows(tx: Tx, found: list[RunRecord]) -> tuple[HistoryRow, ...]:
    known = await people.named(tx, {who for each in found for who in (each.run.asked_by, each.run.approved_by) if who})
    places = await places_of(tx, {message_key(each.run.name) for each in found})
    workspace = await people.workspace_url(tx)
    rows = []
    for record in found:
        run = record.run
        place = places.get(message_key(run.name))
        judged = run.state in VERDICTS.values()
        rows.append(
            HistoryRow(
                run=Thing(run.name, message_url(workspace, *place) if place else ""),
                doing=noun_of(record),
                service=run.service,
                environment=run.environment,
                state=run.state,
                asked_by=known[run.asked_by],
                at=run.steps[0].at,
                approved_by=known.get(run.approved_by),
                undone_by=Noun.RUN.name_of(run.undone_by) if run.undone_by is not None else "",
                verdict=run.steps[-1].words if judged else "",
            )
        )
    return tuple(rows)
