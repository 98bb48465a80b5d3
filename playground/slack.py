"""The running workspace: its state and the parts that act on it, handed to everything that needs them."""

from playground.clock import VirtualClock
from playground.events import Events
from playground.faults import Faults
from playground.feed import Feed
from playground.ids import Ids
from playground.inspector import Inspector
from playground.json_types import Json
from playground.manifest import PERMISSIVE, load_manifest
from playground.manifest_check import manifest_problems
from playground.options import Options
from playground.rate_limits import RateLimits
from playground.response_urls import ResponseUrls
from playground.seed import APP_ID, BOT_USER_ID, TEAM_ID, new_workspace, populate
from playground.socket_mode import Hub
from playground.state.users import User
from playground.tasks import Tasks
from playground.tokens import Tokens
from playground.triggers import Triggers


class Slack:
    """`url` is known once the server listens; it has no trailing slash."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.url = ""
        self.manifest = load_manifest(options.manifest) if options.manifest else PERMISSIVE
        self.clock = VirtualClock()
        self.ids = Ids(options.seed)
        self.tokens = Tokens(options.seed, BOT_USER_ID)
        self.inspector = Inspector(self.clock)
        self.feed = Feed()
        self.faults = Faults()
        self.limits = RateLimits(self.clock, options.rate_limits)
        self.triggers = Triggers(self.clock, self.ids)
        self.response_urls = ResponseUrls(self.clock, self.ids)
        self.hub = Hub(
            APP_ID, self.clock, self.ids, self.inspector, self.faults, lifetime=options.connection_lifetime,
            ack_timeout=options.ack_timeout,
        )  # fmt: skip
        self.hub.on_change = lambda connected: self.feed.publish_to_all({"type": "app", "connected": connected})
        self.events = Events(
            self.manifest,
            TEAM_ID,
            APP_ID,
            BOT_USER_ID,
            self.clock,
            self.ids,
            self.hub,
            self.inspector,
            self.faults,
            self.limits,
        )
        self.tasks = Tasks()
        self.workspace = new_workspace()
        self._populate()

    @property
    def bot(self) -> User:
        return self.workspace.users[BOT_USER_ID]

    def now_seconds(self) -> int:
        return int(self.clock.now())

    def new_ts(self) -> str:
        return self.ids.timestamp(self.clock.now())

    def toast(self, user_id: str, text: str, level: str = "error") -> None:
        self.feed.publish(user_id, {"type": "toast", "level": level, "text": text})

    def permalink(self, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
        address = f"{self.url}/archives/{channel_id}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel_id}" if thread_ts and thread_ts != ts else address

    async def reset(self, seed: int) -> None:
        """Back to the start: state, faults, clock, records and revoked tokens; sockets and manifest stay."""
        self.faults.clear()
        await self.events.tasks.stop()
        await self.tasks.stop()
        self.clock.reset()
        self.tokens.restore()
        self.ids.reset(seed)
        self.limits.clear()
        self.limits.mode = self.options.rate_limits
        self.triggers.clear()
        self.response_urls.clear()
        self.inspector.clear()
        self.workspace.clear()
        self._populate()
        self.feed.publish_to_all({"type": "reset"})

    def _populate(self) -> None:
        populate(self.workspace, self.clock.now(), self.manifest.bot_name)
        for problem in manifest_problems(self.manifest):
            self.inspector.violation("manifest", problem, {"method": "manifest"})

    async def stop(self) -> None:
        self.faults.clear()
        await self.hub.stop()
        await self.events.tasks.stop()
        await self.tasks.stop()

    def team(self) -> Json:
        return {"id": self.workspace.team_id, "name": self.workspace.team_name, "domain": self.workspace.domain}
