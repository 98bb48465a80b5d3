"""What is promised of each kind of effect and surface, and by what means: the table in docs/guarantees.md."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`kind` of effect or surface, what it does, how it is made once, and what remains where that cannot be known."""

    kind: str
    what: str
    how: str
    remains: str = "nothing"


EFFECTS = (
    Guarantee(
        "incident.room",
        "opens an incident's channel",
        "its id is stored; after a crash a channel counts as ours only if our bot created it since the attempt, under "
        "exactly the wanted name, and no other incident has it",
        "an empty channel, where Slack created one and its list does not show it yet",
    ),
    Guarantee("incident.invite", "invites somebody", "Slack answers `already_in_channel`"),
    Guarantee("incident.topic", "sets topic and purpose", "the same words again change nothing"),
    Guarantee("incident.bookmark", "bookmarks a link", "bookmarks are listed before one is added again"),
    Guarantee("incident.pin", "pins the card", "Slack answers `already_pinned`"),
    Guarantee("postmortem.file", "brings the draft as a file", "the channel's files are looked through first"),
    Guarantee("slo.report.file", "brings a report's files", "the message's thread is looked through first"),
    Guarantee("page.send", "wakes a person through the gateway", "the same idempotency key, or the same Message-ID",
              "a second page, where the gateway ignores the key"),
    Guarantee("run.apply", "changes a target", "the plan is absolute: what is already so is left alone"),
    Guarantee("run.expire", "ends the wait for a second yes", "one guarded UPDATE; nothing outside is asked"),
    Guarantee("budget.thaw", "ends a freeze of releases", "one guarded UPDATE; nothing outside is asked"),
    Guarantee("person.learn", "asks for somebody's name", "reads only"),
    Guarantee("slo.burndown", "draws an SLO's budget and uploads the picture",
              "shared with nobody, and shown by its id only", "a file that nobody sees"),
    Guarantee("channel.find", "looks a channel up", "reads; creates it only in the playground"),
    Guarantee("slack.event", "handles an event", "its event id is unique in the inbox; what it writes has a key"),
)  # fmt: skip
SURFACES = Guarantee(
    "messages",
    "cards, announcements, runs, pages as direct messages, drafts",
    "the first post carries its subject in the metadata; after a crash the channel's history is read and the message "
    "adopted; every later change is an update of the same message",
)


def table() -> str:
    """The table as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| kind | what it does | how it is made once | what can remain |"
    yield "|---|---|---|---|"
    for each in (*EFFECTS, SURFACES):
        yield f"| `{each.kind}` | {each.what} | {each.how} | {each.remains} |"
