"""Why pods do not start or serve: pods as clusters really give them, and the words that a person reads."""

from typing import Any

import pytest

from runbooks.targets.kubernetes.trouble import troubles

READY = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}]
NOT_READY = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}]
RUNNING = {"running": {"startedAt": "2026-01-02T03:04:05Z"}}


def container(name: str = "app", **fields: Any) -> dict[str, Any]:
    """A container that runs and is ready, but for what is given."""
    usual = {"image": "registry.example/checkout:v42", "ready": True, "started": True, "restartCount": 0}
    return {"name": name, "state": RUNNING, "lastState": {}, **usual, **fields}


def pod(name: str = "checkout-1", *containers: dict[str, Any], **status: Any) -> dict[str, Any]:
    usual = {"phase": "Running", "conditions": READY if not status else NOT_READY}
    return {"metadata": {"name": name}, "status": {**usual, "containerStatuses": list(containers), **status}}


def crashing(name: str = "app", reason: str = "Error", code: int = 1, restarts: int = 6) -> dict[str, Any]:
    waiting = {"reason": "CrashLoopBackOff", "message": f"back-off 5m0s restarting failed container={name}"}
    return container(
        name,
        state={"waiting": waiting},
        lastState={"terminated": {"reason": reason, "exitCode": code, "finishedAt": "2026-01-02T03:04:05Z"}},
        ready=False,
        started=False,
        restartCount=restarts,
    )


def waiting(reason: str, message: str = "", name: str = "app") -> dict[str, Any]:
    said = {"reason": reason, **({"message": message} if message else {})}
    return container(name, state={"waiting": said}, ready=False, started=False)


def words(*pods: dict[str, Any]) -> list[str]:
    return [trouble.words for trouble in troubles(pods)]


@pytest.mark.parametrize(
    ("reason", "code", "shown"),
    [
        ("Error", 1, "container app keeps crashing (exit code 1), 6 restarts"),
        ("OOMKilled", 137, "container app keeps crashing (OOMKilled, exit code 137), 6 restarts"),
        ("Completed", 0, "container app keeps crashing (exit code 0), 6 restarts"),
        ("StartError", 128, "container app keeps crashing (StartError, exit code 128), 6 restarts"),
    ],
)
def test_a_crash_loop_says_how_it_ended_and_how_often(reason: str, code: int, shown: str) -> None:
    assert words(pod("a", crashing("app", reason, code), phase="Running")) == [shown]


def test_the_container_whose_last_words_are_in_the_log_before_is_named() -> None:
    (trouble,) = troubles([pod("a", container("proxy"), crashing("app"), phase="Running")])
    assert (trouble.reason, trouble.container, trouble.previous) == ("CrashLoopBackOff", "app", True)
    assert (trouble.pods, trouble.restarts) == (("a",), 6)


def test_pods_with_one_reason_are_one_trouble_with_the_most_restarts() -> None:
    pods = [pod(name, crashing(restarts=count), phase="Running") for name, count in (("a", 3), ("b", 1200), ("c", 1))]
    (trouble,) = troubles(pods)
    assert trouble.pods == ("a", "b", "c")
    assert trouble.words == "container app keeps crashing (exit code 1), up to 1,200 restarts"


def test_one_restart_is_one() -> None:
    assert words(pod("a", crashing(restarts=1), phase="Running"))[0].endswith(", 1 restart")


@pytest.mark.parametrize(
    ("reason", "message", "shown"),
    [
        ("ImagePullBackOff", 'Back-off pulling image "registry.example/checkout:v42"', ""),
        (
            "ImagePullBackOff",
            'Back-off pulling image "registry.example/checkout:v42": ErrImagePull: manifest unknown',
            ": manifest unknown",
        ),
        ("ErrImagePull", "failed to resolve reference: not found.", ": failed to resolve reference: not found"),
        ("InvalidImageName", "", ""),
    ],
)
def test_an_image_that_does_not_come_is_named_with_the_registrys_words(reason: str, message: str, shown: str) -> None:
    expected = f"container app does not get its image registry.example/checkout:v42{shown}"
    assert words(pod("a", waiting(reason, message), phase="Pending")) == [expected]


@pytest.mark.parametrize(
    ("reason", "message", "shown"),
    [
        (
            "CreateContainerConfigError",
            'secret "db" not found',
            'container app cannot be started: secret "db" not found',
        ),
        ("RunContainerError", "exec: no such file", "container app cannot be started: exec: no such file"),
        ("SomethingNew", "", "container app cannot be started"),
    ],
)
def test_what_keeps_a_container_from_being_made_is_said(reason: str, message: str, shown: str) -> None:
    (trouble,) = troubles([pod("a", waiting(reason, message), phase="Pending")])
    assert (trouble.reason, trouble.words) == (reason, shown)


def test_a_pod_that_no_node_takes_has_the_schedulers_words() -> None:
    message = "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available."
    unplaced = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]
    (trouble,) = troubles([pod("a", phase="Pending", conditions=unplaced, containerStatuses=None)])
    assert trouble.reason == "Unschedulable"
    assert trouble.words == f"no node takes it: {message.rstrip('.')}"


def test_a_pod_that_was_evicted_is_said() -> None:
    evicted = pod("a", phase="Failed", reason="Evicted", message="The node was low on resource: memory.")
    assert words(evicted) == ["the pod failed: Evicted: The node was low on resource: memory"]


def test_an_init_container_is_the_trouble_and_not_those_that_wait_for_it() -> None:
    init = [container("prepare", state={"terminated": {"exitCode": 0}}), crashing("migrate", code=2)]
    stuck = pod("a", waiting("PodInitializing"), phase="Pending", initContainerStatuses=init)
    assert words(stuck) == ["init container migrate keeps crashing (exit code 2), 6 restarts"]


def test_an_init_container_at_work_is_no_harm() -> None:
    init = [container("migrate", ready=False, started=False)]
    (trouble,) = troubles([pod("a", waiting("PodInitializing"), phase="Pending", initContainerStatuses=init)])
    assert trouble.words == "init container migrate is at work"
    assert trouble.harmless


def test_a_sidecar_that_serves_does_not_hide_what_ails_the_others() -> None:
    stuck = pod("a", crashing(), phase="Running", initContainerStatuses=[container("mesh")])
    assert words(stuck) == ["container app keeps crashing (exit code 1), 6 restarts"]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"ready": False}, "container app runs, but its readiness probe fails"),
        ({"ready": False, "started": False}, "container app runs, but its startup probe has not passed"),
        (
            {
                "ready": False,
                "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}},
                "restartCount": 2,
            },
            "container app runs again and is not ready (before: OOMKilled, exit code 137), 2 restarts",
        ),
    ],
)
def test_a_container_that_runs_and_is_not_ready_says_which_probe(fields: dict[str, Any], shown: str) -> None:
    assert words(pod("a", container(**fields), phase="Running")) == [shown]


def test_a_container_that_has_just_ended_is_said() -> None:
    ended = container(state={"terminated": {"reason": "Error", "exitCode": 2}}, ready=False, restartCount=1)
    assert words(pod("a", ended, phase="Running")) == ["container app ended (exit code 2), 1 restart"]


def test_a_readiness_gate_that_is_shut_is_said() -> None:
    shut = [{"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady", "message": "gate is shut"}]
    assert words(pod("a", container(), conditions=shut)) == [
        "its containers run, but the pod is not ready: gate is shut"
    ]


@pytest.mark.parametrize(
    "starting",
    [
        pod("a", waiting("ContainerCreating"), phase="Pending"),
        pod("a", phase="Pending", containerStatuses=None, conditions=None),
        {"metadata": {"name": "a"}, "status": {}},
        {"metadata": {"name": "a"}},
    ],
    ids=["being made", "not looked at yet", "no status", "nothing"],
)
def test_a_pod_that_has_only_begun_is_no_harm(starting: dict[str, Any]) -> None:
    (trouble,) = troubles([starting])
    assert trouble.harmless


def test_containers_that_are_all_being_started_are_one_trouble() -> None:
    init = [waiting("PodInitializing", name="migrate")]
    begun = pod("a", waiting("PodInitializing"), phase="Pending", initContainerStatuses=init)
    assert words(begun) == ["init container migrate is being started"]


def test_pods_that_serve_or_go_away_or_are_done_are_no_trouble() -> None:
    leaving = pod("b", crashing(), phase="Running")
    leaving["metadata"]["deletionTimestamp"] = "2026-01-02T03:04:05Z"
    assert troubles([pod("a", container()), leaving, pod("c", phase="Succeeded")]) == []


def test_the_worst_comes_first_and_of_the_same_kind_what_holds_up_most() -> None:
    pods = [
        pod("a", container(ready=False), phase="Running"),
        pod("b", waiting("SomethingNew"), phase="Pending"),
        pod("c", waiting("ErrImagePull"), phase="Pending"),
        pod("d", crashing("one"), phase="Running"),
        pod("e", crashing("two"), phase="Running"),
        pod("f", crashing("two"), phase="Running"),
        pod("g", waiting("ContainerCreating"), phase="Pending"),
    ]
    assert [trouble.pods for trouble in troubles(pods)] == [("e", "f"), ("d",), ("c",), ("b",), ("a",), ("g",)]


def test_the_clusters_words_are_one_line_of_bounded_length_without_secrets() -> None:
    message = "cannot pull\nhttps://ana:hunter2@registry.example/checkout " + "x" * 500
    (said,) = words(pod("a", waiting("ErrImagePull", message), phase="Pending"))
    assert "hunter2" not in said
    assert "\n" not in said
    assert len(said) < 260
