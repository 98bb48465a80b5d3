import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.delivery.performer import Performer
from bot.delivery.worker import Worker
from bot.domain.rooms import Bookmark, Document, Headline, RoomWanted
from bot.domain.work import Due, Effect
from bot.slack.files import Filing
from bot.slack.people import DIRECTORY, DirectoryLook, Learning
from bot.slack.room_opening import RoomOpening
from bot.slack.room_setup import RoomStep, bookmark, head, invite, pin
from bot.store import people
from bot.store.db import Database, Tx
from bot.store.owing import EFFECTS
from tests.slack.desk import LEASE, UNSURE_AFTER, Desk


@dataclass
class Rooms:
    """One incident's room: what is wanted, and what was reported."""

    names: tuple[str, ...] = ("inc-1-checkout", "inc-1-checkout-2", "inc-1-checkout-3")
    private: bool = False
    room: str | None = None
    held: set[str] = field(default_factory=set)
    place: tuple[str, str] | None = None
    done: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    async def room_wanted(self, incident: int) -> RoomWanted | None:
        return None if self.room else RoomWanted(self.names, self.private)

    async def room_of(self, incident: int) -> str | None:
        return self.room

    async def holds(self, channel_id: str) -> bool:
        return channel_id in self.held

    async def headline(self, incident: int) -> Headline:
        return Headline("INC-1 · SEV2 · <!channel> carts & coupons", "Working on INC-1.")

    async def bookmark(self, incident: int, about: str) -> Bookmark | None:
        return Bookmark("Dashboard", "https://example.com/d")

    async def card(self, incident: int) -> tuple[str, str] | None:
        return self.place

    async def document(self, incident: int) -> Document | None:
        return Document("INC-1.md", "Post-mortem draft of INC-1", "# INC-1\n", "", self.room or "")

    async def filed(self, tx: Tx, incident: int, file_id: str, permalink: str) -> None:
        self.done.append(f"file {file_id}")

    async def room_opened(self, tx: Tx, incident: int, channel_id: str, name: str) -> None:
        self.room = channel_id
        self.done.append(f"room {name}")

    async def part_done(self, tx: Tx, incident: int, step: str) -> None:
        self.done.append(step)

    async def part_failed(self, tx: Tx, incident: int, step: str, words: str) -> None:
        self.problems[step] = words


def step(kind: str, about: str = "") -> Effect:
    key = f"INC-1:{kind}:{about}"
    return Effect(key, key, kind, "INC-1", {"incident": 1, "about": about})


async def run(database: Database, performers: Mapping[str, Performer], *, rounds: int = 1) -> None:
    """Let a worker do what is due, and wait for it."""
    worker = Worker(database, performers, "one", LEASE, UNSURE_AFTER)
    for _ in range(rounds):
        database.bell.ring([EFFECTS])
        await worker.step()
        await worker.drain(5.0)


async def done(desk: Desk, performers: Mapping[str, Performer], key: str) -> None:
    """Work until the effect is done or given up."""
    async with asyncio.timeout(10):
        while (await desk.effect(key)).state not in ("done", "failed"):
            await run(desk.database, performers)


async def opened(desk: Desk, rooms: Rooms) -> Rooms:
    effect = step("incident.room")
    await desk.owe(effect)
    await done(desk, {"incident.room": RoomOpening(desk.client, rooms)}, effect.key)
    return rooms


async def test_a_room_is_opened_under_its_first_name(desk: Desk) -> None:
    rooms = await opened(desk, Rooms())
    channel = await desk.slack.channel("inc-1-checkout")
    assert channel is not None
    assert (rooms.room, rooms.done) == (channel["id"], ["room inc-1-checkout"])


@pytest.mark.parametrize("archived", [False, True])
async def test_a_taken_name_gets_a_number_and_the_other_channel_is_left_alone(desk: Desk, archived: bool) -> None:
    await desk.slack.act("channel", "ben", name="inc-1-checkout", wait=0)
    if archived:
        await desk.slack.act("archive", "eva", channel="inc-1-checkout", wait=0)
    rooms = await opened(desk, Rooms())
    assert rooms.done == ["room inc-1-checkout-2"]
    taken = await desk.slack.channel("inc-1-checkout")
    assert taken is not None
    assert rooms.room != taken["id"]


async def test_names_that_are_all_taken_are_given_up_in_words(desk: Desk) -> None:
    rooms = Rooms(names=("general", "random"))
    await opened(desk, rooms)
    assert "taken" in rooms.problems["room"]


async def test_a_private_room_is_never_opened_as_a_public_one(desk: Desk) -> None:
    await desk.slack.fault("error", method="conversations.create", error="restricted_action")
    rooms = await opened(desk, Rooms(private=True))
    assert "do not let the app" in rooms.problems["room"]
    assert await desk.slack.channel("inc-1-checkout") is None
    rooms = Rooms(private=True)
    await desk.owe(Effect("INC-2:room", "INC-2", "incident.room", "INC-2", {"incident": 2}))
    await done(desk, {"incident.room": RoomOpening(desk.client, rooms)}, "INC-2:room")
    channel = await desk.slack.channel("inc-1-checkout")
    assert channel is not None
    assert channel["is_private"]


async def test_a_room_whose_creation_got_no_answer_is_adopted_not_doubled(desk: Desk) -> None:
    await desk.slack.fault("lost_after", method="conversations.create")
    rooms = await opened(desk, Rooms())
    assert rooms.done == ["room inc-1-checkout"]
    assert await desk.slack.channel("inc-1-checkout-2") is None


async def test_a_foreign_channel_of_the_wanted_name_is_never_adopted(desk: Desk) -> None:
    await desk.slack.act("channel", "ben", name="inc-1-checkout", wait=0)
    await desk.slack.fault("lost_before", method="conversations.create")
    rooms = await opened(desk, Rooms())
    assert rooms.done == ["room inc-1-checkout-2"]


async def test_a_channel_that_another_incident_holds_is_never_adopted(desk: Desk) -> None:
    first = await opened(desk, Rooms())
    assert first.room is not None
    rooms = Rooms(held={first.room})
    await desk.slack.fault("lost_before", method="conversations.create")
    await desk.owe(Effect("INC-2:room", "INC-2", "incident.room", "INC-2", {"incident": 2}))
    await done(desk, {"incident.room": RoomOpening(desk.client, rooms)}, "INC-2:room")
    assert rooms.done == ["room inc-1-checkout-2"]


async def test_the_set_up_invites_heads_bookmarks_and_pins(desk: Desk) -> None:
    rooms = await opened(desk, Rooms())
    room = rooms.room or ""
    posted = await desk.client.call("chat.postMessage", channel=room, text="the card")
    rooms.place = (room, posted["ts"])
    steps = {"incident.invite": invite, "incident.topic": head, "incident.bookmark": bookmark, "incident.pin": pin}
    performers: dict[str, Performer] = {kind: RoomStep(desk.client, rooms, do) for kind, do in steps.items()}
    owed = [
        step("incident.invite", "U02ANA"),
        step("incident.topic"),
        step("incident.bookmark", "checkout/Dashboard"),
        step("incident.pin"),
    ]
    for each in owed:
        await desk.owe(each)
    for each in owed:
        await done(desk, performers, each.key)
    assert {"invite:U02ANA", "topic", "bookmark:checkout/Dashboard", "pin"} <= set(rooms.done)
    channel: dict[str, Any] = await desk.slack.channel("inc-1-checkout") or {}
    assert "U02ANA" in channel["members"]
    assert channel["topic"] == "INC-1 · SEV2 · &lt;!channel&gt; carts &amp; coupons"
    assert rooms.problems == {}


async def test_somebody_who_is_in_already_and_somebody_who_does_not_exist(desk: Desk) -> None:
    rooms = await opened(desk, Rooms())
    await desk.client.call("conversations.invite", channel=rooms.room, users=["U02ANA"])
    performers: dict[str, Performer] = {"incident.invite": RoomStep(desk.client, rooms, invite)}
    for user in ("U02ANA", "U02NOBODY"):
        await desk.owe(step("incident.invite", user))
        await done(desk, performers, step("incident.invite", user).key)
    assert "invite:U02ANA" in rooms.done
    assert "no such person" in rooms.problems["invite:U02NOBODY"]


async def test_a_bookmark_that_got_no_answer_is_added_once(desk: Desk) -> None:
    rooms = await opened(desk, Rooms())
    await desk.slack.fault("lost_after", method="bookmarks.add")
    await desk.owe(step("incident.bookmark", "checkout/Dashboard"))
    await done(
        desk, {"incident.bookmark": RoomStep(desk.client, rooms, bookmark)},
        step("incident.bookmark", "checkout/Dashboard").key,
    )  # fmt: skip
    there = await desk.client.call("bookmarks.list", channel_id=rooms.room)
    assert len(there["bookmarks"]) == 1


@pytest.mark.parametrize("fault", ["", "lost_after", "lost_before"])
async def test_a_document_is_brought_into_the_channel_once(desk: Desk, fault: str) -> None:
    rooms = await opened(desk, Rooms())
    if fault:
        await desk.slack.fault(fault, method="files.completeUploadExternal")
    await desk.owe(step("postmortem.file"))
    await done(desk, {"postmortem.file": Filing(desk.client, rooms, rooms)}, step("postmortem.file").key)
    shared = [each for each in await desk.slack.messages("inc-1-checkout") if each.get("files")]
    assert [each["files"][0]["name"] for each in shared] == ["INC-1.md"]
    assert rooms.done[-1] == f"file {shared[0]['files'][0]['id']}"


async def test_somebody_who_was_met_is_known_by_name(desk: Desk) -> None:
    async with desk.database.write() as tx:
        await people.seen(tx, "U02ANA", "ana")
    await done(desk, {"person.learn": Learning(desk.client)}, "person:U02ANA")
    async with desk.database.read() as tx:
        assert (await people.named(tx, {"U02ANA"}))["U02ANA"].name == "Ana Ruiz"


async def test_the_directory_gives_handles_and_groups_their_ids(desk: Desk) -> None:
    due = Due(1, DIRECTORY.key, DIRECTORY.kind, DIRECTORY.subject, DIRECTORY.every_s, {})
    assert await DirectoryLook(desk.database, desk.client).look(due) is None
    async with desk.database.read() as tx:
        assert (await people.with_handles(tx, {"ben"}))["ben"].id == "U02BEN"
        assert await people.groups_of(tx, "U02BEN") == {"payments-oncall"}
