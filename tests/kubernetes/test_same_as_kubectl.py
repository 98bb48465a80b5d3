"""Each action leaves the object that the real kubectl leaves, field by field."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.kubernetes.acting import act, ship, state, target, two_releases
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import daemon_set, deployment, stateful_set
from tests.kubernetes.stand_in.json_types import Json
from tests.support.require import require

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"

Prepare = Callable[[Cluster], Awaitable[None]]


@pytest.fixture(autouse=True)
def needs_kubectl() -> None:
    require("kubectl")


async def three_releases(cluster: Cluster) -> None:
    await two_releases(cluster)
    await ship(cluster, "v43")


async def paused(cluster: Cluster) -> None:
    await cluster.create(deployment(paused=True))
    await cluster.settle()


async def a_store(cluster: Cluster) -> None:
    await cluster.create(stateful_set(name="checkout", version="v41"))
    await cluster.settle()
    await new_image(cluster, "statefulsets", "v42")


async def an_agent(cluster: Cluster) -> None:
    await cluster.create(daemon_set(name="checkout", version="v41"))
    await cluster.settle()
    await new_image(cluster, "daemonsets", "v42")


async def new_image(cluster: Cluster, plural: str, version: str) -> None:
    found = await cluster.get(plural, "checkout")
    found["spec"]["template"]["spec"]["containers"][0]["image"] = f"registry.example/checkout:{version}"
    await cluster.ask("PUT", f"/apis/apps/v1/namespaces/shop/{plural}/checkout", found)
    await cluster.settle()


async def by_kubectl(cluster: Cluster, kind: str, prepare: Prepare, *arguments: str) -> Json:
    await prepare(cluster)
    code, _, err = await cluster.kubectl(*arguments)
    assert code == 0, err
    after = await state(cluster, kind, "checkout")
    await cluster.reset()
    return after


def without_the_instant(after: Json) -> Json:
    """The instant of a restart is the one thing that differs."""
    annotations = after["spec"]["template"]["metadata"]["annotations"]
    assert annotations.pop(RESTARTED_AT).startswith("20")
    return after


@pytest.mark.parametrize(
    ("kind", "prepare", "arguments", "action", "params"),
    [
        ("deployment", three_releases, ["rollout", "undo"], "rollback", {}),
        ("deployment", three_releases, ["rollout", "undo", "--to-revision=1"], "rollback", {"release": "1"}),
        ("deployment", three_releases, ["scale", "--replicas=6"], "scale", {"replicas": 6}),
        ("deployment", three_releases, ["scale", "--replicas=0"], "scale", {"replicas": 0}),
        ("deployment", three_releases, ["rollout", "pause"], "pause", {}),
        ("deployment", paused, ["rollout", "resume"], "resume", {}),
        ("statefulset", a_store, ["rollout", "undo"], "rollback", {}),
        ("statefulset", a_store, ["rollout", "undo", "--to-revision=1"], "rollback", {"release": "1"}),
        ("statefulset", a_store, ["scale", "--replicas=1"], "scale", {"replicas": 1}),
        ("daemonset", an_agent, ["rollout", "undo"], "rollback", {}),
    ],
)
async def test_the_object_after_us_is_the_object_after_kubectl(
    cluster: Cluster, tmp_path: Path, kind: str, prepare: Prepare, arguments: list[str], action: str,
    params: dict[str, int | str],
) -> None:  # fmt: skip
    verb, *options = arguments if arguments[0] == "scale" else [" ".join(arguments[:2]), *arguments[2:]]
    theirs = await by_kubectl(cluster, kind, prepare, *verb.split(), f"{kind}/checkout", *options)
    await prepare(cluster)
    await act(action, target(cluster, tmp_path, workload=kind), **params)
    assert await state(cluster, kind, "checkout") == theirs


@pytest.mark.parametrize(
    ("kind", "prepare"), [("deployment", two_releases), ("statefulset", a_store), ("daemonset", an_agent)]
)
async def test_a_restart_is_the_restart_of_kubectl(
    cluster: Cluster, tmp_path: Path, kind: str, prepare: Prepare
) -> None:
    theirs = await by_kubectl(cluster, kind, prepare, "rollout", "restart", f"{kind}/checkout")
    await prepare(cluster)
    await act("restart", target(cluster, tmp_path, workload=kind))
    ours = await state(cluster, kind, "checkout")
    assert without_the_instant(ours) == without_the_instant(theirs)
