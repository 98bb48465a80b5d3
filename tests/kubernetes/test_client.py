"""The bot's own client at the stand-in, with exactly the rights of the manifest: what the actions call goes through.

What the stand-in refuses and how it words it is proved by kubectl, so the words that people read here are those of the
real refusals.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets.kubernetes import cluster as clusters
from runbooks.targets.kubernetes.api import Json, KubeApi, Patch
from runbooks.targets.kubernetes.options import parse
from runbooks.targets.kubernetes.trouble import troubles
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import autoscaler, daemon_set, deployment, disruption_budget, stateful_set

ACCOUNT = "system:serviceaccount:quarterdeck:quarterdeck"
MANIFEST = Path(__file__).parents[2] / "docs" / "kubernetes-rbac.yaml"
APPS = "/apis/apps/v1/namespaces/shop"
CHECKOUT = f"{APPS}/deployments/checkout"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
NOTHING: Json = {"metadata": {"labels": {"seen": "yes"}}}


async def rights(cluster: Cluster, without: str = "") -> None:
    """The manifest is applied and the bot signs in with the token `bot`; `without` a resource its rule is left out."""
    for each in YAML(typ="safe", pure=True).load_all(MANIFEST.read_text()):
        if each["kind"] == "ServiceAccount":
            continue
        if each["kind"] == "Role":
            each["rules"] = [rule for rule in each["rules"] if without not in rule["resources"]]
        await cluster.create(each)
    await cluster.user(ACCOUNT, "bot")


def bot(cluster: Cluster, folder: Path, **options: str) -> clusters.Cluster:
    file = cluster.kubeconfig(folder, token="bot")
    return clusters.Cluster(parse({"name": "checkout", "kubeconfig": str(file), **options}))


Call = Callable[[KubeApi], Awaitable[object]]

CALLS: dict[str, Call] = {
    "get deployments": lambda api: api.get(CHECKOUT),
    "patch deployments": lambda api: api.patch(CHECKOUT, Patch.STRATEGIC, NOTHING),
    "patch deployments/scale": lambda api: api.patch(f"{CHECKOUT}/scale", Patch.MERGE, {"spec": {"replicas": 3}}),
    "get statefulsets": lambda api: api.get(f"{APPS}/statefulsets/ledger"),
    "patch statefulsets": lambda api: api.patch(f"{APPS}/statefulsets/ledger", Patch.STRATEGIC, NOTHING),
    "patch statefulsets/scale": lambda api: api.patch(
        f"{APPS}/statefulsets/ledger/scale", Patch.MERGE, {"spec": {"replicas": 2}}
    ),
    "get daemonsets": lambda api: api.get(f"{APPS}/daemonsets/agent"),
    "patch daemonsets": lambda api: api.patch(f"{APPS}/daemonsets/agent", Patch.STRATEGIC, NOTHING),
    "list replicasets": lambda api: api.list(f"{APPS}/replicasets"),
    "list controllerrevisions": lambda api: api.list(f"{APPS}/controllerrevisions"),
    "list pods": lambda api: api.list("/api/v1/namespaces/shop/pods", "app=checkout"),
    "list events": lambda api: api.list(
        "/api/v1/namespaces/shop/events", fields="involvedObject.kind=Deployment,involvedObject.name=checkout"
    ),
    "list horizontalpodautoscalers": lambda api: api.list(
        "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"
    ),
    "list poddisruptionbudgets": lambda api: api.list("/apis/policy/v1/namespaces/shop/poddisruptionbudgets"),
    "list pods.metrics.k8s.io": lambda api: api.list("/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"),
}
"""Every call of the actions, by verb and resource, but for logs, whose pod has no name beforehand."""


async def workloads(cluster: Cluster) -> None:
    await cluster.create(deployment(), stateful_set("ledger"), daemon_set("agent"), autoscaler(), disruption_budget())
    await cluster.settle()


async def test_with_the_manifest_every_call_goes_through_and_nothing_else(cluster: Cluster, tmp_path: Path) -> None:
    await rights(cluster)
    await workloads(cluster)
    await cluster.log("it went wrong\n")
    async with bot(cluster, tmp_path).session() as api:
        assert {name: await call(api) is not None for name, call in CALLS.items()} == dict.fromkeys(CALLS, True)
        (pod, *_) = await api.list("/api/v1/namespaces/shop/pods", "app=checkout")
        log = f"/api/v1/namespaces/shop/pods/{pod['metadata']['name']}/log"
        container = pod["spec"]["containers"][0]["name"]
        assert "it went wrong" in await api.text(log, container=container, tailLines=50)
        for kind in ("secrets", "configmaps"):
            with pytest.raises(Permanent, match=f"does not let {ACCOUNT} list {kind} in namespace shop"):
                await api.list(f"/api/v1/namespaces/shop/{kind}")
        with pytest.raises(Permanent, match=f"does not let {ACCOUNT} get deployments .apps. in namespace default"):
            await api.get(CHECKOUT.replace("/shop/", "/default/"))


@pytest.mark.parametrize("resource", ["deployments/scale", "replicasets", "events", "horizontalpodautoscalers"])
async def test_a_line_that_is_left_out_is_named_with_its_verb(cluster: Cluster, tmp_path: Path, resource: str) -> None:
    await rights(cluster, without=resource)
    await workloads(cluster)
    async with bot(cluster, tmp_path).session() as api:
        for name in (name for name in CALLS if name.partition(" ")[2] == resource):
            verb = name.partition(" ")[0]
            with pytest.raises(Permanent) as refused:
                await CALLS[name](api)
            assert refused.value.code == "Forbidden"
            assert f"does not let {ACCOUNT} {verb} {resource}" in str(refused.value)
            assert f"It lacks the verb {verb} on {resource}: see docs/kubernetes.md." in str(refused.value)


async def test_a_token_that_was_revoked_is_expired_credentials(cluster: Cluster, tmp_path: Path) -> None:
    await rights(cluster)
    await cluster.revoke("bot")
    async with bot(cluster, tmp_path).session() as api:
        with pytest.raises(
            Permanent, match="does not accept the credentials of test: they are expired or wrong"
        ) as said:
            await api.get(CHECKOUT)
    assert said.value.code == "Unauthorized"


async def test_in_somebodys_name_his_rights_count(cluster: Cluster, tmp_path: Path) -> None:
    await cluster.create(deployment())
    options = parse({"name": "checkout", "kubeconfig": str(cluster.kubeconfig(tmp_path)), "impersonate": "ana"})
    async with clusters.Cluster(options).session() as api:
        with pytest.raises(Permanent, match="does not let ana get deployments"):
            await api.get(CHECKOUT)


async def test_what_is_not_there_and_what_was_overtaken_are_told_apart(cluster: Cluster, tmp_path: Path) -> None:
    await rights(cluster)
    await cluster.create(deployment())
    await cluster.settle()
    async with bot(cluster, tmp_path).session() as api:
        with pytest.raises(Permanent, match="has no deployment basket in namespace shop") as absent:
            await api.get(f"{APPS}/deployments/basket")
        with pytest.raises(Permanent) as overtaken:
            await api.patch(CHECKOUT, Patch.MERGE, {"metadata": {"resourceVersion": "1", "labels": {"a": "b"}}})
        moved = [{"op": "test", "path": "/metadata/resourceVersion", "value": "1"}]
        with pytest.raises(Permanent) as invalid:
            await api.patch(CHECKOUT, Patch.JSON, moved)
        with pytest.raises(Permanent) as unserved:
            await api.list("/apis/keda.sh/v1alpha1/namespaces/shop/scaledobjects")
    assert [each.value.code for each in (absent, overtaken, invalid)] == ["NotFound", "Conflict", "Invalid"]
    assert unserved.value.code in ("NotFound", "Forbidden")


async def test_an_overloaded_cluster_says_when_to_come_again(cluster: Cluster, tmp_path: Path) -> None:
    await rights(cluster)
    async with bot(cluster, tmp_path).session() as api:
        await cluster.fault("too_many_requests", retry_after=7)
        with pytest.raises(Transient) as later:
            await api.patch(CHECKOUT, Patch.MERGE, NOTHING)
    assert later.value.retry_after == 7


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("unavailable", "cannot answer now: "),
        ("html", "Something other than Kubernetes answers at "),
        ("garbage", "answered with what is not JSON"),
        ("cut_before", "cannot be reached: the connection was cut"),
    ],
)
async def test_a_look_that_fails_says_so_and_the_next_one_succeeds(
    cluster: Cluster, tmp_path: Path, fault: str, words: str
) -> None:
    await rights(cluster)
    await cluster.create(deployment())
    async with bot(cluster, tmp_path).session() as api:
        await cluster.fault(fault, method="GET")
        with pytest.raises(OutsideError, match=words):
            await api.get(CHECKOUT)
        assert (await api.get(CHECKOUT))["kind"] == "Deployment"


async def test_a_change_whose_answer_was_cut_off_is_unsure_whether_it_was_made_or_not(
    cluster: Cluster, tmp_path: Path
) -> None:
    await rights(cluster)
    await cluster.create(deployment())
    await cluster.settle()
    before = (await cluster.get("deployment", "checkout"))["metadata"].get("labels", {})
    async with bot(cluster, tmp_path).session() as api:
        for kind, made in (("cut_before", False), ("cut_after", True)):
            await cluster.fault(kind, method="PATCH")
            with pytest.raises(Unsure, match=r"was asked for a change and has not answered .the connection was cut"):
                await api.patch(CHECKOUT, Patch.MERGE, NOTHING)
            await cluster.clear_faults()
            labels = (await cluster.get("deployment", "checkout"))["metadata"].get("labels", {})
            assert labels == (before | {"seen": "yes"} if made else before)


async def test_why_pods_do_not_start_is_read_from_the_clusters_own_pods(cluster: Cluster, tmp_path: Path) -> None:
    await rights(cluster)
    await cluster.fault("crash_loop", image="*/checkout:v42", reason="OOMKilled", restarts=4)
    await cluster.create(deployment())
    await cluster.settle()
    async with bot(cluster, tmp_path).session() as api:
        found = troubles(await api.list("/api/v1/namespaces/shop/pods", "app=checkout"))
    assert (found[0].reason, found[0].previous) == ("CrashLoopBackOff", True)
    assert "keeps crashing (OOMKilled, exit code 137)" in found[0].words
