"""`/runbook look` and *Look at its pods…*: what runs a service, in a form that only the one who asked sees."""

from collections.abc import Mapping

from bot.action import Refused
from bot.command import Argument, Click, ClickHandler, Invocation, Open, Reply, Say, SubCommand, Update, View
from bot.services.requests import Asked
from bot.services.runs import LookService
from bot.services.wishes import Wishes
from bot.slack.ids import Action, AlertMore
from bot.slack.views import answers, look
from commands.asking import asked, ref_of
from commands.refusing import refused, refused_form

_TITLE = "Look inside"


class RunLooks:
    """The form opens at once, and is filled when the target has answered; nothing that was read is kept."""

    def __init__(self, service: LookService, wishes: Wishes) -> None:
        self._service = service
        self._wishes = wishes

    def sub(self) -> SubCommand:
        """What can be typed."""
        words = Argument("look and service", rest=True)
        return SubCommand(
            "look", "status, logs, describe or top of what runs it", "look logs checkout", self.typed, (words,),
            group="Begin",
        )  # fmt: skip

    def actions(self) -> Mapping[str, ClickHandler]:
        return {Action.LOOK_SHOW: self.shown, Action.LOOK_AGAIN: self.shown}

    def more(self) -> Mapping[str, ClickHandler]:
        """What stands behind an alert's `⋯`."""
        return {AlertMore.LOOK: self.opened}

    async def typed(self, inv: Invocation) -> Reply:
        asker = Asked(inv.key, inv.caller.id, inv.caller.handle, f"{inv.command} {inv.text}")
        here = (await self._wishes.here(inv.channel)).wish.service
        try:
            service, name = self._service.typed(inv["look and service"].split(), here)
        except Refused as error:
            return Say(refused(error))
        return Open(answers.loading_form(_TITLE), lambda: self._form(asker, service, name))

    async def opened(self, click: Click) -> Reply:
        """From an alert's card: the first look at its service."""
        service = (await self._wishes.of(ref_of(click.value).id, click.channel)).wish.service
        return Open(answers.loading_form(_TITLE), lambda: self._form(asked(click), service))

    async def shown(self, click: Click) -> Reply:
        """Another look, or the same one anew, in the same form."""
        ref = ref_of(click.value)
        return Update(answers.loading_form(_TITLE), lambda: self._form(asked(click), ref.id, ref.extra))

    async def _form(self, asker: Asked, service: str, name: str = "") -> View:
        try:
            return look.look_form(await self._service.look(asker, service, name))
        except Refused as error:
            return refused_form(error)
