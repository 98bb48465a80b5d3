"""`/slo report` and `compare`: how SLOs came out over a month or any other time, for one reader or for a channel."""

from collections.abc import Mapping, Sequence

from bot.command import Argument, Click, ClickHandler, Invocation, Later, Reply, Say, SubCommand
from bot.domain.facts.answer import Usage
from bot.domain.slo.stretch import EXAMPLES
from bot.services.requests import NotFound
from bot.services.slo_facts import SloPictures
from bot.services.slo_posting import SloPosting
from bot.services.slo_reports import SloReports
from bot.slack.ids import Action
from bot.slack.views import answers, help, slo_compare, slo_report
from commands.asking import asked, ref_of
from commands.slo_near import did_you_mean

_LAST, _RECENT = "last-month", "30d"


class SloPeriods:
    """Answers read our own record of a long time, so none is carried by an acknowledgement."""

    def __init__(self, reports: SloReports, posting: SloPosting, pictures: SloPictures) -> None:
        self._reports = reports
        self._posting = posting
        self._pictures = pictures

    def subs(self) -> Sequence[SubCommand]:
        month = Argument("month, and service, team or tag", several=True)
        sides = (Argument("SLO", required=True), Argument("SLO or time", required=True), Argument("time"))
        return (
            SubCommand("report", "how a month came out: attainment, incidents, worst days, agreements",
                       "report last-month checkout", self.report, (month,), group="Understand"),
            SubCommand("compare", "two SLOs, or one over two times",
                       "compare checkout-availability this-month last-month", self.compare, sides, group="Understand"),
        )  # fmt: skip

    def actions(self) -> Mapping[str, ClickHandler]:
        return {
            Action.SLO_REPORT: self.reported,
            Action.SLO_REPORT_TURN: self.turned,
            Action.SLO_REPORT_POST: self.posted,
        }

    async def report(self, inv: Invocation) -> Reply:
        """The first word that means a time is the time; all others choose SLOs."""
        words = inv.text.split()[1:]
        times = [word for word in words if self._means_time(word)]
        scope = " ".join(word for word in words if word not in times[:1])
        unknown = self._pictures.unknown(scope)
        if unknown:
            kind = f"time ({EXAMPLES}), service, team or tag"
            return did_you_mean("/slo report", unknown, kind, self._pictures.words(), " ".join(words))
        return self._reported(times[0] if times else _LAST, scope)

    async def reported(self, click: Click) -> Reply:
        ref = ref_of(click.value)
        return self._reported(ref.id, ref.extra)

    async def turned(self, click: Click) -> Reply:
        ref = ref_of(click.value)
        return self._reported(ref.id, ref.extra, replace=click.ephemeral)

    async def posted(self, click: Click) -> Reply:
        """The message is posted by itself; its files follow in its thread."""
        if not click.channel:
            raise NotFound("A report is posted to the channel it was asked for in, and here is none.")
        ref = ref_of(click.value)
        await self._posting.post(asked(click), click.channel, ref.id, ref.extra)
        return Say(answers.done("The report is on its way to this channel, its files in the thread."))

    async def compare(self, inv: Invocation) -> Reply:
        left, other, word = inv["SLO"], inv["SLO or time"], inv["time"]
        names = self._pictures.names()
        if left not in names:
            return did_you_mean("/slo compare", left, "SLO", names, f"{left} {other} {word}".strip())
        if other in names:
            over = word or _RECENT
            return self._usage(over) or self._compared(left, other, over, over)
        if not self._means_time(other):
            return did_you_mean("/slo compare", other, "SLO or time", names, f"{left} {other} {word}".strip())
        before = word or _LAST
        return self._usage(before) or self._compared(left, left, other, before)

    def _usage(self, word: str) -> Reply | None:
        if self._means_time(word):
            return None
        problem = f"“{word}” is no time that has begun. Write one of: {EXAMPLES}"
        return Say(help.wrong_use(Usage("/slo", problem, "/slo compare checkout-availability this-month last-month")))

    def _means_time(self, word: str) -> bool:
        try:
            self._reports.stretch(word)
        except NotFound:
            return False
        return True

    def _reported(self, word: str, scope: str, *, replace: bool = False) -> Reply:
        async def then() -> Reply:
            facts = await self._reports.report(self._reports.stretch(word), scope)
            return Say(slo_report.slo_report(facts), replace=replace)

        return Later(then)

    def _compared(self, left: str, right: str, left_word: str, right_word: str) -> Reply:
        async def then() -> Reply:
            over = (self._reports.stretch(left_word), self._reports.stretch(right_word))
            return Say(slo_compare.slo_compare(await self._reports.compare(left, right, *over)))

        return Later(then)
