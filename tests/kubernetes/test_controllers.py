"""The controllers of the stand-in: step by step, within the bounds that the strategy sets, and what they report."""

import json

import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import daemon_set, deployment, stateful_set
from tests.kubernetes.stand_in.controllers.rolling import roll, scale_active
from tests.kubernetes.stand_in.json_types import Json

REVISION = "deployment.kubernetes.io/revision"
STRATEGIC = "application/strategic-merge-patch+json"


async def release(cluster: Cluster, version: str, kind: str = "deployments", name: str = "checkout") -> None:
    """Sets the image and waits until nothing moves any more."""
    container = {"name": name, "image": f"registry.example/{name}:{version}"}
    body = {"spec": {"template": {"spec": {"containers": [container]}}}}
    await cluster.ask("PATCH", f"/apis/apps/v1/namespaces/shop/{kind}/{name}", body, content_type=STRATEGIC)
    await cluster.settle()


async def watched(cluster: Cluster, since: str) -> list[Json]:
    """Every state in which Deployments were after a version."""
    query = {"watch": "1", "resourceVersion": since, "timeoutSeconds": "0.01"}
    answer = await cluster.raw("GET", "/apis/apps/v1/namespaces/shop/deployments", query=query)
    return [json.loads(line)["object"] for line in answer.text.splitlines()]


@pytest.mark.parametrize(("surge", "unavailable"), [(1, 0), (0, 1), ("25%", "25%"), (3, 2)])
async def test_a_rollout_stays_within_its_bounds(cluster: Cluster, surge: int | str, unavailable: int | str) -> None:
    await cluster.create(deployment(version="v41", replicas=4, max_surge=surge, max_unavailable=unavailable))
    await cluster.settle()
    since = (await cluster.get("deployment", "checkout"))["metadata"]["resourceVersion"]
    await release(cluster, "v42")
    states = [each["status"] for each in await watched(cluster, since)]
    most = 4 + (1 if surge == "25%" else int(surge))
    least = 4 - (1 if unavailable == "25%" else int(unavailable))
    assert max(each["replicas"] for each in states) <= most
    assert min(each.get("availableReplicas", 0) for each in states) >= least
    assert len({each.get("updatedReplicas", 0) for each in states}) > 2, "it goes on in steps"
    assert (states[-1]["updatedReplicas"], states[-1]["availableReplicas"], states[-1]["replicas"]) == (4, 4, 4)


async def test_recreate_lets_the_old_go_before_the_new_come(cluster: Cluster) -> None:
    manifest = deployment(version="v41", strategy={"type": "Recreate"})
    await cluster.create(manifest)
    await cluster.settle()
    since = (await cluster.get("deployment", "checkout"))["metadata"]["resourceVersion"]
    await release(cluster, "v42")
    states = [each["status"] for each in await watched(cluster, since)]
    assert min(each.get("replicas", 0) for each in states) == 0
    assert states[-1]["availableReplicas"] == 3


async def test_the_condition_progressing_tells_how_far_it_is(cluster: Cluster) -> None:
    await cluster.create(deployment(version="v41"))
    await cluster.settle()
    since = (await cluster.get("deployment", "checkout"))["metadata"]["resourceVersion"]
    await release(cluster, "v42")
    reasons: list[str] = []
    for each in await watched(cluster, since):
        found = next(one for one in each["status"]["conditions"] if one["type"] == "Progressing")
        if not reasons or reasons[-1] != found["reason"]:
            reasons.append(found["reason"])
    assert reasons[-3:] == ["NewReplicaSetCreated", "ReplicaSetUpdated", "NewReplicaSetAvailable"]
    assert "has successfully progressed." in found["message"]


async def test_a_deadline_is_missed_by_the_clock_too(cluster: Cluster) -> None:
    await cluster.fault("unready")
    await cluster.create(deployment(progressDeadlineSeconds=1))
    async for _, thing in cluster.watch("deployments"):
        told = {each["type"]: (each["status"], each["reason"]) for each in thing["status"].get("conditions", [])}
        if told.get("Progressing") == ("False", "ProgressDeadlineExceeded"):
            break
    await cluster.clear_faults()
    await cluster.settle()
    status = (await cluster.get("deployment", "checkout"))["status"]
    told = {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}
    assert told["Progressing"] == ("True", "NewReplicaSetAvailable")


async def test_pods_are_available_only_after_min_ready_seconds(cluster: Cluster) -> None:
    await cluster.create(deployment(replicas=1, minReadySeconds=1))
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    assert (found["status"]["readyReplicas"], found["status"]["availableReplicas"]) == (1, 1)
    (pod,) = await cluster.all("pods")
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet"


async def test_old_revisions_are_forgotten_beyond_the_limit(cluster: Cluster) -> None:
    await cluster.create(deployment(version="v1", replicas=1, revisionHistoryLimit=2))
    await cluster.create(stateful_set(version="v1", replicas=1, revisionHistoryLimit=2))
    await cluster.create(daemon_set(version="v1", revisionHistoryLimit=2))
    await cluster.settle()
    for number in range(2, 6):
        await release(cluster, f"v{number}")
        await release(cluster, f"v{number}", "statefulsets", "basket")
        await release(cluster, f"v{number}", "daemonsets", "agent")
    sets = await cluster.all("replicasets")
    assert sorted(each["metadata"]["annotations"][REVISION] for each in sets) == ["3", "4", "5"]
    for owner in ("StatefulSet", "DaemonSet"):
        kept = [
            each["revision"]
            for each in await cluster.all("controllerrevisions")
            if each["metadata"]["ownerReferences"][0]["kind"] == owner
        ]
        assert sorted(kept) == [3, 4, 5]


async def test_a_replica_set_carries_what_its_deployment_says(cluster: Cluster) -> None:
    note = {"team": "shop", "kubectl.kubernetes.io/last-applied-configuration": "{}"}
    await cluster.create(deployment(cause="release 42", annotations=note))
    await cluster.settle()
    (made,) = await cluster.all("replicasets")
    owner = await cluster.get("deployment", "checkout")
    digest = made["metadata"]["labels"]["pod-template-hash"]
    assert made["metadata"]["name"] == f"checkout-{digest}"
    assert made["metadata"]["ownerReferences"] == [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout", "uid": owner["metadata"]["uid"],
         "controller": True, "blockOwnerDeletion": True}
    ]  # fmt: skip
    assert made["metadata"]["annotations"] == {
        "team": "shop",
        "kubernetes.io/change-cause": "release 42",
        REVISION: "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }
    assert made["spec"]["selector"]["matchLabels"] == {"app": "checkout", "pod-template-hash": digest}
    pod = (await cluster.all("pods"))[0]
    assert pod["metadata"]["labels"] == {"app": "checkout", "tier": "backend", "pod-template-hash": digest}
    assert pod["metadata"]["name"].startswith(f"checkout-{digest}-")


async def test_a_replica_set_of_somebody_else_is_left_alone(cluster: Cluster) -> None:
    """The selector alone makes no owner."""
    await cluster.create(deployment(version="v41", replicas=1))
    await cluster.settle()
    (mine,) = await cluster.all("replicasets")
    foreign = {
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": "checkout-foreign", "labels": {"app": "checkout"}, "annotations": {REVISION: "9"}},
        "spec": {"replicas": 0, "selector": mine["spec"]["selector"], "template": mine["spec"]["template"]},
    }  # fmt: skip
    await cluster.create(foreign)
    await release(cluster, "v42")
    assert (await cluster.get("deployment", "checkout"))["metadata"]["annotations"][REVISION] == "2"


async def test_scaling_amid_a_rollout_shares_the_replicas(cluster: Cluster) -> None:
    await cluster.create(deployment(version="v41", replicas=4, max_surge=2, max_unavailable=1))
    await cluster.settle()
    await cluster.fault("slow", image="*:v42")
    await release(cluster, "v42")
    await cluster.patch("deployment", "checkout", {"spec": {"replicas": 8}}, part="scale")
    await cluster.settle()
    wanted = {
        each["metadata"]["annotations"][REVISION]: each["spec"]["replicas"] for each in await cluster.all("replicasets")
    }
    assert sum(wanted.values()) == 10
    assert min(wanted.values()) > 2, "both grew"
    await cluster.clear_faults()
    await cluster.settle()
    assert (await cluster.get("deployment", "checkout"))["status"]["availableReplicas"] == 8


def _set(replicas: int, available: int) -> Json:
    return {"spec": {"replicas": replicas}, "status": {"replicas": replicas, "availableReplicas": available}}


@pytest.mark.parametrize(
    ("new", "old", "sizes"),
    [
        ((0, 0), (4, 4), {"new": 1}),  # the surge first
        ((1, 0), (4, 4), {}),  # nothing goes until it is available
        ((1, 1), (4, 4), {"old": 3}),
        ((1, 1), (4, 2), {"old": 3}),  # what does not work goes, and no more than may be missing
        ((1, 0), (4, 2), {}),  # too few are available already
        ((4, 4), (1, 1), {"old": 0}),
        ((4, 4), (0, 0), {}),
        ((6, 6), (0, 0), {"new": 4}),
    ],
)
def test_one_step_of_a_rollout(new: tuple[int, int], old: tuple[int, int], sizes: dict[str, int]) -> None:
    """Of four replicas with one more and none less; sets are (wanted, available)."""
    sets = {"new": _set(*new), "old": _set(*old)}
    steps = roll(deployment(replicas=4, max_surge=1, max_unavailable=0), sets["new"], [sets["old"]])
    assert {name: size for name, each in sets.items() for changed, size in steps if changed is each} == sizes


def test_scaling_to_nothing_empties_every_set() -> None:
    new, old = _set(2, 2), _set(3, 3)
    assert [size for _, size in scale_active(deployment(replicas=0), new, [old])] == [0, 0]
