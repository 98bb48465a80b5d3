"""StatefulSets and DaemonSets as the real kubectl sees them."""

import json

import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import daemon_set, stateful_set
from tests.kubernetes.stand_in.json_types import Json
from tests.kubernetes.test_with_kubectl import complaint, said


def images(pods: list[Json]) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in pods}


async def numbers(cluster: Cluster, kind: str) -> list[int]:
    owned = await cluster.all("controllerrevisions")
    return sorted(each["revision"] for each in owned if each["metadata"]["ownerReferences"][0]["kind"].lower() == kind)


@pytest.mark.parametrize(
    ("manifest", "name", "kind"),
    [(stateful_set(), "statefulset/basket", "statefulset"), (daemon_set(), "daemonset/agent", "daemonset")],
    ids=["statefulset", "daemonset"],
)
async def test_restart_history_and_undo(cluster: Cluster, manifest: Json, name: str, kind: str) -> None:
    await cluster.create(manifest)
    await cluster.settle()
    container = name.partition("/")[2]
    before = await cluster.get(kind, container)
    await said(cluster, "set", "image", name, f"{container}=registry.example/{container}:v9")
    await said(cluster, "rollout", "status", name, "--timeout=20s")
    assert set(images(await cluster.all("pods")).values()) == {"v9"}
    await said(cluster, "rollout", "restart", name)
    await said(cluster, "rollout", "status", name, "--timeout=20s")
    await cluster.settle()
    assert await numbers(cluster, kind) == [1, 2, 3]
    history = await said(cluster, "rollout", "history", name)
    assert [line.split()[0] for line in history.splitlines()[2:5]] == ["1", "2", "3"]
    assert f"registry.example/{container}:v9" in await said(cluster, "rollout", "history", name, "--revision=2")
    await said(cluster, "rollout", "undo", name, "--to-revision=1")
    await cluster.settle()
    after = await cluster.get(kind, container)
    assert after["spec"]["template"] == before["spec"]["template"]
    assert await numbers(cluster, kind) == [2, 3, 4], "the old revision is used again under the next number"
    assert "skipped rollback" in await said(cluster, "rollout", "undo", name, "--to-revision=4")
    assert "unable to find specified revision" in await complaint(cluster, "rollout", "undo", name, "--to-revision=1")
    await said(cluster, "rollout", "undo", name)
    await cluster.settle()
    assert await numbers(cluster, kind) == [2, 4, 5]


async def test_a_stateful_set_stops_at_its_partition(cluster: Cluster) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    await cluster.create(stateful_set(updateStrategy=rolling))
    await cluster.settle()
    await said(cluster, "set", "image", "statefulset/basket", "basket=registry.example/basket:v8")
    assert "partitioned roll out complete" in await said(cluster, "rollout", "status", "statefulset/basket")
    await cluster.settle()
    assert images(await cluster.all("pods")) == {"basket-0": "v7", "basket-1": "v7", "basket-2": "v8"}
    status = (await cluster.get("statefulset", "basket"))["status"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (2, 1)
    assert status["currentRevision"] != status["updateRevision"]
    lost = {"basket-0": "v7", "basket-1": "v7", "basket-2": "v8"}
    await cluster.delete("pod", "basket-1")
    await cluster.settle()
    assert images(await cluster.all("pods")) == lost, "below the partition a lost pod comes back as it was"


@pytest.mark.parametrize(
    ("manifest", "name"),
    [(stateful_set(updateStrategy={"type": "OnDelete"}), "statefulset/basket"),
     (daemon_set(updateStrategy={"type": "OnDelete"}), "daemonset/agent")],
    ids=["statefulset", "daemonset"],
)  # fmt: skip
async def test_on_delete_waits_for_somebody_to_delete(cluster: Cluster, manifest: Json, name: str) -> None:
    await cluster.create(manifest)
    await cluster.settle()
    container = name.partition("/")[2]
    await said(cluster, "set", "image", name, f"{container}=registry.example/{container}:v9")
    await cluster.settle()
    pods = images(await cluster.all("pods"))
    assert "v9" not in pods.values()
    await cluster.delete("pod", min(pods))
    await cluster.settle()
    assert sorted(images(await cluster.all("pods")).values()).count("v9") == 1
    assert "rollout status is only available for RollingUpdate" in await complaint(cluster, "rollout", "status", name)


async def test_a_stateful_set_is_scaled_from_its_end(cluster: Cluster) -> None:
    await cluster.create(stateful_set(replicas=3))
    await cluster.settle()
    await said(cluster, "scale", "statefulset/basket", "--replicas=1")
    await cluster.settle()
    assert list(images(await cluster.all("pods"))) == ["basket-0"]
    read = json.loads(await said(cluster, "get", "statefulset", "basket", "-o", "json"))
    assert (read["spec"]["replicas"], read["status"]["readyReplicas"]) == (1, 1)
