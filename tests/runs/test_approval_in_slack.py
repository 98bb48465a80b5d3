"""The second yes as people meet it: the real bot over a local Slack, one story from the question to the verdict."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack.ids import Action
from tests.runbooks.machine import Machine
from tests.support.bot import Bot, command, environment, running
from tests.support.playground import ROOT, Json, Playground

CATALOG = ROOT / "tests" / "crash" / "catalog"
WHOSE = "Needs one yes from payments-leads"


@pytest.fixture
async def bot(slack: Playground, machine: Machine, tmp_path: Path) -> AsyncIterator[Bot]:
    """Ana and Ben act; of payments-leads, which is Dev, somebody has to approve a rollback in prod."""
    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder, ignore=shutil.ignore_patterns("pager.yaml"))
    permissions = folder / "permissions.yaml"
    permissions.write_text(permissions.read_text().replace("to: dev", "to: group:payments-leads"))
    shop = {"SHOP_SOCKET": str(machine.socket), "SHOP_DIR": str(machine.dir)}
    env = environment(tmp_path, slack, QUARTERDECK_CATALOG=str(folder), APPROVAL_IN="prod", **shop)
    async with running(env, tmp_path) as bot:
        yield bot


async def test_a_second_person_decides_in_slack(slack: Playground, bot: Bot, machine: Machine) -> None:
    await _withdrawn(slack)
    refused = await _refused(slack)
    assert machine.current.readlink().name == "v42"

    await slack.click("ana", message=refused, text="Plan it again…", until=WHOSE)
    await slack.submit("ana", {})
    again = await slack.message_with("general", "Approve? Roll back checkout v42 → v41")
    await slack.command("dev", "general", "/runbook", "approve R-3", until="Approve: roll back")
    await slack.submit("dev", {})
    done = await slack.message_with("general", "approved by Dev Patel", timeout=60)
    assert done["ts"] == again["ts"], "one message for life"
    await slack.eventually(lambda: _state(bot, "R-3"), lambda state: state == "not_enough_data", timeout=30)
    assert machine.current.readlink().name == "v41"

    history = await slack.command("chloe", "general", "/runbook", "history checkout", until="3 runs on checkout")
    assert "asked by Ana Ruiz" in history.text
    assert "approved by Dev Patel" in history.text
    runs = {run["id"]: (run["state"], run["approved_by"]) for run in await _runs(bot)}
    assert runs == {"R-1": ("withdrawn", None), "R-2": ("refused", None), "R-3": ("not_enough_data", "U02DEV")}


async def _withdrawn(slack: Playground) -> None:
    """R-1: who asked takes the request back from its menu, and nobody else can."""
    await _asked_for(slack)
    message = await slack.message_with("general", "Approve? Roll back checkout")
    menu = {"message": message, "action_id": Action.RUN_MORE}
    await slack.select("ben", "Which rule asks for this?", **menu, until="two-person rule of runbook rollback in prod")
    await slack.select("ben", "Withdraw (Ana Ruiz)", **menu, until="Only Ana Ruiz, who asked for it")
    await slack.select("ana", "Withdraw (Ana Ruiz)", **menu)
    await slack.message_with("general", "Withdrawn: roll back checkout v42 → v41")
    for line, words in (
        ("refuse R-1 too late", "is withdrawn"),
        ("withdraw R-1", "is withdrawn"),
        ("approve R-9", "There is no R-9"),
        ("withdraw nothing", "is no run"),
    ):
        await _says(slack, "dev", line, words)


async def _refused(slack: Playground) -> Json:
    """R-2: not for who asked, nor for who may not; looked at from the home tab; refused with a reason."""
    await _asked_for(slack)
    message = await slack.message_with("general", "Approve? Roll back checkout v42 → v41")
    assert "@Dev Patel, Ana Ruiz asks for your yes; one is enough." in message["plain"]
    own = await slack.click("ana", message=message, action_id=Action.RUN_APPROVE, until="You asked for this")
    assert "payments-leads may; open until" in own.text
    other = await slack.click("ben", message=message, action_id=Action.RUN_APPROVE, until="You may not approve")
    assert "payments-leads" in other.text

    home = await slack.home("dev", until="1 thing waits for you")
    assert "Approval: roll back checkout v42 → v41, asked by Ana Ruiz" in home.text
    assert str(Action.RUN_APPROVE) not in json.dumps(home.home), "looked at, never given, from there"
    await slack.click("dev", home=True, text="Look", until="decide on the message of R-2")
    await slack.close("dev", everything=True)
    await slack.click("ben", message=message, action_id=Action.RUN_WHOLE, until=WHOSE)
    await slack.close("ben", everything=True)

    await slack.click("dev", message=message, action_id=Action.RUN_REFUSE, until="Why not?")
    await slack.submit("dev", {"Why not?": "v41 cannot read the new coupons"})
    refused = await slack.message_with("general", "Refused by Dev Patel, nothing was changed")
    assert refused["ts"] == message["ts"], "one message for life"
    assert "“v41 cannot read the new coupons”" in refused["plain"]
    late = await slack.command("dev", "general", "/runbook", "approve R-2", until="Dev Patel refused R-2")
    assert "Your click changed nothing." in late.text
    return refused


async def _says(slack: Playground, who: str, line: str, words: str) -> None:
    seen = await slack.command(who, "general", "/runbook", line, until=words)
    assert words in seen.text


async def _asked_for(slack: Playground) -> None:
    """Ana's plan says whose yes it needs, and her submit asks for it. Dev is known once the directory was read."""
    await slack.eventually(lambda: slack.calls("usergroups.list"))
    await slack.command("ana", "general", "/runbook", "run rollback checkout", until=WHOSE)
    (view,) = await slack.views("ana")
    assert view["submit"]["text"] == "Ask for approval"
    await slack.submit("ana", {"Why?": "v42 breaks the checkout"})


async def _runs(bot: Bot) -> list[Json]:
    ended = await asyncio.to_thread(command, bot.env, "runs", "list", "--json")
    assert ended.code == 0, ended.err
    found: list[Json] = json.loads(ended.out)
    return found


async def _state(bot: Bot, name: str) -> str:
    return next(str(run["state"]) for run in await _runs(bot) if run["id"] == name)
