"""`/slo`: how the SLOs stand. What is known is told at once, and what is new follows; no ack waits for a source."""

from collections.abc import Mapping

from rapidfuzz import process

from bot.command import Argument, Click, ClickHandler, Command, Invocation, Later, Message, Reply, Say, SubCommand
from bot.domain.facts.answer import UnknownWord, Usage
from bot.domain.facts.person import Person
from bot.domain.slo import State
from bot.domain.when import instant
from bot.ports import Clock
from bot.services.burndowns import Burndowns
from bot.services.directory import Directory
from bot.services.slo_facts import SloPictures
from bot.slack.ids import Action
from bot.slack.parsing import Given, parse
from bot.slack.views import help, slo_picture, slo_show, slo_status
from bot.slack.views.slo_look import EVERYTHING, Look
from commands.asking import ref_of

_NEAR = 60.0
"""How alike two words must be, from 0 to 100, for one to be suggested for the other."""


class SloCommand:
    """How the SLOs stand, to the one who asks, and to the channel where that person wishes it."""

    def __init__(self, pictures: SloPictures, burndowns: Burndowns, directory: Directory, clock: Clock) -> None:
        self._pictures = pictures
        self._burndowns = burndowns
        self._directory = directory
        self._clock = clock
        which = Argument("service, team, tag or state", several=True)
        flags = (Argument("--at", value="TIME"), Argument("--all"), Argument("--page", value="NUMBER"))
        self._status = SubCommand(
            "status", "budgets, worst first; of a service, team, tag or state where one is named",
            "status checkout at-risk", self.status, (which, *flags), group="Read",
        )  # fmt: skip

    def command(self) -> Command:
        """The declaration from which help, manifest and routing are made."""
        name = Argument("name", required=True)
        subs = (
            self._status,
            SubCommand("show", "one SLO in full, and what spent its budget", "show checkout-availability", self.show,
                       (name,), group="Read"),
            SubCommand("list", "all of them, the healthy ones too", "list", self.list, group="Read"),
        )  # fmt: skip
        return Command("slo", "error budgets and burn rates", "status", subs)

    def actions(self) -> Mapping[str, ClickHandler]:
        return {
            Action.SLO_STATUS: self.clicked,
            Action.SLO_REFRESH: self.refreshed,
            Action.SLO_ALL: self.turned,
            Action.SLO_PAGE: self.turned,
            Action.SLO_PAGE_BACK: self.turned,
            Action.SLO_SHOW: self.shown,
            Action.SLO_PICK: self.shown,
            Action.SLO_SHARE: self.shared,
            Action.SLO_SHARE_ONE: self.shared_one,
        }

    async def status(self, inv: Invocation) -> Reply:
        look = self._look(inv.args)
        if isinstance(look, Usage):
            return Say(help.wrong_use(look))
        if look.scope in self._pictures.names():
            return self._one(look.scope)
        unknown = self._pictures.unknown(look.scope)
        if unknown:
            return self._did_you_mean(f"{inv.command} {inv.sub}", unknown, self._pictures.words(), look.words)
        return await self._told(look)

    async def show(self, inv: Invocation) -> Reply:
        name = inv["name"]
        if name in self._pictures.names():
            return self._one(name)
        return self._did_you_mean(f"{inv.command} {inv.sub}", name, self._pictures.names(), name)

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

    async def shown(self, click: Click) -> Reply:
        return self._one(ref_of(click.value).id, in_form=not click.ts)

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

    async def shared_one(self, click: Click) -> Reply:
        person = await self._directory.person(click.caller.id, click.caller.handle)

        async def then() -> Reply:
            return await self._in_full(ref_of(click.value).id, shown_by=person)

        return Later(then)

    async def _told(self, look: Look) -> Reply:
        """The last evaluation at once; where it is old, or found nothing for an SLO, what it is now follows."""
        if look.at is not None:
            return Later(lambda: self._past(look))
        facts = await self._pictures.status(look.scope)
        states = [slo.status.state for slo in facts.slos]

        async def newer() -> Message | None:
            now = await self._pictures.status_now(look.scope)
            same = facts.age is None and sorted(slo.status.state for slo in now.slos) == sorted(states)
            return None if same else slo_status.slo_status(now, look)

        wanted = facts.age is not None or State.NO_DATA in states
        return Say(slo_status.slo_status(facts, look), then=newer if wanted else None)

    async def _past(self, look: Look, *, replace: bool = False) -> Reply:
        facts = await self._pictures.status_at(look.scope, look.at or self._clock.now())
        return Say(slo_status.slo_status(facts, look), replace=replace)

    def _one(self, name: str, *, in_form: bool = False) -> Reply:
        return Later(lambda: self._in_full(name, in_form=in_form))

    async def _in_full(self, name: str, *, shown_by: Person | None = None, in_form: bool = False) -> Reply:
        """The words at once, with the picture where it is drawn already; else it follows, in a form among the words."""
        facts = await self._pictures.show(name)
        drawn = await self._burndowns.known(facts.slo.status)

        async def picture() -> Message | None:
            found = await self._burndowns.awaited(facts.slo.status)
            if found is None:
                return None
            return slo_show.slo_show(facts, picture=found) if in_form else slo_picture.slo_picture(facts, found)

        message = slo_show.slo_show(facts, shown_by=shown_by, picture=drawn)
        return Say(message, public=shown_by is not None, then=None if drawn else picture)

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

    def _did_you_mean(self, typed: str, wrong: str, known: tuple[str, ...], line: str) -> Reply:
        near = tuple(str(word) for word, _, _ in process.extract(wrong, known, limit=2, score_cutoff=_NEAR))
        lines = tuple(f"{typed} {line.replace(wrong, word, 1)}" for word in near) or ("/slo status",)
        kind = "SLO" if typed.endswith("show") else "service, team, tag or state"
        return Say(help.did_you_mean(UnknownWord(typed.partition(" ")[0], wrong, kind, near, lines)))
