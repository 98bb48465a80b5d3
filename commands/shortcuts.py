"""Entries of the chat's own menus: declare, declare from a message, add a message to the timeline."""

from datetime import UTC, datetime

from bot.command import Open, Reply, Say, Shortcut, ShortcutEntry
from bot.domain.plaintext import clean, cut
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import IncidentService
from bot.slack import ids
from bot.slack.views import answers, declare
from commands.asking import asked


class Shortcuts:
    """What people reach without typing a command."""

    def __init__(self, service: IncidentService, pictures: IncidentPictures) -> None:
        self._service = service
        self._pictures = pictures

    def entries(self) -> tuple[ShortcutEntry, ...]:
        """The declarations from which manifest and routing are made."""
        names = ids.Shortcut
        return (
            ShortcutEntry(names.DECLARE, "Declare incident", "Opens the form that declares an incident", self.declare),
            ShortcutEntry(
                names.DECLARE_FROM_MESSAGE,
                "Declare incident",
                "Declares an incident in the words of this message",
                self.declare,
                on_message=True,
            ),
            ShortcutEntry(
                names.ADD_TO_TIMELINE,
                "Add to timeline",
                "Keeps this message in the incident's timeline",
                self.add,
                on_message=True,
            ),
        )

    async def declare(self, shortcut: Shortcut) -> Reply:
        title = cut(clean(shortcut.text), declare.TITLE_MOST)
        return Open(declare.declare_form(await self._pictures.declare_form(shortcut.caller.id, title=title)))

    async def add(self, shortcut: Shortcut) -> Reply:
        at = datetime.fromtimestamp(float(shortcut.ts), UTC)
        found = await self._service.mark(
            asked(shortcut), shortcut.channel, shortcut.ts, shortcut.author, clean(shortcut.text), at
        )
        if found is None:
            words = "This is no incident's channel, so there is no timeline to add to. Nothing was changed."
            return Say(answers.done(words))
        return Say(answers.done(f"Added to the timeline of {found.name}."))
