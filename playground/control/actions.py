"""POST /control/<action>: what a person can do, by name."""

from collections.abc import Awaitable, Callable

from playground.control.request import ControlRequest
from playground.people import commands, conversation, elements, modals
from playground.people.outcome import Outcome, PersonError

Action = Callable[[ControlRequest], Awaitable[Outcome]]


async def _command(request: ControlRequest) -> Outcome:
    channel = request.channel()
    if request.text("thread_ts"):
        raise PersonError("not_in_threads", "Slash commands are not supported in threads.")
    return await commands.command(request.slack, request.user, channel, request.needed("command"), request.text("text"))


async def _click(request: ControlRequest) -> Outcome:
    surface = request.surface()
    text, value = request.text("text"), request.text("value")
    action_id, block_id = request.text("action_id"), request.text("block_id")
    if not (text or action_id or block_id):
        raise PersonError("missing_argument", "Say what to click: “action_id” or “text”.")
    placed = elements.find_element(surface, action_id=action_id, block_id=block_id, text=text, value=value)
    return await elements.click(
        request.slack, request.user, surface, placed, text, value, request.flag("confirm", True)
    )


async def _select(request: ControlRequest) -> Outcome:
    surface = request.surface()
    placed = elements.find_element(
        surface, action_id=request.text("action_id"), block_id=request.text("block_id"), text=request.text("label")
    )
    value = request.body.get("value")
    return await elements.choose(request.slack, request.user, surface, placed, value, request.flag("confirm", True))


async def _type(request: ControlRequest) -> Outcome:
    surface = request.surface()
    placed = elements.find_element(
        surface, action_id=request.text("action_id"), block_id=request.text("block_id"), text=request.text("label")
    )
    value = request.body.get("value")
    return await elements.type_text(request.slack, request.user, surface, placed, value, request.flag("enter"))


async def _submit(request: ControlRequest) -> Outcome:
    view = request.view()
    if not view.body.get("submit"):
        raise PersonError("no_submit", "This modal has no submit button.")
    await modals.fill_in(request.slack, request.user, view, request.mapping("values"))
    return await modals.submit(request.slack, request.user, view)


async def _close(request: ControlRequest) -> Outcome:
    return await modals.close(request.slack, request.user, request.view(), everything=request.flag("all"))


async def _suggest(request: ControlRequest) -> Outcome:
    surface = request.surface()
    placed = elements.find_element(surface, action_id=request.needed("action_id"), block_id=request.text("block_id"))
    offered = await elements.suggestions(request.slack, request.user, surface, placed, request.text("query"))
    return Outcome(extra=offered)


async def _shortcut(request: ControlRequest) -> Outcome:
    key = request.text("callback_id") or request.needed("name")
    if not request.text("ts"):
        return await commands.global_shortcut(request.slack, request.user, key)
    channel = request.channel()
    return await commands.message_shortcut(request.slack, request.user, channel, request.message(channel), key)


async def _message(request: ControlRequest) -> Outcome:
    channel, text, thread_ts = request.channel(), request.text("text"), request.text("thread_ts") or None
    broadcast = request.flag("broadcast")
    return conversation.write(request.slack, request.user, channel, text, thread_ts, broadcast=broadcast)


async def _edit(request: ControlRequest) -> Outcome:
    channel = request.channel()
    return conversation.edit(request.slack, request.user, channel, request.message(channel), request.needed("text"))


async def _delete(request: ControlRequest) -> Outcome:
    channel = request.channel()
    return conversation.delete(request.slack, request.user, channel, request.message(channel))


async def _react(request: ControlRequest) -> Outcome:
    channel = request.channel()
    message, name = request.message(channel), request.needed("name")
    return conversation.react(request.slack, request.user, channel, message, name, remove=request.flag("remove"))


async def _pin(request: ControlRequest) -> Outcome:
    channel = request.channel()
    message = request.message(channel)
    return conversation.pin(request.slack, request.user, channel, message, remove=request.flag("remove"))


async def _read(request: ControlRequest) -> Outcome:
    return conversation.read(request.slack, request.user, request.channel(), request.needed("ts"))


async def _home(request: ControlRequest) -> Outcome:
    return conversation.open_home(request.slack, request.user, request.text("tab", "home"))


async def _dm(request: ControlRequest) -> Outcome:
    return conversation.open_direct(request.slack, request.user, request.people("with"))


async def _channel(request: ControlRequest) -> Outcome:
    return conversation.create(
        request.slack, request.user, request.needed("name"), is_private=request.flag("is_private")
    )


async def _join(request: ControlRequest) -> Outcome:
    return conversation.join(request.slack, request.user, request.channel())


async def _leave(request: ControlRequest) -> Outcome:
    return conversation.leave(request.slack, request.user, request.channel())


async def _invite(request: ControlRequest) -> Outcome:
    return conversation.invite(request.slack, request.user, request.channel(), request.people("users"))


async def _kick(request: ControlRequest) -> Outcome:
    other = request.person(request.needed("target"))
    return conversation.kick(request.slack, request.user, request.channel(), other)


async def _archive(request: ControlRequest) -> Outcome:
    return conversation.archive(request.slack, request.user, request.channel(), undo=request.flag("undo"))


async def _delete_channel(request: ControlRequest) -> Outcome:
    return conversation.delete_channel(request.slack, request.user, request.channel())


async def _rename(request: ControlRequest) -> Outcome:
    return conversation.rename(request.slack, request.user, request.channel(), request.needed("name"))


async def _topic(request: ControlRequest) -> Outcome:
    return conversation.set_topic(request.slack, request.user, request.channel(), request.text("topic"))


async def _assistant(request: ControlRequest) -> Outcome:
    looking_at = request.channel() if request.text("channel") else None
    return conversation.open_assistant(request.slack, request.user, looking_at, request.text("ts"))


ACTIONS: dict[str, Action] = {
    "archive": _archive,
    "assistant": _assistant,
    "channel": _channel,
    "click": _click,
    "close": _close,
    "command": _command,
    "delete": _delete,
    "delete_channel": _delete_channel,
    "dm": _dm,
    "edit": _edit,
    "home": _home,
    "invite": _invite,
    "join": _join,
    "kick": _kick,
    "leave": _leave,
    "message": _message,
    "pin": _pin,
    "react": _react,
    "read": _read,
    "rename": _rename,
    "select": _select,
    "shortcut": _shortcut,
    "submit": _submit,
    "suggest": _suggest,
    "topic": _topic,
    "type": _type,
}
