"""The bot's own target on the stand-in, and what is compared of two clusters on which two programs did the same."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.action import Plan, Value, read_world
from runbooks import ACTIONS
from runbooks.targets.kubernetes import connect
from runbooks.targets.kubernetes.target import KubernetesTarget
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import CHANGE_CAUSE, IMAGE, deployment
from tests.kubernetes.stand_in.json_types import Json
from tests.runbooks.asking import Lines, request

NOW = datetime(2026, 1, 3, 2, 11, 20, tzinfo=UTC)
_OF_THE_CLOCK = ("resourceVersion", "uid", "creationTimestamp", "managedFields", "generation")


def options(cluster: Cluster, folder: Path, name: str = "checkout", **more: str) -> dict[str, str]:
    """As the catalog would have them."""
    return {"name": name, "kubeconfig": str(cluster.kubeconfig(folder)), "poll_s": "0.02"} | more


def target(cluster: Cluster, folder: Path, name: str = "checkout", **more: str) -> KubernetesTarget:
    return connect(options(cluster, folder, name, **more))


async def plan(action: str, on: KubernetesTarget, **params: Value) -> Plan:
    return ACTIONS[action].plan(request(params, kind=on.kind), await read_world(on, NOW))


async def act(action: str, on: KubernetesTarget, **params: Value) -> Lines:
    """Plan it and make it so; what was reported on the way."""
    return await apply(await plan(action, on, **params), on)


async def apply(made: Plan, on: KubernetesTarget) -> Lines:
    lines = Lines()
    await ACTIONS[made.action].apply(made, on, lines)
    return lines


async def two_releases(cluster: Cluster, **spec: Any) -> None:
    """The Deployment checkout: v41 as revision 1, v42 as revision 2, both rolled out."""
    await cluster.create(deployment(version="v41", cause="release 41", **spec))
    await cluster.settle()
    await ship(cluster, "v42")


async def ship(cluster: Cluster, version: str) -> None:
    """Another release of checkout, as a pipeline would."""
    found = await cluster.get("deployment", "checkout")
    found["spec"]["template"]["spec"]["containers"][0]["image"] = f"{IMAGE}:{version}"
    found["metadata"]["annotations"][CHANGE_CAUSE] = f"release {version[1:]}"
    await cluster.ask("PUT", "/apis/apps/v1/namespaces/shop/deployments/checkout", found)
    await cluster.settle()


def image(workload: Json) -> str:
    return str(workload["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2])


async def state(cluster: Cluster, kind: str, name: str) -> Json:
    """The object, without what clocks and counters make different, and without empty defaults."""
    await cluster.settle()
    found = json.loads(json.dumps(await cluster.get(kind, name)))
    return {"metadata": _plain(found["metadata"]), "spec": _plain(found["spec"])}


def _plain(part: Any) -> Any:
    """Without what is null or empty, which kubectl writes where nothing was said."""
    if isinstance(part, dict):
        cleaned = {key: _plain(value) for key, value in part.items() if key not in _OF_THE_CLOCK}
        return {key: value for key, value in cleaned.items() if value not in (None, {}, [])}
    return [_plain(each) for each in part] if isinstance(part, list) else part
