"""From Slack to the cluster and back: typed, planned, confirmed, followed, taken back."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kubernetes.acting import image, state, two_releases
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.manifests import autoscaler
from tests.support.bot import Bot, environment, running
from tests.support.playground import ROOT, Playground, Seen


@pytest.fixture
def catalog(cluster: Cluster, tmp_path: Path) -> Path:
    """The example of the documentation, over this cluster."""
    folder = tmp_path / "catalog"
    shutil.copytree(ROOT / "examples" / "kubernetes", folder)
    services = (folder / "services.yaml").read_text(encoding="utf-8").partition("  basket:")[0]
    access = f'        kubeconfig: {cluster.kubeconfig(tmp_path)}\n        poll_s: "0.1"\n'
    (folder / "services.yaml").write_text(services + access, encoding="utf-8")
    return folder


@pytest.fixture
async def bot(slack: Playground, catalog: Path, tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(environment(tmp_path, slack, QUARTERDECK_CATALOG=str(catalog)), tmp_path) as bot:
        yield bot


async def planned(slack: Playground, words: str, until: str) -> Seen:
    """The form that the command opens, once the cluster was read."""
    seen = await slack.command("ana", "general", "/runbook", words, wait=15, until=until)
    assert until in seen.text, seen.text
    return seen


async def test_what_is_typed_is_planned_confirmed_followed_and_taken_back(
    slack: Playground, bot: Bot, cluster: Cluster
) -> None:
    await two_releases(cluster)
    before = await state(cluster, "deployment", "checkout")

    plan = await planned(slack, "run rollback checkout", "revision 2 → revision 1")
    assert "registry.example/checkout:v42 → registry.example/checkout:v41" in plan.text
    assert await cluster.requests("PATCH") == []
    await slack.submit("ana", view=plan.view, wait=5)
    done = await slack.message_with("general", "Rolled back", timeout=30)
    assert image(await cluster.get("deployment", "checkout")) == "v41"

    opened = await slack.click("ana", message=done, text="Undo: back to revision 2…", wait=15, until="→ revision 2")
    await slack.submit("ana", view=opened.view, wait=5)
    await slack.message_with("general", "Took back R-1", timeout=30)
    after = await state(cluster, "deployment", "checkout")
    assert after["spec"] == before["spec"]

    form = await planned(slack, "run scale checkout", "How many shall run")
    plan = await slack.submit("ana", view=form.view, values={"param.0": "5"}, wait=15, until="3 pods → 5 pods")
    assert "3 pods → 5 pods" in plan.text, plan.text
    await slack.submit("ana", view=plan.view, wait=5)
    await slack.message_with("general", "Scaled", timeout=30)
    assert (await cluster.get("deployment", "checkout"))["spec"]["replicas"] == 5

    await cluster.create(autoscaler(least=2, most=10))
    refused = await slack.command("ana", "general", "/runbook", "run scale checkout 6", wait=15, until="HPA")
    assert "change its minReplicas" in refused.text
    refused = await slack.command(
        "ana", "general", "/runbook", "run rollback checkout to 77", wait=15, until="No release"
    )
    assert "revision" in refused.text
