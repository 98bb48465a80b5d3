"""Who somebody is, by what the bot has learned of the chat's people."""

from bot.domain.facts.person import Person
from bot.store import people
from bot.store.db import Database


class Directory:
    """Reads people; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, user: str, handle: str = "") -> Person:
        """The person behind a chat id; one not met yet is called by the handle."""
        async with self._database.read() as tx:
            known = (await people.named(tx, {user}))[user]
        return Person(handle, user) if known.name == user and handle else known
