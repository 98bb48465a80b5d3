"""Who may do what in the stand-in: Role objects decide, in the words of the API server."""

import asyncio
import ssl

import httpx
import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import deployment, role, role_binding, rule
from tests.kubernetes.process import ClusterProcess
from tests.kubernetes.stand_in.json_types import Json

ACCOUNT = "system:serviceaccount:shop:quarterdeck"
CHECKOUT = "/apis/apps/v1/namespaces/shop/deployments/checkout"
MERGE = "application/merge-patch+json"
PATCH_REFUSED = (
    f'deployments.apps "checkout" is forbidden: User "{ACCOUNT}" cannot patch resource "deployments" in API group '
    '"apps" in the namespace "shop"'
)


async def a_bot_with(cluster: Cluster, *rules: Json) -> None:
    """A service account with the token `bot` and these rules in the namespace shop."""
    await cluster.user(ACCOUNT, "bot")
    await cluster.create(role(*rules), role_binding(), deployment())
    await cluster.settle()


async def test_what_no_role_allows_is_forbidden_by_name(cluster: Cluster) -> None:
    await a_bot_with(cluster, rule("deployments", "get", "list"), rule("deployments/scale", "get"))
    assert (await cluster.ask("GET", CHECKOUT, token="bot"))["kind"] == "Deployment"
    refused = await cluster.raw("PATCH", CHECKOUT, {"spec": {"replicas": 0}}, content_type=MERGE, token="bot")
    assert (refused.status_code, refused.json()["reason"]) == (403, "Forbidden")
    assert refused.json()["message"] == PATCH_REFUSED
    assert refused.json()["details"] == {"name": "checkout", "group": "apps", "kind": "deployments"}
    scale = await cluster.raw("PATCH", f"{CHECKOUT}/scale", {"spec": {}}, content_type=MERGE, token="bot")
    assert 'cannot patch resource "deployments/scale" in API group "apps"' in scale.json()["message"]
    pods = await cluster.raw("GET", "/api/v1/pods", token="bot")
    assert pods.json()["message"] == (
        f'pods is forbidden: User "{ACCOUNT}" cannot list resource "pods" in API group "" at the cluster scope'
    )
    elsewhere = await cluster.raw("GET", CHECKOUT.replace("shop", "default"), token="bot")
    assert 'in the namespace "default"' in elsewhere.json()["message"]
    missing = await cluster.raw("DELETE", CHECKOUT.replace("checkout", "nothing"), token="bot")
    assert missing.status_code == 403, "who may not look is not told whether it is there"


@pytest.mark.parametrize(
    ("rules", "verb", "allowed"),
    [
        ([rule("deployments", "*")], "patch", True),
        ([rule("*", "patch")], "patch", True),
        ([rule("deployments", "patch", group="*")], "patch", True),
        ([rule("deployments", "patch", group="")], "patch", False),
        ([rule("deployments/scale", "patch")], "patch", False),
        ([rule("deployments", "patch", names=("checkout",))], "patch", True),
        ([rule("deployments", "patch", names=("basket",))], "patch", False),
        ([rule("deployments", "get"), rule("deployments", "patch")], "patch", True),
    ],
)
async def test_rules_are_read_as_the_api_server_reads_them(
    cluster: Cluster, rules: list[Json], verb: str, allowed: bool
) -> None:
    await a_bot_with(cluster, *rules)
    answer = await cluster.raw("PATCH", CHECKOUT, {"spec": {"replicas": 1}}, content_type=MERGE, token="bot")
    assert (answer.status_code == 200) is allowed
    asked = {"verb": verb, "group": "apps", "resource": "deployments", "namespace": "shop", "name": "checkout"}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "metadata": {}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    told = await cluster.ask("POST", path, review | {"spec": {"resourceAttributes": asked}}, token="bot")
    assert told["status"]["allowed"] is allowed


async def test_a_cluster_role_can_be_bound_to_one_namespace_or_to_all(cluster: Cluster) -> None:
    api = "rbac.authorization.k8s.io"
    reader = {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": "reader"}}
    await cluster.create(reader | {"rules": [rule("pods", "list", group="")]})
    await cluster.user("ana", "ana", "oncall")
    binding = role_binding(role="readers")
    group = {"kind": "Group", "name": "oncall"}
    binding |= {"subjects": [group], "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": "reader"}}
    await cluster.create(binding)
    assert (await cluster.raw("GET", "/api/v1/namespaces/shop/pods", token="ana")).status_code == 200
    assert (await cluster.raw("GET", "/api/v1/pods", token="ana")).status_code == 403
    await cluster.create(binding | {"kind": "ClusterRoleBinding", "metadata": {"name": "readers"}})
    assert (await cluster.raw("GET", "/api/v1/pods", token="ana")).status_code == 200


async def test_a_token_that_nobody_has_or_that_expired_is_unauthorized(cluster: Cluster) -> None:
    await a_bot_with(cluster, rule("deployments", "get"))
    await cluster.revoke("bot")
    for token in ("bot", "made-up"):
        refused = await cluster.raw("GET", CHECKOUT, token=token)
        assert (refused.status_code, refused.json()["reason"]) == (401, "Unauthorized")
        assert refused.json()["message"] == "Unauthorized"


async def test_acting_as_somebody_needs_the_right_to(cluster: Cluster) -> None:
    await a_bot_with(cluster, rule("deployments", "get"))
    await cluster.user("ben", "ben")
    as_bot = {"Impersonate-User": ACCOUNT}
    assert (await cluster.raw("GET", CHECKOUT, headers=as_bot)).status_code == 200
    assert (await cluster.raw("DELETE", CHECKOUT, headers=as_bot)).status_code == 403
    refused = await cluster.raw("GET", CHECKOUT, headers=as_bot, token="ben")
    assert refused.json()["message"] == (
        f'users "{ACCOUNT}" is forbidden: User "ben" cannot impersonate resource "users" in API group "" at the '
        "cluster scope"
    )
    records = [each for each in await cluster.requests("GET") if each["path"] == CHECKOUT and each["impersonated"]]
    assert [(each["user"], each["impersonated"], each["status"]) for each in records] == [("admin", ACCOUNT, 200)]


async def test_kubectl_acts_as_somebody_and_asks_what_it_may(cluster: Cluster) -> None:
    await a_bot_with(cluster, rule("deployments", "get"))
    code, out, _ = await cluster.kubectl("get", "deployment/checkout", "-o", "name", token="bot")
    assert (code, out) == (0, "deployment.apps/checkout\n")
    code, _, err = await cluster.kubectl("rollout", "restart", "deployment/checkout", token="bot")
    assert code == 1
    assert PATCH_REFUSED in err
    code, _, err = await cluster.kubectl("delete", "deployment/checkout", "--as", ACCOUNT)
    assert 'cannot delete resource "deployments"' in err
    for verb, told in (("get", "yes"), ("patch", "no")):
        code, out, _ = await cluster.kubectl("auth", "can-i", verb, "deployments", "--as", ACCOUNT)
        assert (out.strip(), code) == (told, int(told == "no"))
    code, _, err = await cluster.kubectl("get", "deployments", token="expired")
    assert "You must be logged in to the server" in err


async def test_a_manifest_of_rights_is_applied_by_kubectl(cluster: Cluster) -> None:
    await cluster.user(ACCOUNT, "bot")
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "quarterdeck", "namespace": "shop"}}
    rights = [account, role(rule("deployments", "list")), role_binding()]
    manifest = {"apiVersion": "v1", "kind": "List", "items": rights}
    code, _, err = await cluster.kubectl("apply", "-f", "-", given=manifest)
    assert code == 0, err
    assert (await cluster.raw("GET", "/apis/apps/v1/namespaces/shop/deployments", token="bot")).status_code == 200
    manifest["items"] = [role(rule("deployments", "get"))]
    code, _, err = await cluster.kubectl("apply", "-f", "-", given=manifest)
    assert code == 0, err
    assert (await cluster.raw("GET", "/apis/apps/v1/namespaces/shop/deployments", token="bot")).status_code == 403


async def test_a_client_certificate_is_somebody(cluster: Cluster, cluster_process: ClusterProcess) -> None:
    assert cluster_process.certificates is not None
    await a_bot_with(cluster, rule("deployments", "get"))
    context = ssl.create_default_context(cafile=cluster_process.certificates.ca)
    async with httpx.AsyncClient(verify=context, trust_env=False) as nobody:
        refused = await nobody.get(cluster.url + CHECKOUT)
    assert 'User "system:anonymous" cannot get' in refused.json()["message"]
    context.load_cert_chain(*cluster_process.certificates.client("ana"))
    async with httpx.AsyncClient(verify=context, trust_env=False) as client:
        refused = await client.get(cluster.url + CHECKOUT)
    assert refused.status_code == 403
    assert "system:anonymous" not in refused.json()["message"]


async def test_over_plain_http_whoever_comes_is_the_administrator() -> None:
    """kubectl sends no token over plain HTTP."""
    process = ClusterProcess(tls=False)
    await asyncio.to_thread(process.start)
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            url = process.address["url"]
            assert url.startswith("http://")
            assert (await client.get(f"{url}/api/v1/namespaces/shop")).status_code == 200
    finally:
        process.stop()
