"""Somebody has an alert: what follows from it, whoever says so and wherever (the card, a page, a declaration)."""

from bot.domain.alert import AlertGroup
from bot.domain.incident import Entry, EntryKind
from bot.services.requests import Asked
from bot.store import alerts, pages, people, timeline
from bot.store.db import Tx
from bot.store.owing import touch_all


async def hold(tx: Tx, number: int, asked: Asked) -> AlertGroup | None:
    """Give a firing alert to whoever asks; None where it is not free."""
    group = await alerts.hold(tx, number, asked.user)
    if group is not None:
        await has_it(tx, group, asked, "{actor} acknowledged " + group.name)
    return group


async def relieve(tx: Tx, number: int, asked: Asked) -> AlertGroup | None:
    """Give it to whoever answers its page, where somebody had taken it before it paged; None where nobody had."""
    group = await alerts.take_over(tx, number, asked.user, 0)
    if group is not None:
        await has_it(tx, group, asked, "{actor} took over " + group.name)
    return group


async def has_it(tx: Tx, group: AlertGroup, asked: Asked, words: str) -> None:
    """Its pages are answered, its card is redrawn, its incident remembers."""
    await people.seen(tx, asked.user, asked.handle)
    for page in await pages.answer(tx, group.name, asked.user, {asked.user, asked.handle}):
        await touch_all(tx, page.name)
    await touch_all(tx, group.name)
    await note(tx, group, f"held:{group.version}", words, asked.user)


async def note(tx: Tx, group: AlertGroup, key: str, words: str, actor: str = "") -> None:
    """Write a line into the timeline of the alert's incident, where it has one."""
    if group.incident is not None:
        entry = Entry(f"{group.name}:{key}", tx.now, EntryKind.ALERT, words, actor)
        await timeline.record(tx, group.incident, entry)
