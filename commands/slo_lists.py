"""`/slo status` and `list`: what is known is told at once, and what is new follows; no ack waits for a source."""

from collections.abc import Callable, Mapping, Sequence

from bot.command import Argument, Click, ClickHandler, Invocation, Later, Message, Reply, Say, SubCommand
from bot.domain.facts.answer import Usage
from bot.domain.slo import State
from bot.domain.when import instant
from bot.ports import Clock
from bot.services.directory import Directory
from bot.services.slo_facts import SloPictures
from bot.slack.ids import Action
from bot.slack.parsing import Given, parse
from bot.slack.views import help, slo_status
from bot.slack.views.slo_look import EVERYTHING, Look
from commands.asking import ref_of
from commands.slo_near import did_you_mean


class SloLists:
    """How the SLOs stand, to the one who asks, and to the channel where that person wishes it.

    `one` shows a single SLO, where the words turn out to be the name of one.
    """

    def __init__(self, pictures: SloPictures, directory: Directory, clock: Clock, one: Callable[[str], Reply]) -> None:
        self._pictures = pictures
        self._one = one
        self._directory = directory
        self._clock = clock
        which = Argument("service, team, tag or state", several=True)
        flags = (Argument("--at", value="TIME"), Argument("--all"), Argument("--page", value="NUMBER"))
        self._status = SubCommand(
            "status", "budgets, worst first; of a service, team, tag or state where one is named",
            "status checkout at-risk", self.status, (which, *flags), group="Read",
        )  # fmt: skip

    def subs(self) -> Sequence[SubCommand]:
        listed = SubCommand("list", "all of them, the healthy ones too", "list", self.list, group="Read")
        return (self._status, listed)

    def actions(self) -> Mapping[str, ClickHandler]:
        return {
            Action.SLO_STATUS: self.clicked,
            Action.SLO_REFRESH: self.refreshed,
            Action.SLO_ALL: self.turned,
            Action.SLO_PAGE: self.turned,
            Action.SLO_PAGE_BACK: self.turned,
            Action.SLO_SHARE: self.shared,
        }

    async def status(self, inv: Invocation) -> Reply:
        look = self._look(inv.args)
        if isinstance(look, Usage):
            return Say(help.wrong_use(look))
        if look.scope in self._pictures.names():
            return self._one(look.scope)
        unknown = self._pictures.unknown(look.scope)
        if unknown:
            kind, known = "service, team, tag or state", self._pictures.words()
            return did_you_mean(f"{inv.command} {inv.sub}", unknown, kind, known, look.words)
        return await self._told(look)

    async def list(self, inv: Invocation) -> Reply:  # noqa: ARG002 - every sub-command is called alike
        return await self._told(Look(everything=True))

    async def clicked(self, click: Click) -> Reply:  # noqa: ARG002 - every click is called alike
        return await self._told(Look())

    async def refreshed(self, click: Click) -> Reply:
        look = self._carried(click)

        async def anew() -> Reply:
            facts = await self._pictures.status_now(look.scope)
            return Say(slo_status.slo_status(facts, look), replace=click.ephemeral)

        return Later(anew)

    async def turned(self, click: Click) -> Reply:
        look = self._carried(click)
        if look.at is not None:
            return Later(lambda: self._past(look, replace=click.ephemeral))
        return Say(slo_status.slo_status(await self._pictures.status(look.scope), look), replace=click.ephemeral)

    async def shared(self, click: Click) -> Reply:
        look = self._carried(click)
        person = await self._directory.person(click.caller.id, click.caller.handle)

        async def then() -> Reply:
            facts = await (
                self._pictures.status_now(look.scope)
                if look.at is None
                else self._pictures.status_at(look.scope, look.at)
            )
            return Say(slo_status.slo_status(facts, look, shown_by=person), public=True)

        return Later(then)

    async def _told(self, look: Look) -> Reply:
        """The last evaluation at once; where it is old, or found nothing for an SLO, what it is now follows."""
        if look.at is not None:
            return Later(lambda: self._past(look))
        facts = await self._pictures.status(look.scope)
        states = [slo.status.state for slo in facts.slos]

        async def newer() -> Message | None:
            now = await self._pictures.status_now(look.scope, only_old=True)
            same = facts.age is None and sorted(slo.status.state for slo in now.slos) == sorted(states)
            return None if same else slo_status.slo_status(now, look)

        wanted = facts.age is not None or State.NO_DATA in states
        return Say(slo_status.slo_status(facts, look), then=newer if wanted else None)

    async def _past(self, look: Look, *, replace: bool = False) -> Reply:
        facts = await self._pictures.status_at(look.scope, look.at or self._clock.now())
        return Say(slo_status.slo_status(facts, look), replace=replace)

    def _carried(self, click: Click) -> Look:
        """What the button's list looks at; one from before lists were chosen by words carries a service."""
        ref = ref_of(click.value)
        given = parse(self._status, ref.extra or ("" if ref.id == EVERYTHING else ref.id))
        look = self._look(given.args) if isinstance(given, Given) else Look()
        return Look() if isinstance(look, Usage) else look

    def _look(self, args: Mapping[str, str]) -> Look | Usage:
        """What is looked at, or what is wrong with the words."""
        now, typed = self._clock.now(), args.get("at", "")
        at = instant(typed, now) if typed else None
        if typed and at is None:
            example = f"/slo status --at {now:%Y-%m-%dT%H:%MZ}"
            return Usage("/slo", f"“{typed}” is no time: write 14:05, 2h, or a date with time, in UTC", example)
        if at is not None and at > now:
            return Usage("/slo", f"{typed} has not come yet", "/slo status --at 2h")
        page = args.get("page", "1")
        if not page.isdecimal():
            return Usage("/slo", f"“{page}” is no page", "/slo status --page 2")
        return Look(args.get(self._status.arguments[0].key, ""), "all" in args, int(page), at)
