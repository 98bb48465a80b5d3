"""Reports on SLOs in channels: owed once, drawn from the record when they are shown, their files in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot.domain.facts.person import Person
from bot.domain.facts.slo_report import ReportFacts
from bot.domain.rooms import Document, File
from bot.domain.slo.attainment import worst_first
from bot.domain.slo_document import document
from bot.domain.work import Drawn, Effect, Surface
from bot.ports import OutsideError
from bot.services.burndowns import Burndowns
from bot.services.directory import Directory
from bot.services.report_page import page
from bot.services.requests import Asked, NotFound
from bot.services.slo_reports import UTC_ZONE, SloReports
from bot.store import people, requests
from bot.store.db import Database, Tx
from bot.store.owing import owe, touch

REPORT: Final = "slo.report"
FILE: Final = "slo.report.file"
_PRIORITY = 5
_PICTURED = 3
"""So many SLOs are drawn at most: each picture takes a second or two, and more than a few are looked at by nobody."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """Which report: the word of its stretch, its time zone, who asked for it, and the words that choose SLOs."""

    word: str
    zone: str = UTC_ZONE.key
    user: str = ""
    scope: str = ""

    def encode(self) -> str:
        """As the subject of a surface or an effect."""
        return "|".join((self.word, self.zone, self.user, self.scope))

    @staticmethod
    def decode(text: str) -> "ReportSubject":
        return ReportSubject(*text.split("|", 3))


class SloPosting:
    """Puts reports into channels."""

    def __init__(self, database: Database, reports: SloReports, directory: Directory, burndowns: Burndowns) -> None:
        self._database = database
        self._reports = reports
        self._directory = directory
        self._burndowns = burndowns

    async def post(self, asked: Asked, channel: str, word: str, scope: str = "") -> None:
        """Have the report on the stretch that `word` means now posted to `channel`. Raises `NotFound`."""
        subject = ReportSubject(self._reports.stretch(word).word, user=asked.user, scope=scope)
        async with self._database.write() as tx:
            if await requests.first(tx, asked.key, REPORT, asked.user, asked.words):
                await people.seen(tx, asked.user, asked.handle)
                await self.owe(tx, f"report:{channel}:{asked.key}", channel, subject)

    async def owe(self, tx: Tx, key: str, channel: str, subject: ReportSubject) -> None:
        """The message; its document follows once it is there."""
        await touch(tx, Surface(key, REPORT, subject.encode(), channel, priority=_PRIORITY))

    async def facts(self, text: str) -> tuple[ReportFacts, Person | None]:
        """What a report shows, and who asked for it; None where it came by itself. Raises `NotFound`."""
        subject = ReportSubject.decode(text)
        zone = ZoneInfo(subject.zone)
        facts = await self._reports.report(self._reports.stretch(subject.word, zone), subject.scope, zone)
        return facts, await self._directory.person(subject.user) if subject.user else None

    async def posted(self, tx: Tx, drawn: Drawn, channel: str, ts: str) -> None:
        """The message is there: its document is owed to its thread."""
        payload = {"channel": channel, "thread": ts}
        await owe(tx, Effect(f"{drawn.key}:file", drawn.key, FILE, drawn.subject, payload))

    async def document(self, text: str, channel: str, thread: str) -> Document:
        """The report as files for the thread of its message: Markdown, a page, and pictures. Raises `NotFound`."""
        facts, _ = await self.facts(text)
        name, title = f"slos-{facts.stretch.word}", f"SLOs in {facts.stretch.title}"
        words, pictures = document(facts), await self._pictures(facts)
        whole = File(f"{name}.html", f"{title}, as a page", page(title, words, pictures).encode())
        return Document(f"{name}.md", title, words, "", channel, thread, (whole, *pictures))

    async def _pictures(self, facts: ReportFacts) -> Sequence[File]:
        """The burn-downs of the SLOs that spent most. One that cannot be drawn is left out: the words have it all."""
        at = facts.stretch.end if facts.stretch.over else None
        pictures = []
        for row in [row for row in worst_first(facts.rows) if row.spent][:_PICTURED]:
            try:
                data, alt = await self._burndowns.image(row.slo.name, at)
            except (OutsideError, NotFound) as error:
                log.warning("a report comes without a picture", slo=row.slo.name, why=str(error))
                continue
            title = f"Error budget of {row.slo.display_name or row.slo.name}"
            pictures.append(File(f"{row.slo.name}.png", title, data, alt))
        return pictures
