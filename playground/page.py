"""What the browser page reads: its start, messages, threads, search, the inspector, and the live feed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from aiohttp import web

from playground.json_types import Json
from playground.operations.thread_status import picture
from playground.operations.usergroups import picture as group_picture
from playground.panel import Panel, run_action
from playground.pictures import channel_picture, home_picture, message_picture, view_stack
from playground.render import message_text
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.users import User

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC = Path(__file__).parent / "static"
DEFAULT_PERSON = "ana"
# What the page may load: itself, pictures of anywhere, and its own sockets.
_SAFETY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https: http:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_SEARCH_RESULTS = 50
_MAX_PAGE = 1000


class Page:
    def __init__(self, slack: Slack, panel: Panel | None) -> None:
        self._slack = slack
        self._panel = panel

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/archives/{tail:.*}", self._index),
            web.get("/page/boot", self._boot),
            web.get("/page/messages", self._messages),
            web.get("/page/thread", self._thread),
            web.get("/page/search", self._search),
            web.get("/page/inspector", self._inspector),
            web.get("/page/live", self._live),
            web.get("/page/panel", self._panel_done),
            web.post("/page/panel/{step}", self._panel_action),
        ]

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        index = STATIC / "index.html"
        if not index.is_file():
            raise web.HTTPNotFound(text="The page is not installed; the Web API and the control API work.")
        return web.FileResponse(index, headers={"Cache-Control": "no-cache", **_SAFETY})

    async def _boot(self, request: web.Request) -> web.StreamResponse:
        slack, user = self._slack, self._user(request)
        workspace = slack.workspace
        boot: Json = {
            "team": slack.team(),
            "me": user.picture(),
            "users": [each.picture() for each in workspace.users.values()],
            "channels": [
                channel_picture(slack, channel, user.id)
                for channel in workspace.channels.values()
                if channel.visible_to(user.id)
            ],
            "commands": [asdict(command) for command in slack.manifest.commands],
            "shortcuts": [asdict(shortcut) for shortcut in slack.manifest.shortcuts],
            "app": {
                "id": workspace.app_id,
                "name": slack.manifest.app_name,
                "bot_user_id": workspace.bot_user_id,
                "bot_id": workspace.bot_id,
                "connected": slack.hub.connected,
                "assistant": slack.manifest.enforced and slack.manifest.has_assistant,
            },
            "usergroups": [group_picture(group) for group in workspace.usergroups.values()],
            "panel": self._panel.body if self._panel else None,
            "home": home_picture(slack, user.id),
            "views": view_stack(slack, user.id),
            "features": {"upload": True},
        }
        return web.json_response(boot)

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        """A page of the timeline, with this person's ephemerals merged by ts: the newest, those before `before`,
        or those around `around`.
        """
        user, channel = self._user(request), self._channel(request)
        before, around = request.query.get("before", ""), request.query.get("around", "")
        limit = min(_number(request, "limit", 50), _MAX_PAGE)
        if around:
            found, has_more, has_newer = channel.log.page_around(around, limit)
        else:
            found, has_more = channel.log.page_before(before, limit)
            has_newer = bool(before)
        first = found[0].ts if found and has_more else ""
        last = found[-1].ts if found and has_newer else before
        merged = [*found, *self._ephemerals(user, channel, first, last)]
        messages = [message_picture(each) for each in sorted(merged, key=lambda message: message.ts)]
        return web.json_response({"messages": messages, "has_more": has_more, "has_newer": has_newer})

    def _ephemerals(self, user: User, channel: Channel, first: str, last: str) -> list[Message]:
        """This person's in the timeline of a channel, between two ts (empty = open end)."""
        return [
            message
            for message in self._slack.workspace.ephemerals.get(user.id, [])
            if message.channel_id == channel.id
            and not message.is_reply
            and message.ts >= first
            and (not last or message.ts < last)
        ]

    async def _thread(self, request: web.Request) -> web.StreamResponse:
        user, channel = self._user(request), self._channel(request)
        ts = request.query.get("ts", "")
        parent = channel.log.get(ts)
        if parent is None:
            raise web.HTTPNotFound(text="no such thread")
        mine = [each for each in self._slack.workspace.ephemerals.get(user.id, []) if each.thread_ts == ts]
        thread = [parent, *sorted([*channel.log.thread(parent)[1:], *mine], key=lambda message: message.ts)]
        shown = [message_picture(message) for message in thread]
        return web.json_response({"messages": shown, "assistant": picture(self._slack, channel, ts)})

    async def _search(self, request: web.Request) -> web.StreamResponse:
        """The newest messages that hold all the words, in text or blocks."""
        user = self._user(request)
        words = request.query.get("q", "").casefold().split()
        hits = [
            (channel, message)
            for channel in self._slack.workspace.channels.values()
            if channel.visible_to(user.id)
            for message in channel.log
            if words and all(word in f"{message.text} {message.content.get('blocks', '')}".casefold() for word in words)
        ]
        newest = sorted(hits, key=lambda hit: hit[1].ts, reverse=True)[:_SEARCH_RESULTS]
        found = [{"channel": channel.id, "message": message_picture(message)} for channel, message in newest]
        return web.json_response({"messages": found})

    async def _inspector(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"entries": self._slack.inspector.since(_number(request, "since", 0))})

    async def _live(self, request: web.Request) -> web.StreamResponse:
        user = self._user(request)
        ws = web.WebSocketResponse(heartbeat=30)
        await ws.prepare(request)
        frames: asyncio.Queue[Json] = asyncio.Queue()
        with self._slack.feed.listen(user.id, frames.put_nowait):
            sender = asyncio.create_task(_send_frames(ws, frames))
            try:
                async for _ in ws:
                    pass  # the page only listens
            finally:
                sender.cancel()
        return ws

    async def _panel_action(self, request: web.Request) -> web.StreamResponse:
        step = request.match_info["step"]
        action = self._panel.action(int(step)) if self._panel and step.isdigit() else None
        if action is None:
            return web.json_response({"ok": False, "text": "This step has no action."}, status=404)
        return web.json_response(await run_action(action))

    async def _panel_done(self, request: web.Request) -> web.StreamResponse:
        user, workspace = self._user(request), self._slack.workspace

        def sight(beginning: str) -> Iterator[str]:
            channels = [each for each in workspace.channels.values() if each.name.startswith(beginning)]
            for channel in channels:
                if channel.visible_to(user.id):
                    yield from (message_text(workspace, message) for message in channel.log)
            for message in workspace.ephemerals.get(user.id, []):
                if message.channel_id in {channel.id for channel in channels}:
                    yield message_text(workspace, message)

        return web.json_response({"done": self._panel.done(sight) if self._panel else []})

    def _user(self, request: web.Request) -> User:
        key = request.query.get("user") or DEFAULT_PERSON
        user = self._slack.workspace.find_user(key)
        if user is None:
            raise web.HTTPNotFound(text=f"There is nobody called “{key}”.")
        return user

    def _channel(self, request: web.Request) -> Channel:
        user = self._user(request)
        channel = self._slack.workspace.find_channel(request.query.get("channel", ""))
        if channel is None or not channel.visible_to(user.id):
            raise web.HTTPNotFound(text="no such channel")
        return channel


async def _send_frames(ws: web.WebSocketResponse, frames: "asyncio.Queue[Json]") -> None:
    while not ws.closed:
        frame = await frames.get()
        try:
            await ws.send_json(frame)
        except ConnectionError:
            return


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name) or str(default)
    if not text.isdigit():
        raise web.HTTPBadRequest(text=f"“{name}” must be a whole number")
    return int(text)
