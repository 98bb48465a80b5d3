"""Notices of budgets that are being spent: one message per channel and evaluation, however many crossed."""

from collections.abc import Iterable

from bot.catalog import Catalog
from bot.domain.facts.budget import NoticeFacts, SpentFacts, kept, recalled
from bot.domain.facts.naming import Noun
from bot.domain.slo import SloStatus
from bot.domain.work import Surface
from bot.services.requests import NotFound
from bot.store import budget_notices
from bot.store.db import Database, Tx
from bot.store.owing import touch

NOTICE = "budget.notice"
"""The kind of surface."""
SPENT = "spent"


async def owe_notices(tx: Tx, catalog: Catalog, crossed: Iterable[tuple[SloStatus, float]]) -> None:
    """Owe the messages that tell of SLOs and the levels they have just crossed, where their service's alerts go."""
    by_channel: dict[str, list[SpentFacts]] = {}
    for status, level in crossed:
        by_channel.setdefault(_channel(catalog, status), []).append(_spent(status, level))
    for channel, spent in sorted(by_channel.items()):
        ordered = sorted(spent, key=lambda each: (each.left, each.slo))
        name = Noun.NOTICE.name_of(await budget_notices.add(tx, SPENT, tx.now, [kept(each) for each in ordered]))
        await touch(tx, Surface(f"notice:{name}", NOTICE, name, channel))


async def notice(database: Database, number: int) -> NoticeFacts:
    """What one message shows. Raises `NotFound`."""
    async with database.read() as tx:
        row = await budget_notices.find(tx, number)
    if row is None:
        raise NotFound(f"There is no {Noun.NOTICE.name_of(number)}.")
    return NoticeFacts(Noun.NOTICE.name_of(number), row.at, tuple(recalled(each) for each in row.items))


def _channel(catalog: Catalog, status: SloStatus) -> str:
    """The first channel of the route that a medium alert of the service takes."""
    slo = status.slo
    service = catalog.services.get(slo.service)
    labels = {"service": slo.service, "slo": slo.name}
    return catalog.channels_for(slo.service, service.environment if service else "", "application", "medium", labels)[0]


def _spent(status: SloStatus, level: float) -> SpentFacts:
    budget = status.budget
    return SpentFacts(
        slo=status.slo.name,
        title=status.slo.display_name or status.slo.name,
        level=level,
        left=budget.left if budget.left is not None else 1 - level,
        minutes=budget.minutes,
        burn=status.burn(),
        gone_by=status.exhaustion,
    )
