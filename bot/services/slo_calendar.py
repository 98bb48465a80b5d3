"""Digests and monthly reports that are due: each posted once, at its local time, whichever process sees it first."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.catalog import Catalog
from bot.catalog.chat import Digest, MonthlyReport
from bot.domain.facts.slo_digest import DigestFacts
from bot.domain.recurring import monthly, weekly
from bot.domain.slo.stretch import month_before
from bot.domain.work import Surface
from bot.services.slo_digests import SloDigests
from bot.services.slo_posting import REPORT, ReportSubject
from bot.store import requests
from bot.store.db import Database
from bot.store.owing import touch

DIGEST: Final = "slo.digest"
LATE: Final = timedelta(days=1)
"""What was due while the bot was away is posted when it is back, unless it is older than this."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PRIORITY = 8


@dataclass(frozen=True, slots=True)
class _Due:
    """One message that is due: its surface, whose key names channel, time and scope."""

    kind: str
    key: str
    subject: str
    channel: str


class SloCalendar:
    """Owes what is due, and reads what a digest shows."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], digests: SloDigests) -> None:
        self._database = database
        self._catalog = catalog
        self._digests = digests

    async def post_due(self, memory: Mapping[str, object]) -> Mapping[str, object]:
        """`memory` names what was posted before, so that the database is only written to when something is due."""
        now = self._database.clock()
        due = list(_due(self._catalog(), now))
        known = memory.get("posted")
        new = [each for each in due if not isinstance(known, list) or each.key not in known]
        for each in new:
            async with self._database.write() as tx:
                if await requests.first(tx, f"calendar:{each.key}", each.kind, ""):
                    surface = Surface(each.key, each.kind, each.subject, each.channel, priority=_PRIORITY)
                    await touch(tx, surface)
        return {"posted": [each.key for each in due]}

    async def digest(self, subject: str) -> DigestFacts:
        """What the digest with this subject shows. Raises `NotFound`."""
        due, zone, scope = subject.split("|", 2)
        return await self._digests.digest(datetime.fromisoformat(due), scope, ZoneInfo(zone))


def _due(catalog: Catalog, now: datetime) -> Iterator[_Due]:
    """What was due within the last day."""
    for digest in catalog.chat.digests:
        at = _digest_at(digest, now)
        if now - at <= LATE:
            subject = f"{at.isoformat()}|{digest.time_zone}|{digest.scope}"
            yield _Due(DIGEST, f"digest:{digest.channel}:{subject}", subject, digest.channel)
    for report in catalog.chat.reports:
        at = _report_at(report, now)
        if now - at <= LATE:
            month = month_before(at, ZoneInfo(report.time_zone)).word
            subject = ReportSubject(month, report.time_zone, scope=report.scope).encode()
            yield _Due(REPORT, f"report:{report.channel}:{subject}", subject, report.channel)


def _digest_at(digest: Digest, now: datetime) -> datetime:
    return weekly(now, _DAYS.index(digest.day), time.fromisoformat(digest.at), ZoneInfo(digest.time_zone))


def _report_at(report: MonthlyReport, now: datetime) -> datetime:
    return monthly(now, report.day, time.fromisoformat(report.at), ZoneInfo(report.time_zone))
