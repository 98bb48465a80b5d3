"""What stands behind the `⋯` of a card: one action id, and a choice in what it carries."""

from collections.abc import Mapping

from bot.command import Click, ClickHandler, Reply
from bot.services.requests import NotFound
from commands.asking import ref_of


class More:
    """Hands a click on to the handler of the choice that was made. `choices` are by the choice's own word."""

    def __init__(self, choices: Mapping[str, ClickHandler]) -> None:
        self._choices = choices

    async def chosen(self, click: Click) -> Reply:
        handler = self._choices.get(ref_of(click.value).extra)
        if handler is None:
            raise NotFound("That choice is not known here. Nothing was changed.")
        return await handler(click)
