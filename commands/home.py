"""The home tab: drawn when somebody opens it."""

from bot.command import View
from bot.services.home import HomePictures
from bot.slack.views import home


class HomeTab:
    """A person's own page."""

    def __init__(self, pictures: HomePictures) -> None:
        self._pictures = pictures

    async def view(self, user: str) -> View:
        """The page of the person with this chat id, as it is now."""
        return home.home(await self._pictures.facts(user))
