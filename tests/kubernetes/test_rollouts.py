"""How far a rollout is: what `kubectl rollout status` would wait for."""

from typing import Any

import pytest

from runbooks.targets.kubernetes.rollouts import Standing, of_daemon_set, of_deployment, of_stateful_set
from tests.kubernetes.objects import workload

Numbers = dict[str, Any]


def deployment(status: Numbers, replicas: int = 3) -> Standing:
    return of_deployment(workload("Deployment", "v", spec={"replicas": replicas}, status=status))


@pytest.mark.parametrize(
    ("status", "done", "over"),
    [
        ({"observedGeneration": 6, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}, 0, False),
        ({"replicas": 4, "updatedReplicas": 1, "availableReplicas": 3}, 0, False),
        ({"replicas": 4, "updatedReplicas": 2, "availableReplicas": 4}, 2, False),
        ({"replicas": 4, "updatedReplicas": 3, "availableReplicas": 4}, 2, False),
        ({"replicas": 3, "updatedReplicas": 3, "availableReplicas": 2}, 2, False),
        ({"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}, 3, True),
        ({"replicas": 5, "updatedReplicas": 5, "availableReplicas": 5}, 2, False),
        ({}, 0, False),
    ],
    ids=["not seen yet", "one starts", "two serve", "an old one is left", "one is not ready", "all there",
         "two too many", "nothing yet"],
)  # fmt: skip
def test_a_deployment_is_done_once_the_new_pods_serve_and_the_old_are_gone(
    status: Numbers, done: int, over: bool
) -> None:
    assert deployment(status) == Standing(done, 3, over)


def test_a_deployment_of_no_pods_is_done_once_none_is_left() -> None:
    assert not deployment({"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}, replicas=0).over
    assert deployment({}, replicas=0).over


def test_a_deployment_past_its_deadline_says_so_until_it_is_done() -> None:
    stuck = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out."}]
    status = {"replicas": 4, "updatedReplicas": 1, "availableReplicas": 3, "conditions": stuck}
    assert deployment(status).failed == "timed out."
    over = {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "conditions": stuck}
    assert deployment(over) == Standing(3, 3, over=True)


def stateful_set(status: Numbers, **strategy: object) -> Standing:
    spec = {"replicas": 3, "updateStrategy": strategy or {"type": "RollingUpdate"}}
    return of_stateful_set(workload("StatefulSet", "v", spec=spec, status=status))


@pytest.mark.parametrize(
    ("status", "done", "over"),
    [
        (
            {"replicas": 3, "readyReplicas": 2, "updatedReplicas": 1, "currentRevision": "1", "updateRevision": "2"},
            1,
            False,
        ),
        (
            {"replicas": 3, "readyReplicas": 3, "updatedReplicas": 3, "currentRevision": "1", "updateRevision": "2"},
            2,
            False,
        ),
        (
            {"replicas": 3, "readyReplicas": 3, "updatedReplicas": 3, "currentRevision": "2", "updateRevision": "2"},
            3,
            True,
        ),
        (
            {"replicas": 3, "readyReplicas": 2, "updatedReplicas": 3, "currentRevision": "2", "updateRevision": "2"},
            2,
            False,
        ),
        (
            {"replicas": 4, "readyReplicas": 4, "updatedReplicas": 4, "currentRevision": "2", "updateRevision": "2"},
            2,
            False,
        ),
    ],
    ids=["on its way", "not settled", "done", "one is not ready", "one too many"],
)
def test_a_stateful_set_is_done_once_its_revision_is_the_current_one(status: Numbers, done: int, over: bool) -> None:
    assert stateful_set(status) == Standing(done, 3, over)


def test_a_partition_leaves_the_lower_numbers_as_they_are() -> None:
    half = {"replicas": 3, "readyReplicas": 3, "updatedReplicas": 1, "currentRevision": "1", "updateRevision": "2"}
    assert stateful_set(half, type="RollingUpdate", rollingUpdate={"partition": 2}).over
    assert not stateful_set(half, type="RollingUpdate", rollingUpdate={"partition": 1}).over


def test_what_is_updated_by_hand_is_waited_for_by_number_alone() -> None:
    old = {"replicas": 3, "readyReplicas": 3, "updatedReplicas": 0, "currentRevision": "1", "updateRevision": "2"}
    assert stateful_set(old, type="OnDelete").over


@pytest.mark.parametrize(
    ("updated", "available", "over"), [(1, 3, False), (3, 2, False), (3, 3, True)], ids=["rolling", "starting", "done"]
)
def test_a_daemon_set_is_done_once_each_node_has_an_updated_pod_that_serves(
    updated: int, available: int, over: bool
) -> None:
    status = {"desiredNumberScheduled": 3, "updatedNumberScheduled": updated, "numberAvailable": available}
    spec = {"updateStrategy": {"type": "RollingUpdate"}}
    assert of_daemon_set(workload("DaemonSet", "v", spec=spec, status=status)) == Standing(
        min(updated, available), 3, over
    )
