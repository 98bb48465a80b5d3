"""The faults of the stand-in: requests that fail, get lost or wait, and a cluster that does not do as it should."""

import asyncio
import json
import subprocess
import sys

import httpx
import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import autoscaler, deployment
from tests.kubernetes.stand_in.json_types import Json
from tests.support.playground import ROOT, clean_environment

CHECKOUT = "/apis/apps/v1/namespaces/shop/deployments/checkout"
MERGE = "application/merge-patch+json"


async def patched(cluster: Cluster, replicas: int = 5) -> httpx.Response:
    return await cluster.raw("PATCH", CHECKOUT, {"spec": {"replicas": replicas}}, content_type=MERGE)


async def wanted(cluster: Cluster) -> int:
    return int((await cluster.get("deployment", "checkout"))["spec"]["replicas"])


def condition(thing: Json, type_: str) -> tuple[str, str]:
    """(status, reason)."""
    found = next(each for each in thing["status"]["conditions"] if each["type"] == type_)
    return found["status"], found.get("reason", "")


def first_container(pod: Json) -> Json:
    found: Json = next(each for each in pod["status"]["containerStatuses"] if each["name"] == "checkout")
    return found


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("conflict", 409, "Conflict"),
        ("forbidden", 403, "Forbidden"),
        ("unauthorized", 401, "Unauthorized"),
        ("invalid", 422, "Invalid"),
        ("too_many_requests", 429, "TooManyRequests"),
        ("internal_error", 500, "InternalError"),
        ("unavailable", 503, "ServiceUnavailable"),
        ("timeout", 504, "Timeout"),
        ("expired", 410, "Expired"),
    ],
)
async def test_a_request_is_refused_once_and_does_nothing(cluster: Cluster, kind: str, code: int, reason: str) -> None:
    await cluster.create(deployment())
    await cluster.fault(kind, method="PATCH", path="*/checkout", retry_after=7)
    refused = await patched(cluster)
    assert (refused.status_code, refused.json()["reason"]) == (code, reason)
    assert refused.headers.get("Retry-After") == ("7" if code in (429, 500, 503, 504) else None)
    assert await wanted(cluster) == 3
    assert (await patched(cluster)).status_code == 200


async def test_a_fault_strikes_the_nth_that_fits_and_as_often_as_it_should(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.fault("conflict", method="PATCH", path="*/deployments/*", nth=2, times=2)
    assert [(await patched(cluster, n)).status_code for n in range(4)] == [200, 409, 409, 200]
    await cluster.fault("internal_error", path="*/deployments/*", times=None)
    assert [(await patched(cluster)).status_code for _ in range(3)] == [500] * 3
    await cluster.clear_faults()
    assert (await patched(cluster)).status_code == 200


async def test_an_answer_can_be_a_page_or_torn(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.fault("html", method="GET")
    page = await cluster.raw("GET", CHECKOUT)
    assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (502, "text/html")
    await cluster.fault("garbage", method="GET")
    with pytest.raises(json.JSONDecodeError):
        (await cluster.raw("GET", CHECKOUT)).json()


@pytest.mark.parametrize(("kind", "replicas"), [("cut_before", 3), ("cut_after", 5)])
async def test_a_connection_is_cut_before_or_after_the_effect(cluster: Cluster, kind: str, replicas: int) -> None:
    await cluster.create(deployment())
    await cluster.fault(kind, method="PATCH")
    with pytest.raises(httpx.TransportError):
        await patched(cluster)
    assert await wanted(cluster) == replicas


@pytest.mark.parametrize(("when", "meanwhile"), [("hold_before", 3), ("hold_after", 5)])
async def test_a_request_is_held_until_it_is_released(cluster: Cluster, when: str, meanwhile: int) -> None:
    await cluster.create(deployment())
    await cluster.fault(when, method="PATCH", path="*/checkout")
    asking = asyncio.create_task(patched(cluster))
    (held,) = await cluster.wait_held()
    assert (held["when"], held["method"], held["path"]) == (when.removeprefix("hold_"), "PATCH", CHECKOUT)
    assert await wanted(cluster) == meanwhile
    assert await cluster.release(held["id"]) == 1
    assert (await asking).status_code == 200
    assert await wanted(cluster) == 5
    assert await cluster.held() == []


async def test_a_held_request_of_somebody_killed_goes_on_or_is_dropped(cluster: Cluster) -> None:
    await cluster.create(deployment())
    for drop, replicas in ((True, 3), (False, 5)):
        await cluster.fault("hold_before", method="PATCH")
        asking = asyncio.create_task(patched(cluster))
        await cluster.wait_held()
        asking.cancel()
        await asyncio.wait([asking])
        await cluster.release(drop=drop)
        while await cluster.held():
            await asyncio.sleep(0.01)
        assert await wanted(cluster) == replicas


async def test_what_hangs_ends_when_faults_are_cleared(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.fault("hang", method="PATCH")
    asking = asyncio.create_task(patched(cluster))
    while not await cluster.requests("PATCH"):
        await asyncio.sleep(0.01)
    await cluster.clear_faults()
    with pytest.raises(httpx.TransportError):
        await asking
    assert await wanted(cluster) == 3


async def test_pods_crash_are_seen_to_and_recover(cluster: Cluster) -> None:
    await cluster.create(deployment(replicas=2))
    await cluster.settle()
    await cluster.fault("crash_loop", image="*/checkout:v42", reason="OOMKilled", restarts=4)
    await cluster.settle()
    pod = (await cluster.all("pods"))[0]
    status = first_container(pod)
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert (status["lastState"]["terminated"]["exitCode"], status["restartCount"], status["ready"]) == (137, 4, False)
    assert condition(pod, "Ready") == ("False", "ContainersNotReady")
    found = await cluster.get("deployment", "checkout")
    assert condition(found, "Available") == ("False", "MinimumReplicasUnavailable")
    assert found["status"]["unavailableReplicas"] == 2
    await cluster.clear_faults()
    await cluster.settle()
    status = first_container((await cluster.all("pods"))[0])
    assert (status["ready"], status["restartCount"]) == (True, 4)
    assert (await cluster.get("deployment", "checkout"))["status"]["availableReplicas"] == 2


async def test_a_release_whose_image_is_missing_gets_stuck_beside_the_old_one(cluster: Cluster) -> None:
    await cluster.create(deployment(version="v41"))
    await cluster.settle()
    await cluster.fault("image_pull", image="*:v42")
    await cluster.ask("PATCH", CHECKOUT, _image("v42"), content_type="application/strategic-merge-patch+json")
    await cluster.settle()
    status = (await cluster.get("deployment", "checkout"))["status"]
    assert (status["replicas"], status["updatedReplicas"], status["availableReplicas"]) == (4, 1, 3)
    stuck = [pod for pod in await cluster.all("pods") if pod["status"]["phase"] != "Running" or not _ready(pod)]
    assert len(stuck) == 1
    waiting = first_container(stuck[0])["state"]["waiting"]
    assert waiting["reason"] == "ImagePullBackOff"
    assert "registry.example/checkout:v42" in waiting["message"]


def _image(version: str) -> Json:
    container = {"name": "checkout", "image": f"registry.example/checkout:{version}"}
    return {"spec": {"template": {"spec": {"containers": [container]}}}}


def _ready(pod: Json) -> bool:
    return condition(pod, "Ready")[0] == "True"


async def test_pods_for_which_no_node_has_room_say_so(cluster: Cluster) -> None:
    await cluster.fault("unschedulable")
    await cluster.create(deployment(replicas=1))
    await cluster.settle()
    (pod,) = await cluster.all("pods")
    assert (pod["status"]["phase"], condition(pod, "PodScheduled")) == ("Pending", ("False", "Unschedulable"))
    reasons = [each["reason"] for each in await cluster.all("events")]
    assert "FailedScheduling" in reasons


async def test_a_quota_that_is_used_up_is_a_failure_of_the_deployment(cluster: Cluster) -> None:
    await cluster.fault("quota", name="checkout-*")
    await cluster.create(deployment())
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    assert condition(found, "ReplicaFailure") == ("True", "FailedCreate")
    assert await cluster.all("pods") == []
    await cluster.clear_faults()
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    assert found["status"]["availableReplicas"] == 3
    assert "ReplicaFailure" not in [each["type"] for each in found["status"]["conditions"]]


async def test_a_slow_rollout_lets_only_some_pods_come_up(cluster: Cluster) -> None:
    await cluster.create(deployment(version="v41", replicas=4, max_surge=2))
    await cluster.settle()
    await cluster.fault("slow", image="*:v42", ready=1)
    await cluster.ask("PATCH", CHECKOUT, _image("v42"), content_type="application/strategic-merge-patch+json")
    await cluster.settle()
    status = (await cluster.get("deployment", "checkout"))["status"]
    assert status["updatedReplicas"] == 3, "two of the surge, and one for the old pod that could go"
    assert status["availableReplicas"] == 4
    await cluster.clear_faults("slow")
    await cluster.settle()
    assert (await cluster.get("deployment", "checkout"))["status"]["updatedReplicas"] == 4


async def test_an_autoscaler_puts_the_replicas_back(cluster: Cluster) -> None:
    await cluster.create(deployment(replicas=3), autoscaler(least=2, most=6))
    await cluster.fault("hpa_overwrites", replicas=4)
    await patched(cluster, 9)
    await cluster.settle()
    assert await wanted(cluster) == 4
    await patched(cluster, 0)
    await cluster.settle()
    assert await wanted(cluster) == 0, "at zero it is switched off"


async def test_a_fault_that_does_not_exist_is_refused(cluster: Cluster) -> None:
    with pytest.raises(AssertionError, match="no fault 'earthquake'"):
        await cluster.fault("earthquake")


async def test_everything_is_gone_after_a_reset(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.fault("conflict", times=None)
    await cluster.user("ana", "ana")
    await cluster.reset()
    assert await cluster.all("deployments") == []
    assert await cluster.look("faults") == []
    assert (await cluster.raw("GET", CHECKOUT, token="ana")).status_code == 401
    namespaces = [each["metadata"]["name"] for each in await cluster.all("namespaces")]
    assert namespaces == ["default", "kube-system", "shop"]


def test_the_program_ends_with_its_stdin() -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.kubernetes.stand_in"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=clean_environment(), text=True,
    )  # fmt: skip
    assert program.stdout is not None
    assert set(json.loads(program.stdout.readline())) == {"url", "token"}
    program.communicate(timeout=20)
    assert program.returncode == 0
