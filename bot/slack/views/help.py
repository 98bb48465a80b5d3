"""Help in the order of the work, and words for what was mistyped. Nothing is ever run by itself."""

from collections.abc import Sequence

from bot.domain.facts.answer import HelpEntry, HelpFacts, HelpGroup, UnknownWord, Usage
from bot.domain.plaintext import cut
from bot.slack.ids import Action
from bot.slack.views import blocks
from bot.slack.views.blocks import Element, Message
from bot.slack.views.text import code, fallback, outside, plain

_ONLY_YOU = "Only you see this."
_LINE_LIMIT = 1900


def command_help(facts: HelpFacts) -> Message:
    """One slash command: a working example first, then begin, during, end."""
    entries = [entry for group in facts.groups for entry in group.entries]
    named = ", ".join(entry.name for entry in entries[:4])
    more = f" and {len(entries) - 4} more" if len(entries) > 4 else ""
    last = f"{code(f'{facts.command} help {entries[-1].name}', 60)} explains one. {_ONLY_YOU}" if entries else _ONLY_YOU
    return Message(
        fallback(f"{facts.command}: {named}{more}. Start with: {facts.example}"),
        (
            blocks.section(f"*{code(facts.command, 40)}*  Start here: {code(facts.example, 120)}"),
            *[blocks.section(_group(group)) for group in facts.groups[:10]],
            blocks.context(last),
        ),
    )


def _group(group: HelpGroup) -> str:
    lines = [f"{code(entry.name, 40)}  {outside(entry.summary, 80)}" for entry in group.entries[:15]]
    return "\n".join([f"*{outside(group.title, 60)}*", *lines])


def entry_help(command: str, entry: HelpEntry) -> Message:
    """One sub-command: how it is typed, and an example that works."""
    typed = f"{command} {entry.usage or entry.name}"
    example = f"\nFor example: {code(entry.example, 120)}" if entry.example else ""
    return Message(
        fallback(f"{typed}: {entry.summary}"),
        (
            blocks.section(f"*{code(typed, 120)}*\n{outside(entry.summary, 300)}{example}"),
            *blocks.actions(_help_for(command)),
            blocks.context(_ONLY_YOU),
        ),
    )


def all_commands(commands: Sequence[HelpFacts]) -> Message:
    """Every slash command with its example."""
    return Message(
        fallback(f"Commands: {', '.join(each.command for each in commands)}."),
        (
            blocks.section("*What Quarterdeck listens to*"),
            *[blocks.section(_command(each), _help_for(each.command)) for each in commands[:15]],
            blocks.context(_ONLY_YOU),
        ),
    )


def _command(facts: HelpFacts) -> str:
    return f"*{code(facts.command, 40)}*  {code(facts.example, 120)}"


def _help_for(command: str) -> Element:
    return blocks.button("Help", Action.HELP_SHOW, command, spoken=plain(f"Help on {command}", 75))


def did_you_mean(unknown: UnknownWord) -> Message:
    """One suggestion, two where they are equally near; else what is known. The line is kept and only run by a click."""
    near = [outside(word, 40) for word in unknown.near[:2]]
    meant = f" Did you mean {' or '.join(f'*{word}*' for word in near)}?" if near else ""
    wrong = _wrong(unknown)
    suggested = [_suggestion(line, alone=len(unknown.lines) == 1) for line in unknown.lines[:2]]
    asked = f" Did you mean {' or '.join(unknown.near[:2])}?" if unknown.near else ""
    return Message(
        fallback(f"{unknown.command} does not know ", unknown.word, f".{asked} Nothing was done."),
        (
            blocks.section(f"{wrong}{meant} Nothing was done."),
            *[row for button in suggested for row in blocks.actions(button)],
            *blocks.actions(_help_for(unknown.command)),
        ),
    )


def _wrong(unknown: UnknownWord) -> str:
    if unknown.kind == "sub-command":
        return f"{code(unknown.command, 40)} does not know *{outside(unknown.word, 40)}*."
    return f"{code(unknown.command, 40)} knows no {outside(unknown.kind, 30)} *{outside(unknown.word, 40)}*."


def _suggestion(line: str, *, alone: bool) -> Element:
    """Handled as if the line had been typed; the label is that line."""
    typed, label = cut(line, _LINE_LIMIT), plain(line, blocks.BUTTON)
    style = "primary" if alone else ""
    return blocks.button(label, Action.HELP_RUN, typed, style=style, spoken=plain(f"Run {line}", 75))


def wrong_use(usage: Usage) -> Message:
    """What is wrong with a line, and one that works."""
    return Message(
        fallback(f"{usage.command}: ", usage.problem, f" Example: {usage.example}"),
        (
            blocks.section(
                f"*{outside(usage.problem, 200)}* Nothing was done.\nFor example: {code(usage.example, 120)}"
            ),
            *blocks.actions(_help_for(usage.command)),
        ),
    )
