"""Who may do what: one small function that says which rule denied, and who would have been allowed.

Roles are cumulative. Reading and opening an incident is everybody's; actions are denied unless granted. An operator
acts outside production, and in production only where a grant names that environment itself: `*` does not reach it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

EVERYTHING = "*"
EVERYBODY = "everybody"
GROUP = "group:"
PRODUCTION = frozenset({"prod", "production"})
DEFAULT_RULE = "default"


class Role(IntEnum):
    """From least to most; each may do what those before it may."""

    VIEWER = 0
    RESPONDER = 1
    OPERATOR = 2
    APPROVER = 3
    ADMIN = 4


class Right(StrEnum):
    """What a request needs."""

    READ = "read"
    OPEN_INCIDENT = "open_incident"
    RESPOND = "respond"
    """Acknowledge, note, change an incident's state."""
    ACT = "act"
    """Run a runbook's action, abort it, settle it."""
    APPROVE = "approve"
    """Say the second yes to somebody else's action."""
    ADMINISTER = "administer"


NEEDS = {
    Right.READ: Role.VIEWER,
    Right.OPEN_INCIDENT: Role.VIEWER,
    Right.RESPOND: Role.RESPONDER,
    Right.ACT: Role.OPERATOR,
    Right.APPROVE: Role.APPROVER,
    Right.ADMINISTER: Role.ADMIN,
}
RIGHT_OF = {
    "viewer": Right.RESPOND,
    "responder": Right.RESPOND,
    "operator": Right.ACT,
    "approver": Right.APPROVE,
    "admin": Right.ADMINISTER,
}
"""What running or approving a runbook of that role needs; less than answering for the service is never enough."""
VERBS = {
    Right.READ: "look at",
    Right.OPEN_INCIDENT: "open an incident about",
    Right.RESPOND: "answer for",
    Right.ACT: "act on",
    Right.APPROVE: "approve actions on",
    Right.ADMINISTER: "change the settings of",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: every name they are known by (chat id, catalog key), and their groups as `group:<handle>`.

    A guest, or somebody of another workspace, stays a viewer whatever is granted.
    """

    names: frozenset[str]
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to people or groups for some services in some environments; `rule` is what a refusal calls it."""

    rule: str
    role: Role
    to: Collection[str]
    services: Collection[str] = (EVERYTHING,)
    environments: Collection[str] = (EVERYTHING,)


@dataclass(frozen=True, slots=True)
class Policy:
    """All grants, and which environments count as production. `grants` None: nobody wrote any down."""

    grants: Sequence[Grant] | None = None
    production: Collection[str] = PRODUCTION


WITHOUT_FILE: Sequence[Grant] = (Grant(DEFAULT_RULE, Role.RESPONDER, (EVERYBODY,)),)
"""What holds where nothing is written down: everybody may read and respond, nobody may act."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, by the rule of that name."""

    rule: str


@dataclass(frozen=True, slots=True)
class Denied:
    """No. `words` are complete; `who` are those whom `rule` would have allowed, as the grants name them."""

    rule: str
    words: str
    who: Sequence[str]


def decide(
    person: Person, right: Right, service: str, environment: str, policy: Policy, verb: str = ""
) -> Allowed | Denied:
    """May `person` do this to `service` in `environment`? `verb` says what, where a refusal should be more exact."""
    if NEEDS[right] is Role.VIEWER:
        return Allowed(DEFAULT_RULE)
    opening = f"You may not {verb or VERBS[right]} `{service}` in {environment}. Nothing was changed."
    if person.guest:
        return Denied("guests", f"{opening} Rule guests: guests and people of other workspaces may look only.", ())
    fitting = [grant for grant in _grants(policy) if _gives(grant, right, service, environment, policy)]
    mine = next((grant for grant in fitting if _holds(person, grant)), None)
    return Allowed(mine.rule) if mine else _denied(opening, person, fitting, policy)


def holders(right: Right, service: str, environment: str, policy: Policy) -> Sequence[str]:
    """Everybody who may do this there, as the grants name them, each once."""
    fitting = [grant for grant in _grants(policy) if _gives(grant, right, service, environment, policy)]
    return tuple(dict.fromkeys(name for grant in fitting for name in grant.to))


def roles(person: Person, service: str, environment: str, policy: Policy) -> Sequence[Role]:
    """Every role that the person has there, the highest first; the last is always viewer."""
    if person.guest:
        return (Role.VIEWER,)
    here = (grant for grant in _grants(policy) if _covers(grant, service, environment) and _holds(person, grant))
    return sorted({Role.VIEWER, *(grant.role for grant in here)}, reverse=True)


def _grants(policy: Policy) -> Sequence[Grant]:
    return WITHOUT_FILE if policy.grants is None else policy.grants


def _holds(person: Person, grant: Grant) -> bool:
    return EVERYBODY in grant.to or not person.names.isdisjoint(grant.to)


def _gives(grant: Grant, right: Right, service: str, environment: str, policy: Policy) -> bool:
    if grant.role < NEEDS[right] or not _covers(grant, service, environment):
        return False
    needs_name = right is Right.ACT and environment in policy.production and grant.role is Role.OPERATOR
    return environment in grant.environments or not needs_name


def _covers(grant: Grant, service: str, environment: str) -> bool:
    at_service = EVERYTHING in grant.services or service in grant.services
    return at_service and (EVERYTHING in grant.environments or environment in grant.environments)


def _denied(opening: str, person: Person, fitting: Sequence[Grant], policy: Policy) -> Denied:
    if not fitting:
        why = "there is no permissions.yaml" if policy.grants is None else "permissions.yaml grants this to nobody"
        return Denied(DEFAULT_RULE, f"{opening} Rule {DEFAULT_RULE}: what is not granted is denied, and {why}.", ())
    who = tuple(dict.fromkeys(name for grant in fitting for name in grant.to))
    groups = sorted(name for name in person.names if name.startswith(GROUP))
    yours = f"; you are in {_listed(groups)}" if groups else ""
    return Denied(fitting[0].rule, f"{opening} Rule {fitting[0].rule}: only {_listed(who)}{yours}.", who)


def _listed(names: Sequence[str]) -> str:
    shown = [name.removeprefix(GROUP) for name in names]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
