from datetime import UTC, datetime

from bot.domain.work import Surface
from bot.store import channels
from bot.store.claims import settle_surface
from bot.store.db import Database
from tests.support.work import claim, draw, settle, touch

DIRECT = "@U02ANA"


async def want(database: Database) -> None:
    async with database.write() as tx:
        await channels.want(tx, DIRECT)


async def looked_up(database: Database) -> list[str]:
    """The names that were wanted, each found out once."""
    found = await claim(database)
    for one in found:
        await settle(database, one, settled_at=datetime.now(UTC))
    return [one.payload["name"] for one in found]


async def test_a_name_wanted_twice_is_looked_up_once(database: Database) -> None:
    await want(database)
    await want(database)
    assert await looked_up(database) == [DIRECT]


async def test_a_name_wanted_again_after_it_was_looked_up_is_looked_up_again(database: Database) -> None:
    await want(database)
    assert await looked_up(database) == [DIRECT]
    await want(database)
    assert await looked_up(database) == [DIRECT]


async def test_a_message_that_waited_for_its_channel_is_due_once_it_is_found(database: Database) -> None:
    await touch(database, Surface("page:P-1", "page", "P-1", DIRECT))
    [waiting] = await draw(database)
    async with database.write() as tx:
        await settle_surface(tx, waiting, "one", not_before=tx.later(60), intent_at=None)
    assert await draw(database) == []
    async with database.write() as tx:
        await channels.keep(tx, DIRECT, "D1")
        assert await channels.known(tx, DIRECT) == "D1"
    assert [it.key for it in await draw(database)] == ["page:P-1"]


async def test_a_forgotten_channel_is_not_known_any_more(database: Database) -> None:
    async with database.write() as tx:
        await channels.keep(tx, DIRECT, "D1")
        await channels.forget(tx, "D1")
        assert await channels.known(tx, DIRECT) is None
