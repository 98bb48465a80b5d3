"""The stand-in is proved by the real kubectl: what people do to a Deployment."""

import asyncio
import json

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import CHANGE_CAUSE, IMAGE, autoscaler, deployment, disruption_budget
from tests.kubernetes.stand_in.json_types import Json

REVISION = "deployment.kubernetes.io/revision"


async def said(cluster: Cluster, *arguments: str, given: Json | None = None) -> str:
    """What kubectl prints; fails with its own words where it fails."""
    code, out, err = await cluster.kubectl(*arguments, given=given)
    assert code == 0, err
    return out


async def complaint(cluster: Cluster, *arguments: str) -> str:
    """What kubectl says when it fails; fails where it does not."""
    code, out, err = await cluster.kubectl(*arguments)
    assert code != 0, out
    return err


async def revisions(cluster: Cluster) -> dict[int, str]:
    """Images by revision, from the ReplicaSets as they are."""
    found = {}
    for each in await cluster.all("replicasets"):
        found[int(each["metadata"]["annotations"][REVISION])] = image(each)
    return dict(sorted(found.items()))


def image(workload: Json) -> str:
    return str(workload["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2])


async def two_releases(cluster: Cluster) -> None:
    """v41 as revision 1, v42 as revision 2, both rolled out."""
    await cluster.create(deployment(version="v41", cause="release 41"))
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    found["spec"]["template"]["spec"]["containers"][0]["image"] = f"{IMAGE}:v42"
    found["metadata"]["annotations"][CHANGE_CAUSE] = "release 42"
    await cluster.ask("PUT", "/apis/apps/v1/namespaces/shop/deployments/checkout", found)
    await cluster.settle()


async def test_a_manifest_is_applied_read_and_applied_again(cluster: Cluster) -> None:
    assert "created" in await said(cluster, "apply", "-f", "-", given=deployment(version="v41"))
    assert "unchanged" in await said(cluster, "apply", "-f", "-", given=deployment(version="v41"))
    assert "configured" in await said(cluster, "apply", "-f", "-", given=deployment(version="v42", replicas=2))
    await cluster.settle()
    read = json.loads(await said(cluster, "get", "deployment", "checkout", "-o", "json"))
    assert (image(read), read["spec"]["replicas"], read["status"]["availableReplicas"]) == ("v42", 2, 2)
    assert "app: checkout" in await said(cluster, "get", "deployment/checkout", "-o", "yaml")


async def test_lists_are_typed_and_chosen_by_labels_and_fields(cluster: Cluster) -> None:
    await cluster.create(deployment(), deployment("basket", replicas=1))
    await cluster.settle()
    every = json.loads(await said(cluster, "get", "deployments", "-o", "json"))
    assert [each["kind"] for each in every["items"]] == ["Deployment", "Deployment"]
    chosen = await said(cluster, "get", "pods", "-l", "app in (basket, other),tier=backend,!canary", "-o", "name")
    assert chosen.count("pod/basket-") == 1
    assert "checkout" not in chosen
    running = await said(cluster, "get", "pods", "--field-selector", "status.phase!=Running", "-o", "name")
    assert running == ""
    assert "basket" in await said(cluster, "get", "deployments", "--all-namespaces", "--chunk-size=1")


async def test_a_new_image_is_rolled_out_and_remembered(cluster: Cluster) -> None:
    await cluster.create(deployment(version="v41", cause="release 41"))
    await cluster.settle()
    await said(cluster, "set", "image", "deployment/checkout", f"checkout={IMAGE}:v42")
    assert "successfully rolled out" in await said(cluster, "rollout", "status", "deployment/checkout")
    await said(cluster, "annotate", "deployment/checkout", f"{CHANGE_CAUSE}=release 42", "--overwrite")
    await cluster.settle()
    history = await said(cluster, "rollout", "history", "deployment/checkout")
    assert [line.split(maxsplit=1) for line in history.splitlines()[2:4]] == [["1", "release 41"], ["2", "release 42"]]
    first = await said(cluster, "rollout", "history", "deployment/checkout", "--revision=1")
    assert f"{IMAGE}:v41" in first
    assert "revision #1" in first
    containers = (await cluster.get("deployment", "checkout"))["spec"]["template"]["spec"]["containers"]
    assert [each["name"] for each in containers] == ["checkout", "proxy"]
    assert "unable to find the specified revision" in await complaint(
        cluster, "rollout", "history", "deployment/checkout", "--revision=7"
    )


async def test_undo_goes_back_and_renumbers_what_it_uses_again(cluster: Cluster) -> None:
    await two_releases(cluster)
    before = await cluster.all("replicasets")
    await said(cluster, "rollout", "undo", "deployment/checkout")
    assert "successfully rolled out" in await said(cluster, "rollout", "status", "deployment/checkout")
    assert await revisions(cluster) == {2: "v42", 3: "v41"}
    after = await cluster.get("deployment", "checkout")
    assert image(after) == "v41"
    assert after["metadata"]["annotations"] == {REVISION: "3", CHANGE_CAUSE: "release 41"}
    sets = await cluster.all("replicasets")
    assert {each["metadata"]["uid"] for each in sets} == {each["metadata"]["uid"] for each in before}
    used_again = next(each for each in sets if each["metadata"]["annotations"][REVISION] == "3")
    assert used_again["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] == "1"
    await said(cluster, "rollout", "undo", "deployment/checkout", "--to-revision=2")
    await cluster.settle()
    assert await revisions(cluster) == {3: "v41", 4: "v42"}
    patches = await cluster.requests("PATCH")
    assert {each["content_type"] for each in patches} == {"application/json-patch+json"}
    assert [operation["path"] for operation in patches[0]["body"]] == ["/spec/template", "/metadata/annotations"]


async def test_undo_says_when_there_is_nothing_to_go_back_to(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.settle()
    assert "no rollout history found" in await complaint(cluster, "rollout", "undo", "deployment/checkout")
    asked = ("rollout", "undo", "deployment/checkout", "--to-revision=9")
    assert "unable to find specified revision 9 in history" in await complaint(cluster, *asked)
    assert "skipped rollback" in await said(cluster, *asked[:-1], "--to-revision=1")


async def test_a_restart_replaces_every_pod_and_is_a_new_revision(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.settle()
    before = {pod["metadata"]["uid"] for pod in await cluster.all("pods")}
    await said(cluster, "rollout", "restart", "deployment/checkout")
    await cluster.settle()
    after = {pod["metadata"]["uid"] for pod in await cluster.all("pods")}
    assert len(after) == 3
    assert not before & after
    assert await revisions(cluster) == {1: "v42", 2: "v42"}
    (patch,) = await cluster.requests("PATCH")
    annotations = patch["body"]["spec"]["template"]["metadata"]["annotations"]
    assert patch["content_type"] == "application/strategic-merge-patch+json"
    assert list(annotations) == ["kubectl.kubernetes.io/restartedAt"]


async def test_a_paused_deployment_waits_until_it_is_resumed(cluster: Cluster) -> None:
    await two_releases(cluster)
    await said(cluster, "rollout", "pause", "deployment/checkout")
    assert "is already paused" in await complaint(cluster, "rollout", "pause", "deployment/checkout")
    await said(cluster, "set", "image", "deployment/checkout", f"checkout={IMAGE}:v43")
    await cluster.settle()
    waiting = await cluster.get("deployment", "checkout")
    progressing = next(each for each in waiting["status"]["conditions"] if each["type"] == "Progressing")
    assert (progressing["status"], progressing["reason"]) == ("Unknown", "DeploymentPaused")
    assert await revisions(cluster) == {1: "v41", 2: "v42"}
    assert "can't restart paused" in await complaint(cluster, "rollout", "restart", "deployment/checkout")
    assert "cannot rollback a paused" in await complaint(cluster, "rollout", "undo", "deployment/checkout")
    await said(cluster, "rollout", "resume", "deployment/checkout")
    await cluster.settle()
    assert await revisions(cluster) == {1: "v41", 2: "v42", 3: "v43"}
    assert "paused" not in (await cluster.get("deployment", "checkout"))["spec"]


async def test_scaling_can_insist_on_the_number_it_saw(cluster: Cluster) -> None:
    await cluster.create(deployment(replicas=3))
    await cluster.settle()
    await said(cluster, "scale", "deployment/checkout", "--replicas=5")
    refusal = await complaint(cluster, "scale", "deployment/checkout", "--replicas=6", "--current-replicas=3")
    assert "Expected replicas to be 3, was 5" in refusal
    await said(cluster, "scale", "deployment/checkout", "--replicas=6", "--current-replicas=5")
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    assert (found["status"]["availableReplicas"], found["metadata"]["generation"]) == (6, 3)
    assert await revisions(cluster) == {1: "v42"}
    ways = [(each["method"], each["path"].rpartition("/")[2]) for each in await cluster.requests()]
    assert ("PATCH", "scale") in ways
    assert ("PUT", "scale") in ways


async def test_somebody_who_waits_sees_a_slow_rollout_end(cluster: Cluster) -> None:
    await two_releases(cluster)
    await cluster.fault("slow")
    await said(cluster, "rollout", "undo", "deployment/checkout")
    waiting = asyncio.create_task(said(cluster, "rollout", "status", "deployment/checkout", "--timeout=30s"))
    while not any(each["query"].get("watch") for each in await cluster.requests("GET")):
        await asyncio.sleep(0.02)
    assert not waiting.done()
    await cluster.clear_faults()
    told = await waiting
    assert "1 out of 3 new replicas have been updated" in told
    assert "successfully rolled out" in told


async def test_a_rollout_beyond_its_deadline_is_a_failure(cluster: Cluster) -> None:
    await two_releases(cluster)
    await cluster.fault("deadline_exceeded", name="checkout*")
    await said(cluster, "set", "image", "deployment/checkout", f"checkout={IMAGE}:v43")
    await cluster.settle()
    assert "exceeded its progress deadline" in await complaint(cluster, "rollout", "status", "deployment/checkout")
    described = await said(cluster, "describe", "deployment/checkout")
    assert "ProgressDeadlineExceeded" in described
    assert "ScalingReplicaSet" in described


async def test_logs_usage_and_events_are_read_of_pods(cluster: Cluster) -> None:
    await cluster.create(deployment(replicas=1))
    await cluster.log("line 1\nline 2\nline 3\n", container="checkout")
    await cluster.fault("crash_loop", image="*/proxy:*", reason="OOMKilled")
    await cluster.log("out of memory\n", container="proxy", previous=True)
    await cluster.settle()
    assert await said(cluster, "logs", "deployment/checkout", "-c", "checkout", "--tail=2") == "line 2\nline 3\n"
    assert await said(cluster, "logs", "deployment/checkout", "-c", "proxy", "--previous") == "out of memory\n"
    (pod,) = await cluster.all("pods")
    name = pod["metadata"]["name"]
    assert "previous terminated container" in await complaint(cluster, "logs", name, "-c", "checkout", "-p")
    assert name in await said(cluster, "top", "pod")
    events = await said(cluster, "get", "events", "--field-selector", f"involvedObject.name={name}", "-o", "json")
    assert [each["reason"] for each in json.loads(events)["items"]] == ["BackOff"]
    described = await said(cluster, "describe", "pod", name)
    assert "CrashLoopBackOff" in described
    assert "OOMKilled" in described


async def test_autoscalers_and_budgets_are_objects_in_every_version(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await said(cluster, "apply", "-f", "-", given=autoscaler(least=2, most=8))
    await said(cluster, "apply", "-f", "-", given=disruption_budget())
    await cluster.settle()
    newer = json.loads(await said(cluster, "get", "horizontalpodautoscalers.v2.autoscaling", "checkout", "-o", "json"))
    older = json.loads(await said(cluster, "get", "horizontalpodautoscalers.v1.autoscaling", "checkout", "-o", "json"))
    assert newer["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 70
    assert older["spec"]["targetCPUUtilizationPercentage"] == 70
    assert "metrics" not in older["spec"]
    assert (newer["status"]["currentReplicas"], newer["status"]["desiredReplicas"]) == (3, 3)
    await said(cluster, "patch", "hpa", "checkout", "--type=merge", "-p", '{"spec":{"minReplicas":4}}')
    assert (await cluster.get("hpa", "checkout"))["spec"]["minReplicas"] == 4
    budget = json.loads(await said(cluster, "get", "pdb", "checkout", "-o", "json"))
    assert budget["spec"]["minAvailable"] == 2
    assert (budget["status"]["expectedPods"], budget["status"]["disruptionsAllowed"]) == (3, 1)


async def test_deleting_takes_what_was_owned_along(cluster: Cluster) -> None:
    await cluster.create(deployment())
    await cluster.settle()
    assert "deleted" in await said(cluster, "delete", "deployment/checkout")
    await cluster.settle()
    assert await cluster.all("replicasets") == []
    assert await cluster.all("pods") == []
    assert 'deployments.apps "checkout" not found' in await complaint(cluster, "get", "deployment/checkout")
