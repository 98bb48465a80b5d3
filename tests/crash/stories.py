"""The stories, and what is counted in each once everything has settled."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Protocol

from bot.slack.ids import Action, Form
from bot.store import audit, incidents
from bot.store.db import Database
from tests.crash.world import World
from tests.support.playground import Json

ANA, DEV = "ana", "dev"
_FIRING: Json = {
    "version": "4",
    "groupKey": "checkout",
    "status": "firing",
    "receiver": "bot",
    "truncatedAlerts": 0,
    "groupLabels": {},
    "commonLabels": {},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager.invalid",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "CheckoutFails", "service": "checkout", "severity": "critical"},
            "annotations": {"summary": "Checkout fails"},
            "startsAt": "2026-01-01T10:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": "c0ffee",
        }
    ],
}


class Story(Protocol):
    """`act` is what people and senders do, from wherever they stand; False where the last thing got no answer."""

    name: str
    shop: bool

    async def prepare(self, world: World) -> None:
        """What stands before the story begins."""
        ...

    async def act(self, world: World) -> bool: ...

    async def nothing_twice(self, world: World) -> None:
        """What must hold at any rest, also where a request was lost."""
        ...

    async def all_once(self, world: World) -> None:
        """What must hold in the end."""
        ...


class Declare:
    """`/incident open checkout is down sev2`: a room, its card, an announcement, a page."""

    name = "declare"
    shop = False

    async def prepare(self, world: World) -> None:
        """Nothing."""

    async def act(self, world: World) -> bool:
        typed = await world.slack.command(ANA, "general", "/incident", "open checkout is down sev2", wait=0.2)
        return bool(typed.acked) and await world.comes("SELECT id FROM incidents")

    async def nothing_twice(self, world: World) -> None:
        await sound(world)
        assert await world.rows.one("SELECT count(*) FROM incidents") <= 1, "two incidents"

    async def all_once(self, world: World) -> None:
        await self.nothing_twice(world)
        rooms = [channel for name, channel in (await world.slack.channels()).items() if name.startswith("inc-")]
        incident = await world.rows.one("SELECT id FROM incidents")
        page = await world.rows.one("SELECT id FROM pages")
        assert [room["name"] for room in rooms] == [f"inc-{incident}-checkout-is-down"], rooms
        posted = await world.posted()
        wanted = {f"card:INC-{incident}", f"announce:INC-{incident}", f"page:P-{page}"}
        assert set(posted) == wanted, sorted(posted)
        await self._room(world, rooms[0], posted[f"card:INC-{incident}"][0])
        timeline = Counter(kind for (kind,) in await world.rows.of("SELECT kind FROM timeline"))
        assert timeline == {"declared": 1, "room": 1, "page": 2}, timeline

    async def _room(self, world: World, room: Json, card: Json) -> None:
        """Everybody let in once, the card pinned once, one bookmark, a topic."""
        messages = await world.slack.messages(room["id"])
        joined = Counter(message["user"] for message in messages if message.get("subtype") == "channel_join")
        assert joined == dict.fromkeys(room["members"], 1), joined
        assert len(joined) == 3, f"the bot, who declared, who owns the service: {joined}"
        assert room["pins"] == [card["ts"]], room["pins"]
        assert [each["title"] for each in room["bookmarks"]] == ["Checkout: dashboard"], room["bookmarks"]
        assert room["topic"].startswith("INC-"), room["topic"]


class Alert:
    """Alertmanager tells of an alert: a card and a page; who was woken clicks Acknowledge, which redraws both."""

    name = "alert"
    shop = False

    async def prepare(self, world: World) -> None:
        """Nothing."""

    async def act(self, world: World) -> bool:
        if not await world.rows.of("SELECT id FROM deliveries"):
            await world.deliver(_FIRING)
        card = await world.slack.message_with("alerts", "Checkout fails", timeout=60)
        if not _has(card, Action.ALERT_ACK):
            return True  # somebody has it: the button is gone
        await world.slack.eventually(world.paged, timeout=60)
        clicked = await world.slack.click(ANA, message=card, action_id=Action.ALERT_ACK, wait=0.2)
        return bool(clicked.acked) and await world.comes("SELECT id FROM alert_groups WHERE state = 'held'")

    async def nothing_twice(self, world: World) -> None:
        await sound(world)
        assert await world.rows.one("SELECT count(*) FROM alert_groups") == 1, "two groups"
        assert await world.rows.one("SELECT count(*) FROM alerts") == 1, "two alerts"

    async def all_once(self, world: World) -> None:
        await self.nothing_twice(world)
        posted = await world.posted()
        ((group, *held),) = await world.rows.of("SELECT id, state, holder FROM alert_groups")
        ((page, state),) = await world.rows.of("SELECT id, state FROM pages")
        assert set(posted) == {f"alert:A-{group}", f"page:P-{page}"}, sorted(posted)
        assert [*held, state] == ["held", "U02ANA", "acknowledged"], (held, state)
        card = posted[f"alert:A-{group}"][0]
        assert not _has(card, Action.ALERT_ACK), card["plain"]
        assert "Ana" in card["plain"], card["plain"]


class Rollback:
    """`/runbook run rollback checkout`: the plan is read and confirmed, v42 → v41 made, and the outcome judged.

    Where the world asks for it, the plan is approved by a second person in between.
    """

    name = "rollback"
    shop = True

    async def prepare(self, world: World) -> None:
        """An incident whose room is #general, so that its timeline tells of the run."""
        room = await world.slack.channel("general")
        assert room is not None
        async with _opened(world.rows.url) as database, database.write() as tx:
            now = {"declared_at": tx.now, "began_at": tx.now, "detected_at": tx.now, "acknowledged_at": tx.now}
            incident = await incidents.add(
                tx, title="Checkout fails", severity="SEV2", rank=2, state="investigating", services=["checkout"],
                environment="prod", declared_by="U02ANA", commander="U02ANA", drill=False, channel_name="", **now,
            )  # fmt: skip
            await incidents.give_room(tx, incident.number, room["id"], "general")

    async def act(self, world: World) -> bool:
        if not await world.rows.of("SELECT id FROM runs WHERE state <> 'planned'"):
            confirmed = await self._confirm(world)
            return confirmed and await self._approve(world)
        return await self._approve(world)  # its message stands in the channel

    async def _confirm(self, world: World) -> bool:
        plan = await self._plan(world)
        if plan is None:
            await world.slack.close(ANA, everything=True)
            typed = await world.slack.command(ANA, "general", "/runbook", "run rollback checkout", wait=0.2)
            if not typed.acked:
                return False
            plan = await self._plan(world, within=5.0)
        if plan is None:
            return False
        confirmed = await world.slack.submit(ANA, view=plan, wait=0.2)
        return bool(confirmed.acked) and await world.comes("SELECT id FROM runs WHERE state <> 'planned'")

    async def _approve(self, world: World) -> bool:
        if not await world.rows.of("SELECT id FROM runs WHERE state = 'waiting'"):
            return True
        message = await world.slack.message_with("general", "Approve?", timeout=60)
        clicked = await world.slack.click(DEV, message=message, action_id=Action.RUN_APPROVE, wait=0.2)
        decided = "SELECT id FROM runs WHERE state NOT IN ('planned', 'waiting')"
        return bool(clicked.acked) and await world.comes(decided)

    async def _plan(self, world: World, within: float = 0.0) -> str | None:
        """The id of the form with the plan, once it is open."""
        deadline = monotonic() + within
        while True:
            views = await world.slack.views(ANA)
            if views and views[-1]["callback_id"] == Form.RUN_PLAN:
                return str(views[-1]["id"])
            if monotonic() >= deadline:
                return None
            await asyncio.sleep(0.05)

    async def nothing_twice(self, world: World) -> None:
        await sound(world)
        runs = await world.rows.of("SELECT id, state FROM runs WHERE state <> 'planned'")
        assert len(runs) <= 1, runs

    async def all_once(self, world: World) -> None:
        await self.nothing_twice(world)
        assert world.machine is not None
        ((run, state),) = await world.rows.of("SELECT id, state FROM runs WHERE state <> 'planned'")
        assert state == "not_enough_data", state
        starts = world.machine.starts_since(world.starts_before)
        assert starts == {"checkout-1": 1, "checkout-2": 1}, f"started: {starts}"
        current = str(world.machine.current.readlink())
        assert current == "releases/v41", current
        switches = world.machine.switches()[world.switches_before :]
        assert switches == [("v42", "v41")], switches
        assert set(await world.posted()) == {f"run:R-{run}"}, sorted(await world.posted())
        locks = await world.rows.of("SELECT run_id FROM target_locks")
        assert not locks, locks
        async with _opened(world.rows.url) as database, database.read() as tx:
            broken = await audit.broken(tx)
            assert broken is None, broken
            told = Counter(entry.what for entry in await audit.entries(tx, f"R-{run}"))
        said = ("run.ask", "run.approve") if world.asks else ("run.confirm",)
        assert told == dict.fromkeys(("run.plan", *said, "run.apply", "run.verify"), 1), told
        lines = Counter(kind for (kind,) in await world.rows.of("SELECT kind FROM timeline"))
        plans = await world.rows.one("SELECT count(*) FROM runs")
        assert lines == {"run": plans + len(said) + 2}, f"{plans} planned, then {said}, done, judged: {lines}"


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


def _has(message: Json, action: str) -> bool:
    return any(button["action_id"] == action for button in message["buttons"])


async def sound(world: World) -> None:
    """No message twice, nothing that Slack would refuse, nothing given up, every surface where its row says."""
    posted = await world.posted()
    twice = {key: len(messages) for key, messages in posted.items() if len(messages) > 1}
    assert not twice, f"posted twice: {twice}"
    violations = await world.slack.violations()
    assert not violations, violations
    failed = await world.rows.of("SELECT key, error FROM effects WHERE state = 'failed'")
    assert not failed, failed
    shown = await world.rows.of("SELECT key, ts FROM surfaces WHERE state <> 'gone' AND ts IS NOT NULL")
    in_slack = {(key, message["ts"]) for key, messages in posted.items() for message in messages}
    assert in_slack == set(shown), f"in Slack {in_slack}, in the rows {set(shown)}"
    assert len(world.pages) == len(await world.rows.of("SELECT id FROM pages")), world.pages


STORIES: tuple[Story, ...] = (Rollback(), Declare(), Alert())
"""The longest first, as all tests of the matrix: whoever is free takes the next, and they end together."""
