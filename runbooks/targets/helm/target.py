"""The `Target` for a Helm release: it can be rolled back, and nothing else."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.action import ApplyFailed, Observation, Progress, Replica, Report
from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets.helm import trouble
from runbooks.targets.helm.cli import GRACE, Helm
from runbooks.targets.helm.history import DEPLOYED, FAILED, ROLLING_BACK, History, Revision
from runbooks.targets.helm.options import Options

_LEFT_ALONE = "Nothing was changed."
_USUALLY = 60.0
"""Seconds that a rolling update of a few pods takes; helm does not say beforehand."""
_POLL = 3.0
_OF_WORKLOADS = "helm does not {0} anything; give the workload a target of kind kubernetes and {0} it there"
_NOTICES = "nobody, if each workload of the release updates step by step and starts well"


class HelmTarget:
    """One release. Its one replica is the release itself: helm knows nothing of pods."""

    kind = "helm"
    one = "Helm release"
    many = "Helm releases"

    def __init__(self, options: Options, grace: float = GRACE, poll: float = _POLL) -> None:
        self._options = options
        self._helm = Helm(options, grace)
        self._poll = poll

    async def observe(self) -> Observation:
        """Read the present state; changes nothing."""
        history = await self._history()
        newest, current, previous = history.newest, history.current, history.previous
        running = history.release(current).key if current else ""
        replica = Replica(self._options.release, newest.status, newest.status == DEPLOYED, newest.at, running)
        return Observation(
            replicas=() if newest.gone else (replica,),
            current=history.release(current) if current else None,
            previous=history.release(previous) if previous else None,
            releases=tuple(map(history.release, history.offered)),
            seconds_each=_USUALLY,
            least=1,
            cannot=self._cannot(history),
            notices=_NOTICES,
        )

    async def restart(self, after: datetime, report: Report) -> None:  # noqa: ARG002 (never offered)
        """Refused: pods are started anew by their workload."""
        raise Permanent(f"A Helm release cannot be restarted. {_LEFT_ALONE}", "NOT_OFFERED")

    async def scale(self, replicas: int, report: Report) -> None:  # noqa: ARG002 (never offered)
        """Refused: replicas are counted by their workload."""
        raise Permanent(f"A Helm release cannot be scaled. {_LEFT_ALONE}", "NOT_OFFERED")

    async def pause(self, paused: bool, report: Report) -> None:  # noqa: ARG002 (never offered)
        """Refused: rollouts are paused at their workload."""
        raise Permanent(f"A Helm release cannot be paused. {_LEFT_ALONE}", "NOT_OFFERED")

    async def switch(self, release: str, report: Report) -> None:
        """Roll back to the content whose `Release.key` is `release`; where that runs already, nothing is done."""
        history = await self._settled(release, report)
        wanted = history.holding(release)
        if wanted is None:
            raise Permanent(f"No revision holds {release} any more. {_LEFT_ALONE}", "NO_RELEASE")
        if not _runs(history, release):
            words = f"{self._options.release} is not yet back on {_what(wanted)}"
            await report(Progress(0, 1, words))
            await self._roll_back(wanted, history, release, report)
        await report(Progress(1, 1, f"{self._options.release} runs {release}"))

    async def _roll_back(self, wanted: Revision, before: History, release: str, report: Report) -> None:
        try:
            await self._helm.rollback(wanted.number)
        except OutsideError as failure:
            await self._sort_out(failure, before, release, report)

    async def _sort_out(self, failure: OutsideError, before: History, release: str, report: Report) -> None:
        """What became of a rollback that helm did not call a success: helm's own record tells. Returns where it runs.

        Raises what `switch` may raise.
        """
        try:
            after = History(await self._helm.revisions())
        except OutsideError as silence:
            raise Unsure(f"{failure} Whether it was begun is not known: helm cannot read its record now.") from silence
        newest = after.newest
        if newest.number == before.newest.number:
            raise trouble.unchanged(failure) from failure
        if newest.status == FAILED:
            raise self._failed(newest) from failure
        faster = isinstance(failure, Permanent) and failure.code == trouble.FASTER
        if newest.under_way and not faster:  # its helm is gone, and has not written down how it ended
            raise Unsure(f"{failure} Revision {newest.number} is still {newest.status}. {self._by_hand()}") from failure
        if not _runs(await self._settled(release, report), release):
            raise ApplyFailed(f"Somebody changed the release meanwhile: {_what(newest)} is its newest now. {failure}")

    async def _settled(self, release: str, report: Report) -> History:
        """The history once nothing is under way that leads to `release`: an attempt that was cut off may go on alone.

        One that is older than any attempt may get is dead, and is begun again. Raises `Permanent` where something else
        is under way, `ApplyFailed` where what was waited for failed.
        """
        waited_for = 0
        while True:
            history = await self._history()
            newest = history.newest
            if newest.number == waited_for and newest.status == FAILED:
                raise self._failed(newest)
            if not newest.under_way:
                return history
            if newest.status != ROLLING_BACK or history.key(newest) != release:
                words = self._held_by(history)
                raise Permanent(f"{words[0].upper()}{words[1:]}. {_LEFT_ALONE}", "UNDER_WAY")
            if self._is_dead(newest):
                return history
            waited_for = newest.number
            await report(Progress(0, 1, f"helm is still rolling back, as revision {newest.number}"))
            await asyncio.sleep(self._poll)

    async def _history(self) -> History:
        """What helm remembers. A failed rollback no longer says what it copied, so its manifest is compared."""
        try:
            history = History(await self._helm.revisions())
            if history.newest.lost_origin:
                return history.knowing(history.newest.number, await self._copied(history))
        except (Transient, Permanent) as failure:
            raise trouble.unchanged(failure) from failure
        return history

    async def _copied(self, history: History) -> int:
        """The origin of the newest revision's content: its own number where no other that ran had the same."""
        manifest = await self._helm.manifest(history.newest.number)
        for each in history.offered:
            if each.ran and await self._helm.manifest(each.number) == manifest:
                return history.origin(each)
        return history.newest.number

    def _is_dead(self, revision: Revision) -> bool:
        if revision.at is None:
            return True
        return (datetime.now(UTC) - revision.at).total_seconds() > self._helm.patience

    def _cannot(self, history: History) -> Mapping[str, str]:
        cannot = {action: _OF_WORKLOADS.format(action) for action in ("restart", "scale", "pause", "resume")}
        if history.newest.under_way:
            cannot["rollback"] = self._held_by(history)
        elif history.current is None:
            cannot["rollback"] = f"its newest revision, {_what(history.newest)}, is {history.newest.status}"
        return cannot

    def _held_by(self, history: History) -> str:
        newest = history.newest
        since = f" since {newest.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if newest.at else ""
        return (
            f"{newest.under_way}, {_what(newest)}, has been under way{since}. Wait for its end. "
            f"If whoever began it is gone, free it by hand: {self._command('rollback', _last_that_ran(history))}"
        )

    def _failed(self, revision: Revision) -> ApplyFailed:
        return ApplyFailed(
            f"helm could not finish it: {trouble.redacted(revision.description)}. It is revision {revision.number}, "
            f"failed; of its pods some may be new. Look at them, then roll back anew or to another revision."
        )

    def _by_hand(self) -> str:
        return f"Look with {self._command('history')} before anything else is done."

    def _command(self, verb: str, revision: str = "") -> str:
        options = self._options
        return f"`{' '.join(filter(None, ['helm', verb, options.release, revision, '-n', options.namespace]))}`"


def _runs(history: History, release: str) -> bool:
    return history.newest.status == DEPLOYED and history.key(history.newest) == release


def _what(revision: Revision) -> str:
    return f"revision {revision.number} ({revision.chart})"


def _last_that_ran(history: History) -> str:
    return next((str(each.number) for each in history.revisions if each.ran), "")
