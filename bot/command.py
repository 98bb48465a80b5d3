"""What a command, a click and a form are, and what they may be answered with: no word of any chat's SDK.

A command declares its name, arguments, permission and help beside its handler. A handler returns what to show, never
how. Whatever changes something passes `key` on to its service, so that a repeat changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from bot.domain.permission import Right

View: TypeAlias = Mapping[str, object]
"""A form or a page of forms, drawn: Block Kit as plain data."""


class Message(Protocol):
    """A message, drawn: `text` is the line for lock screens."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> Sequence[Mapping[str, object]]: ...

    def payload(self) -> Mapping[str, object]:
        """The arguments of a post, an update or an answer, but for the channel."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the chat's id, the handle people see, and the workspace they belong to."""

    id: str
    handle: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class FormState:
    """An open form as its person left it: each field's values, one for a text, none where nothing was entered."""

    form: str
    view_id: str
    title: str = ""
    hash: str = ""
    metadata: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was entered in a field, stripped; empty where nothing was."""
        return "".join(self.fields.get(name, ())[:1]).strip()

    def chosen(self, name: str) -> tuple[str, ...]:
        """Everything chosen in a field."""
        return self.fields.get(name, ())


@dataclass(frozen=True, slots=True)
class Say:
    """Words: to the one who asked, or to everybody in the channel where `public`.

    `replace` redraws the private answer that was clicked in instead of adding one. Where there is no channel to
    answer in (a form, the home tab), the words are shown as a form of their own. `then` gives what is known a little
    later, None where that is nothing new: it redraws these words where the chat can, and follows them elsewhere.
    """

    message: Message
    public: bool = False
    replace: bool = False
    then: "Callable[[], Awaitable[Message | None]] | None" = None


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that may take its time: acknowledged at once and without words, since an ack waits for nothing."""

    then: "Callable[[], Awaitable[Reply]]"


@dataclass(frozen=True, slots=True)
class Open:
    """A form; inside another form it is laid on top. `then` gives the filled form, in its own time."""

    view: View
    then: Callable[[], Awaitable[View]] | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """The form that was clicked in or submitted becomes this one. `then` gives the filled form, in its own time."""

    view: View
    then: Callable[[], Awaitable[View]] | None = None


@dataclass(frozen=True, slots=True)
class Errors:
    """A submitted form stays open, with words under the fields that need another answer."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Close:
    """The submitted form closes, and those under it where `everything`."""

    everything: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """What is seen elsewhere is answer enough."""


Reply: TypeAlias = Say | Later | Open | Update | Errors | Close | Nothing


@dataclass(frozen=True, slots=True)
class Invocation:
    """A typed command. `command` has its slash and no prefix; `text` is all that follows it.

    `args` holds what was given, by argument name: flags without their dashes, `""` for a flag that takes no value.
    """

    key: str
    caller: Caller
    channel: str
    command: str
    sub: str
    text: str
    args: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """What was given for an argument; empty where nothing was."""
        return self.args.get(name, "")

    def __contains__(self, name: str) -> bool:
        """Whether an argument was given; the way to ask for a flag."""
        return name in self.args


@dataclass(frozen=True, slots=True)
class Click:
    """A button pressed, or something picked from a menu. `value` is what it carries (the first of `values`).

    `ts` is the message it sits in, empty elsewhere; `form` the form it sits in; both empty: the home tab.
    `clicked_at` is the chat's own time of the click, seconds since 1970.
    """

    key: str
    caller: Caller
    action: str
    values: tuple[str, ...] = ()
    channel: str = ""
    ts: str = ""
    thread: str = ""
    ephemeral: bool = False
    form: FormState | None = None
    clicked_at: float = 0.0

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form sent in. `key` is the same for every delivery of one and the same form."""

    key: str
    caller: Caller
    form: FormState


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of the chat's own menus; on a message, with that message's place, author and text."""

    key: str
    caller: Caller
    name: str
    channel: str = ""
    ts: str = ""
    author: str = ""
    text: str = ""


CommandHandler: TypeAlias = Callable[[Invocation], Awaitable[Reply]]
ClickHandler: TypeAlias = Callable[[Click], Awaitable[Reply]]
SubmissionHandler: TypeAlias = Callable[[Submission], Awaitable[Reply]]
ShortcutHandler: TypeAlias = Callable[[Shortcut], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing a sub-command takes, in order. `--name` is a flag, with a value where `value` names what it takes.

    `rest` takes all the words that are left, as they were typed; `several` every word that is no flag.
    """

    name: str
    required: bool = False
    rest: bool = False
    value: str = ""
    several: bool = False

    @property
    def is_flag(self) -> bool:
        return self.name.startswith("--")

    @property
    def key(self) -> str:
        """Its name in `Invocation.args`."""
        return self.name.removeprefix("--")

    @property
    def usage(self) -> str:
        """How it is written in help."""
        words = f"{self.name} {self.value}".strip() if self.is_flag else self.name
        words = f"{words}…" if self.rest or self.several else words
        return f"<{words}>" if self.required else f"[{words}]"


@dataclass(frozen=True, slots=True)
class SubCommand:
    """One thing a command does. `example` is what follows the command's name in a line that works.

    `group` is its place in the course of the work ("Begin", "During", "End"). `changes` says that it writes: then an
    answer that is late is 'not confirmed' and not merely 'still reading'.
    """

    name: str
    summary: str
    example: str
    handler: CommandHandler
    arguments: tuple[Argument, ...] = ()
    permission: Right = Right.READ
    changes: bool = False
    group: str = ""

    @property
    def usage(self) -> str:
        """How it is typed, without the command's name."""
        return " ".join([self.name, *(argument.usage for argument in self.arguments)])


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, named without slash and prefix. `example` is what follows the name in the line to start with."""

    name: str
    summary: str
    example: str
    subs: tuple[SubCommand, ...]

    def sub(self, name: str) -> SubCommand | None:
        return next((sub for sub in self.subs if sub.name == name), None)


@dataclass(frozen=True, slots=True)
class ShortcutEntry:
    """An entry of the chat's menus: `label` is at most 24 characters; `on_message` puts it on messages."""

    name: str
    label: str
    summary: str
    handler: ShortcutHandler
    on_message: bool = False
