"""Who may do what, as a table; and what a refusal says."""

from collections.abc import Sequence

import pytest

from bot.domain.permission import (
    WITHOUT_FILE,
    Allowed,
    Denied,
    Grant,
    Person,
    Policy,
    Right,
    Role,
    decide,
    holders,
    roles,
)

ANA = Person(frozenset({"U02ANA", "ana", "group:payments-oncall"}))
EVA = Person(frozenset({"U02EVA", "eva", "group:support"}))
GUEST = Person(frozenset({"U02GUEST"}), guest=True)


def policy(*grants: Grant) -> Policy:
    return Policy(grants)


def grant(role: Role, environments: Sequence[str] = ("*",), to: str = "ana", services: Sequence[str] = ("*",)) -> Grant:
    return Grant("the-rule", role, (to,), services, environments)


def may(person: Person, right: Right, at: Policy, service: str = "checkout", environment: str = "prod") -> bool:
    return isinstance(decide(person, right, service, environment, at), Allowed)


@pytest.mark.parametrize(
    ("role", "environments", "acts_in_test", "acts_in_prod"),
    [
        (Role.VIEWER, ("*",), False, False),
        (Role.RESPONDER, ("*",), False, False),
        (Role.OPERATOR, ("*",), True, False),
        (Role.OPERATOR, ("prod",), False, True),
        (Role.OPERATOR, ("*", "prod"), True, True),
        (Role.APPROVER, ("*",), True, True),
        (Role.APPROVER, ("test",), True, False),
        (Role.ADMIN, ("*",), True, True),
    ],
)
def test_who_acts_where(role: Role, environments: Sequence[str], acts_in_test: bool, acts_in_prod: bool) -> None:
    granted = policy(grant(role, environments))
    assert may(ANA, Right.ACT, granted, environment="test") is acts_in_test
    assert may(ANA, Right.ACT, granted, environment="prod") is acts_in_prod


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.VIEWER, set()),
        (Role.RESPONDER, {Right.RESPOND}),
        (Role.OPERATOR, {Right.RESPOND, Right.ACT}),
        (Role.APPROVER, {Right.RESPOND, Right.ACT, Right.APPROVE}),
        (Role.ADMIN, {Right.RESPOND, Right.ACT, Right.APPROVE, Right.ADMINISTER}),
    ],
)
def test_each_role_may_do_what_those_below_it_may(role: Role, rights: set[Right]) -> None:
    granted = policy(grant(role))
    assert {right for right in Right if may(ANA, right, granted, environment="test")} == rights | {
        Right.READ,
        Right.OPEN_INCIDENT,
    }


@pytest.mark.parametrize("person", [ANA, EVA, GUEST])
@pytest.mark.parametrize("at", [Policy(), policy(), policy(grant(Role.ADMIN))])
@pytest.mark.parametrize("right", [Right.READ, Right.OPEN_INCIDENT])
def test_everybody_may_read_and_open_an_incident(person: Person, at: Policy, right: Right) -> None:
    assert may(person, right, at)


def test_without_a_file_everybody_responds_and_nobody_acts() -> None:
    assert may(EVA, Right.RESPOND, Policy())
    assert not may(EVA, Right.ACT, Policy(), environment="test")
    assert Policy().grants is None
    assert WITHOUT_FILE[0].role is Role.RESPONDER


def test_with_an_empty_file_nobody_responds() -> None:
    assert not may(EVA, Right.RESPOND, policy())


def test_a_guest_looks_whatever_is_granted() -> None:
    everybody = policy(grant(Role.ADMIN, to="everybody"), grant(Role.ADMIN, to="U02GUEST"))
    denied = decide(GUEST, Right.ACT, "checkout", "test", everybody)
    assert isinstance(denied, Denied)
    assert denied.rule == "guests"
    assert roles(GUEST, "checkout", "test", everybody) == (Role.VIEWER,)


@pytest.mark.parametrize("to", ["ana", "U02ANA", "group:payments-oncall", "everybody"])
def test_a_grant_reaches_a_person_by_every_name(to: str) -> None:
    assert may(ANA, Right.ACT, policy(grant(Role.OPERATOR, to=to)), environment="test")


@pytest.mark.parametrize(("services", "reaches"), [(("*",), True), (("checkout",), True), (("cart", "search"), False)])
def test_a_grant_reaches_its_services_only(services: Sequence[str], reaches: bool) -> None:
    assert may(ANA, Right.ACT, policy(grant(Role.APPROVER, services=services))) is reaches


def test_an_environment_is_production_where_the_policy_says_so() -> None:
    live = Policy((grant(Role.OPERATOR),), production={"live"})
    assert may(ANA, Right.ACT, live, environment="prod")
    assert not may(ANA, Right.ACT, live, environment="live")


def test_a_refusal_names_the_rule_who_may_and_where_one_is() -> None:
    rules = policy(
        Grant(
            "prod-rollback", Role.APPROVER, ("group:payments-oncall", "group:payments-leads"), environments=("prod",)
        ),
        grant(Role.OPERATOR, to="eva"),
    )
    denied = decide(EVA, Right.ACT, "checkout-api", "prod", rules, verb="roll back")
    assert denied == Denied(
        "prod-rollback",
        "You may not roll back `checkout-api` in prod. Nothing was changed."
        " Rule prod-rollback: only payments-oncall and payments-leads; you are in support.",
        ("group:payments-oncall", "group:payments-leads"),
    )


@pytest.mark.parametrize(
    ("at", "why"), [(Policy(), "there is no permissions.yaml"), (policy(), "permissions.yaml grants this to nobody")]
)
def test_a_refusal_where_nobody_may_says_why(at: Policy, why: str) -> None:
    denied = decide(EVA, Right.ACT, "checkout", "prod", at)
    assert isinstance(denied, Denied)
    assert denied.words == (
        "You may not act on `checkout` in prod. Nothing was changed."
        f" Rule default: what is not granted is denied, and {why}."
    )
    assert denied.who == ()


def test_an_allowance_names_its_rule() -> None:
    assert decide(ANA, Right.ACT, "checkout", "prod", policy(grant(Role.APPROVER))) == Allowed("the-rule")


def test_roles_are_listed_highest_first() -> None:
    granted = policy(grant(Role.RESPONDER, to="everybody"), grant(Role.APPROVER), grant(Role.ADMIN, services=("cart",)))
    assert roles(ANA, "checkout", "prod", granted) == [Role.APPROVER, Role.RESPONDER, Role.VIEWER]


def test_those_who_may_are_named_once_each_as_the_grants_name_them() -> None:
    granted = policy(
        grant(Role.APPROVER, ("prod",), to="dev"),
        grant(Role.ADMIN, to="group:leads"),
        grant(Role.APPROVER, to="dev"),
        grant(Role.OPERATOR, to="ben"),
        grant(Role.APPROVER, ("uat",), to="gil"),
    )
    assert holders(Right.APPROVE, "checkout", "prod", granted) == ("dev", "group:leads")
    assert holders(Right.APPROVE, "checkout", "prod", Policy()) == ()
