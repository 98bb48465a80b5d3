"""`quarterdeck check --sources`: what the sources answer to each SLO, so that a wrong query is found by day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.catalog import Catalog
from bot.domain.slo import SloStatus, State
from bot.domain.slo.recorded import Found
from bot.services.source_check import Answers, answers
from bot.settings import Settings
from bot.store.scratch import scratch
from bot.wiring.house import House
from bot.wiring.sources import SAMPLER

_TITLES = {"sloth": "Sloth", "pyrra": "Pyrra", "slo-generator": "slo-generator"}
_NAMED = 5


async def ask_sources(settings: Settings, catalog: Catalog) -> Answers:
    """What they answer just now; the sampler is left out, for it knows nothing before the bot runs."""
    async with scratch() as empty:
        house = House(settings, empty, lambda: catalog)
        try:
            return await answers(catalog, house.slos, house.sources, SAMPLER, datetime.now(UTC))
        finally:
            await house.close()


def lines(found: Answers) -> Iterator[str]:
    """One line for each SLO that has no figure, or one with a remark; and for what is recorded and not read."""
    for status in found.statuses:
        if status.state is State.ERROR:
            yield f"error: {_place(status)}: {status.reason}"
        elif status.sli is None:
            yield f"warning: {_place(status)}: {status.reason}"
        elif status.reason:
            yield f"note: {_place(status)}: {status.reason}"
    yield from _recorded(found.unread)


def wrong(found: Answers) -> bool:
    """Whether a question could not be answered at all."""
    return any(status.state is State.ERROR for status in found.statuses)


def _place(status: SloStatus) -> str:
    where = f"{status.slo.origin}: " if status.slo.origin else ""
    return f"{where}SLO {status.slo.name}"


def _recorded(unread: Mapping[str, Sequence[Found]]) -> Iterator[str]:
    for source, found in unread.items():
        for tool, title in _TITLES.items():
            names = [each.name for each in found if each.tool == tool]
            if not names:
                continue
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield (
                f"note: {source} holds SLOs that {title} has recorded and no SLO here reads: "
                f"{', '.join(names[:_NAMED])}{more}. Bring {title}'s own file, or write spec: {{{tool}: {names[0]}}} "
                "under ratioMetric.raw."
            )
