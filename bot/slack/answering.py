"""Answers on their way to the chat: what rides in the acknowledgement, and what follows it in its own time.

Nothing of an answer is kept: whatever matters is in the database, and is seen on the surfaces. An answer that cannot
be given is tried as a private message, and then only logged.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

import structlog

from bot.action import Refused
from bot.command import Close, Errors, Later, Message, Nothing, Open, Reply, Say, Update, View
from bot.domain.facts.answer import Failure, Refusal
from bot.ports import OutsideError, Permanent
from bot.services.requests import NotFound
from bot.slack.client import SlackClient
from bot.slack.failures import EXPIRED_TRIGGER
from bot.slack.ids import Form
from bot.slack.payloads import Place
from bot.slack.views import answers, stale
from bot.slack.views.blocks import MODAL_TITLE, plain_text, spoken
from bot.store.db import OutcomeUnknown, StoreUnavailable

log = structlog.get_logger()
ACK_MOST = 20_000
"""Bytes of an acknowledgement over a socket; greater ones were seen to get lost (slack-go/slack issue 1196)."""
_TITLE = "Quarterdeck"
Body = dict[str, object]


def failure_words(error: BaseException) -> Message:
    """What went wrong, for the person who asked; what is not foreseen gets a reference that the log knows."""
    if isinstance(error, NotFound):
        return answers.done(str(error))
    if isinstance(error, Refused):
        return answers.refused(Refusal(str(error), error.rule))
    if isinstance(error, OutcomeUnknown):
        return answers.failed(not_confirmed(""))
    works = "alerts, pages and what is shown already."
    if isinstance(error, StoreUnavailable):
        what = "Not saved: the database does not answer. Nothing was changed"
        return answers.failed(Failure(what, "what Slack shows already.", "try again in a minute."))
    if isinstance(error, OutsideError):
        return answers.failed(Failure(f"That did not work. {error}", works, "try again in a minute."))
    reference = secrets.token_hex(3)
    log.error("request failed", reference=reference, exc_info=error)
    what = "That did not work, by a fault of Quarterdeck's own"
    return answers.failed(Failure(what, works, "look whether it was done, then try again.", reference))


def not_confirmed(look: str) -> Failure:
    """It is not known yet whether it was done; `look` is a line that shows it."""
    where = f"look with {look} before you try again." if look else "look before you try again."
    return Failure("Not confirmed yet: this takes longer than it should", "everything else; the answer follows.", where)


def still_reading() -> Message:
    """Nothing is being changed; it only takes long."""
    return answers.done("Still reading. The answer follows here in a moment.")


def command_ack(reply: Reply) -> Body | None:
    """What the acknowledgement of a typed command carries; None where the answer follows it."""
    if not isinstance(reply, Say):
        return None
    body = _message(reply.message) | {"response_type": "in_channel" if reply.public else "ephemeral"}
    return None if _heavy(body) else body


def submission_ack(reply: Reply, place: Place) -> tuple[Body | None, Reply]:
    """What the acknowledgement of a form carries, and what is still to follow. None closes the form."""
    match reply:
        case Errors(fields):
            return {"response_action": "errors", "errors": dict(fields)}, Nothing()
        case Close(everything=True):
            return {"response_action": "clear"}, Nothing()
        case Say(message):
            return submission_ack(Update(_notice(message, place.title)), place)
        case Later():
            return submission_ack(Update(answers.loading_form(place.title or _TITLE), _told(reply, place.title)), place)
        case Update(view) | Open(view) if _heavy(view):
            return submission_ack(type(reply)(answers.loading_form(place.title or _TITLE), _already(view)), place)
        case Update(view):
            return {"response_action": "update", "view": dict(view)}, reply
        case Open(view):
            named = {**view, "external_id": secrets.token_hex(16)}
            return {"response_action": "push", "view": named}, Open(named, reply.then)
    return None, Nothing()


class Answers:
    """Everything that follows an acknowledgement. `patience`: seconds before somebody is told that it takes longer."""

    def __init__(self, client: SlackClient, patience: float) -> None:
        self._client = client
        self._patience = patience

    async def after_command(self, place: Place, reply: Reply) -> None:
        """Words go to the response_url; a form is opened with the trigger."""
        await self._saying(place, self._answer(place, await self._awaited(place, reply)))

    async def after_click(self, place: Place, reply: Reply) -> None:
        """In a form the form changes; elsewhere a form is opened, or words go to where the click was."""
        if isinstance(reply, Later) and not place.response_url and not place.view_id:
            await self._saying(place, self._read(place, reply))
            return
        reply = await self._awaited(place, reply)
        if isinstance(reply, Update) and place.view_id:
            await self._saying(place, self._redraw({"view_id": place.view_id}, reply))
        else:
            await self._saying(place, self._answer(place, reply))

    async def after_submission(self, place: Place, reply: Reply) -> None:
        """The acknowledgement changed the forms; here they are filled."""
        if not isinstance(reply, Open | Update) or reply.then is None:
            return
        found = {"view_id": place.view_id}
        if isinstance(reply, Open):
            found = {"external_id": str(reply.view["external_id"])}
        await self._saying(place, self._fill(found, reply.then))

    async def late_submission(self, place: Place, reply: Reply) -> None:
        """The form says 'not confirmed' already: it becomes the answer."""
        reply = await _decided(reply)
        if isinstance(reply, Open | Update):
            await self._saying(place, self._redraw({"view_id": place.view_id}, Update(reply.view, reply.then)))
            return
        message = reply.message if isinstance(reply, Say) else _ended(reply)
        await self._saying(place, self._show({"view_id": place.view_id}, _notice(message, place.title)))

    async def after_words(self, place: Place, reply: Say) -> None:
        """What is known by now, where the words themselves are out already."""
        await self._saying(place, self._follow(place, reply))

    async def _awaited(self, place: Place, reply: Reply) -> Reply:
        """The answer that took its time; whoever waits for long is told that it is coming."""
        deciding = asyncio.ensure_future(_decided(reply))
        await asyncio.wait([deciding], timeout=self._patience)
        if not deciding.done() and place.response_url:
            await self._tell(place, still_reading())
        return await deciding

    async def _answer(self, place: Place, reply: Reply) -> None:
        match reply:
            case Open() | Update():
                await self._open(place, reply)
            case Say() if place.response_url:
                await self._respond(place, reply)
                await self._follow(place, reply)
            case Say(message):
                await self._open(place, Open(_notice(message, place.title), _noticed(reply, place.title)))

    async def _follow(self, place: Place, reply: Say) -> None:
        """Slack replaces only the private answer that was clicked in; anywhere else newer words come below."""
        message = await reply.then() if reply.then is not None else None
        if message is not None:
            await self._respond(place, replace(reply, message=message))

    async def _respond(self, place: Place, reply: Say) -> None:
        """A picture that the chat will not show here is told in its words."""
        body, said = _response(reply, place), spoken(reply.message.blocks)
        try:
            await self._client.respond(place.response_url, body)
        except Permanent as error:
            if error.code != "invalid_blocks" or said == body["blocks"]:
                raise
            log.info("picture not shown", user=place.user, why=str(error))
            await self._client.respond(place.response_url, body | {"blocks": said})

    async def _saying(self, place: Place, deed: Awaitable[None]) -> None:
        """Do it; a failure becomes words for the one who asked."""
        try:
            await deed
        except OutsideError as error:
            expired = isinstance(error, Permanent) and error.code in EXPIRED_TRIGGER
            log.info("answer not given", user=place.user, why=str(error))
            await self._tell(place, stale.expired() if expired else failure_words(error))

    async def _tell(self, place: Place, message: Message) -> None:
        """By response_url, else as a private message: the last resort."""
        try:
            if place.response_url:
                await self._respond(place, Say(message))
                return
            opened = await self._client.call("conversations.open", users=[place.user])
            await self._client.call("chat.postMessage", channel=opened["channel"]["id"], **message.payload())
        except OutsideError as error:
            log.warning("nobody could be told", user=place.user, why=str(error))

    async def _open(self, place: Place, reply: Open | Update) -> None:
        """Before the trigger's three seconds are over; what takes longer fills the form afterwards."""
        method = "views.push" if place.view_id else "views.open"
        opened = await self._client.call(method, trigger_id=place.trigger, view=dict(reply.view))
        if reply.then is not None:
            await self._fill({"view_id": str(opened["view"]["id"])}, reply.then)

    async def _read(self, place: Place, reply: Later) -> None:
        """Where there is no channel to answer in, a form is opened while its trigger lives, and takes the answer."""
        title = place.title or _TITLE
        opened = await self._client.call("views.open", trigger_id=place.trigger, view=dict(answers.loading_form(title)))
        found = {"view_id": str(opened["view"]["id"])}
        decided = await _decided(reply)
        if isinstance(decided, Open | Update):
            await self._redraw(found, Update(decided.view, decided.then))
        elif isinstance(decided, Say):
            await self._redraw(found, Update(_notice(decided.message, title), _noticed(decided, title)))
        else:
            await self._show(found, _notice(_ended(decided), title))

    async def _redraw(self, found: Mapping[str, str], reply: Update) -> None:
        await self._show(found, reply.view)
        if reply.then is not None:
            await self._fill(found, reply.then)

    async def _fill(self, found: Mapping[str, str], then: Callable[[], Awaitable[View]]) -> None:
        """The form that says 'reading…' becomes the filled one, or says why it cannot."""
        filling = asyncio.ensure_future(then())
        await asyncio.wait([filling])
        error = filling.exception()
        await self._show(found, filling.result() if error is None else _notice(failure_words(error), ""))

    async def _show(self, found: Mapping[str, str], view: View) -> None:
        """A form that was closed meanwhile needs nothing; a picture that the chat will not show is told in words."""
        said = {**view, "blocks": spoken(cast("Sequence[Mapping[str, object]]", view["blocks"]))}
        try:
            await self._client.call("views.update", **found, view=dict(view))
        except Permanent as error:
            if error.code == "invalid_arguments" and said != view:
                await self._client.call("views.update", **found, view=said)
            elif error.code != "not_found":
                raise


def _message(message: Message) -> Body:
    return {name: value for name, value in message.payload().items() if name != "metadata"}


def _response(reply: Say, place: Place) -> Body:
    """For a response_url, which would replace the message that was clicked in unless told otherwise."""
    body = _message(reply.message) | {"response_type": "in_channel" if reply.public else "ephemeral"}
    body["replace_original"] = reply.replace and place.ephemeral
    if place.thread and not body["replace_original"]:
        body["thread_ts"] = place.thread
    return body


def _notice(message: Message, title: str) -> View:
    """Words as a form of their own."""
    return {
        "type": "modal",
        "callback_id": Form.NOTICE.value,
        "title": plain_text(title or _TITLE, MODAL_TITLE),
        "close": plain_text("Close", MODAL_TITLE),
        "blocks": list(message.blocks),
    }


def _told(reply: Later, title: str) -> Callable[[], Awaitable[View]]:
    """What fills the form that was sent in, once it is decided."""

    async def filled() -> View:
        decided = await _decided(reply)
        return _notice(decided.message if isinstance(decided, Say) else _ended(decided), title)

    return filled


def _noticed(reply: Say, title: str) -> Callable[[], Awaitable[View]] | None:
    """What fills the form that shows words, where there is more to come."""
    then = reply.then
    if then is None:
        return None

    async def filled() -> View:
        return _notice(await then() or reply.message, title)

    return filled


async def _decided(reply: Reply) -> Reply:
    """The answer that took its time, or what went wrong in words."""
    if not isinstance(reply, Later):
        return reply
    deciding = asyncio.ensure_future(reply.then())
    await asyncio.wait([deciding])
    error = deciding.exception()
    return deciding.result() if error is None else Say(failure_words(error))


def _ended(reply: Reply) -> Message:
    """What a form that closed long ago has to say after all."""
    if isinstance(reply, Errors):
        return answers.done(f"Not saved. {' '.join(reply.fields.values())}")
    return answers.done("Done.")


def _already(view: View) -> Callable[[], Awaitable[View]]:
    async def ready() -> View:
        return view

    return ready


def _heavy(body: object) -> bool:
    return len(json.dumps(body)) > ACK_MOST
