"""Which handler a request belongs to: commands parsed and permitted, help made from declarations, near misses named."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from bot.command import (
    Caller,
    Click,
    ClickHandler,
    Command,
    Invocation,
    Reply,
    Say,
    Shortcut,
    ShortcutEntry,
    SubCommand,
    Submission,
    SubmissionHandler,
)
from bot.domain.facts.answer import HelpEntry, HelpFacts, HelpGroup, Refusal, UnknownWord, Usage
from bot.domain.permission import NEEDS, Right, Role
from bot.services.requests import NotFound
from bot.slack.ids import Action
from bot.slack.parsing import Given, Misused, nearest, parse, split
from bot.slack.views import answers, help
from bot.slack.views.blocks import Message

Gate: TypeAlias = Callable[[Caller, Right, str], Awaitable[Refusal | None]]
"""May this person do this (`/incident open`)? A refusal in words, or None."""

HELP = "help"
_OTHERS = "More"


class Router:
    """Finds the handler of every command, click, form and shortcut. `prefix` stands before each command's name.

    `gate` is asked for what a sub-command's declared permission needs, where that is more than looking.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        actions: Mapping[str, ClickHandler],
        submissions: Mapping[str, SubmissionHandler],
        shortcuts: Sequence[ShortcutEntry],
        prefix: str = "",
        gate: Gate | None = None,
    ) -> None:
        self._commands = {command.name: command for command in commands}
        self._actions = {**actions, Action.HELP_RUN: self._run_line, Action.HELP_SHOW: self._show_help}
        self._submissions = submissions
        self._shortcuts = {shortcut.name: shortcut.handler for shortcut in shortcuts}
        self._prefix = prefix
        self._gate = gate

    def changes(self, line: str) -> bool:
        """Whether a typed line, with its command, would write something."""
        typed, text = split(line)
        command = self._commands.get(self._bare(typed))
        sub = command.sub(split(text)[0].lower()) if command else None
        return sub is not None and sub.changes

    def overview(self, line: str) -> str:
        """A line that only looks, and shows what a typed one may have changed."""
        command = self._commands.get(self._bare(split(line)[0]))
        looks = [sub for sub in command.subs if not sub.changes] if command else []
        return self._example(command, looks[0]) if command and looks else ""

    async def command(self, key: str, caller: Caller, channel: str, line: str) -> Reply:
        """Answer a typed line such as `/incident open checkout is down`."""
        typed, text = split(line)
        command = self._commands.get(self._bare(typed))
        if command is None:
            return Say(self._unknown_command(typed, text))
        word, rest = split(text)
        if word.lower() in ("", HELP):
            return Say(self._help(command, rest))
        sub = command.sub(word.lower())
        if sub is None:
            return Say(self._unknown_sub(command, word, rest))
        given = parse(sub, rest)
        if isinstance(given, Misused):
            return Say(help.wrong_use(Usage(self._typed(command), given.problem, self._example(command, sub))))
        if not isinstance(given, Given):
            return Say(self._unknown_flag(command, sub, given.flag, rest))
        refusal = await self._refusal(caller, command, sub)
        if refusal is not None:
            return Say(answers.refused(refusal))
        return await sub.handler(
            Invocation(key, caller, channel, f"/{command.name}", sub.name, text.strip(), given.args)
        )

    async def click(self, click: Click) -> Reply:
        """Answer a button or a menu."""
        handler = self._actions.get(click.action)
        if handler is None:
            raise NotFound("That button is not known to this version. Nothing was changed.")
        return await handler(click)

    async def submit(self, submission: Submission) -> Reply:
        """Answer a form that was sent in."""
        handler = self._submissions.get(submission.form.form)
        if handler is None:
            raise NotFound("That form is not known to this version. Nothing was changed.")
        return await handler(submission)

    async def shortcut(self, shortcut: Shortcut) -> Reply:
        """Answer an entry of the chat's menus."""
        handler = self._shortcuts.get(shortcut.name)
        if handler is None:
            raise NotFound("That shortcut is not known to this version. Nothing was changed.")
        return await handler(shortcut)

    def handles(self, action: str) -> bool:
        """Whether a button with this action id has a handler; one that is only a link need not."""
        return action in self._actions

    async def _run_line(self, click: Click) -> Reply:
        return await self.command(click.key, click.caller, click.channel, click.value)

    async def _show_help(self, click: Click) -> Reply:
        command = self._commands.get(self._bare(click.value))
        return Say(help.all_commands(self._all()) if command is None else self._help(command, ""))

    async def _refusal(self, caller: Caller, command: Command, sub: SubCommand) -> Refusal | None:
        if self._gate is None or NEEDS[sub.permission] is Role.VIEWER:
            return None
        return await self._gate(caller, sub.permission, f"{self._typed(command)} {sub.name}")

    def _bare(self, typed: str) -> str:
        """A command's name as it is declared; the prefix may be left out, as our own words do."""
        return typed.lower().removeprefix("/").removeprefix(self._prefix)

    def _typed(self, command: Command) -> str:
        return f"/{self._prefix}{command.name}"

    def _example(self, command: Command, sub: SubCommand) -> str:
        return f"{self._typed(command)} {sub.example}"

    def _help(self, command: Command, about: str) -> Message:
        """All of a command, or one of its sub-commands."""
        word = split(about)[0].lower()
        if not word:
            return help.command_help(self._facts(command))
        sub = command.sub(word)
        if sub is None:
            return self._unknown_sub(command, word, "")
        entry = HelpEntry(sub.name, sub.summary, sub.usage, self._example(command, sub))
        return help.entry_help(self._typed(command), entry)

    def _facts(self, command: Command) -> HelpFacts:
        groups: dict[str, list[HelpEntry]] = {}
        for sub in command.subs:
            entry = HelpEntry(sub.name, sub.summary, sub.usage, self._example(command, sub))
            groups.setdefault(sub.group or _OTHERS, []).append(entry)
        shown = tuple(HelpGroup(title, tuple(entries)) for title, entries in groups.items())
        return HelpFacts(self._typed(command), f"{self._typed(command)} {command.example}", shown)

    def _all(self) -> list[HelpFacts]:
        return [self._facts(command) for command in self._commands.values()]

    def _unknown_command(self, typed: str, text: str) -> Message:
        near = nearest(self._bare(typed), list(self._commands))
        if not near:
            return help.all_commands(self._all())
        names = tuple(f"/{self._prefix}{name}" for name in near)
        lines = tuple(f"{name} {text}".strip() for name in names)
        return help.did_you_mean(UnknownWord(typed, typed, "command", names, lines))

    def _unknown_sub(self, command: Command, word: str, rest: str) -> Message:
        near = nearest(word, [sub.name for sub in command.subs])
        typed = self._typed(command)
        if not near:
            return help.wrong_use(Usage(typed, f"{typed} does not know “{word}”", f"{typed} {command.example}"))
        lines = tuple(f"{typed} {name} {rest}".strip() for name in near)
        return help.did_you_mean(UnknownWord(typed, word, "sub-command", near, lines))

    def _unknown_flag(self, command: Command, sub: SubCommand, flag: str, rest: str) -> Message:
        near = nearest(flag, [argument.name for argument in sub.arguments if argument.is_flag])
        start = f"{self._typed(command)} {sub.name}"
        if not near:
            return help.wrong_use(
                Usage(self._typed(command), f"{sub.name} knows no “{flag}”", self._example(command, sub))
            )
        lines = tuple(f"{start} {rest.replace(flag, name, 1)}" for name in near)
        return help.did_you_mean(UnknownWord(start, flag, "flag", near, lines))
