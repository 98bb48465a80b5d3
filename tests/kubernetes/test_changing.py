"""A change is made once, followed until it has arrived, and told honestly where it does not."""

import asyncio
from pathlib import Path

import pytest

from bot.action import ApplyFailed, Progress, Refused
from bot.ports import Permanent, Transient, Unsure
from runbooks import ACTIONS
from tests.kubernetes.acting import act, apply, image, plan, ship, state, target, two_releases
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import stateful_set
from tests.runbooks.asking import Lines


async def patches(cluster: Cluster) -> int:
    return len([each for each in await cluster.requests("PATCH") if each["status"] == 200])


async def test_a_rollback_is_followed_pod_by_pod_to_its_end(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    lines = await act("rollback", target(cluster, tmp_path))
    assert image(await cluster.get("deployment", "checkout")) == "v41"
    assert lines.seen[0] == Progress(0, 3, "nothing is changed yet")
    assert lines.seen[-1] == Progress(3, 3, "3 of 3 pods run revision 1")
    done = [progress.done for progress in lines.seen]
    assert done == sorted(done)


async def test_its_undo_leads_back_to_the_exact_state(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    before = await state(cluster, "deployment", "checkout")
    checkout = target(cluster, tmp_path)
    made = await plan("rollback", checkout)
    await apply(made, checkout)
    assert made.undo is not None
    await apply(await plan("rollback", checkout, **made.undo), checkout)
    after = await state(cluster, "deployment", "checkout")
    del before["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
    assert after["metadata"]["annotations"].pop("deployment.kubernetes.io/revision") == "4"
    assert after == before


async def test_a_scaling_and_its_undo_lead_there_and_back(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    before = await state(cluster, "deployment", "checkout")
    checkout = target(cluster, tmp_path)
    made = await plan("scale", checkout, replicas=5)
    lines = await apply(made, checkout)
    assert lines.words[-1] == "5 of 5 pods are ready"
    assert made.undo == {"replicas": 3}
    await act("scale", checkout, **made.undo)
    after = await state(cluster, "deployment", "checkout")
    assert after["spec"] == before["spec"]


async def test_what_is_done_already_sends_nothing(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    for action, params in (("rollback", {}), ("restart", {}), ("scale", {"replicas": 4})):
        made = await plan(action, checkout, **params)
        await apply(made, checkout)
        sent = await patches(cluster)
        await apply(made, checkout)
        assert await patches(cluster) == sent


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "internal_error"])
async def test_a_lost_answer_is_settled_by_looking_and_nothing_is_done_twice(
    cluster: Cluster, tmp_path: Path, fault: str
) -> None:
    await two_releases(cluster)
    await cluster.fault(fault, method="PATCH")
    await act("rollback", target(cluster, tmp_path))
    assert image(await cluster.get("deployment", "checkout")) == "v41"
    assert await patches(cluster) <= 1 + (fault == "cut_after")
    found = await cluster.get("deployment", "checkout")
    assert found["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"


async def test_a_conflict_is_read_anew_and_sent_again(cluster: Cluster, tmp_path: Path) -> None:
    await cluster.create(stateful_set(name="checkout", version="v41"))
    await cluster.settle()
    await cluster.fault("conflict", method="PATCH")
    await act("scale", target(cluster, tmp_path, workload="statefulset"), replicas=4)
    assert (await cluster.get("statefulset", "checkout"))["spec"]["replicas"] == 4


async def test_a_plan_of_a_revision_that_somebody_left_meanwhile_does_not_run(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    made = await plan("rollback", checkout)
    await ship(cluster, "v43")
    sent = await patches(cluster)
    with pytest.raises(Refused, match="checkout is now on revision 3, not revision 2"):
        await apply(made, checkout)
    assert await patches(cluster) == sent


async def test_a_release_shipped_while_it_goes_back_ends_it_with_words(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("slow", image="*:v41")
    going = asyncio.create_task(act("rollback", target(cluster, tmp_path)))
    while image(await cluster.get("deployment", "checkout")) != "v41":
        await asyncio.sleep(0.01)
    await ship(cluster, "v43")
    with pytest.raises(ApplyFailed, match="Somebody changed it again meanwhile"):
        await going


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("crash_loop", "keeps crashing"),
        ("image_pull", "does not get its image"),
        ("unschedulable", "no node takes it"),
    ],
)
async def test_pods_that_do_not_start_end_it_with_their_reason(
    cluster: Cluster, tmp_path: Path, fault: str, words: str
) -> None:
    await two_releases(cluster)
    await cluster.fault(fault, image="*:v41")
    with pytest.raises(ApplyFailed, match=words) as failed:
        await act("rollback", target(cluster, tmp_path, deadline_s="0.3"))
    assert "0 of 3 pods run revision 1" in str(failed.value)
    assert "the pods that are ready serve" in str(failed.value)


async def test_the_clusters_own_deadline_ends_it_too(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("deadline_exceeded", image="*:v41", name="*")
    with pytest.raises(ApplyFailed, match="then it stood still"):
        await act("rollback", target(cluster, tmp_path))


async def test_why_pods_wait_is_told_while_it_is_waited(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.fault("image_pull", image="*:v41")
    lines = Lines()
    checkout = target(cluster, tmp_path)
    going = asyncio.create_task(ACTIONS["rollback"].apply(await plan("rollback", checkout), checkout, lines))
    while not any("does not get its image" in line for line in lines.words):
        await asyncio.sleep(0.01)
    await cluster.clear_faults()
    await going
    assert lines.seen[-1].done == 3


async def test_whoever_reports_may_stop_it_before_anything_is_sent(cluster: Cluster, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    async def stop(_: Progress) -> None:
        raise Stop

    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    made = await plan("rollback", checkout)
    with pytest.raises(Stop):
        await ACTIONS["rollback"].apply(made, checkout, stop)
    assert await patches(cluster) == 0


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("forbidden", Permanent, "patch"),
        ("unauthorized", Permanent, "credentials"),
        ("too_many_requests", Transient, "429|overloaded|too many|busy"),
        ("html", Unsure, "Something other than Kubernetes answers"),
    ],
)
async def test_a_cluster_that_says_no_leaves_it_as_it_was(
    cluster: Cluster, tmp_path: Path, fault: str, error: type[Exception], words: str
) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    made = await plan("rollback", checkout)
    before = await state(cluster, "deployment", "checkout")
    await cluster.fault(fault, method="PATCH", times=None)
    with pytest.raises(error, match=words):
        await apply(made, checkout)
    await cluster.clear_faults()
    assert await state(cluster, "deployment", "checkout") == before


async def test_a_rollout_is_paused_where_it_stands_and_goes_on_when_resumed(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    await act("pause", checkout)
    await ship(cluster, "v43")
    assert [each["spec"]["containers"][0]["image"][-3:] for each in await cluster.all("pods")] == ["v42"] * 3
    await act("resume", checkout)
    await cluster.settle()
    assert [each["spec"]["containers"][0]["image"][-3:] for each in await cluster.all("pods")] == ["v43"] * 3


async def test_a_rollout_that_was_paused_meanwhile_is_left_paused(cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    made = await plan("rollback", checkout)
    await cluster.patch("deployment", "checkout", {"spec": {"paused": True}})
    with pytest.raises(Permanent, match=r"is paused\. Resume it first"):
        await apply(made, checkout)
    assert image(await cluster.get("deployment", "checkout")) == "v42"
