"""One lane of the matrix: its own Slack, pager and shop, in which one point after the other is played."""

import asyncio
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.cli.pages import PageReceiver
from tests.crash.bots import Bot, Program
from tests.crash.databases import Databases
from tests.crash.points import CALL, Point, Setting
from tests.crash.stories import Story
from tests.crash.world import World
from tests.runbooks.machine import Machine
from tests.support.playground import Playground, PlaygroundProcess

NOT_THE_STORYS = ("apps.connections.open", "auth.test", "users.list", "usergroups.list")
"""Calls that every start makes."""
STANDING = ("[slo.evaluate", "[alert.cards", "[target.look", "[slack.directory", "OfferService.look_at")
"""Commits of watches that look whether or not a story is played."""
_TRIES = 6


@dataclass(frozen=True, slots=True)
class Played:
    """How one play went; `problem` is empty where everything was counted once."""

    point: Point | None
    struck: bool
    seconds: float
    problem: str = ""
    calls: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()


class Lane:
    """Use it as a context; `play` one story at a time."""

    def __init__(
        self, number: int, program: Program, databases: Databases, folder: Path, manifest: Path, *, shop: bool
    ) -> None:
        self._folder = folder / f"lane{number}"
        self._folder.mkdir()
        self._process = PlaygroundProcess(manifest=manifest, options=("--ack-timeout", "1.5"))
        self._record = self._folder / "pages.jsonl"
        self._pages = PageReceiver(self._record, lambda _: None)
        self._machine = Machine() if shop else None
        self._program = program
        self._databases = databases
        self._played = 0

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._process.start)
        await self._pages.start()
        if self._machine is not None:
            await asyncio.to_thread(self._machine.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._machine is not None:
            await asyncio.to_thread(self._machine.stop)
        await self._pages.stop()
        await asyncio.to_thread(self._process.stop)

    async def play(self, story: Story, point: Point | None) -> Played:
        """Play it, struck at `point` if there is one, and count. Never raises what the story's counting raises."""
        began = time.monotonic()
        self._played += 1
        folder = self._folder / f"play{self._played}"
        async with Playground(self._process) as slack:
            if self._machine is not None:
                await self._machine.target().switch("v42", _ignore)
            world = World(slack, self._pages, self._record, self._machine, self._program, self._databases, folder)
            play = _Play(world, story, point)
            problem = ""
            try:
                await play.through()
            except (AssertionError, TimeoutError) as error:
                for bot in world.bots:
                    bot.send(signal.SIGUSR1)
                await asyncio.sleep(0.5)
                logs = "\n".join(f"--- {bot.folder.name} (pid {bot.pid})\n{bot.log[-20000:]}" for bot in world.bots)
                where = traceback.extract_tb(error.__traceback__)[-1]
                problem = f"{type(error).__name__} in {where.name}, line {where.lineno}: {error}\n{logs}"
            finally:
                await world.end()
        return Played(point, play.struck, time.monotonic() - began, problem, play.calls, play.commits)


class _Play:
    """One story, from its first word to its counting."""

    def __init__(self, world: World, story: Story, point: Point | None) -> None:
        self._world = world
        self._story = story
        self._point = point
        self.struck = False
        self.calls: tuple[str, ...] = ()
        self.commits: tuple[str, ...] = ()

    async def through(self) -> None:
        world, story = self._world, self._story
        first = await world.begin()
        await story.prepare(world)
        since = len(await world.slack.calls())
        await self._aim(first)
        doing = asyncio.create_task(story.act(world))
        try:
            self.struck = await self._await_strike(first, doing)
            if self.struck:
                await self._replace(first)
            acked = await doing
        finally:
            doing.cancel()
            with suppress(asyncio.CancelledError):
                await doing
        await world.settled(held_off=self._frozen)
        await self._again_until(acked)
        if self._frozen:
            await world.freeze_over(first)
            await world.settled()
        await story.all_once(world)
        if self._point is None:
            calls = [str(call["method"]) for call in (await world.slack.calls())[since:]]
            self.calls = tuple(name for name in calls if name not in NOT_THE_STORYS)
            self.commits = tuple(name for name in first.commits if not any(it in name for it in STANDING))

    @property
    def _frozen(self) -> bool:
        return self.struck and self._point is not None and self._point.setting is Setting.TAKEOVER

    async def _aim(self, bot: Bot) -> None:
        point = self._point
        if point is None:
            bot.order()
        elif point.kind == CALL:
            await self._world.slack.fault(f"hold_{point.side}", method=point.name, times=point.nth)
        else:
            blow = signal.SIGSTOP if point.setting is Setting.TAKEOVER else signal.SIGKILL
            bot.order(name=point.name, nth=point.nth, side=point.side, signal=int(blow))

    async def _await_strike(self, bot: Bot, doing: "asyncio.Task[bool]") -> bool:
        """Until the point is reached; False where the story ended without it."""
        if self._point is None:
            return False
        over = asyncio.create_task(self._over(doing))
        seen: list[int] = []
        try:
            while not over.done():
                if self._point.kind == CALL:
                    if await self._held(seen):
                        bot.send(signal.SIGSTOP if self._point.setting is Setting.TAKEOVER else signal.SIGKILL)
                        return True
                elif bot.struck:
                    return True
                await asyncio.sleep(0.06)
            return False
        finally:
            over.cancel()
            with suppress(asyncio.CancelledError, AssertionError):
                await over

    async def _over(self, doing: "asyncio.Task[bool]") -> None:
        await asyncio.wait([doing])
        await self._world.settled(held_off=self._frozen)

    async def _held(self, seen: list[int]) -> bool:
        """Whether the call is held that is meant; earlier ones of the method are let go."""
        assert self._point is not None
        for held in await self._world.slack.look("held"):
            if held["id"] not in seen:
                seen.append(held["id"])
                if len(seen) == self._point.nth:
                    return True
                await self._world.slack.release(held["id"])
        return False

    async def _replace(self, struck: Bot) -> None:
        """Another process comes: after a dead one on the same database, beside a frozen one."""
        if not self._frozen:
            await struck.gone()
        await self._world.slack.eventually(self._let_go)
        await self._world.start()

    async def _let_go(self) -> bool:
        """What a dead client had under way ends with its connection; a frozen one is answered, and will read it."""
        if self._frozen:
            await self._world.slack.clear_faults()
        return not await self._world.slack.look("held")

    async def _again_until(self, acked: bool) -> None:
        """Whoever got no answer does it again, as a person would, and is answered truthfully."""
        for turn in range(_TRIES):
            if acked:
                return
            if turn == 1 and self._frozen:  # Slack closes the connection of an app that is silent
                await self._world.slack.fault("socket_cut")
                await self._world.slack.wait_connected(timeout=30)
            await self._story.nothing_twice(self._world)
            acked = await self._story.act(self._world)
            await self._world.settled(held_off=self._frozen)
        assert acked, "nobody was ever answered"


async def _ignore(_: object) -> None:
    return
