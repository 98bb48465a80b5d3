"""Roll back: every replica runs an earlier release, replaced one after the other."""

from collections.abc import Sequence
from difflib import unified_diff

from rapidfuzz import process

from bot.action import Observation, Parameter, Plan, Refused, Release, Report, Request, Target, World
from runbooks import wording

_LISTED = 5
_NOTE_ROOM = 80
_NEAR = 60
"""Least likeness (0–100, rapidfuzz) of a name that is offered instead of an unknown one."""


class Rollback:
    """`desired.release` is a release's key, so repeating it changes nothing. Undo is the way back to the one left."""

    name = "rollback"
    verb = "roll back"
    parameters: Sequence[Parameter] = (Parameter("release", "string", False, "To which release", "v41"),)

    def plan(self, request: Request, world: World) -> Plan:
        """From the current release to `params.release`, or to the one before it."""
        seen = world.seen
        wording.offered(self.name, request, seen)
        if seen.current is None:
            raise Refused(f"No release of `{request.service}` is current. {wording.LEFT_ALONE}", "no target")
        left, wanted = seen.current, _wanted(request, seen)
        if left.key == wanted.key and all(replica.release == wanted.key for replica in seen.replicas):
            number = wording.count(seen.size, world)
            words = f"`{request.service}` already runs {wanted.name} in all {number}. {wording.LEFT_ALONE}"
            raise Refused(words, "already there")
        moved = left.key != wanted.key
        return Plan(
            action=self.name,
            service=request.service,
            environment=request.environment,
            target=request.target,
            before=left.name if moved else _mixed(seen),
            after=wanted.name,
            title=_title(request.service, left, wanted, seen),
            hits=wording.hits_each(seen, world),
            facts=_facts(left, wanted, seen),
            desired={"release": wanted.key},
            observed={"release": left.key},
            undo={"release": left.key} if moved else None,
            undo_action=self.name if moved else "",
            undo_label=wording.undo_label(left.name) if moved else "",
            diff=_difference(left, wanted),
            look=seen.look,
            abort=seen.abort,
        )

    async def check(self, plan: Plan, target: Target) -> None:
        """A plan fits while the release it leaves, or already the one it leads to, is current, and both still exist."""
        seen = await target.observe()
        key = seen.current.key if seen.current else ""
        if key not in (plan.observed["release"], plan.desired["release"]):
            raise wording.no_longer_fits(f"{plan.service} is now on {wording.current(seen)}, not {plan.before}")
        if plan.desired["release"] not in [release.key for release in seen.releases]:
            raise wording.no_longer_fits(f"{plan.after} of {plan.service} is not there any more")

    async def apply(self, plan: Plan, target: Target, report: Report) -> None:
        """Have every replica run the planned release."""
        await self.check(plan, target)
        await target.switch(str(plan.desired["release"]), report)


def _wanted(request: Request, seen: Observation) -> Release:
    name = str(request.params.get("release") or "").strip()
    if name:
        return _named(name, request.service, seen)
    if seen.previous:
        return seen.previous
    others = _listing([release.name for release in seen.releases if release != seen.current])
    here = f"Name one of those that are there: {others}." if others else "No other release is there."
    current = seen.current.name if seen.current else "it"
    words = f"`{request.service}` has nothing to roll back to: no release is known to have served before {current}."
    raise Refused(f"{words} {wording.LEFT_ALONE} {here}", "nothing to roll back to")


def _named(name: str, service: str, seen: Observation) -> Release:
    by_name = {release.name: release for release in seen.releases}
    known = {release.key: release for release in reversed(seen.releases)} | by_name
    for spelling in (name, f"v{name}", f"revision {name}"):
        if spelling in known:
            return known[spelling]
    near = process.extract(name, list(by_name), score_cutoff=_NEAR, limit=2)
    nearest = " or ".join(found for found, score, _ in near if score == near[0][1])
    hint = f"Did you mean {nearest}?" if nearest else f"There are: {_listing(list(by_name))}."
    raise Refused(f"No release {name!r} of `{service}`. {wording.LEFT_ALONE} {hint}", "unknown release")


def _title(service: str, left: Release, wanted: Release, seen: Observation) -> str:
    if left.key == wanted.key:
        return f"Finish the switch of {service} to {wanted.name}"
    names = [release.name for release in seen.releases]
    direction = "back" if names.index(left.name) < names.index(wanted.name) else "forward"
    return f"Roll {direction} {service} {left.name} → {wanted.name}"


def _facts(left: Release, wanted: Release, seen: Observation) -> Sequence[tuple[str, str]]:
    moved = left.key != wanted.key
    return (
        *_what_runs(left, wanted),
        ("Who notices", wording.who_notices(seen, f"if {wanted.name} starts well")),
        ("What goes away", _goes_away(left, wanted, seen) if moved else "nothing that should run"),
        ("Undo", f"back to {left.name}, one click" if moved else "none: the release stays the same"),
        ("Data", "stored data and its schema stay as they are: they are not rolled back"),
        *wording.warnings("rollback", seen),
    )


def _what_runs(left: Release, wanted: Release) -> Sequence[tuple[str, str]]:
    """What the releases run, and who made the wanted one when, where a target knows it."""
    if not wanted.runs or left.key == wanted.key:
        return ()
    same = f"{wanted.runs}, as now: {wanted.name} differs in something else"
    runs = same if left.runs == wanted.runs else f"{left.runs} → {wanted.runs}"
    made = " ".join(filter(None, [_day(wanted), f"by {wanted.author}" if wanted.author else ""]))
    return ("Runs", runs), *([("Made", f"{wanted.name}, {made}")] if made else [])


def _day(release: Release) -> str:
    return f"{release.at:%Y-%m-%d %H:%M} UTC" if release.at else ""


def _difference(left: Release, wanted: Release) -> str:
    """What of the release changes, line by line; empty where the target does not show what a release consists of."""
    before, after = left.content.splitlines(), wanted.content.splitlines()
    return "\n".join(unified_diff(before, after, left.name, wanted.name, n=1, lineterm=""))


def _goes_away(left: Release, wanted: Release, seen: Observation) -> str:
    names = [release.name for release in seen.releases]
    here, there = names.index(left.name), names.index(wanted.name)
    gone = seen.releases[here:there] if here < there else [left]
    return "what came with " + ", ".join(map(_with_note, gone))


def _with_note(release: Release) -> str:
    return f"{release.name} (“{release.note[:_NOTE_ROOM]}”)" if release.note else release.name


def _mixed(seen: Observation) -> str:
    names = {release.key: release.name for release in reversed(seen.releases)}
    others = sorted({names.get(replica.release, replica.release) or "unknown" for replica in seen.replicas})
    return " and ".join(others)


def _listing(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
