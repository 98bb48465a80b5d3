"""The messages about SLOs that stand in channels: reports, asked for or due."""

from collections.abc import Mapping

from bot.domain.work import Drawn
from bot.services.slo_calendar import DIGEST, SloCalendar
from bot.services.slo_posting import REPORT, SloPosting
from bot.slack.painters import Painter
from bot.slack.views.blocks import Message
from bot.slack.views.slo_digest import slo_digest
from bot.slack.views.slo_report import slo_report


def slo_painters(posting: SloPosting, calendar: SloCalendar) -> Mapping[str, Painter]:
    """By kind of surface."""

    async def report(drawn: Drawn) -> Message | None:
        facts, person = await posting.facts(drawn.subject)
        return slo_report(facts, shown_by=person, posted=True)

    async def digest(drawn: Drawn) -> Message | None:
        return slo_digest(await calendar.digest(drawn.subject))

    return {REPORT: report, DIGEST: digest}
