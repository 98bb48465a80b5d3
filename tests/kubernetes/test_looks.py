"""What a person sees of a workload: status, logs, describe and top, none of which changes anything."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.action import Lookable, Seen
from bot.ports import Permanent, Transient
from tests.kubernetes.acting import ship, target, two_releases
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import (
    autoscaler,
    daemon_set,
    deployment,
    role,
    role_binding,
    rule,
    stateful_set,
)

LOOKER = "looker-token"
ACCOUNT = "system:serviceaccount:shop:quarterdeck"


async def look(cluster: Cluster, folder: Path, name: str, on: str = "checkout", **options: str) -> Seen:
    seen = await target(cluster, folder, on, **options).look(name, datetime.now(UTC))
    ours = [each for each in await cluster.requests() if "quarterdeck" in each["user_agent"].lower()]
    assert {each["method"] for each in ours} == {"GET"}
    return seen


def named(seen: Seen, name: str) -> list[str]:
    return [words for each, words in seen.facts if each == name]


def names(seen: Seen) -> Sequence[str]:
    return [name for name, _ in seen.facts]


async def crashing(cluster: Cluster) -> None:
    """The release v43 of checkout ends as soon as it has started."""
    await two_releases(cluster)
    await cluster.fault("crash_loop", image="*checkout:v43", restarts=7, exit_code=3)
    await ship(cluster, "v43")


def test_a_workload_says_what_can_be_looked_at(tmp_path: Path, cluster: Cluster) -> None:
    on = target(cluster, tmp_path)
    assert isinstance(on, Lookable)
    assert [each.name for each in on.looks] == ["status", "logs", "describe", "top"]


async def test_the_status_of_what_is_well_says_so(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    seen = await look(cluster, tmp_path, "status")
    assert seen.title == "3 of 3 pods are ready"
    assert names(seen) == ["Rollout", "Runs"]
    assert named(seen, "Rollout") == ["over, nothing is left to wait for"]
    (runs,) = named(seen, "Runs")
    assert runs.startswith("revision 2, registry.example/checkout:v42, ")
    assert runs.endswith("release 42")


async def test_the_status_begins_with_why_pods_do_not_start(cluster: Cluster, tmp_path: Path) -> None:
    await crashing(cluster)
    seen = await look(cluster, tmp_path, "status")
    assert seen.title == "3 of 3 pods are ready, 1 held up"
    name, words = seen.facts[0]
    assert name == "1\xa0pod"
    assert words.startswith("Container checkout keeps crashing (exit code 3), 7 restarts. In checkout-")
    assert named(seen, "Rollout") == ["0 of 3 pods are as they shall be"]


async def test_a_rollout_that_made_no_progress_says_so(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("deadline_exceeded", image="*checkout:v43")
    await ship(cluster, "v43")
    (rollout,) = named(await look(cluster, tmp_path, "status"), "Rollout")
    assert rollout.startswith("stuck: ")
    assert "has timed out progressing" in rollout


async def test_a_rollout_that_is_paused_says_so(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.patch("deployment", "checkout", {"spec": {"paused": True}})
    await cluster.settle()
    assert named(await look(cluster, tmp_path, "status"), "Rollout") == ["paused: it goes on when somebody resumes it"]


async def test_what_was_scaled_to_nothing_says_so_and_has_no_logs(cluster: Cluster, tmp_path: Path) -> None:
    await cluster.create(deployment(replicas=0), autoscaler())
    await cluster.settle()
    seen = await look(cluster, tmp_path, "status")
    assert seen.title == "no pods are wanted: it is scaled to 0"
    assert (await look(cluster, tmp_path, "logs")).title == "there are no pods, and so no logs"
    assert (await look(cluster, tmp_path, "top")).title == "no pod has been measured yet"


async def test_the_log_is_that_of_the_run_that_crashed(cluster: Cluster, tmp_path: Path) -> None:
    await crashing(cluster)
    await cluster.log("now\n", image="*v43")
    await cluster.log("starting\nno table coupons\n", image="*v43", previous=True)
    seen = await look(cluster, tmp_path, "logs")
    assert seen.title.startswith("log of container checkout in pod checkout-")
    assert seen.text == "starting\nno table coupons"
    assert seen.origin == "The last 40 lines, of its run before the last restart"
    assert seen.facts[0][1].startswith("Container checkout keeps crashing")


async def test_of_a_long_log_the_newest_lines_are_read(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.log("\n".join(f"line {number}" for number in range(200)), container="checkout")
    seen = await look(cluster, tmp_path, "logs")
    assert seen.text.splitlines() == [f"line {number}" for number in range(160, 200)]
    assert seen.facts == []
    (asked,) = [each for each in await cluster.requests("GET") if each["path"].endswith("/log")]
    assert asked["query"]["tailLines"] == "40"
    assert int(asked["query"]["limitBytes"]) > 0


async def test_of_pods_that_are_well_it_is_the_log_of_the_newest_and_of_the_container_that_is_named(
    cluster: Cluster, tmp_path: Path
) -> None:
    await two_releases(cluster)
    await cluster.log("I am the proxy", container="proxy")
    assert (await look(cluster, tmp_path, "logs", container="proxy")).text == "I am the proxy"
    newest = sorted(
        await cluster.all("pods"), key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"])
    )[-1]["metadata"]["name"]
    assert (await look(cluster, tmp_path, "logs")).title == f"log of container checkout in pod {newest}"


async def test_a_container_without_its_image_has_no_log_and_the_reason_is_told(
    cluster: Cluster, tmp_path: Path
) -> None:
    await cluster.fault("image_pull", image="*checkout:v42")
    await cluster.create(deployment(replicas=2))
    await cluster.settle()
    seen = await look(cluster, tmp_path, "logs")
    assert seen.title.endswith("has written nothing: it has not run yet")
    assert seen.text == seen.origin == ""
    name, words = seen.facts[0]
    assert name == "2\xa0pods"
    assert words.startswith("Container checkout does not get its image registry.example/checkout:v42")


async def test_secrets_and_colours_in_a_log_are_taken_out(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    log = "\x1b[31mERROR\x1b[0m password=\x1b[1mhunter2 lost\nAuthorization: Bearer abcdef0123456789\nsee <!channel>"
    await cluster.log(log, container="checkout")
    text = (await look(cluster, tmp_path, "logs")).text
    assert text == "ERROR password=… lost\nAuthorization: Bearer …\nsee <!channel>"


async def test_describe_tells_what_it_is_made_of_and_what_happened(cluster: Cluster, tmp_path: Path) -> None:
    await crashing(cluster)
    seen = await look(cluster, tmp_path, "describe")
    assert seen.title == "Deployment checkout in namespace shop"
    assert seen.facts[0][1].startswith("Container checkout keeps crashing")
    assert named(seen, "Container checkout") == [
        "registry.example/checkout:v43; asks for cpu 250m, memory 128Mi; may use memory 256Mi; "
        "readiness GET /healthz on http every 5 s"
    ]
    assert named(seen, "Container proxy") == ["registry.example/proxy:1.9; no requests, no limits; no probes"]
    assert named(seen, "Strategy") == ["RollingUpdate, maxSurge 1, maxUnavailable 0"]
    assert named(seen, "Available")[0].startswith("yes for ")
    told = [words for name, words in seen.facts if name.endswith(" ago")]
    assert any(words.startswith("Warning BackOff, pod checkout-") for words in told)
    assert any("ScalingReplicaSet, deployment checkout" in words for words in told)


async def test_events_are_told_newest_first_with_their_age_and_count(cluster: Cluster, tmp_path: Path) -> None:
    await cluster.create(deployment())
    await cluster.settle()
    now = datetime.now(UTC)
    uid = (await cluster.get("deployment", "checkout"))["metadata"]["uid"]
    for name, minutes, count in (("old", 50, 1), ("new", -1, 12)):
        at = (now - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        await cluster.create({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": "shop"},
            "involvedObject": {"kind": "Deployment", "name": "checkout", "namespace": "shop", "uid": uid},
            "type": "Warning", "reason": "Odd", "message": f"{name}: token=abcdef123456", "count": count,
            "lastTimestamp": at,
        })  # fmt: skip
    seen = await look(cluster, tmp_path, "describe")
    told = [words for name, words in seen.facts if name.endswith(" ago")]
    assert told[0] == "Warning Odd, deployment checkout, 12 times: new: token=…"
    assert [name for name, words in seen.facts if "old: token" in words] == ["50\xa0min ago"]


async def test_an_environment_with_secrets_is_in_no_description(cluster: Cluster, tmp_path: Path) -> None:
    manifest = deployment()
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "DB_PASSWORD", "value": "hunter2"}]
    container["livenessProbe"] = {"exec": {"command": ["check", "--token", "hunter3"]}}
    container["readinessProbe"]["httpGet"]["path"] = "/healthz?key=hunter4"
    await cluster.create(manifest)
    await cluster.settle()
    seen = await look(cluster, tmp_path, "describe")
    assert "hunter" not in str(seen)
    assert "runs check every 10 s" in named(seen, "Container checkout")[0]


async def test_top_tells_what_is_used_beside_what_was_asked_for(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    seen = await look(cluster, tmp_path, "top")
    assert seen.title == "3\xa0pods use 152m CPU and 384\xa0MiB of memory"
    assert seen.facts[0][1] == (
        "checkout 25m CPU (250m asked for), 64\xa0MiB (128\xa0MiB asked for, 256\xa0MiB at most); "
        "proxy 25m CPU, 64\xa0MiB"
    )
    assert named(seen, "Measured")[0].endswith(" ago")


async def test_without_metrics_it_is_said_that_they_are_not_installed(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("unserved", path="/apis/metrics.k8s.io/*")
    seen = await look(cluster, tmp_path, "top")
    assert seen.title == "metrics are not installed in this cluster"
    assert "metrics-server" in named(seen, "Why")[0]


@pytest.mark.parametrize(
    ("workload", "manifest", "title"),
    [
        ("statefulset", stateful_set(), "3 of 3 pods are ready"),
        ("daemonset", daemon_set(), "3 of 3 pods are ready"),
    ],
)
async def test_the_other_kinds_can_be_looked_at_too(
    cluster: Cluster, tmp_path: Path, workload: str, manifest: dict[str, object], title: str
) -> None:
    await cluster.create(manifest)
    await cluster.settle()
    on = str(manifest["metadata"]["name"])  # type: ignore[index]
    assert (await look(cluster, tmp_path, "status", on, workload=workload)).title == title
    for name in ("logs", "describe", "top"):
        assert (await look(cluster, tmp_path, name, on, workload=workload)).title


async def account(cluster: Cluster, *granted: str) -> None:
    """Somebody who may see the workload and its pods, and besides only what is granted."""
    await cluster.create(
        role(
            rule("deployments replicasets", "get", "list"), rule("pods", "list", group=""),
            *(rule(each, "get", "list", group="") for each in granted),
        ),
        role_binding(),
    )  # fmt: skip
    await cluster.user(ACCOUNT, LOOKER)


def as_account(cluster: Cluster, folder: Path) -> Path:
    """A kubeconfig of that somebody's, in a folder of its own."""
    (folder / "account").mkdir()
    return cluster.kubeconfig(folder / "account", token=LOOKER)


async def test_a_right_that_is_missing_is_named(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await account(cluster)
    config = str(as_account(cluster, tmp_path))
    with pytest.raises(Permanent, match="It lacks the verb get on pods/log") as refused:
        await look(cluster, tmp_path, "logs", kubeconfig=config)
    assert refused.value.code == "Forbidden"


async def test_describe_tells_the_rest_where_events_may_not_be_seen(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await account(cluster)
    seen = await look(cluster, tmp_path, "describe", kubeconfig=str(as_account(cluster, tmp_path)))
    assert "It lacks the verb list on events" in named(seen, "Events")[0]
    assert named(seen, "Strategy")


async def test_a_cluster_that_cannot_answer_is_told_as_such(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("unavailable", path="*/pods")
    with pytest.raises(Transient, match="cannot answer now"):
        await look(cluster, tmp_path, "status")


async def test_a_look_that_does_not_exist_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="There is no look “exec”; there are status, logs, describe, top"):
        await target(cluster, tmp_path).look("exec", datetime.now(UTC))
