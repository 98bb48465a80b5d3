"""Events API over Socket Mode: subscriptions, the outer event, redelivery, duplicates and reordering."""

import asyncio

from playground.clock import VirtualClock
from playground.faults import Faults
from playground.ids import Ids
from playground.inspector import Inspector
from playground.json_types import Json
from playground.manifest import Manifest
from playground.rate_limits import RateLimits
from playground.socket_mode import Hub
from playground.tasks import Tasks

# Seconds before each attempt: the first delivery, then up to three retries.
RETRY_SCHEDULE = (0.0, 0.0, 60.0, 300.0)
_REORDER_WINDOW_SECONDS = 0.25
_TOKEN = "playground-verification-token"


class Events:
    def __init__(
        self, manifest: Manifest, team_id: str, app_id: str, bot_user_id: str, clock: VirtualClock, ids: Ids,
        hub: Hub, inspector: Inspector, faults: Faults, limits: RateLimits,
    ) -> None:  # fmt: skip
        self._manifest = manifest
        self._team_id = team_id
        self._app_id = app_id
        self._bot_user_id = bot_user_id
        self._clock = clock
        self._ids = ids
        self._hub = hub
        self._inspector = inspector
        self._faults = faults
        self._limits = limits
        self._told = 0
        self._reordering: list[Json] = []
        self.tasks = Tasks()

    def emit(self, subscription: str, event: Json) -> None:
        """Send an event to the app when it subscribed to `subscription` (such as message.channels)."""
        if not self._manifest.subscribed(subscription):
            return
        if not self._limits.event():
            self._tell_dropped()
            return
        outer = self._outer(event)
        self._inspector.note("event", f"{subscription} {event.get('subtype', '')}".strip(), outer)
        if self._faults.take(("reorder_events",)):
            self._hold_back(outer)
            return
        self.tasks.start(self._deliver(outer))
        self._flush_reordered()
        if self._faults.take(("duplicate_event",)):
            self.tasks.start(self._deliver(outer, first_attempt=1))

    def _tell_dropped(self) -> None:
        """app_rate_limited, in each minute in which an event is dropped."""
        minute = int(self._clock.now()) // 60 * 60
        if minute == self._told:
            return
        self._told = minute
        told: Json = {
            "token": _TOKEN,
            "type": "app_rate_limited",
            "team_id": self._team_id,
            "minute_rate_limited": minute,
            "api_app_id": self._app_id,
        }
        self._inspector.note("event", "app_rate_limited: events are dropped", told, ok=False)
        self.tasks.start(self._send(told))

    async def _send(self, outer: Json) -> None:
        await self._hub.send("events_api", outer, accepts_response=False)

    async def _deliver(self, outer: Json, first_attempt: int = 0) -> None:
        """Up to four attempts, all with the same event_id, each in its own envelope."""
        for attempt in range(first_attempt, len(RETRY_SCHEDULE)):
            await self._clock.sleep(RETRY_SCHEDULE[attempt])
            retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            ack = await self._hub.send("events_api", outer, accepts_response=False, extra=retry)
            if ack.ok:
                return
        title = f"event {outer['event']['type']} lost: no ack in {len(RETRY_SCHEDULE)} attempts"
        self._inspector.note("event", title, outer, ok=False)

    def _hold_back(self, outer: Json) -> None:
        self._reordering.append(outer)
        if len(self._reordering) == 1:
            self.tasks.start(self._flush_later())

    async def _flush_later(self) -> None:
        await asyncio.sleep(_REORDER_WINDOW_SECONDS)
        self._flush_reordered()

    def _flush_reordered(self) -> None:
        """What was held back goes out after what came later, the newest first."""
        held, self._reordering = self._reordering, []
        for outer in reversed(held):
            self.tasks.start(self._deliver(outer))

    def _outer(self, event: Json) -> Json:
        authorization = {
            "enterprise_id": None,
            "team_id": self._team_id,
            "user_id": self._bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": _TOKEN,
            "team_id": self._team_id,
            "context_team_id": self._team_id,
            "context_enterprise_id": None,
            "api_app_id": self._app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._ids.entity("Ev"),
            "event_time": int(self._clock.now()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{self._ids.hexadecimal(48)}",
        }
