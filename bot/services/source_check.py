"""What the sources say to the catalog's SLOs right now, before anybody relies on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.catalog.model import Catalog
from bot.domain.slo import RatioMetric, SloStatus
from bot.domain.slo.recorded import Found, recorded
from bot.ports import KnowsRecorded, OutsideError, SliSource
from bot.services.slos import SloService


@dataclass(frozen=True, slots=True)
class Answers:
    """How each SLO stands, and by source the SLOs that other tools have recorded and no SLO here reads."""

    statuses: Sequence[SloStatus]
    unread: Mapping[str, Sequence[Found]]


async def answers(
    catalog: Catalog, slos: SloService, sources: Mapping[str, SliSource], own: str, at: datetime
) -> Answers:
    """What every source answers, but the bot's `own` one, which has nothing to say before the bot has run."""
    asked = [slo for slo in catalog.slos if slo.indicator.source_kind != own]
    statuses = await slos.evaluate(asked)
    ratios = [slo.indicator.metric for slo in catalog.slos if isinstance(slo.indicator.metric, RatioMetric)]
    read = {each.good or each.bad for each in ratios}
    unread: dict[str, Sequence[Found]] = {}
    for name in {slo.indicator.source: None for slo in asked}:
        source: object = sources.get(name)
        if isinstance(source, KnowsRecorded):
            found = await _recorded(source, at)
            unread[name] = [each for each in found if recorded(each.tool, each.name).query not in read]
    return Answers(statuses, {name: found for name, found in unread.items() if found})


async def _recorded(source: KnowsRecorded, at: datetime) -> Sequence[Found]:
    """Nothing where the source does not answer: the statuses say so already."""
    try:
        return await source.recorded(at)
    except OutsideError:
        return []
