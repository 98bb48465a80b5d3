"""What a plan says of a workload, and what is refused before anything is sent."""

from pathlib import Path

import pytest

from bot.action import Bounds, Refused, read_world
from bot.ports import Permanent, Transient
from runbooks import ACTIONS
from tests.kubernetes.acting import NOW, plan, ship, target, two_releases
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import autoscaler, daemon_set, deployment, disruption_budget
from tests.runbooks.asking import request


async def refusal(action: str, cluster: Cluster, folder: Path, **params: int | str) -> Refused:
    with pytest.raises(Refused) as refused:
        await plan(action, target(cluster, folder), **params)
    assert not [each for each in await cluster.requests("PATCH") if "quarterdeck" in each["user_agent"].lower()]
    return refused.value


async def test_a_rollback_shows_images_cause_and_the_difference(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    made = await plan("rollback", target(cluster, tmp_path))
    assert made.title == "Roll back checkout revision 2 → revision 1"
    facts = dict(made.facts)
    assert facts["Runs"] == "registry.example/checkout:v42 → registry.example/checkout:v41"
    assert facts["Made"].startswith("revision 1, 20")
    assert facts["What goes away"] == "what came with revision 2 (“release 42”)"
    changed = [line for line in made.diff.splitlines()[2:] if line[0] in "+-"]
    assert changed == ["-    image: registry.example/checkout:v42", "+    image: registry.example/checkout:v41"]
    assert made.look == "kubectl -n shop rollout status deployment/checkout"
    assert made.hits.startswith("All 3 pods, one at a time, ")


async def test_secrets_in_a_template_are_in_no_plan(cluster: Cluster, tmp_path: Path) -> None:
    manifest = deployment(version="v41")
    secret = {"name": "DB_PASSWORD", "value": "hunter2-of-v41"}
    manifest["spec"]["template"]["spec"]["containers"][0]["env"] = [secret]
    await cluster.create(manifest)
    await cluster.settle()
    found = await cluster.get("deployment", "checkout")
    found["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = "hunter3-of-v42"
    found["spec"]["template"]["spec"]["containers"][0]["args"] = ["--token=abcdefghij"]
    await cluster.ask("PUT", "/apis/apps/v1/namespaces/shop/deployments/checkout", found)
    await cluster.settle()
    stored = (await plan("rollback", target(cluster, tmp_path))).to_json()
    assert "hunter" not in stored
    assert "abcdefghij" not in stored


async def test_the_first_release_has_nothing_to_go_back_to(cluster: Cluster, tmp_path: Path) -> None:
    await cluster.create(deployment())
    await cluster.settle()
    assert (await refusal("rollback", cluster, tmp_path)).rule == "nothing to roll back to"


async def test_a_revision_that_is_not_there_is_refused_with_those_that_are(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    refused = await refusal("rollback", cluster, tmp_path, release="7")
    assert refused.rule == "unknown release"
    assert "revision 2" in str(refused)
    assert "Nothing was changed" in str(refused)


async def test_a_revision_beyond_the_limit_of_the_history_is_gone(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster, revisionHistoryLimit=1)
    await ship(cluster, "v43")
    assert (await refusal("rollback", cluster, tmp_path, release="1")).rule == "unknown release"


async def test_an_autoscaler_is_not_fought_and_its_bounds_are_named(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.create(autoscaler(least=3, most=9))
    words = str(await refusal("scale", cluster, tmp_path, replicas=6))
    assert "HPA checkout keeps it between 3 and 9 pods" in words
    assert "minReplicas" in words
    facts = dict((await plan("rollback", target(cluster, tmp_path))).facts)
    assert facts["Autoscaler"] == "HPA checkout, 3 to 9 pods"


async def test_a_disruption_budget_is_named(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.create(disruption_budget(min_available=2), disruption_budget(name="search"))
    found = [words for name, words in (await plan("restart", target(cluster, tmp_path))).facts if "budget" in name]
    assert len(found) == 1
    assert found[0].startswith("checkout: at least 2 available")


async def test_what_git_keeps_is_said_not_to_last(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster, labels={"argocd.argoproj.io/instance": "shop"})
    facts = dict((await plan("rollback", target(cluster, tmp_path))).facts)
    assert "self-heal will undo the change" in facts["Will it last"]
    assert "Will it last" not in dict((await plan("restart", target(cluster, tmp_path))).facts)


@pytest.mark.parametrize("action", ["restart", "rollback"])
async def test_a_paused_deployment_is_resumed_first(cluster: Cluster, tmp_path: Path, action: str) -> None:
    await two_releases(cluster)
    await cluster.patch("deployment", "checkout", {"spec": {"paused": True}})
    refused = await refusal(action, cluster, tmp_path)
    assert (refused.rule, "resume it first" in str(refused)) == ("not offered", True)
    assert (await plan("resume", target(cluster, tmp_path))).title == "Resume the rollout of checkout"


async def test_a_daemon_set_is_neither_scaled_nor_paused(cluster: Cluster, tmp_path: Path) -> None:
    await cluster.create(daemon_set(name="checkout"))
    await cluster.settle()
    agent = target(cluster, tmp_path, workload="daemonset")
    with pytest.raises(Refused, match="one pod on each node"):
        await plan("scale", agent, replicas=2)
    with pytest.raises(Refused, match="a DaemonSet cannot be paused"):
        await plan("pause", agent)


async def test_bounds_of_the_service_hold(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    world = await read_world(target(cluster, tmp_path), NOW)
    with pytest.raises(Refused, match="over the limit of 5"):
        ACTIONS["scale"].plan(request({"replicas": 6}, Bounds(2, 5)), world)


async def test_pods_that_do_not_start_are_named_with_their_state(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("crash_loop", image="*:v43")
    await ship(cluster, "v43")
    seen = await target(cluster, tmp_path).observe()
    assert "CrashLoopBackOff" in [replica.state for replica in seen.replicas]
    assert seen.current is not None
    assert seen.current.name == "revision 3"
    assert seen.size == 3


async def test_what_the_role_does_not_show_is_said_and_does_not_lose_the_plan(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("forbidden", path="*horizontalpodautoscalers*")
    facts = dict((await plan("rollback", target(cluster, tmp_path))).facts)
    assert facts["Not seen"] == "autoscalers: the bot's role does not show them"


async def test_a_name_that_is_not_there_is_said(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="chekout"):
        await target(cluster, tmp_path, name="chekout").observe()


async def test_a_cluster_that_is_away_is_named(cluster: Cluster, tmp_path: Path) -> None:
    away = target(cluster, tmp_path, answer_timeout_s="0.2")
    await cluster.fault("hang", times=None)
    with pytest.raises(Transient):
        await away.observe()


async def test_one_look_costs_a_handful_of_calls_and_none_that_changes(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    before = len(await cluster.requests())
    await target(cluster, tmp_path).observe()
    asked = (await cluster.requests())[before:]
    assert [each["method"] for each in asked] == ["GET"] * 5
