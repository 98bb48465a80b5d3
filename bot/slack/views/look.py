"""What runs a service, as the one who asked sees it: the finding, what to know about it, perhaps the end of a log."""

from collections.abc import Iterable

from bot.domain import figures
from bot.domain.facts.look import LookFacts
from bot.domain.plaintext import units
from bot.slack.ids import Action, Form, Ref
from bot.slack.views import blocks, phrases, times, verbatim
from bot.slack.views.blocks import Block, Element, View
from bot.slack.views.text import outside
from bot.slack.views.words import WRONG

_FACTS = 40
_PRIVATE = "Only you see this. What looks like a secret is hidden; read it before you pass it on."


def look_form(facts: LookFacts) -> View:
    """The menu and `Read again` redraw the form in place, each from the live world."""
    return blocks.modal(
        Form.LOOK,
        "Look inside",
        [
            blocks.section(f"*{phrases.where(facts.service, facts.environment)}: {_finding(facts)}*"),
            *blocks.actions(_menu(facts), _again(facts)),
            *_problem(facts),
            *_facts(facts),
            *_text(facts),
            blocks.context(f"Read at {times.clock_seconds(facts.read_at)}. Nothing was changed. {_PRIVATE}"),
        ],
        close="Close",
    )


def _finding(facts: LookFacts) -> str:
    return "it cannot be looked at now" if facts.problem else outside(facts.title, 160)


def _menu(facts: LookFacts) -> Element | None:
    options = {
        name: blocks.option(words, Ref(facts.service, 0, name).encode()) for name, words in facts.choices if name
    }
    if len(options) < 2:
        return None
    return blocks.select(Action.LOOK_SHOW, "Look at", list(options.values()), options.get(facts.look))


def _again(facts: LookFacts) -> Element:
    return blocks.button("Read again", Action.LOOK_AGAIN, Ref(facts.service, 0, facts.look).encode())


def _problem(facts: LookFacts) -> list[Block]:
    if not facts.problem:
        return []
    return [
        blocks.section(f"{WRONG} {phrases.sentence(facts.problem, 400)}"),
        blocks.section("*Still works:* alerts, pages, and the other looks, if they need less. *Next:* read again."),
    ]


def _facts(facts: LookFacts) -> list[Block]:
    """As many to a section as fit."""
    lines = [f"*{outside(name, 80)}:* {outside(words, 220)}" for name, words in facts.facts[:_FACTS]]
    return [blocks.section(text) for text in _packed(lines)]


def _packed(lines: Iterable[str]) -> Iterable[str]:
    held = ""
    for line in lines:
        if held and units(held) + units(line) + 1 > verbatim.ROOM:
            yield held
            held = ""
        held = f"{held}\n{line}" if held else line
    if held:
        yield held


def _text(facts: LookFacts) -> list[Block]:
    """The newest lines, in which nothing is formatted and nobody is rung; how many are left out comes after them."""
    if not facts.origin:
        return []
    lines = [verbatim.line(raw) for raw in facts.text.splitlines()]
    shown = _newest([line for line in lines if line.strip()])
    if not shown:
        return [blocks.context(f"{outside(facts.origin, 120)}: nothing was written.")]
    left_out = len([line for line in lines if line.strip()]) - len(shown)
    room = f"{figures.plural(left_out, 'line')} before these left out: they do not fit here" if left_out else ""
    return [verbatim.block(shown), blocks.context(outside(facts.origin, 120), room)]


def _newest(lines: list[str]) -> list[str]:
    """As many of the last lines as there is room for."""
    return verbatim.fitting(lines[::-1])[::-1]
