"""Looking at what runs a service, as a person does it in Slack: from the card of an alert, and by a command."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.kubernetes.acting import ship, two_releases
from tests.kubernetes.cluster import Cluster
from tests.looks.desk import CHANNEL, Chat
from tests.views.walk import texts, visible

PODS = "Look at its pods…"


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def shown(view: Mapping[str, Any]) -> str:
    return "\n".join(visible(each["text"]) for each in texts(view))


@pytest.fixture
async def broken(cluster: Cluster) -> Cluster:
    """v43 of checkout crashes; v42 still serves."""
    await two_releases(cluster)
    await cluster.fault("crash_loop", image="*checkout:v43")
    log = "loading\n``` <!channel> no table coupons\npassword=hunter2\n"
    await cluster.log(log, image="*checkout:v43", previous=True)
    await ship(cluster, "v43")
    return cluster


async def test_from_an_alert_one_sees_why_the_pods_do_not_start(chat: Chat, broken: Cluster) -> None:
    card = await chat.card()
    opened = await chat.slack.select(
        "ana", "Look at its pods…", message=card, action_id="alert.more", until="held up", wait=20
    )
    status = shown(opened.view)
    assert "checkout in prod: 3 of 3 pods are ready, 1 held up" in status
    assert "Container checkout keeps crashing (exit code 1), 5 restarts. In checkout-" in status

    turned = await chat.slack.select(
        "ana", "Logs of the failing container", view=opened.view, action_id="look.show", until="coupons", wait=20
    )
    assert "loading\n’’’ <!channel> no table coupons\npassword=…\n" in shown(turned.view)
    assert len(turned.views) == 1, "the same form, not another one on top"
    posted = await chat.slack.messages(CHANNEL)
    assert len(posted) == 1, "nobody else sees it"
    assert "coupons" not in str(posted)


async def test_read_again_reads_anew(chat: Chat, broken: Cluster) -> None:
    opened = await chat.slack.command("ana", "alerts", "/runbook", "look checkout", until="held up", wait=20)
    await broken.clear_faults()
    await broken.settle()
    await ship(broken, "v44")
    again = await chat.slack.click("ana", view=opened.view, action_id="look.again", until="revision 4", wait=20)
    assert "checkout in prod: 3 of 3 pods are ready\n" in shown(again.view)
    assert "revision 4, registry.example/checkout:v44" in shown(again.view)


async def test_by_command_only_the_asker_sees_it(chat: Chat, broken: Cluster) -> None:
    seen = await chat.slack.command("ana", "alerts", "/runbook", "look logs checkout", until="coupons", wait=20)
    assert "log of container checkout in pod checkout-" in shown(seen.view)
    assert await chat.slack.messages(CHANNEL) == []


async def test_who_only_watches_is_told_the_rule(chat: Chat, broken: Cluster) -> None:
    card = await chat.card()
    seen = await chat.slack.select(
        "chloe", "Look at its pods…", message=card, action_id="alert.more", until="You may not", wait=20
    )
    told = shown(seen.view)
    assert "You may not read the state and the logs of checkout in prod" in told
    assert "Rule permissions.yaml grant 1" in told
    assert "coupons" not in told


async def test_a_cluster_that_is_silent_is_told_in_the_form_and_the_other_looks_stay(
    chat: Chat, broken: Cluster
) -> None:
    chat.desk.retarget(answer_timeout_s="0.2")
    await broken.fault("hang", path="*", times=None)
    seen = await chat.slack.command("ana", "alerts", "/runbook", "look checkout", until="cannot be looked at", wait=20)
    told = shown(seen.view)
    assert "Still works:" in told
    assert "Logs of the failing container" in told


async def test_a_line_without_a_service_is_answered_with_how_to_write_it(chat: Chat) -> None:
    seen = await chat.slack.command("ana", "alerts", "/runbook", "look", until="Which service", wait=20)
    assert "Write: look logs checkout" in seen.text
    assert seen.views == []
