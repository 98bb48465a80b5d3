"""The revisions of a release as `helm history -o json` tells them, and which of them hold the same.

A rollback copies an earlier revision, chart, values and manifest, under a new number, and says so in the description
("Rollback to 41"; helm's pkg/action/rollback.go). So a revision is known by the number it was copied from.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.action import Release
from bot.ports import Permanent
from runbooks.targets.helm.trouble import redacted

ASKED = 20
"""Revisions that helm is asked for."""
_OFFERED = 15
"""Revisions that can be rolled back to. Fewer than are asked for: each rollback makes another, and what a copy was
copied from must still be in sight after it."""

DEPLOYED = "deployed"
FAILED = "failed"
ROLLING_BACK = "pending-rollback"
_RAN = frozenset({DEPLOYED, "superseded"})
_UNDER_WAY = {
    "pending-install": "an install",
    "pending-upgrade": "an upgrade",
    ROLLING_BACK: "a rollback",
}
_GONE = frozenset({"uninstalled", "uninstalling"})
_COPY = re.compile(r"Rollback to ([1-9]\d*)")
_FAILED_ROLLBACK = re.compile(r'(?:Rollback|Release) ".*" failed')
"""helm overwrites the description of a rollback that fails."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision. `status` and `description` are helm's own words; `at` is when it was begun."""

    number: int
    at: datetime | None
    status: str
    chart: str
    app_version: str
    description: str

    @property
    def under_way(self) -> str:
        """What is being done by it (`an upgrade`); empty where it has ended."""
        return _UNDER_WAY.get(self.status, "")

    @property
    def ran(self) -> bool:
        return self.status in _RAN

    @property
    def gone(self) -> bool:
        return self.status in _GONE

    @property
    def lost_origin(self) -> bool:
        """Whether it may be a copy that does not say of what."""
        return self.status == FAILED and self.number > 1 and bool(_FAILED_ROLLBACK.match(self.description))


@dataclass(frozen=True, slots=True)
class History:
    """The latest revisions, newest first, at least one. `copies` are known from their manifests: number → origin."""

    revisions: Sequence[Revision]
    copies: Mapping[int, int] = field(default_factory=dict)

    @property
    def newest(self) -> Revision:
        return self.revisions[0]

    @property
    def current(self) -> Revision | None:
        """The one that was applied last: deployed, or failed, and then the cluster may hold some of it.

        What is under way is passed over: whether it will hold is not known yet.
        """
        ended = (revision for revision in self.revisions if not revision.under_way)
        last = next(ended, None)
        return last if last and (last.ran or last.status == FAILED) else None

    @property
    def previous(self) -> Revision | None:
        """The latest that ran before what the current one holds was first there; one that failed never ran.

        After a rollback that is not the revision which was rolled back from: nobody gets back to it by themselves.
        """
        current = self.current
        if current is None:
            return None
        before = self.origin(current)
        return next((each for each in self.offered if each.ran and self.origin(each) < before), None)

    @property
    def offered(self) -> Sequence[Revision]:
        """Those that can be rolled back to, and the current one."""
        return [each for each in self.revisions[:_OFFERED] if each.ran or each.status == FAILED]

    def origin(self, revision: Revision) -> int:
        """The number under which its content first appeared, as far back as helm remembers."""
        if revision.number in self.copies:
            return self.copies[revision.number]
        copied = _COPY.fullmatch(revision.description)
        number = int(copied[1]) if copied else revision.number
        if number >= revision.number:
            return revision.number
        source = next((each for each in self.revisions if each.number == number), None)
        if source is None:
            return number
        same = (source.chart, source.app_version) == (revision.chart, revision.app_version)
        return self.origin(source) if same else revision.number  # else the words are somebody's own

    def key(self, revision: Revision) -> str:
        """What a plan knows it by (`Release.key`): equal for a revision and its copies."""
        return f"{revision.chart} of revision {self.origin(revision)}"

    def holding(self, key: str) -> Revision | None:
        """The latest revision that can be rolled back to and holds `key`; rather one that ran than one that failed."""
        found = [each for each in self.revisions if self.key(each) == key and (each.ran or each.status == FAILED)]
        return next((each for each in found if each.ran), found[0] if found else None)

    def knowing(self, number: int, origin: int) -> "History":
        """The same, and revision `number` is a copy of `origin`."""
        return replace(self, copies={**self.copies, number: origin})

    def release(self, revision: Revision) -> Release:
        """A revision as actions see it."""
        app = f", app {revision.app_version}" if revision.app_version else ""
        failed = ", failed" if revision.status == FAILED else ""
        note = f"{revision.chart}{app}{failed}: {redacted(revision.description, 80)}"
        return Release(str(revision.number), revision.at, note=note, identity=self.key(revision))


def revisions_of(answer: bytes) -> Sequence[Revision]:
    """What `helm history -o json` wrote, newest first. Raises `Permanent` where that is no history."""
    try:
        entries = json.loads(answer)
        found = [_revision(entry) for entry in entries]
    except (ValueError, TypeError, KeyError) as error:
        raise Permanent("helm's answer is not a history. Is `helm` of version 3 or 4?", "PROTOCOL") from error
    if not found:
        raise Permanent("helm knows no revision of this release.", "NOT_FOUND")
    return sorted(found, key=lambda revision: revision.number, reverse=True)


def _revision(entry: Mapping[str, object]) -> Revision:
    return Revision(
        number=int(str(entry["revision"])),
        at=_instant(str(entry.get("updated") or "")),
        status=str(entry["status"]),
        chart=str(entry["chart"]),
        app_version=str(entry.get("app_version") or ""),
        description=str(entry.get("description") or ""),
    )


def _instant(text: str) -> datetime | None:
    """helm writes RFC 3339 with nanoseconds, and nothing where there is no time."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
