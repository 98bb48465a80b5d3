"""What the stand-in refuses and how: conflicts, wrong values, patches, lists in pages, watches."""

import json
from typing import Any

import httpx
import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import autoscaler, daemon_set, deployment, stateful_set
from tests.kubernetes.stand_in.json_types import Json

DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
CHECKOUT = f"{DEPLOYMENTS}/checkout"
JSON_PATCH, MERGE, STRATEGIC = (
    f"application/{how}+json" for how in ("json-patch", "merge-patch", "strategic-merge-patch")
)


async def checkout(cluster: Cluster, **how: Any) -> Json:
    await cluster.create(deployment(**how))
    await cluster.settle()
    return await cluster.get("deployment", "checkout")


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    """(code, reason, message) of a Status, whose code is the answer's own."""
    status = response.json()
    assert (status["kind"], status["apiVersion"], status["status"]) == ("Status", "v1", "Failure")
    assert status["code"] == response.status_code
    return status["code"], status["reason"], status["message"]


async def test_each_refusal_has_the_words_of_the_api_server(cluster: Cluster) -> None:
    await checkout(cluster)
    missing = await cluster.raw("GET", f"{DEPLOYMENTS}/basket")
    assert refusal(missing) == (404, "NotFound", 'deployments.apps "basket" not found')
    assert missing.json()["details"] == {"name": "basket", "group": "apps", "kind": "deployments"}
    again = await cluster.raw("POST", DEPLOYMENTS, deployment())
    assert refusal(again) == (409, "AlreadyExists", 'deployments.apps "checkout" already exists')
    nowhere = await cluster.raw("POST", DEPLOYMENTS.replace("shop", "moon"), deployment(namespace="moon"))
    assert refusal(nowhere) == (404, "NotFound", 'namespaces "moon" not found')
    elsewhere = await cluster.raw("POST", DEPLOYMENTS, deployment(namespace="default"))
    assert refusal(elsewhere)[:2] == (400, "BadRequest")
    kind = await cluster.raw("POST", DEPLOYMENTS, stateful_set())
    assert refusal(kind)[:2] == (400, "BadRequest")
    broken = await cluster.raw("PATCH", CHECKOUT, "no patch", content_type="text/plain")
    assert refusal(broken)[:2] == (415, "UnsupportedMediaType")
    assert refusal(await cluster.raw("PUT", DEPLOYMENTS, deployment()))[:2] == (405, "MethodNotAllowed")
    unknown = await cluster.raw("GET", "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts")
    assert (unknown.status_code, unknown.text) == (404, "404 page not found\n")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"replicas": -1},
         'Deployment.apps "checkout" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'),
        ({"selector": {"matchLabels": {"app": "other"}}}, "`selector` does not match template `labels`"),
        ({"template": {"metadata": {"labels": {"app": "checkout"}}, "spec": {"containers": []}}},
         "spec.template.spec.containers: Required value"),
    ],
)  # fmt: skip
async def test_a_wrong_value_is_invalid_and_named(cluster: Cluster, spec: Json, words: str) -> None:
    refused = await cluster.raw("POST", DEPLOYMENTS, deployment(**spec))
    code, reason, message = refusal(refused)
    assert (code, reason) == (422, "Invalid")
    assert words in message
    assert refused.json()["details"]["causes"][0]["field"]
    assert await cluster.all("deployments") == []


async def test_a_wrong_type_is_a_bad_request(cluster: Cluster) -> None:
    before = await checkout(cluster)
    for path, body in (
        (CHECKOUT, {"spec": {"replicas": "five"}}),
        (f"{CHECKOUT}/scale", {"spec": {"replicas": "five"}}),
    ):
        refused = await cluster.raw("PATCH", path, body, content_type=MERGE)
        assert refusal(refused)[:2] == (400, "BadRequest")
        assert "cannot unmarshal string" in refusal(refused)[2]
    assert await cluster.get("deployment", "checkout") == before


async def test_what_may_not_change_is_refused(cluster: Cluster) -> None:
    await checkout(cluster)
    await cluster.create(stateful_set(), autoscaler(least=2, most=5))
    labels = {"matchLabels": {"app": "checkout", "tier": "backend"}}
    selector = await cluster.raw("PATCH", CHECKOUT, {"spec": {"selector": labels}}, content_type=MERGE)
    assert "field is immutable" in refusal(selector)[2]
    basket = "/apis/apps/v1/namespaces/shop/statefulsets/basket"
    service = await cluster.raw("PATCH", basket, {"spec": {"serviceName": "other"}}, content_type=MERGE)
    assert "updates to statefulset spec for fields other than 'replicas'" in refusal(service)[2]
    bounds = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/checkout"
    least = await cluster.raw("PATCH", bounds, {"spec": {"minReplicas": 6}}, content_type=MERGE)
    assert "must be greater than or equal to `minReplicas`" in refusal(least)[2]


async def test_whoever_read_an_older_version_is_refused(cluster: Cluster) -> None:
    old = await checkout(cluster)
    await cluster.patch("deployment", "checkout", {"spec": {"replicas": 4}})
    words = (
        'Operation cannot be fulfilled on deployments.apps "checkout": the object has been modified; please apply your '
        "changes to the latest version and try again"
    )
    assert refusal(await cluster.raw("PUT", CHECKOUT, old)) == (409, "Conflict", words)
    guarded = {"metadata": {"resourceVersion": old["metadata"]["resourceVersion"]}, "spec": {"replicas": 5}}
    for how in (MERGE, STRATEGIC):
        assert refusal(await cluster.raw("PATCH", CHECKOUT, guarded, content_type=how))[:2] == (409, "Conflict")
    assert refusal(await cluster.raw("PATCH", f"{CHECKOUT}/scale", guarded, content_type=MERGE))[0] == 409
    another = {"metadata": {"uid": "not-the-one"}}
    assert "Precondition failed: UID" in refusal(await cluster.raw("PATCH", CHECKOUT, another, content_type=MERGE))[2]
    assert (await cluster.get("deployment", "checkout"))["spec"]["replicas"] == 4


async def test_a_test_in_a_json_patch_guards_it(cluster: Cluster) -> None:
    before = await checkout(cluster)
    guard = {"op": "test", "path": "/metadata/resourceVersion", "value": "1"}
    change = {"op": "replace", "path": "/spec/replicas", "value": 7}
    refused = await cluster.raw("PATCH", CHECKOUT, [guard, change], content_type=JSON_PATCH)
    assert refusal(refused) == (422, "Invalid", "the server rejected our request due to an error in our request")
    assert "test failed" in refused.json()["details"]["causes"][0]["message"]
    assert await cluster.get("deployment", "checkout") == before
    guard["value"] = before["metadata"]["resourceVersion"]
    changed = await cluster.ask("PATCH", CHECKOUT, [guard, change], content_type=JSON_PATCH)
    assert changed["spec"]["replicas"] == 7
    nothing = {"op": "replace", "path": "/spec/nodeName", "value": 1}
    assert refusal(await cluster.raw("PATCH", CHECKOUT, [nothing], content_type=JSON_PATCH))[0] == 422


async def test_generations_count_what_was_wanted_and_versions_every_change(cluster: Cluster) -> None:
    first = await checkout(cluster)
    assert (first["metadata"]["generation"], first["status"]["observedGeneration"]) == (1, 1)
    labelled = await cluster.patch("deployment", "checkout", {"metadata": {"labels": {"team": "shop"}}})
    assert labelled["metadata"]["generation"] == 1
    assert int(labelled["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
    annotated = await cluster.patch("deployment", "checkout", {"metadata": {"annotations": {"note": "1"}}})
    assert annotated["metadata"]["generation"] == 2, "annotations are copied to ReplicaSets, so they count"
    scaled = await cluster.patch("deployment", "checkout", {"spec": {"replicas": 4}}, part="scale")
    assert (scaled["kind"], scaled["spec"]["replicas"]) == ("Scale", 4)
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    assert (found["metadata"]["generation"], found["status"]["observedGeneration"]) == (3, 3)
    same = await cluster.patch("deployment", "checkout", {"spec": {"replicas": 4}})
    assert same["metadata"]["resourceVersion"] == found["metadata"]["resourceVersion"], "nothing changed"


async def test_a_dry_run_shows_the_result_and_keeps_nothing(cluster: Cluster) -> None:
    before = await checkout(cluster)
    dry = {"dryRun": "All"}
    shown = await cluster.ask("PATCH", CHECKOUT, {"spec": {"replicas": 9}}, content_type=MERGE, query=dry)
    assert (shown["spec"]["replicas"], shown["metadata"]["generation"]) == (9, 2)
    await cluster.ask("POST", DEPLOYMENTS, deployment("basket"), query=dry)
    await cluster.ask("DELETE", CHECKOUT, query=dry)
    refused = await cluster.raw("PATCH", CHECKOUT, {"spec": {"replicas": -9}}, content_type=MERGE, query=dry)
    assert refusal(refused)[0] == 422
    assert refusal(await cluster.raw("DELETE", CHECKOUT, query={"dryRun": "yes"}))[0] == 400
    assert await cluster.all("deployments") == [_listed(before)]


def _listed(thing: Json) -> Json:
    """As an item of a typed list, which has neither kind nor apiVersion."""
    return {key: value for key, value in thing.items() if key not in ("kind", "apiVersion")}


async def test_lists_come_in_pages(cluster: Cluster) -> None:
    for name in ("basket", "checkout", "search"):
        await cluster.create(deployment(name, replicas=0))
    first = await cluster.ask("GET", DEPLOYMENTS, query={"limit": "2"})
    assert (first["kind"], first["metadata"]["remainingItemCount"]) == ("DeploymentList", 1)
    rest = await cluster.ask("GET", DEPLOYMENTS, query={"limit": "2", "continue": first["metadata"]["continue"]})
    names = [each["metadata"]["name"] for each in [*first["items"], *rest["items"]]]
    assert names == ["basket", "checkout", "search"]
    assert "continue" not in rest["metadata"]
    await cluster.fault("expired", path="*/deployments")
    assert refusal(await cluster.raw("GET", DEPLOYMENTS, query={"limit": "2", "continue": "x"}))[:2] == (410, "Expired")


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("app=basket", ["basket"]),
        ("app!=basket", ["checkout", "search"]),
        ("app in (basket, search),team", ["search"]),
        ("app notin (basket),!team", ["checkout"]),
        ("team==find", ["search"]),
        ("nothing", []),
    ],
)
async def test_labels_select(cluster: Cluster, selector: str, names: list[str]) -> None:
    await cluster.create(deployment("basket", replicas=0), deployment(replicas=0))
    await cluster.create(deployment("search", replicas=0, labels={"team": "find"}))
    assert [each["metadata"]["name"] for each in await cluster.all("deployments", selector=selector)] == names


async def test_selectors_that_cannot_be_read_are_bad_requests(cluster: Cluster) -> None:
    label = await cluster.raw("GET", DEPLOYMENTS, query={"labelSelector": "app in basket"})
    assert refusal(label)[0] == 400
    field = await cluster.raw("GET", DEPLOYMENTS, query={"fieldSelector": "spec.replicas=3"})
    assert refusal(field) == (400, "BadRequest", 'field label not supported: "spec.replicas"')


async def test_a_watch_tells_each_change_of_what_it_selects(cluster: Cluster) -> None:
    await checkout(cluster, replicas=1)
    since = (await cluster.ask("GET", DEPLOYMENTS))["metadata"]["resourceVersion"]
    teams = iter(("other", "shop", "search", "shop"))
    told = []
    await cluster.patch("deployment", "checkout", {"metadata": {"labels": {"team": next(teams)}}})
    await cluster.patch("deployment", "checkout", {"metadata": {"labels": {"team": next(teams)}}})
    async for type_, thing in cluster.watch("deployments", since=since, selector="team=shop"):
        told.append((type_, thing["kind"], thing["metadata"]["labels"]["team"]))
        if len(told) == 3:
            break
        await cluster.create(deployment(f"other-{len(told)}", replicas=0))
        await cluster.patch("deployment", "checkout", {"metadata": {"labels": {"team": next(teams)}}})
    assert told == [
        ("ADDED", "Deployment", "shop"),
        ("DELETED", "Deployment", "search"),
        ("ADDED", "Deployment", "shop"),
    ]


async def test_a_watch_without_a_version_begins_with_what_is_there(cluster: Cluster) -> None:
    await cluster.create(deployment("basket", replicas=0), deployment(replicas=0))
    query = {"watch": "1", "timeoutSeconds": "0.01"}
    begun = await cluster.raw("GET", DEPLOYMENTS, query=query)
    assert [json.loads(line)["type"] for line in begun.text.splitlines()][:2] == ["ADDED", "ADDED"]


async def test_a_watch_from_a_forgotten_version_is_told_so(cluster: Cluster) -> None:
    answer = await cluster.raw("GET", DEPLOYMENTS, query={"watch": "1", "resourceVersion": "1"})
    (line,) = answer.text.splitlines()
    told = json.loads(line)
    assert (told["type"], told["object"]["code"], told["object"]["reason"]) == ("ERROR", 410, "Expired")


async def test_empty_fields_do_not_make_another_template(cluster: Cluster) -> None:
    """As kubectl writes a template back: with `resources: {}`, `creationTimestamp: null` and all defaults."""
    before = await checkout(cluster)
    template = json.loads(json.dumps(before["spec"]["template"]))
    template["metadata"]["creationTimestamp"] = None
    for container in template["spec"]["containers"]:
        container.setdefault("resources", {})
        container["env"] = container.get("env") or []
    operation = {"op": "replace", "path": "/spec/template", "value": template}
    await cluster.ask("PATCH", CHECKOUT, [operation], content_type=JSON_PATCH)
    await cluster.settle()
    assert await cluster.get("deployment", "checkout") == before
    assert len(await cluster.all("replicasets")) == 1


async def test_a_server_side_apply_makes_or_merges(cluster: Cluster) -> None:
    how, query = "application/apply-patch+yaml", {"fieldManager": "test"}
    made = await cluster.raw("PATCH", CHECKOUT, deployment(version="v41"), content_type=how, query=query)
    assert made.status_code == 201
    merged = await cluster.raw("PATCH", CHECKOUT, deployment(version="v42"), content_type=how, query=query)
    assert merged.status_code == 200
    images = [each["image"] for each in merged.json()["spec"]["template"]["spec"]["containers"]]
    assert images == ["registry.example/checkout:v42", "registry.example/proxy:1.9"]


async def test_orphans_stay_where_that_is_asked(cluster: Cluster) -> None:
    await checkout(cluster)
    await cluster.create(daemon_set())
    await cluster.settle()
    await cluster.ask("DELETE", CHECKOUT, {"propagationPolicy": "Orphan"})
    await cluster.delete("daemonset", "agent")
    await cluster.settle()
    (left,) = await cluster.all("replicasets")
    assert "ownerReferences" not in left["metadata"] or left["metadata"]["ownerReferences"] == []
    assert len(await cluster.all("pods")) == 3


async def test_discovery_names_what_is_served(cluster: Cluster) -> None:
    groups = [each["name"] for each in (await cluster.ask("GET", "/apis"))["groups"]]
    assert {"apps", "autoscaling", "policy", "metrics.k8s.io", "rbac.authorization.k8s.io"} <= set(groups)
    apps = {each["name"]: each for each in (await cluster.ask("GET", "/apis/apps/v1"))["resources"]}
    assert apps["deployments/scale"]["kind"] == "Scale"
    for path in ("/version", "/version/"):
        assert (await cluster.ask("GET", path))["gitVersion"].startswith("v1.")
