"""Two runs of the same commands are alike; any other result is not."""

import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.likeness import by_revision, likeness
from tests.kubernetes.manifests import IMAGE, deployment
from tests.kubernetes.stand_in.json_types import Json


async def _after(cluster: Cluster, *commands: str) -> tuple[Json, dict[str, Json]]:
    """The Deployment and its ReplicaSets after these commands on a new v41."""
    await cluster.reset()
    await cluster.create(deployment(version="v41", cause="release 41"))
    await cluster.settle()
    for command in commands:
        code, _, err = await cluster.kubectl(*command.split())
        assert code == 0, err
        await cluster.settle()
    return likeness(await cluster.get("deployment", "checkout")), by_revision(await cluster.all("replicasets"))


async def test_a_restart_is_like_another_restart_and_like_nothing_else(cluster: Cluster) -> None:
    restart = "rollout restart deployment/checkout"
    first, second = await _after(cluster, restart), await _after(cluster, restart)
    assert first == second
    assert set(first[1]) == {"1", "2"}
    assert first != await _after(cluster)
    assert first != await _after(cluster, restart, "scale deployment/checkout --replicas=2")
    image = f"set image deployment/checkout checkout={IMAGE}:v42"
    assert first != await _after(cluster, image)
    assert await _after(cluster, image, "rollout undo deployment/checkout") != await _after(cluster)


@pytest.mark.parametrize(
    ("one", "another", "alike"),
    [
        ({"uid": "1", "a": 1}, {"uid": "2", "a": 1}, True),
        ({"name": "checkout-bcdfghjklm"}, {"name": "checkout-2456789bcd"}, True),
        ({"name": "checkout-v42"}, {"name": "checkout-v41"}, False),
        ({"message": 'ReplicaSet "checkout-bcdfghjklm" has timed out'}, {"message": "other"}, False),
        ([{"a": None}], [{}], False),
        ({"conditions": [{"type": "A"}, {"type": "B"}]}, {"conditions": [{"type": "B"}, {"type": "A"}]}, True),
    ],
)
def test_what_is_left_out(one: Json, another: Json, alike: bool) -> None:
    assert (likeness(one) == likeness(another)) is alike
