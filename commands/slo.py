"""`/slo`: status, show, list; and the buttons below those answers."""

from collections.abc import Mapping

from rapidfuzz import process

from bot.command import Argument, Click, ClickHandler, Command, Invocation, Reply, Say, SubCommand
from bot.domain.facts.answer import UnknownWord
from bot.services.directory import Directory
from bot.services.slo_facts import SloPictures
from bot.slack.ids import Action
from bot.slack.views import help, slo_show, slo_status
from commands.asking import ref_of

_EVERYTHING = "all"
_NEAR = 60.0
"""How alike two words must be, from 0 to 100, for one to be suggested for the other."""


class SloCommand:
    """How the SLOs stand, to the one who asks, and to the channel where that person wishes it."""

    def __init__(self, pictures: SloPictures, directory: Directory) -> None:
        self._pictures = pictures
        self._directory = directory

    def command(self) -> Command:
        """The declaration from which help, manifest and routing are made."""
        subs = (
            SubCommand(
                "status",
                "budgets, worst first; of one service where it is named",
                "status checkout",
                self.status,
                (Argument("name"),),
                group="Read",
            ),
            SubCommand(
                "show",
                "one SLO in full, and what spent its budget",
                "show checkout-availability",
                self.show,
                (Argument("name", required=True),),
                group="Read",
            ),
            SubCommand("list", "all of them, the healthy ones too", "list", self.list, group="Read"),
        )
        return Command("slo", "error budgets and burn rates", "status", subs)

    def actions(self) -> Mapping[str, ClickHandler]:
        return {
            Action.SLO_STATUS: self.clicked,
            Action.SLO_REFRESH: self.refreshed,
            Action.SLO_ALL: self.everything,
            Action.SLO_SHOW: self.shown,
            Action.SLO_PICK: self.shown,
            Action.SLO_SHARE: self.shared,
            Action.SLO_SHARE_ONE: self.shared_one,
        }

    async def status(self, inv: Invocation) -> Reply:
        name = inv["name"]
        if not name or self._pictures.is_service(name):
            return Say(slo_status.slo_status(await self._pictures.status(name)))
        return await self._one(inv, name)

    async def show(self, inv: Invocation) -> Reply:
        return await self._one(inv, inv["name"])

    async def list(self, inv: Invocation) -> Reply:  # noqa: ARG002 - every sub-command is called alike
        return Say(slo_status.slo_status(await self._pictures.status(), everything=True))

    async def _one(self, inv: Invocation, name: str) -> Reply:
        known = self._pictures.names()
        if name in known:
            return Say(slo_show.slo_show(await self._pictures.show(name)))
        near = tuple(str(word) for word, _, _ in process.extract(name, known, limit=2, score_cutoff=_NEAR))
        lines = tuple(f"{inv.command} {inv.sub} {word}" for word in near) or (f"{inv.command} status",)
        return Say(help.did_you_mean(UnknownWord(inv.command, name, "SLO", near, lines)))

    async def clicked(self, click: Click) -> Reply:  # noqa: ARG002 - every click is called alike
        return Say(slo_status.slo_status(await self._pictures.status()))

    async def refreshed(self, click: Click) -> Reply:
        facts = await self._pictures.status(_scope(click), anew=True)
        return Say(slo_status.slo_status(facts), replace=click.ephemeral)

    async def everything(self, click: Click) -> Reply:
        facts = await self._pictures.status(_scope(click))
        return Say(slo_status.slo_status(facts, everything=True), replace=click.ephemeral)

    async def shown(self, click: Click) -> Reply:
        return Say(slo_show.slo_show(await self._pictures.show(ref_of(click.value).id)))

    async def shared(self, click: Click) -> Reply:
        person = await self._directory.person(click.caller.id, click.caller.handle)
        facts = await self._pictures.status(_scope(click))
        return Say(slo_status.slo_status(facts, shown_by=person), public=True)

    async def shared_one(self, click: Click) -> Reply:
        person = await self._directory.person(click.caller.id, click.caller.handle)
        return Say(slo_show.slo_show(await self._pictures.show(ref_of(click.value).id), shown_by=person), public=True)


def _scope(click: Click) -> str:
    scope = ref_of(click.value).id
    return "" if scope == _EVERYTHING else scope
