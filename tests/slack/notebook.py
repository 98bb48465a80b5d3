"""A small set of commands of the tests' own: a notebook whose notes are rows, and which can be made slow or fail."""

import asyncio

from sqlalchemy import select

from bot.command import (
    Argument,
    Click,
    ClickHandler,
    Close,
    Command,
    Errors,
    Invocation,
    Later,
    Message,
    Nothing,
    Open,
    Reply,
    Say,
    Shortcut,
    ShortcutEntry,
    SubCommand,
    Submission,
    SubmissionHandler,
    Update,
    View,
)
from bot.domain.permission import Right
from bot.ports import Transient
from bot.services.requests import NotFound
from bot.slack.ids import Action, Event, Field, Form, Ref
from bot.slack.views import answers, blocks
from bot.store import requests
from bot.store.db import Database, StoreUnavailable
from bot.store.schema.work import requests as request_rows

WRITE, PICK, TURN, LINK = Action.INCIDENT_NOTE, Action.INCIDENT_PICK, Action.TIMELINE_SHOW, Action.INCIDENT_OPEN


class Notebook:
    """`open_gate` cleared: every handler waits for it before it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.open_gate = asyncio.Event()
        self.open_gate.set()

    def commands(self) -> tuple[Command, ...]:
        text = Argument("text", rest=True, required=True)
        which = (Argument("--all"), Argument("--of", value="NAME"))
        subs = (
            SubCommand("add", "write a note", "add coupons are gone", self.add, (text,), Right.RESPOND, changes=True),
            SubCommand("list", "read the notes", "list --all", self.list, which),
            SubCommand("form", "write in a form", "form", self.form),
            SubCommand("fail", "fail in a way", "fail outside", self.fail, (Argument("how"),)),
            SubCommand("shout", "say it to everybody", "shout hello", self.shout, (text,)),
            SubCommand("buttons", "show some buttons", "buttons", self.buttons),
            SubCommand("much", "say very much", "much", self.much),
            SubCommand("later", "say it later", "later", self.later, (Argument("how"),)),
            SubCommand("twice", "say what was known, then what is", "twice", self.twice),
        )  # fmt: skip
        return (Command("note", "keep notes", "add coupons are gone", subs),)

    def actions(self) -> dict[str, ClickHandler]:
        return {WRITE: self.write, PICK: self.pick, TURN: self.turn}

    def submissions(self) -> dict[str, SubmissionHandler]:
        return {Form.INCIDENT_NOTE: self.submit}

    def shortcuts(self) -> tuple[ShortcutEntry, ...]:
        return (
            ShortcutEntry("note.new", "New note", "Opens the form of a note", self.new),
            ShortcutEntry("note.message", "Note this", "Notes this message", self.note_message, on_message=True),
        )

    async def notes(self) -> list[str]:
        """What was noted, in order."""
        async with self._database.read() as tx:
            rows = await tx.connection.execute(select(request_rows.c.words).order_by(request_rows.c.at))
            return [row.words for row in rows]

    async def _note(self, key: str, user: str, text: str) -> Message:
        await self.open_gate.wait()
        async with self._database.write() as tx:
            first = await requests.first(tx, key, "note", user, text)
        return answers.done(f"Noted: {text}" if first else f"Noted already: {text}")

    async def add(self, inv: Invocation) -> Reply:
        return Say(await self._note(inv.key, inv.caller.id, inv["text"]))

    async def list(self, inv: Invocation) -> Reply:
        await self.open_gate.wait()
        kind = "all" if "all" in inv else inv["of"] or "some"
        return Say(answers.done(f"{kind} notes: {', '.join(await self.notes()) or 'none'}"))

    async def form(self, inv: Invocation) -> Reply:
        return Open(note_form())

    async def fail(self, inv: Invocation) -> Reply:
        raise {
            "outside": Transient("Prometheus does not answer"),
            "unknown": NotFound("There is no INC-9. Nothing was changed."),
            "store": StoreUnavailable("gone"),
        }.get(inv["how"], ZeroDivisionError("an oversight"))

    async def shout(self, inv: Invocation) -> Reply:
        return Say(answers.done(inv["text"]), public=True)

    async def buttons(self, inv: Invocation) -> Reply:
        row = blocks.actions(
            blocks.button("Write", WRITE, "from a button"),
            blocks.button("Pick", PICK),
            blocks.button("Turn", TURN),
            blocks.button("Docs", LINK, url="https://example.com/"),
        )
        return Say(blocks.Message("buttons", (blocks.section("Buttons"), *row)))

    async def much(self, inv: Invocation) -> Reply:
        lines = [blocks.section(f"{number} " + "é" * 250) for number in range(40)]
        return Say(blocks.Message("much", (*lines, blocks.section("the end"))))

    async def later(self, inv: Invocation) -> Reply:
        async def then() -> Reply:
            await self.open_gate.wait()
            if inv["how"] == "fail":
                raise NotFound("There is no INC-9. Nothing was changed.")
            return await self.list(inv)

        return Later(then)

    async def twice(self, inv: Invocation) -> Reply:
        async def then() -> Message | None:
            await self.open_gate.wait()
            return answers.done("Newer notes") if await self.notes() else None

        return Say(answers.done("Older notes"), then=then)

    async def write(self, click: Click) -> Reply:
        return Say(await self._note(click.key, click.caller.id, click.value), replace=True)

    async def pick(self, click: Click) -> Reply:
        return Open(answers.loading_form("Picking"), then=self._filled)

    async def turn(self, click: Click) -> Reply:
        await self.open_gate.wait()
        return Update(note_form("turned")) if click.form else Nothing()

    async def _filled(self) -> View:
        await self.open_gate.wait()
        return note_form("filled")

    async def submit(self, submission: Submission) -> Reply:
        text = submission.form.text(Field.NOTE)
        match text:
            case "late":
                return Later(self._list_later)
            case "bad":
                return Errors({Field.NOTE: "Write something better."})
            case "say":
                return Say(answers.done("Said in the form."))
            case "deeper":
                return Open(answers.loading_form("Deeper"), then=self._filled)
            case "update":
                return Update(answers.loading_form("Updating"), then=self._filled)
        await self._note(submission.key, submission.caller.id, text)
        return Close()

    async def _list_later(self) -> Reply:
        await self.open_gate.wait()
        return Say(answers.done("Said late in the form."))

    async def new(self, shortcut: Shortcut) -> Reply:
        return Open(note_form())

    async def note_message(self, shortcut: Shortcut) -> Reply:
        return Say(await self._note(shortcut.key, shortcut.caller.id, shortcut.text))


def note_form(initial: str = "") -> View:
    """One field, and a button that turns it."""
    question = blocks.field_input(Field.NOTE, "Note", blocks.text_input(initial=initial))
    row = blocks.actions(blocks.button("Turn", TURN))
    return blocks.modal(Form.INCIDENT_NOTE, "A note", [question, *row], submit="Write")


def card(subject: str, text: str) -> Message:
    """A message of a subject's own."""
    return blocks.Message(text, (blocks.section(text),), Event.ALERT, Ref(subject))
