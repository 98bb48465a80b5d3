from bot.domain.facts.person import Person
from bot.store import people
from bot.store.db import Database
from bot.store.schema.work import effects
from tests.support.work import rows

ANA = {"id": "U1", "handle": "ana", "name": "Ana Lima", "is_guest": False}
GIL = {"id": "U2", "handle": "gil", "name": "", "is_guest": True}


async def test_somebody_seen_is_asked_about_once(database: Database) -> None:
    for _ in range(2):
        async with database.write() as tx:
            await people.seen(tx, "U1", "ana")
    owed = (await rows(database, effects)).values()
    assert [(it.kind, it.payload) for it in owed] == [("person.learn", {"user": "U1"})]


async def test_people_are_called_by_name_then_handle_then_id(database: Database) -> None:
    async with database.write() as tx:
        await people.learn(tx, [ANA, GIL])
    async with database.read() as tx:
        assert await people.named(tx, {"U1", "U2", "U3"}) == {
            "U1": Person("Ana Lima", "U1"),
            "U2": Person("gil", "U2"),
            "U3": Person("U3", "U3"),
        }


async def test_what_is_learned_later_replaces_what_was_known(database: Database) -> None:
    async with database.write() as tx:
        await people.seen(tx, "U1", "a")
        await people.learn(tx, [ANA])
        await people.learn(tx, [])
    async with database.read() as tx:
        assert await people.named(tx, ["U1"]) == {"U1": Person("Ana Lima", "U1")}


async def test_people_are_found_by_handle_and_by_id(database: Database) -> None:
    async with database.write() as tx:
        await people.learn(tx, [ANA, GIL])
    async with database.read() as tx:
        found = await people.with_handles(tx, ["ana", "U2", "nobody"])
    assert found["ana"] == Person("Ana Lima", "U1")
    assert found["U2"] == Person("gil", "U2")
    assert "nobody" not in found


async def test_a_guest_is_known_as_one(database: Database) -> None:
    async with database.write() as tx:
        await people.learn(tx, [ANA, GIL])
    async with database.read() as tx:
        assert await people.is_guest(tx, "U2")
        assert not await people.is_guest(tx, "U1")
        assert not await people.is_guest(tx, "never seen")


async def test_groups_are_kept_as_they_are_now(database: Database) -> None:
    async with database.write() as tx:
        await people.keep_groups(tx, {"sre": ["U1", "U2"], "leads": ["U1"]})
        await people.keep_groups(tx, {"sre": ["U2"]})
    async with database.read() as tx:
        assert await people.groups_of(tx, "U1") == {"leads"}
        assert await people.groups_of(tx, "U2") == {"sre"}


async def test_the_workspace_has_one_address_with_one_slash_at_its_end(database: Database) -> None:
    async with database.read() as tx:
        assert await people.workspace_url(tx) == ""
    for url in ("https://old.slack.com", "https://acme.slack.com//"):
        async with database.write() as tx:
            await people.keep_workspace(tx, "T1", url, "UB", "B1", "A1")
    async with database.read() as tx:
        assert await people.workspace_url(tx) == "https://acme.slack.com/"
