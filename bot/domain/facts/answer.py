"""What an answer to one person shows: help, a suggestion, a refusal, a failure."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.person import Person


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One sub-command: how it is typed ("open [title]") and what it does, in a few words."""

    name: str
    summary: str
    usage: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class HelpGroup:
    """Sub-commands that belong together in the course of the work ("Begin", "During", "End")."""

    title: str
    entries: tuple[HelpEntry, ...]


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """One slash command with its leading slash, a working example line, and its sub-commands."""

    command: str
    example: str
    groups: tuple[HelpGroup, ...]


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A mistyped word: `lines` are whole command lines that could have been meant (nearest first, arguments kept).

    `kind` says what the word should have been ("sub-command", "flag", "SLO"); `near` are the known words it is near.
    """

    command: str
    word: str
    kind: str = "sub-command"
    near: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """A command used wrongly: what is wrong, in one sentence, and a line that works."""

    command: str
    problem: str
    example: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What may not be done, in complete words: what, that nothing was changed, the rule's reason, what is allowed.

    `rule` is the rule's name; `may` are people who can, `where` is the place of the rule ("permissions.yaml, line 41").
    """

    words: str
    rule: str
    may: tuple[Person, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something did not work: what happened, what still works, what to do next. `reference` finds it in the log."""

    what: str
    works: str
    do: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SourceSilent:
    """A source that does not answer: since when, when it is asked again, what waits for it, what does not."""

    source: str
    since: datetime
    as_of: datetime
    next_try: datetime | None = None
    reference: str = ""
    detail: str = ""
