"""`/runbook history`: what was run or asked for, page by page."""

from collections.abc import Mapping

from bot.command import Argument, Click, ClickHandler, Invocation, Reply, Say, SubCommand
from bot.services.runs import RunHistory
from bot.slack.ids import Action
from bot.slack.views.run_history import EVERY_SERVICE, run_history
from commands.asking import ref_of


class History:
    """Everybody may read it."""

    def __init__(self, history: RunHistory) -> None:
        self._history = history

    def sub(self) -> SubCommand:
        words = "what was run, who asked, who approved, how it ended"
        return SubCommand(
            "history", words, "history checkout", self.typed, (Argument("service"),), group="End"
        )  # fmt: skip

    def actions(self) -> Mapping[str, ClickHandler]:
        return {Action.RUN_HISTORY: self.turned, Action.RUN_HISTORY_BACK: self.turned}

    async def typed(self, inv: Invocation) -> Reply:
        return Say(run_history(await self._history.page(inv["service"])))

    async def turned(self, click: Click) -> Reply:
        ref = ref_of(click.value)
        service = "" if ref.id == EVERY_SERVICE else ref.id
        return Say(run_history(await self._history.page(service, max(1, ref.version))), replace=click.ephemeral)
