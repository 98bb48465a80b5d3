"""From a click, a form or a shortcut to the request that a service is given."""

from bot.command import Click, Shortcut, Submission
from bot.domain.facts.naming import Noun
from bot.services.requests import Asked, NotFound
from bot.slack.ids import Ref


def asked(event: Click | Submission | Shortcut) -> Asked:
    """Who asks, and under which key."""
    return Asked(event.key, event.caller.id, event.caller.handle)


def ref_of(value: str) -> Ref:
    """What a click or a form carries. Raises `NotFound` where it is none of ours."""
    ref = Ref.decode(value)
    if ref is None:
        raise NotFound("That button is not known here. Nothing was changed.")
    return ref


def number_of(noun: Noun, ref: Ref) -> int:
    """The number in a reference. Raises `NotFound` where it names something else."""
    number = noun.number_of(ref.id)
    if number is None:
        raise NotFound(f"“{ref.id}” is not known here. Nothing was changed.")
    return number
