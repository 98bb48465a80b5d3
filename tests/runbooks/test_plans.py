"""What a plan says and what is refused, read from an observation alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.action import (
    Bounds,
    Observation,
    Plan,
    Refused,
    Release,
    Replica,
    Report,
    Value,
    plan_from_json,
    read_params,
    read_world,
)
from runbooks import ACTIONS
from tests.runbooks.asking import Lines, request

NOW = datetime(2026, 1, 3, 2, 11, 20, 500_000, tzinfo=UTC)
V41 = Release("v41", datetime(2026, 1, 1, tzinfo=UTC))
V42 = Release("v42", datetime(2026, 1, 2, tzinfo=UTC), "ana", "new coupon form")
V43 = Release("v43", datetime(2026, 1, 3, tzinfo=UTC))


def running(number: int, release: str = "v42", healthy: int | None = None) -> tuple[Replica, ...]:
    up = number if healthy is None else healthy
    return tuple(Replica(f"checkout-{n}", "RUNNING", n <= up, release=release) for n in range(1, number + 1))


WORLD = Observation(running(3), V42, V41, (V42, V41), seconds_each=5, least=1)
PAUSABLE = replace(WORLD, paused=False)
NOW_42 = Release("revision 42", identity="d42", runs="shop:v42", content="image: shop:v42\nport: 80")
THEN_41 = Release(
    "revision 41",
    datetime(2026, 1, 1, 9, 30, tzinfo=UTC),
    "kubectl-set",
    "v41",
    "d41",
    "shop:v41",
    "image: shop:v41\nport: 80",
)
CLUSTER = Observation(running(3, "d42"), NOW_42, THEN_41, (NOW_42, THEN_41), seconds_each=5, wanted=3, paused=False)
"""A world in which going back renames what it goes back to."""


class Pods:
    """A target that is whatever the test says, and notes what it is told to do."""

    kind = "pods"
    one = "pod"
    many = "pods"

    def __init__(self, seen: Observation) -> None:
        self.seen = seen
        self.told: list[tuple[str, object]] = []

    async def observe(self) -> Observation:
        return self.seen

    async def restart(self, after: datetime, report: Report) -> None:
        self.told.append(("restart", after))

    async def scale(self, replicas: int, report: Report) -> None:
        self.told.append(("scale", replicas))

    async def switch(self, release: str, report: Report) -> None:
        self.told.append(("switch", release))

    async def pause(self, paused: bool, report: Report) -> None:
        self.told.append(("pause", paused))


Params = Mapping[str, Value]


async def plan(
    action: str, params: Params | None = None, seen: Observation = WORLD, bounds: Bounds | None = None
) -> Plan:
    return ACTIONS[action].plan(request(params or {}, bounds), await read_world(Pods(seen), NOW))


async def refusal(
    action: str, params: Params | None = None, seen: Observation = WORLD, bounds: Bounds | None = None
) -> Refused:
    with pytest.raises(Refused) as refused:
        await plan(action, params, seen, bounds)
    return refused.value


async def test_rollback_says_from_what_to_what_and_how_to_return() -> None:
    made = await plan("rollback")
    assert (made.title, made.before, made.after) == ("Roll back checkout v42 → v41", "v42", "v41")
    assert made.hits == "All 3 pods, one at a time, about 15 s"
    assert made.facts == (
        ("Who notices", "nobody, if v41 starts well"),
        ("What goes away", "what came with v42 (“new coupon form”)"),
        ("Undo", "back to v42, one click"),
        ("Data", "stored data and its schema stay as they are: they are not rolled back"),
    )
    assert (made.undo_action, made.undo, made.undo_label) == ("rollback", {"release": "v42"}, "Undo: back to v42…")


async def test_the_undo_of_a_rollback_rolls_forward() -> None:
    back = Observation(running(3, "v41"), V41, None, (V42, V41), seconds_each=5)
    made = await plan("rollback", {"release": "v42"}, back)
    assert made.title == "Roll forward checkout v41 → v42"
    assert dict(made.facts)["What goes away"] == "what came with v41"


async def test_rollback_over_several_releases_names_all_that_goes_away() -> None:
    made = await plan("rollback", {"release": "v41"}, Observation(running(3, "v43"), V43, V42, (V43, V42, V41)))
    assert dict(made.facts)["What goes away"] == "what came with v43, v42 (“new coupon form”)"


@pytest.mark.parametrize("typed", ["v41", "41", " v41 "])
async def test_a_release_is_found_with_and_without_its_v(typed: str) -> None:
    assert (await plan("rollback", {"release": typed})).after == "v41"


async def test_an_unknown_release_is_refused_with_the_nearest() -> None:
    refused = await refusal("rollback", {"release": "v4l"})
    assert refused.rule == "unknown release"
    assert str(refused) == "No release 'v4l' of `checkout`. Nothing was changed. Did you mean v42 or v41?"


async def test_a_release_like_no_other_is_refused_with_those_that_exist() -> None:
    assert "There are: v42, v41." in str(await refusal("rollback", {"release": "hotfix"}))


async def test_nothing_to_roll_back_to_is_said_with_what_else_is_there() -> None:
    refused = await refusal("rollback", seen=replace(WORLD, previous=None))
    assert refused.rule == "nothing to roll back to"
    assert "Nothing was changed. Name one of those that are there: v41." in str(refused)


async def test_a_rollback_to_what_runs_already_is_refused() -> None:
    refused = await refusal("rollback", {"release": "v42"})
    assert refused.rule == "already there"
    assert str(refused) == "`checkout` already runs v42 in all 3 pods. Nothing was changed."


async def test_a_switch_that_was_left_half_done_can_be_planned_to_its_end() -> None:
    half = Observation(
        (*running(2, "v41"), Replica("checkout-3", "RUNNING", True, release="v42")), V41, None, (V42, V41)
    )
    made = await plan("rollback", {"release": "v41"}, half)
    assert (made.title, made.before, made.undo) == ("Finish the switch of checkout to v41", "v41 and v42", None)


async def test_a_rollback_names_images_and_differences_and_goes_by_what_a_release_is_not_by_its_number() -> None:
    made = await plan("rollback", seen=CLUSTER)
    assert (made.before, made.after) == ("revision 42", "revision 41")
    assert dict(made.facts)["Runs"] == "shop:v42 → shop:v41"
    assert dict(made.facts)["Made"] == "revision 41, 2026-01-01 09:30 UTC by kubectl-set"
    assert made.diff.splitlines()[2:] == ["@@ -1,2 +1,2 @@", "-image: shop:v42", "+image: shop:v41", " port: 80"]
    assert (made.observed, made.desired, made.undo) == ({"release": "d42"}, {"release": "d41"}, {"release": "d42"})


@pytest.mark.parametrize("typed", ["41", "revision 41", "d41"])
async def test_a_revision_is_found_by_its_number_and_by_what_it_is(typed: str) -> None:
    assert (await plan("rollback", {"release": typed}, CLUSTER)).after == "revision 41"


async def test_a_rollback_that_has_begun_still_fits_though_the_revision_has_a_new_number() -> None:
    made = await plan("rollback", seen=CLUSTER)
    renamed = replace(THEN_41, name="revision 43")
    pods = Pods(replace(CLUSTER, current=renamed, releases=(renamed, NOW_42)))
    await ACTIONS["rollback"].apply(made, pods, Lines())
    assert pods.told == [("switch", "d41")]


async def test_a_rollback_to_the_same_image_says_so() -> None:
    made = await plan("rollback", seen=replace(CLUSTER, previous=replace(THEN_41, runs="shop:v42")))
    assert dict(made.facts)["Runs"] == "shop:v42, as now: revision 41 differs in something else"


async def test_what_a_target_warns_of_stands_in_every_plan() -> None:
    warned = replace(CLUSTER, warnings=(("Managed by", "Argo CD: it will undo the change"),))
    for action in ACTIONS:
        seen = replace(warned, paused=action == "resume")
        assert (await plan(action, {"replicas": 6} if action == "scale" else {}, seen)).facts[-1][0] == "Managed by"


async def test_what_shall_run_counts_where_the_target_keeps_it_itself() -> None:
    starting = replace(CLUSTER, replicas=running(1, "d42"), wanted=3)
    assert (await plan("scale", {"replicas": 6}, starting)).before == "3 pods"
    assert (await plan("scale", {"replicas": 2}, replace(CLUSTER, replicas=(), wanted=0))).before == "0 pods"


async def test_a_restart_that_has_begun_still_fits_though_its_release_has_a_new_name() -> None:
    made = await plan("restart", seen=CLUSTER)
    begun = replace(
        CLUSTER, current=replace(NOW_42, identity="d43"), restarted_at=datetime(2026, 1, 3, 2, 11, 21, tzinfo=UTC)
    )
    pods = Pods(begun)
    await ACTIONS["restart"].apply(made, pods, Lines())
    assert [name for name, _ in pods.told] == ["restart"]


@pytest.mark.parametrize(("action", "paused", "undo"), [("pause", False, "resume"), ("resume", True, "pause")])
async def test_a_rollout_is_paused_and_resumed_and_each_undoes_the_other(action: str, paused: bool, undo: str) -> None:
    made = await plan(action, seen=replace(CLUSTER, paused=paused))
    assert made.title == f"{action.capitalize()} the rollout of checkout"
    assert (made.desired, made.undo, made.undo_action) == ({"paused": not paused}, {"paused": paused}, undo)
    assert (await refusal(action, seen=replace(CLUSTER, paused=not paused))).rule == "already there"


async def test_what_has_no_rollout_cannot_be_paused() -> None:
    assert str(await refusal("pause")) == (
        "`checkout` does not offer pause: its target has no rollout that could be paused. Nothing was changed."
    )


async def test_a_plan_whose_target_came_not_to_offer_the_action_does_not_run() -> None:
    made = await plan("scale", {"replicas": 6}, CLUSTER)
    with pytest.raises(Refused, match="an HPA keeps it"):
        await ACTIONS["scale"].apply(made, Pods(replace(CLUSTER, cannot={"scale": "an HPA keeps it"})), Lines())


async def test_scale_says_what_is_added_and_what_stays() -> None:
    made = await plan("scale", {"replicas": 6})
    assert (made.title, made.before, made.after) == ("Scale checkout 3 → 6", "3 pods", "6 pods")
    assert made.hits == "3 pods more, about 15 s; the 3 that run stay untouched"
    assert (made.undo_action, made.undo, made.undo_label) == ("scale", {"replicas": 3}, "Undo: back to 3…")


async def test_scale_down_says_how_many_stop() -> None:
    made = await plan("scale", {"replicas": 1})
    assert made.hits == "2 of 3 pods stop, one at a time, about 10 s"
    assert dict(made.facts)["Who notices"] == "nobody, if 1 pod can carry the load"


@pytest.mark.parametrize(
    ("replicas", "words"),
    [
        (40, "40 replicas is over the limit of 20. Nothing was changed. Allowed: 3 to 20."),
        (2, "2 replicas is under the limit of 3. Nothing was changed. Allowed: 3 to 20."),
        (-1, "-1 replicas is under the limit of 3. Nothing was changed. Allowed: 3 to 20."),
    ],
)
async def test_scale_out_of_bounds_is_refused_with_the_bounds(replicas: int, words: str) -> None:
    refused = await refusal("scale", {"replicas": replicas}, bounds=Bounds(3, 20))
    assert (refused.rule, str(refused)) == ("out of bounds", words)


async def test_scale_below_what_the_target_can_keep_is_refused_without_bounds_too() -> None:
    assert (await refusal("scale", {"replicas": 0})).rule == "out of bounds"


@pytest.mark.parametrize("value", ["six", None, True, 2.5])
async def test_scale_to_what_is_no_number_is_refused(value: Value) -> None:
    assert (await refusal("scale", {"replicas": value})).rule == "parameters"


async def test_scale_to_the_present_number_is_refused() -> None:
    assert "already has 3 pods, 2 of them healthy" in str(
        await refusal("scale", {"replicas": 3}, replace(WORLD, replicas=running(3, healthy=2)))
    )


async def test_restart_has_no_undo_and_says_so() -> None:
    made = await plan("restart")
    assert (made.title, made.before, made.after) == ("Restart checkout", "3 of 3 pods healthy", "all started anew")
    assert (made.undo, dict(made.facts)["Undo"]) == (None, "a restart has none")


async def test_restart_is_planned_to_a_whole_second_that_has_not_passed() -> None:
    assert (await plan("restart")).desired == {"restarted_after": "2026-01-03T02:11:21+00:00"}


@pytest.mark.parametrize(
    ("replicas", "words"),
    [
        (running(3), "nobody, if each starts well: the others serve meanwhile"),
        (running(1), "its users: nothing serves for about 5 s"),
        (running(3, healthy=1), "its users: nothing serves for about 5 s"),
        (running(3, healthy=0), "nobody more than now: nothing serves"),
    ],
)
async def test_who_notices_follows_from_who_serves(replicas: tuple[Replica, ...], words: str) -> None:
    made = await plan("restart", seen=replace(WORLD, replicas=replicas))
    assert dict(made.facts)["Who notices"] == words


async def test_what_is_hit_names_the_replicas_that_are_down_already() -> None:
    made = await plan("restart", seen=replace(WORLD, replicas=running(3, healthy=2)))
    assert made.hits == "All 3 pods, one at a time, about 15 s; not healthy now: checkout-3"


async def test_two_at_a_time_takes_half_as_long() -> None:
    made = await plan("restart", seen=replace(WORLD, replicas=running(6), at_once=2, seconds_each=50))
    assert made.hits == "All 6 pods, 2 at a time, about 3 min"


@pytest.mark.parametrize("action", ["restart", "rollback", "scale"])
async def test_nothing_is_planned_where_nothing_runs(action: str) -> None:
    assert (await refusal(action, {"replicas": 2}, replace(WORLD, replicas=()))).rule == "no target"


@pytest.mark.parametrize("action", sorted(ACTIONS))
async def test_what_a_target_does_not_offer_is_refused_with_its_reason(action: str) -> None:
    refused = await refusal(action, {"replicas": 2}, replace(WORLD, cannot={action: "an autoscaler owns it"}))
    assert refused.rule == "not offered"
    assert str(refused) == f"`checkout` does not offer {action}: an autoscaler owns it. Nothing was changed."


CASES: Sequence[tuple[str, Mapping[str, Value], tuple[str, object]]] = [
    ("restart", {}, ("restart", datetime(2026, 1, 3, 2, 11, 21, tzinfo=UTC))),
    ("scale", {"replicas": 6}, ("scale", 6)),
    ("rollback", {}, ("switch", "v41")),
    ("pause", {}, ("pause", True)),
]


@pytest.mark.parametrize(("action", "params", "told"), CASES)
async def test_a_stored_plan_is_applied_as_it_was_made(
    action: str, params: Mapping[str, Value], told: tuple[str, object]
) -> None:
    made = await plan(action, params, PAUSABLE)
    stored = plan_from_json(made.to_json())
    assert (stored, stored.digest) == (made, made.digest)
    pods = Pods(PAUSABLE)
    await ACTIONS[action].apply(stored, pods, Lines())
    assert pods.told == [told]


@pytest.mark.parametrize(
    ("action", "moved", "words"),
    [
        ("restart", replace(WORLD, current=V43), "checkout is now on v43, not v42"),
        ("restart", replace(WORLD, replicas=running(4)), "checkout now has 4 pods, not 3"),
        ("scale", replace(WORLD, replicas=running(7)), "checkout now has 7 pods, not 3"),
        ("scale", replace(WORLD, replicas=running(2)), "checkout now has 2 pods, not 3"),
        ("rollback", replace(WORLD, current=V43, releases=(V43, V42, V41)), "checkout is now on v43, not v42"),
        ("rollback", replace(WORLD, releases=(V42,)), "v41 of checkout is not there any more"),
    ],
)
async def test_a_plan_of_another_world_is_refused_and_changes_nothing(
    action: str, moved: Observation, words: str
) -> None:
    made = await plan(action, {"replicas": 6} if action == "scale" else {})
    pods = Pods(moved)
    with pytest.raises(Refused, match="no longer fits") as refused:
        await ACTIONS[action].apply(made, pods, Lines())
    assert words in str(refused.value)
    assert pods.told == []


@pytest.mark.parametrize(
    ("action", "begun"),
    [
        ("scale", replace(WORLD, replicas=running(5))),
        ("scale", replace(WORLD, replicas=running(6))),
        ("rollback", replace(WORLD, current=V41)),
    ],
)
async def test_a_plan_still_fits_the_world_that_it_has_begun_to_change(action: str, begun: Observation) -> None:
    made = await plan(action, {"replicas": 6} if action == "scale" else {})
    await ACTIONS[action].check(made, Pods(begun))


async def test_two_plans_of_the_same_change_have_one_digest_and_of_another_another() -> None:
    assert (await plan("rollback")).digest == (await plan("rollback")).digest
    assert (await plan("scale", {"replicas": 5})).digest != (await plan("scale", {"replicas": 6})).digest


@pytest.mark.parametrize(
    ("action", "words", "params"),
    [
        ("scale", ["6"], {"replicas": 6}),
        ("scale", ["to", "6"], {"replicas": 6}),
        ("rollback", [], {}),
        ("rollback", ["to", "41"], {"release": "41"}),
        ("restart", [], {}),
    ],
)
def test_typed_words_become_params(action: str, words: list[str], params: Mapping[str, Value]) -> None:
    assert read_params(ACTIONS[action].parameters, words) == params


@pytest.mark.parametrize(
    ("action", "words", "says"),
    [
        ("scale", [], "`replicas` is missing, such as 6"),
        ("scale", ["six"], "“six” is not a whole number"),
        ("scale", ["6.5"], "“6.5” is not a whole number"),
        ("scale", ["9" * 30], "is not a whole number"),
        ("restart", ["now"], "“now” is one word too many"),
    ],
)
def test_typed_words_that_fit_no_parameter_are_refused(action: str, words: list[str], says: str) -> None:
    with pytest.raises(Refused, match="Nothing was changed") as refused:
        read_params(ACTIONS[action].parameters, words)
    assert says in str(refused.value)
