"""What the people of a page are called: by the chat's name for them, else by the catalog's."""

from collections.abc import Mapping

from bot.catalog import Catalog
from bot.domain.facts.person import Person


def called(catalog: Catalog, known: Mapping[str, Person], reference: str) -> Person:
    """The person behind a chat id or handle; `known` are those the chat told of."""
    person = known.get(reference, Person(reference, reference))
    if person.name != reference:
        return person
    listed = next(
        (each for each in catalog.people.values() if reference in (each.slack.removeprefix("@"), each.key)), None
    )
    return Person(listed.name, person.id) if listed else person
