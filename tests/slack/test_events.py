from datetime import datetime

from sqlalchemy import func, select, table

from bot.command import View
from bot.services.requests import Asked
from bot.slack.events import EventHandling
from bot.slack.views import answers
from bot.store import channels
from bot.store.schema.work import effects, events
from tests.slack.desk import Desk
from tests.slack.test_performers import run


class Marks:
    """Notes what is to be kept in a timeline."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, str, str]] = []

    async def mark(self, asked: Asked, channel: str, ts: str, author: str, text: str, at: datetime) -> None:
        self.kept.append((asked.user, channel, author, text))


async def home(user: str) -> View:
    return {"type": "home", "blocks": answers.notice_form("x", f"Hello {user}")["blocks"]}


async def counted(desk: Desk, inbox: str = events.name) -> tuple[int, int]:
    """How many events are in the inbox, and how many effects they owe."""
    async with desk.database.read() as tx:
        kept = (await tx.connection.execute(select(func.count()).select_from(table(inbox)))).scalar_one()
        owed = select(func.count()).select_from(effects).where(effects.c.kind == "slack.event")
        return int(kept), int((await tx.connection.execute(owed)).scalar_one())


async def pinned(desk: Desk, text: str) -> None:
    await desk.slack.message("ben", "alerts", text)
    await desk.slack.pin("ana", await desk.slack.message_with("alerts", text))


async def test_an_event_is_in_the_inbox_before_it_is_acknowledged(desk: Desk) -> None:
    await pinned(desk, "look here")
    await desk.slack.eventually(lambda: counted(desk), lambda found: found == (1, 1))


async def test_an_event_that_is_sent_twice_is_kept_once(desk: Desk) -> None:
    await desk.slack.fault("duplicate_event")
    await pinned(desk, "twice")
    await desk.slack.eventually(lambda: acked(desk), lambda count: count >= 2)
    assert await counted(desk) == (1, 1)


async def acked(desk: Desk) -> int:
    return len([kind for kind, _ in desk.acks if kind == "event"])


async def test_an_event_that_cannot_be_kept_is_not_acknowledged_and_comes_again(desk: Desk) -> None:
    await desk.execute("ALTER TABLE events RENAME TO away")
    await pinned(desk, "again")
    await desk.slack.eventually(lambda: sent(desk), lambda count: count >= 2)
    assert await acked(desk) == 0
    assert await counted(desk, "away") == (0, 0)
    await desk.execute("ALTER TABLE away RENAME TO events")

    async def a_minute_later() -> tuple[int, int]:
        await desk.slack.advance(61)
        return await counted(desk)

    await desk.slack.eventually(a_minute_later, lambda found: found == (1, 1))


async def sent(desk: Desk) -> int:
    """How often Slack sent an event, retries included."""
    return len([each for each in await desk.slack.look("envelopes") if each["title"] == "events_api"])


async def test_a_pinned_message_goes_into_its_timeline(desk: Desk) -> None:
    marks = Marks()
    await pinned(desk, "coupons are gone")
    await handled(desk, marks)
    assert marks.kept == [("U02ANA", "C02ALERTS", "U02BEN", "coupons are gone")]


async def test_the_home_tab_is_drawn_when_it_is_opened(desk: Desk) -> None:
    await desk.slack.home("ana", wait=0)
    await handled(desk, Marks())
    assert "Hello U02ANA" in str(await desk.slack.home_of("ana"))


async def test_an_archived_channel_is_looked_for_anew(desk: Desk) -> None:
    async with desk.database.write() as tx:
        await channels.keep(tx, "#alerts", "C02ALERTS")
    await desk.slack.act("archive", "eva", channel="alerts", wait=0)
    await handled(desk, Marks())
    async with desk.database.read() as tx:
        assert await channels.known(tx, "#alerts") is None


async def handled(desk: Desk, marks: Marks) -> None:
    """Waits for the event, and has it handled as the worker does."""
    await desk.slack.eventually(lambda: counted(desk), lambda found: found[1] >= 1)
    await run(desk.database, {"slack.event": EventHandling(desk.client, desk.database, marks, home)})
