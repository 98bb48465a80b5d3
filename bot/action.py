"""What a runbook action is: an absolute change, planned first, applied as often as needed with one effect, undoable.

Actions (restart, scale, rollback) are the same for every kind of target; a `Target` knows one kind of machinery.
A plan is read from the live world, stored, and identified by its digest: what a person confirmed is what runs.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Release:
    """One deployable version: its name, when it was made, by whom, and its note (empty where unknown).

    `identity` stays the same where a target renames what it goes back to; empty where the name does. `runs` is what it
    runs, such as an image; `content` is all of it as text without secrets, of which plans show what differs.
    """

    name: str
    at: datetime | None = None
    author: str = ""
    note: str = ""
    identity: str = ""
    runs: str = ""
    content: str = ""

    @property
    def key(self) -> str:
        """By what plans know it."""
        return self.identity or self.name


@dataclass(frozen=True, slots=True)
class Replica:
    """One running copy: `state` is the target's own word, `since` when it last started, `release` the key of what it
    runs where that is known."""

    name: str
    state: str
    healthy: bool
    since: datetime | None = None
    release: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """The target as it is now.

    `releases` are newest first and include `current`; `previous` is where a rollback goes that names no release.
    `at_once` replicas are replaced together, which takes about `seconds_each`; fewer than `least` cannot be kept.
    `cannot` says why not, in words for a person, by the name of each action that this target does not offer.
    `wanted` is how many replicas shall run, where the target keeps that itself. `restarted_at` is when all of it was
    last told to restart, where that is kept. `paused`: its rollout stands still; None where it cannot be paused.
    `warnings` are named facts that belong in every plan; `overruled` says, by the name of each action whose change will
    not last, who takes it back. `notices` says who notices a replacement, where the number of replicas does not tell.
    `look` is a command by which a person sees the truth; `abort` says what an abort leaves, where that is not simply
    "the rest stay as they are".
    """

    replicas: Sequence[Replica]
    current: Release | None = None
    previous: Release | None = None
    releases: Sequence[Release] = ()
    at_once: int = 1
    seconds_each: float = 0
    least: int = 0
    cannot: Mapping[str, str] = field(default_factory=dict)
    notices: str = ""
    wanted: int | None = None
    restarted_at: datetime | None = None
    paused: bool | None = None
    warnings: Sequence[tuple[str, str]] = ()
    overruled: Mapping[str, str] = field(default_factory=dict)
    look: str = ""
    abort: str = ""

    @property
    def size(self) -> int:
        """How many replicas there shall be."""
        return len(self.replicas) if self.wanted is None else self.wanted

    @property
    def healthy(self) -> int:
        return sum(replica.healthy for replica in self.replicas)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a service may be scaled, both ends included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing an action asks for. `words` name it to a person; `example` is a value as typed."""

    name: str
    type: Literal["integer", "string"]
    required: bool
    words: str
    example: str


def read_params(parameters: Sequence[Parameter], words: Sequence[str]) -> Mapping[str, Value]:
    """The words typed after the service (`6`, `to v41`), typed as the parameters say. Raises `Refused`."""
    values = list(words[1:] if words[:1] == ["to"] else words)
    if len(values) > len(parameters):
        raise Refused(f"“{values[len(parameters)]}” is one word too many. Nothing was changed.", "parameters")
    missing = next((parameter for parameter in parameters[len(values) :] if parameter.required), None)
    if missing:
        words_needed = f"{missing.words}? `{missing.name}` is missing, such as {missing.example}."
        raise Refused(f"{words_needed} Nothing was changed.", "parameters")
    return {parameter.name: _typed(parameter, value) for parameter, value in zip(parameters, values, strict=False)}


def _typed(parameter: Parameter, value: str) -> Value:
    if parameter.type == "string":
        return value
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", value):
        example = f"Example: {parameter.example}."
        raise Refused(f"“{value}” is not a whole number. Nothing was changed. {example}", "parameters")
    return int(value)


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for. `params` are typed as the action's `parameters` say; `target` is the target's kind."""

    service: str
    environment: str
    target: str
    params: Mapping[str, Value] = field(default_factory=dict)
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """From → to, with everything a person must know before saying yes.

    `desired` is absolute (replicas 6, release v41, restarted after T), so applying twice is applying once.
    `observed` is the part of the world the plan rests on: where it differs at run time the plan no longer fits.
    `facts` are in the order in which a person reads them: who notices, what goes away, undo, data.
    `undo` holds the params of `undo_action` that restore, or None where nothing can. `diff` is what differs between
    the two ends as a unified diff, empty where the words say it all. `look` and `abort` are the observation's.
    """

    action: str
    service: str
    environment: str
    target: str
    before: str
    after: str
    title: str
    hits: str
    facts: Sequence[tuple[str, str]]
    desired: Mapping[str, Value]
    observed: Mapping[str, Value]
    undo: Mapping[str, Value] | None = None
    undo_action: str = ""
    undo_label: str = ""
    diff: str = ""
    look: str = ""
    abort: str = ""

    @property
    def digest(self) -> str:
        """Twelve hex digits that identify exactly this change to exactly this world."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:12]

    def to_json(self) -> str:
        """The plan as it is stored; `plan_from_json` gives back an equal plan with the same digest."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)


def plan_from_json(text: str) -> Plan:
    """The plan that `Plan.to_json` wrote. Raises ValueError or TypeError where the text is no plan."""
    stored = json.loads(text)
    facts = tuple((name, words) for name, words in stored.pop("facts"))
    return Plan(**stored, facts=facts)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an apply has come: `done` of `total` replicas, and one short line."""

    done: int
    total: int
    line: str


Report = Callable[[Progress], Awaitable[None]]
"""Told before each replica is touched and when all is done. It may raise to stop there (the run was aborted, the claim
was lost): nothing further is changed, and the exception passes through."""


class Refused(Exception):
    """The plan or its application is not allowed or not possible; nothing was changed.

    The message is complete words for a person; `rule` names the rule that refused.
    """

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


class ApplyFailed(Exception):
    """The change was begun and could not be finished; the message says how far it came and what serves now."""


class Target(Protocol):
    """One kind of machinery, for one unit (a service in an environment). Every call is idempotent: what is already so
    is left alone, so a call that was cut short is simply made again. `one` and `many` are its words for a replica.

    All may raise `ports.Transient` (not reachable now) and `ports.Permanent` (reachable, says no); those that change
    something also `ApplyFailed` (begun, not finished) and `ports.Unsure` (sent, and nothing was heard since).
    """

    kind: str
    one: str
    many: str

    async def observe(self) -> Observation:
        """Read the present state; changes nothing."""
        ...

    async def restart(self, after: datetime, report: Report) -> None:
        """Restart each replica last started before `after`, one at a time, waiting for health in between."""
        ...

    async def scale(self, replicas: int, report: Report) -> None:
        """Exactly `replicas` copies exist and are healthy."""
        ...

    async def switch(self, release: str, report: Report) -> None:
        """Every replica runs the release with that key, replaced a few at a time."""
        ...

    async def pause(self, paused: bool, report: Report) -> None:
        """Rollouts stand still, or go on. Only for a target whose observation says whether it is paused."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """A target as it was read at one instant, for any number of plans. `one` and `many` are its words for a replica."""

    seen: Observation
    at: datetime
    one: str
    many: str


async def read_world(target: Target, at: datetime) -> World:
    """Raises what `Target.observe` raises."""
    return World(await target.observe(), at, target.one, target.many)


class Action(Protocol):
    """One thing that can be done to a target. `name` is the verb people type, `verb` how a sentence says it
    ("roll back"), `parameters` what it asks for, in the order in which they are typed."""

    name: str
    verb: str
    parameters: Sequence[Parameter]

    def plan(self, request: Request, world: World) -> Plan:
        """The change, in the world as it was read. Raises `Refused` with the rule."""
        ...

    async def check(self, plan: Plan, target: Target) -> None:
        """Raises `Refused` where the live world is no longer the plan's; one that the plan has begun to change is."""
        ...

    async def apply(self, plan: Plan, target: Target, report: Report) -> None:
        """Check, then make the world as `plan.desired` says; resumable after kill -9.

        Raises `Refused`, `ApplyFailed` or `ports.OutsideError`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Glance:
    """One way to look at a target: `name` is what people type, `words` what a menu calls it."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found, without what can be told to be a secret.

    `title` is the finding, without a full stop. `facts` are named, the one to read first before the others. `text` is
    something others wrote, such as the end of a log, its newest line last; `origin` says what it is, and where it is
    empty all the same, that nothing was written.
    """

    title: str
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""
    origin: str = ""


@runtime_checkable
class Lookable(Protocol):
    """A target that can also be looked at by people. `looks` are best first; none of them changes anything."""

    many: str
    looks: Sequence[Glance]

    async def look(self, name: str, now: datetime) -> Seen:
        """The look of that name; ages are told as of `now`. Raises `ports.Transient` and `ports.Permanent`."""
        ...
