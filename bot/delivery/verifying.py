"""Verifies runs: events before the change and after it are counted, and their shares of bad ones compared.

'Not enough data' is an answer too: it is given where too few events came, or where nothing could be counted at all.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.facts.naming import Noun
from bot.domain.run import RunState
from bot.domain.run_record import RunRecord, Verification
from bot.domain.slo import Counts, Slo
from bot.domain.verdict import Rule, Windows, bad_share, judge, windows
from bot.domain.work import Due
from bot.ports import OutsideError
from bot.services.runs import Course

_NOTHING = Counts(0.0, 0.0)


class Events(Protocol):
    """Who counts good and total events."""

    async def events(self, slo: Slo, start: datetime, end: datetime) -> Counts | None: ...


class Verifying:
    """The look of `run.verify`. `catalog` gives the one in force."""

    def __init__(self, course: Course, events: Events, catalog: Callable[[], Catalog]) -> None:
        self._course = course
        self._events = events
        self._catalog = catalog

    async def look(self, due: Due) -> Mapping[str, object] | None:
        """Show how it stands, and judge it once both windows have passed. Raises `ports.OutsideError` until then."""
        number = Noun.RUN.number_of(due.subject) or 0
        record = await self._course.find(number)
        begun, changed = (record.run.begun_at, record.run.changed_at) if record else (None, None)
        if record is None or record.run.state is not RunState.VERIFYING or record.verification is None:
            await self._course.unwatched(number)
        elif begun is not None and changed is not None:
            verification = record.verification
            await self._weigh(record, verification, windows(begun, changed, verification.before, verification.after))
        return None

    async def _weigh(self, record: RunRecord, verification: Verification, spans: Windows) -> None:
        now, limits = self._course.now(), self._course.limits
        over = record.run.undone_by is not None or now >= spans.after_to + verification.late
        try:
            before = await self._counted(verification, spans.before_from, spans.before_to)
            after = await self._counted(verification, spans.after_from, spans.after_to if over else now)
        except OutsideError:
            if now < spans.after_to + limits.patience:
                raise
            before = after = _NOTHING
        if record.run.undone_by is not None:
            after = _NOTHING  # another change has begun in its window
        if over:
            await self._course.judged(record.run.number, judge(before, after, Rule(verification.min_events)))
        else:
            await self._course.measured(record, bad_share(before), bad_share(after))

    async def _counted(self, verification: Verification, start: datetime, end: datetime) -> Counts:
        """Raises `ports.OutsideError` where the source does not answer."""
        slo = self._catalog().slo(verification.slo)
        if slo is None or end <= start:
            return _NOTHING
        return await self._events.events(slo, start, end) or _NOTHING
