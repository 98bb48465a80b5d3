"""Rolling a Helm release back, by a helm that keeps its record in a file: what is asked, done, refused and said."""

import asyncio
import os
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.action import ApplyFailed, Progress, Refused
from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets import CONNECTORS
from runbooks.targets.helm.cli import environment
from runbooks.targets.reading import BadOptions
from tests.runbooks.asking import Lines, apply, planned
from tests.runbooks.helm_world import USUAL, HelmWorld, revision, until

KEY = "checkout-1.41.0 of revision 41"
ROLLED_BACK = [
    (40, "superseded", "Upgrade complete"),
    (41, "superseded", "Upgrade complete"),
    (42, "failed", 'Upgrade "checkout" failed: quota'),
    (43, "superseded", "Upgrade complete"),
    (44, "deployed", "Rollback to 41"),
]


@pytest.fixture
def world(tmp_path: Path) -> HelmWorld:
    return HelmWorld(tmp_path)


def copy_of_41(number: int = 44, status: str = "pending-rollback", at: datetime | None = None) -> dict[str, object]:
    return revision(41, status, "Rollback to 41", at=at or datetime.now(UTC)) | {"revision": number}


def failed_copy_of_41() -> dict[str, object]:
    return revision(41, "failed", 'Release "checkout" failed: timed out') | {"revision": 44}


def alive(pid: int) -> bool:
    """Whether the process still runs; one that ended and was not collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# What a plan says


async def test_a_plan_says_from_which_revision_to_which_with_charts_and_reasons(world: HelmWorld) -> None:
    plan = await planned("rollback", world.target())
    assert (plan.title, plan.before, plan.after) == ("Roll back checkout 43 → 41", "43", "41")
    facts = dict(plan.facts)
    assert "43 (“checkout-1.43.0, app 4.43: Upgrade complete”)" in facts["What goes away"]
    assert facts["Who notices"] == "nobody, if each workload of the release updates step by step and starts well"
    assert (plan.undo_action, plan.undo) == ("rollback", {"release": "checkout-1.43.0 of revision 43"})


async def test_looking_changes_nothing_and_costs_one_call(world: HelmWorld) -> None:
    seen = await world.target().observe()
    assert [release.name for release in seen.releases] == ["43", "42", "41", "40"]
    assert world.calls("history") == [["history", "checkout", "-o", "json", "--max", "20", "--namespace", "shop"]]
    assert world.calls("get") == world.calls("rollback") == []


@pytest.mark.parametrize(("action", "params"), [("restart", {}), ("scale", {"replicas": 3}), ("pause", {})])
async def test_what_belongs_to_the_workload_is_refused_with_where_to_do_them(
    world: HelmWorld, action: str, params: Mapping[str, int]
) -> None:
    with pytest.raises(Refused, match="give the workload a target of kind kubernetes") as refused:
        await planned(action, world.target(), **params)
    assert refused.value.rule == "not offered"


async def test_what_belongs_to_the_workload_changes_nothing_even_where_nobody_asked_first(world: HelmWorld) -> None:
    with pytest.raises(Permanent, match="Nothing was changed"):
        await world.target().restart(datetime.now(UTC), Lines())
    with pytest.raises(Permanent, match="Nothing was changed"):
        await world.target().scale(3, Lines())
    with pytest.raises(Permanent, match="Nothing was changed"):
        await world.target().pause(True, Lines())


@pytest.mark.parametrize(
    ("status", "words"),
    [("pending-install", "an install"), ("pending-upgrade", "an upgrade"), ("pending-rollback", "a rollback")],
)
async def test_what_holds_the_release_is_named_with_what_to_do(world: HelmWorld, status: str, words: str) -> None:
    world.now(*USUAL, revision(44, status))
    with pytest.raises(Refused, match="Nothing was changed") as refused:
        await planned("rollback", world.target())
    said = str(refused.value)
    assert f"{words}, revision 44 (checkout-1.44.0), has been under way since 2026-01-01 02:03 UTC." in said
    assert "free it by hand: `helm rollback checkout 43 -n shop`" in said


async def test_a_release_that_was_uninstalled_has_nothing_to_roll_back(world: HelmWorld) -> None:
    world.now(revision(40), revision(41, "uninstalled", "Uninstallation complete"))
    with pytest.raises(Refused, match="nothing running"):
        await planned("rollback", world.target())


async def test_the_only_revision_cannot_be_rolled_back(world: HelmWorld) -> None:
    world.now(revision(1, "deployed", "Install complete"))
    with pytest.raises(Refused, match="nothing to roll back to"):
        await planned("rollback", world.target())


async def test_a_revision_that_is_not_there_is_refused_with_those_that_are(world: HelmWorld) -> None:
    with pytest.raises(Refused, match="There are: 43, 42, 41, 40") as refused:
        await planned("rollback", world.target(), release="7")
    assert refused.value.rule == "unknown release"


# What is done


async def test_a_rollback_makes_a_new_revision_with_the_content_of_the_old_one(world: HelmWorld) -> None:
    lines = Lines()
    await apply(await planned("rollback", world.target()), world.target(), lines)
    assert world.states() == ROLLED_BACK
    assert world.manifest() == "kind: ConfigMap 41"
    assert [(each.done, each.total) for each in lines.seen] == [(0, 1), (1, 1)]


async def test_helm_is_asked_to_wait_to_clean_up_and_to_drop_no_revision(world: HelmWorld) -> None:
    target = world.target(kubeconfig="/etc/kube", context="prod", impersonate="quarterdeck", timeout_s="90")
    await target.switch(KEY, Lines())
    assert world.calls("rollback") == [
        ["rollback", "checkout", "41", "--wait", "--timeout", "90s", "--cleanup-on-fail", "--history-max", "0",
         "--namespace", "shop", "--kubeconfig", "/etc/kube", "--kube-context", "prod", "--kube-as-user", "quarterdeck"]
    ]  # fmt: skip


async def test_the_way_back_stays_open_in_a_full_history(world: HelmWorld) -> None:
    world.now(*(revision(number) for number in range(1, 10)), revision(10, "deployed"))
    await apply(await planned("rollback", world.target(), release="1"), world.target())
    assert [number for number, _, _ in world.states()] == list(range(1, 12))


async def test_undo_brings_back_what_was_left(world: HelmWorld) -> None:
    plan = await planned("rollback", world.target())
    await apply(plan, world.target())
    await apply(await planned("rollback", world.target(), **dict(plan.undo or {})), world.target())
    assert world.manifest() == "kind: ConfigMap 43"
    assert world.states()[-1] == (45, "deployed", "Rollback to 43")


async def test_what_runs_already_is_left_alone(world: HelmWorld) -> None:
    await world.target().switch(KEY, Lines())
    await world.target().switch(KEY, Lines())
    assert world.states() == ROLLED_BACK


async def test_what_a_plan_leads_to_has_the_same_key_under_its_new_number(world: HelmWorld) -> None:
    before = await world.target().observe()
    assert before.previous is not None
    await world.target().switch(before.previous.key, Lines())
    after = await world.target().observe()
    assert after.current is not None
    assert (after.current.name, after.current.key) == ("44", before.previous.key)


async def test_a_failed_upgrade_is_rolled_back_to_what_is_deployed(world: HelmWorld) -> None:
    world.now(*USUAL, revision(44, "failed", 'Upgrade "checkout" failed: timed out'))
    await apply(await planned("rollback", world.target()), world.target())
    assert world.states()[-1] == (45, "deployed", "Rollback to 43")


async def test_a_release_key_that_nothing_holds_changes_nothing(world: HelmWorld) -> None:
    with pytest.raises(Permanent, match=r"No revision holds 7 any more\. Nothing was changed\."):
        await world.target().switch("7", Lines())


async def test_an_upgrade_that_began_meanwhile_is_not_fought(world: HelmWorld) -> None:
    world.now(*USUAL, revision(44, "pending-upgrade"))
    with pytest.raises(Permanent, match=r"^An upgrade, revision 44 .* Nothing was changed\.$"):
        await world.target().switch(KEY, Lines())
    assert world.calls("rollback") == []


async def test_a_person_who_stops_it_before_helm_is_started_stops_it(world: HelmWorld) -> None:
    class Stopped(Exception):
        pass

    async def stop(_: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        await world.target().switch(KEY, stop)
    assert world.calls("rollback") == []


# What was cut off


async def test_a_rollback_that_goes_on_alone_is_waited_for_and_not_made_twice(world: HelmWorld) -> None:
    world.now(*USUAL, copy_of_41())
    waited = asyncio.Event()

    async def report(progress: Progress) -> None:
        if "still rolling back" in progress.line and not waited.is_set():
            world.now(*USUAL[:3], revision(43), copy_of_41(status="deployed"))
            waited.set()

    await world.target().switch(KEY, report)
    assert waited.is_set()
    assert world.calls("rollback") == []


async def test_one_that_is_waited_for_and_fails_is_told_as_a_failure(world: HelmWorld) -> None:
    world.now(*USUAL, copy_of_41())

    async def report(_: Progress) -> None:
        world.now(*USUAL, failed_copy_of_41())

    with pytest.raises(ApplyFailed, match=r'Release "checkout" failed: timed out\. It is revision 44'):
        await world.target().switch(KEY, report)
    assert world.calls("rollback") == []


async def test_one_that_is_older_than_any_may_get_is_dead_and_made_anew(world: HelmWorld) -> None:
    world.now(*USUAL, copy_of_41(at=datetime(2026, 1, 1, tzinfo=UTC)))
    await world.target().switch(KEY, Lines())
    assert world.states()[-1] == (45, "deployed", "Rollback to 41")


async def test_a_plan_is_resumed_over_its_own_failed_attempt_although_helm_forgot_what_that_copied(
    world: HelmWorld,
) -> None:
    world.now(*USUAL, failed_copy_of_41() | {"manifest": "kind: ConfigMap 41"})
    seen = await world.target().observe()
    assert seen.current is not None
    assert (seen.current.name, seen.current.key) == ("44", KEY)
    await world.target().switch(KEY, Lines())
    assert world.states()[-1] == (45, "deployed", "Rollback to 41")


async def test_a_failed_revision_like_no_other_has_an_identity_of_its_own(world: HelmWorld) -> None:
    world.now(*USUAL, failed_copy_of_41() | {"manifest": "kind: Other"})
    seen = await world.target().observe()
    assert seen.current is not None
    assert seen.current.key == "checkout-1.41.0 of revision 44"


async def test_two_that_roll_back_at_once_do_it_once(world: HelmWorld) -> None:
    world.later(2, copy_of_41())
    world.fault("rollback", says="Error: release: already exists")
    lines = Lines()

    async def report(progress: Progress) -> None:
        await lines(progress)
        if "still rolling back" in progress.line:
            world.later(2, copy_of_41(status="deployed"))

    await world.target().switch(KEY, report)
    assert lines.words == [
        "checkout is not yet back on revision 41 (checkout-1.41.0)",
        "helm is still rolling back, as revision 44",
        "checkout runs checkout-1.41.0 of revision 41",
    ]


async def test_whoever_is_cancelled_leaves_no_process_behind(world: HelmWorld) -> None:
    world.fault("rollback", hang=True, helper=True)
    switching = asyncio.create_task(world.target().switch(KEY, Lines()))
    await until((world.folder / "hanging.pid").exists)
    await until(lambda: (world.folder / "hanging.pid").read_text() != "")
    switching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await switching
    pids = [int((world.folder / name).read_text()) for name in ("hanging.pid", "helper.pid")]
    await until(lambda: not any(map(alive, pids)))


# What goes wrong


async def failure(doing: Awaitable[object]) -> OutsideError:
    with pytest.raises(OutsideError) as raised:
        await doing
    return raised.value


async def test_a_missing_helm_is_said_with_what_to_do(world: HelmWorld) -> None:
    world.remove_program()
    said = await failure(planned("rollback", world.target()))
    assert isinstance(said, Permanent)
    assert str(said).startswith("helm is not installed here: there is no program")
    assert str(said).endswith("or name its path with the target's option `helm`. Nothing was changed.")


async def test_helm_is_found_on_the_path(world: HelmWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{world.folder}{os.pathsep}{os.environ['PATH']}")
    assert (await world.target(helm="helm").observe()).current is not None


async def test_a_helm_that_may_not_be_run_is_said(world: HelmWorld) -> None:
    world.program.chmod(0o644)
    assert "cannot be started" in str(await failure(world.target().observe()))


async def test_a_helm_that_hangs_is_ended_and_tried_again(world: HelmWorld) -> None:
    world.fault("history", hang=True)
    said = await failure(world.target(answer_timeout_s="0.3").observe())
    assert isinstance(said, Transient)
    assert str(said) == "helm history did not answer within 0.3 s and was ended. Nothing was changed."


async def test_a_helm_that_writes_without_end_is_ended(world: HelmWorld) -> None:
    world.fault("history", floods=True)
    assert "wrote over 8 MiB" in str(await failure(world.target().observe()))


async def test_an_answer_that_is_no_history_is_said(world: HelmWorld) -> None:
    world.fault("history", prints="<html>sign in</html>")
    assert "helm's answer is not a history" in str(await failure(world.target().observe()))


async def test_a_cluster_that_is_away_is_tried_again(world: HelmWorld) -> None:
    world.fault("history", says='Error: Kubernetes cluster unreachable: Get "https://k": connection refused\n')
    assert isinstance(await failure(world.target().switch(KEY, Lines())), Transient)


async def test_a_rollback_that_helm_never_began_changed_nothing(world: HelmWorld) -> None:
    world.fault("rollback", says='Error: User "bot" cannot create resource "secrets" in API group ""')
    said = await failure(world.target().switch(KEY, Lines()))
    assert isinstance(said, Permanent)
    assert "User bot may not create secrets in namespace shop." in str(said)
    assert str(said).endswith("Nothing was changed.")


async def test_a_rollback_that_does_not_get_ready_is_told_with_helms_reason_and_what_stands(world: HelmWorld) -> None:
    world.fault("rollback", fails="timed out waiting for the condition")
    with pytest.raises(ApplyFailed) as failed:
        await world.target().switch(KEY, Lines())
    assert str(failed.value) == (
        'helm could not finish it: Release "checkout" failed: timed out waiting for the condition. It is revision 44, '
        "failed; of its pods some may be new. Look at them, then roll back anew or to another revision."
    )


async def test_a_rollback_that_was_ended_before_it_began_is_tried_again(world: HelmWorld) -> None:
    world.fault("rollback", hang=True)
    said = await failure(world.target(grace=0.2, timeout_s="0.1").switch(KEY, Lines()))
    assert isinstance(said, Transient)
    assert "was ended. Nothing was changed." in str(said)


async def test_a_rollback_that_was_ended_in_the_middle_is_not_known_to_be_done(world: HelmWorld) -> None:
    world.fault("rollback", hang=True)
    world.later(2, copy_of_41())
    said = await failure(world.target(grace=0.2, timeout_s="0.1").switch(KEY, Lines()))
    assert isinstance(said, Unsure)
    assert "Revision 44 is still pending-rollback. Look with `helm history checkout -n shop`" in str(said)


async def test_a_helm_that_lost_the_cluster_on_its_way_leaves_it_open_at_once(world: HelmWorld) -> None:
    world.fault("rollback", says='Error: Get "https://k/api": EOF\n')
    world.later(2, copy_of_41())
    said = await failure(world.target().switch(KEY, Lines()))
    assert isinstance(said, Unsure)
    assert "Revision 44 is still pending-rollback." in str(said)


async def test_a_record_that_cannot_be_read_afterwards_leaves_it_open(world: HelmWorld) -> None:
    async def report(_: Progress) -> None:
        world.fault("history", says="Error: etcdserver: request timed out\n")

    world.fault("rollback", says='Error: Get "https://k/api": EOF\n')
    said = await failure(world.target().switch(KEY, report))
    assert isinstance(said, Unsure)
    assert "Whether it was begun is not known" in str(said)


async def test_somebody_who_was_faster_is_told(world: HelmWorld) -> None:
    world.later(2, revision(44, "deployed"))
    world.fault("rollback", says="Error: release: already exists\n")
    with pytest.raises(ApplyFailed, match=r"Somebody changed the release meanwhile: revision 44 \(checkout-1\.44\.0\)"):
        await world.target().switch(KEY, Lines())


# What helm gets


async def test_helm_gets_none_of_our_secrets(world: HelmWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:pw@db/bot")
    await world.target().observe()
    assert not {"SLACK_BOT_TOKEN", "DATABASE_URL"} & world.environment().keys()


def test_helm_gets_what_it_needs_to_find_and_enter_the_cluster() -> None:
    needed = {
        "PATH": "/bin", "HOME": "/var/bot", "KUBECONFIG": "/k", "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "AZURE_CLIENT_ID": "a", "https_proxy": "http://proxy", "HELM_DRIVER": "secret",
    }  # fmt: skip
    assert environment({**needed, "QUARTERDECK_INTAKE_TOKEN": "t", "SMTP_PASSWORD": "p"}) == needed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"namespace": "shop"}, "Option `release` is missing."),
        ({"release": "--debug", "namespace": "shop"}, "Option `release`: String should match pattern"),
        ({"release": "checkout", "namespace": "-A"}, "Option `namespace`: String should match pattern"),
        ({"release": "checkout", "namespace": "shop", "contxt": "x"}, "did you mean `context`?"),
        ({"release": "checkout", "namespace": "shop", "timeout_s": "0"}, "Option `timeout_s`: Input should be greater"),
    ],
)
def test_an_option_that_is_wrong_is_named(options: dict[str, str], words: str) -> None:
    with pytest.raises(BadOptions) as bad:
        CONNECTORS["helm"](options)
    assert words in str(bad.value)


def test_a_target_is_made_without_starting_anything() -> None:
    assert CONNECTORS["helm"]({"release": "checkout", "namespace": "shop", "helm": "/nowhere"}).kind == "helm"
