"""A second pair of eyes on a cluster: refused to who asked, made anew where the world moved on, and taken back."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack.ids import Action
from tests.kubernetes.acting import image, ship, state, two_releases
from tests.kubernetes.cluster import Cluster
from tests.support.bot import Bot, environment, running
from tests.support.playground import ROOT, Playground

_ADDED = {
    "people.yaml": "  dev:\n    name: Dev Patel\n    slack: dev\n",
    "permissions.yaml": "  - role: approver\n    to: dev\n    environments: [prod]\n",
    "runbooks/rollback.yaml": (
        "steps:\n  - kind: approval\n    text: Can v41 read what v42 wrote?\n  - kind: action\n  - kind: verify\n"
    ),
}


@pytest.fixture
def catalog(cluster: Cluster, tmp_path: Path) -> Path:
    """The example of the documentation over this cluster, where Dev has to approve each rollback."""
    folder = tmp_path / "catalog"
    shutil.copytree(ROOT / "examples" / "kubernetes", folder)
    services = folder / "services.yaml"
    only_checkout = services.read_text(encoding="utf-8").partition("  basket:")[0]
    access = f'        kubeconfig: {cluster.kubeconfig(tmp_path)}\n        poll_s: "0.1"\n'
    services.write_text(only_checkout + access, encoding="utf-8")
    for file, more in _ADDED.items():
        with (folder / file).open("a", encoding="utf-8") as written:
            written.write(more)
    return folder


@pytest.fixture
async def bot(slack: Playground, catalog: Path, tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(environment(tmp_path, slack, QUARTERDECK_CATALOG=str(catalog)), tmp_path) as bot:
        yield bot


async def test_a_rollback_is_approved_by_somebody_else_and_for_the_world_as_it_is_then(
    slack: Playground, bot: Bot, cluster: Cluster
) -> None:
    await two_releases(cluster)
    await slack.eventually(lambda: slack.calls("usergroups.list"))
    plan = await slack.command("ana", "general", "/runbook", "run rollback checkout", wait=15, until="Needs one yes")
    assert "revision 2 → revision 1" in plan.text
    await slack.submit("ana", {"Why?": "v42 breaks the checkout"}, view=plan.view)
    asked = await slack.message_with("general", "Approve? Roll back checkout revision 2 → revision 1")

    own = await slack.click("ana", message=asked, action_id=Action.RUN_APPROVE, until="You asked for this")
    assert "someone else must approve it" in own.text
    assert await cluster.requests("PATCH") == []

    await ship(cluster, "v43")
    before = await state(cluster, "deployment", "checkout")
    await _approve(slack, "R-1")
    void = await slack.message_with("general", "The plan no longer fits, nothing was changed", timeout=30)
    assert "revision 3 → revision 1 is planned as R-2, and asked for anew" in void["plain"]
    assert void["ts"] == asked["ts"], "one message for life"
    assert await cluster.requests("PATCH") == []

    await slack.message_with("general", "Approve? Roll back checkout revision 3 → revision 1")
    await _approve(slack, "R-2")
    done = await slack.message_with("general", "Rolled back", timeout=30)
    assert "approved by Dev Patel" in done["plain"]
    assert image(await cluster.get("deployment", "checkout")) == "v41"
    assert len(await cluster.requests("PATCH")) == 1

    opened = await slack.click("ana", message=done, text="Undo: back to revision 3…", wait=15, until="→ revision 3")
    await slack.submit("ana", view=opened.view, wait=5)
    await slack.message_with("general", "Took back R-2", timeout=30)
    after = await state(cluster, "deployment", "checkout")
    assert after["spec"] == before["spec"]


async def _approve(slack: Playground, run: str) -> None:
    form = await slack.command("dev", "general", "/runbook", f"approve {run}", wait=15, until="Approve: roll back")
    await slack.submit("dev", {}, view=form.view)
