"""Ticks: APScheduler calls at intervals; everything that must be remembered until its time is a row with `due_at`."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to call every `every_s` seconds, the first time after `first_s`; never twice at the same time."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[None]]
    first_s: float = 0.0


class Schedule:
    """Runs ticks from `start` to `stop`. A failing tick is logged, counted in `failures`, and runs again next time."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self.failures: Counter[str] = Counter()
        self._ticks = ticks
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # `_failed` says it once, with the tick's name

    def start(self) -> None:
        """Begin to tick, inside a running event loop."""
        for tick in self._ticks:
            self._scheduler.add_job(
                partial(self._run, tick),
                "interval",
                seconds=tick.every_s,
                id=tick.name,
                next_run_time=datetime.now(UTC) + timedelta(seconds=tick.first_s),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def _run(self, tick: Tick) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a tick runs in a task")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await tick.run()

    def _failed(self, happened: JobExecutionEvent) -> None:
        if isinstance(happened.exception, asyncio.CancelledError):  # by `stop`
            return
        self.failures[happened.job_id] += 1
        log.error("tick failed", tick=happened.job_id, exc_info=happened.exception)

    async def stop(self) -> None:
        """No more ticks; those that run are cancelled and waited for."""
        self._scheduler.shutdown(wait=False)
        late = {task for task in self._running if task is not asyncio.current_task()}
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
