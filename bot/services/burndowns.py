"""Pictures of error budgets: owed when somebody looks at an SLO, drawn beside the bot, and kept while they are true.

Nobody waits for one: the words of an answer are out before its picture is asked for. Where none can be drawn, the words
that would have described it are shown instead.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from bot.catalog import Catalog
from bot.domain import figures
from bot.domain.facts.slo import SloPicture
from bot.domain.incident import Incident
from bot.domain.slo import Slo, SloStatus
from bot.domain.slo.burndown import Burndown, Mark, MarkKind, alt_text, burndown, width
from bot.domain.slo.windows import bounds
from bot.domain.work import Effect
from bot.ports import Artist, Permanent
from bot.services.requests import NotFound
from bot.services.slos import SloService
from bot.store import burndowns, incidents
from bot.store.burndowns import DRAWN, Kept
from bot.store.db import Database, Tx
from bot.store.owing import owe_again

KIND = "slo.burndown"
FRESH = timedelta(minutes=10)
"""A picture of up to so long ago that shows the same share left as today's words is shown again."""
CURRENT = timedelta(minutes=2)
"""A stored evaluation of up to so long ago is what is drawn; an older one is made anew first."""
PATIENCE_SECONDS = 60.0
"""After that nobody looks at the answer any more that a picture would follow."""
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture to be drawn, of which SLO, and the words that stand for it."""

    slo: Slo
    picture: Burndown
    alt: str


class Burndowns:
    """`artist` draws; it is called by the effect's performer and by whoever wants the bytes, never by an answer."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], slos: SloService, artist: Artist) -> None:
        self._database = database
        self._catalog = catalog
        self._slos = slos
        self._artist = artist

    async def known(self, status: SloStatus) -> SloPicture | None:
        """The picture that is true of `status`, where there is one already."""
        kept = await self._true_of(status)
        return None if kept is None else SloPicture(kept.file, kept.alt)

    async def _true_of(self, status: SloStatus) -> Kept | None:
        async with self._database.read() as tx:
            kept = await burndowns.latest(tx, status.slo)
            if kept is None or not kept.file or not _fits(kept, status):
                return None
            return kept if await _marked(tx, kept, status.slo) else None

    async def awaited(self, status: SloStatus, patience: float = PATIENCE_SECONDS) -> SloPicture | None:
        """Have `status` drawn and wait for it; None where there is nothing to draw, or it takes too long.

        The drawing goes on without the one who waits: the next one to ask finds it done.
        """
        if status.budget.left is None:
            return None
        since = self._database.clock()
        await self._owed(status)
        until = monotonic() + patience
        while monotonic() < until:
            async with self._database.read() as tx:
                kept = await burndowns.latest(tx, status.slo)
            if kept is not None and kept.drawn_at >= since:
                return SloPicture(kept.file, kept.alt)
            if (known := await self.known(status)) is not None:
                return known
            await self._database.bell.wait(DRAWN, _LOOK_SECONDS)
        return None

    async def _owed(self, status: SloStatus) -> None:
        """One effect for each SLO, done once for all who ask before it is done, and again for who asks later."""
        name = status.slo.name
        key = f"{KIND}:{name}"
        async with self._database.write() as tx:
            await owe_again(tx, Effect(key, key, KIND, name, {"slo": name}))

    async def drawing(self, name: str) -> Drawing | Kept | None:
        """What is to be drawn of an SLO now, or the picture that is true already; None where nothing is known.

        Raises `Transient` where its source does not answer, `NotFound` where there is no such SLO any more.
        """
        status = await self._status(self._slo(name))
        if status.budget.left is None:
            return None
        return await self._true_of(status) or await self._drawing(status)

    async def keep(self, tx: Tx, name: str, picture: Kept) -> None:
        """Whoever waits for the picture of `name` finds this one; that of an SLO that is gone is dropped."""
        slo = self._catalog().slo(name)
        if slo is not None:
            await burndowns.keep(tx, slo, picture.as_of, picture.left, picture.file, picture.alt)
        await burndowns.forget_others(tx, self._catalog().slos)

    async def draw(self, picture: Burndown, *, light: bool = False) -> bytes:
        """The PNG. Raises `Transient` and `Permanent`."""
        return await self._artist.draw(picture, light=light)

    async def image(self, name: str, at: datetime | None = None, *, light: bool = True) -> tuple[bytes, str]:
        """The PNG and its words for a document: of now, or of the window that held `at`.

        Raises `NotFound`, `Transient` and `Permanent`.
        """
        slo = self._slo(name)
        status = await self._status(slo) if at is None else (await self._slos.evaluate([slo], at))[0]
        drawing = await self._drawing(status)
        if drawing is None:
            raise Permanent(f"{name} is known only as a whole, not hour by hour, so there is no line to draw.")
        return await self._artist.draw(drawing.picture, light=light), drawing.alt

    def _slo(self, name: str) -> Slo:
        slo = self._catalog().slo(name)
        if slo is None:
            known = ", ".join(each.name for each in self._catalog().slos[:8])
            raise NotFound(f"There is no SLO {name}. SLOs: {known or 'none are defined'}.")
        return slo

    async def _status(self, slo: Slo) -> SloStatus:
        last = (await self._slos.last([slo])).get(slo.name)
        if last is not None and self._database.clock() - last.status.as_of <= CURRENT:
            return last.status
        return (await self._slos.evaluate([slo]))[0]

    async def _drawing(self, status: SloStatus) -> Drawing | None:
        """None where figures are known and no stretch of them is: such is an expression that counts no events."""
        slo = status.slo
        start, end = bounds(slo.window, status.as_of)
        buckets = await self._slos.history(slo, start, status.as_of, width(end - start))
        if status.counts is not None and not any(each.covered for each in buckets):
            return None
        marks = await self._marks(slo, start, status.as_of)
        picture = await asyncio.to_thread(burndown, status, buckets, marks)
        return Drawing(slo, picture, alt_text(picture))

    async def _marks(self, slo: Slo, start: datetime, end: datetime) -> Sequence[Mark]:
        """The service's incidents in the window, and the pages that belong to none of them."""
        async with self._database.read() as tx:
            found = await incidents.listed(tx, only_open=False)
            paged = await burndowns.pages(tx, slo.service, start)
        touched = [_incident(each) for each in found if slo.service in each.services and each.began_at <= end]
        alerts = [Mark(MarkKind.ALERT, each.name, each.started_at, each.resolved_at) for each in paged]
        return sorted([*touched, *alerts], key=lambda mark: mark.start)


def _incident(incident: Incident) -> Mark:
    return Mark(MarkKind.INCIDENT, incident.name, incident.began_at, incident.resolved_at)


async def _marked(tx: Tx, kept: Kept, slo: Slo) -> bool:
    """Whether every incident that was declared since is on the picture, because there is none."""
    found = await incidents.listed(tx, only_open=False)
    return all(each.declared_at <= kept.drawn_at for each in found if slo.service in each.services)


def _fits(kept: Kept, status: SloStatus) -> bool:
    """Whether a picture says what today's words say."""
    left = status.budget.left
    same = left is not None and figures.share(kept.left) == figures.share(left)
    return same and status.as_of - kept.as_of <= FRESH
