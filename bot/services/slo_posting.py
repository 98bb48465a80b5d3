"""Reports on SLOs in channels: owed once, drawn from the record when they are shown, their document in the thread."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.facts.person import Person
from bot.domain.facts.slo_report import ReportFacts
from bot.domain.rooms import Document
from bot.domain.slo_document import document
from bot.domain.work import Drawn, Effect, Surface
from bot.services.directory import Directory
from bot.services.requests import Asked
from bot.services.slo_reports import UTC_ZONE, SloReports
from bot.store import people, requests
from bot.store.db import Database, Tx
from bot.store.owing import owe, touch

REPORT: Final = "slo.report"
FILE: Final = "slo.report.file"
_PRIORITY = 5


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

    def __init__(self, database: Database, reports: SloReports, directory: Directory) -> None:
        self._database = database
        self._reports = reports
        self._directory = directory

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
        """The report as a file for the thread of its message. Raises `NotFound`."""
        facts, _ = await self.facts(text)
        name = f"slos-{facts.stretch.word}.md"
        title = f"SLOs in {facts.stretch.title}"
        return Document(name, title, document(facts), "", channel, thread)
