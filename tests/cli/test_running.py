"""The real bot, from its first start to its last word, and the commands that read its record beside it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bot.settings import load
from bot.wiring.desk import manifest_of
from tests.support.bot import TOKEN, Bot, command, environment, running
from tests.support.playground import Playground

ALERT = {
    "version": "4",
    "groupKey": "g1",
    "status": "firing",
    "receiver": "quarterdeck",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "ShopDown", "service": "shop-api", "severity": "critical"},
            "annotations": {"summary": "<!channel> *shop* is down"},
            "startsAt": "2026-01-31T12:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": "f1",
        }
    ],
}


@pytest.fixture
async def bot(slack: Playground, tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(environment(tmp_path, slack), tmp_path) as bot:
        yield bot


def _mrkdwn(drawn: object) -> Iterator[str]:
    """Every text in which Slack would look for mentions; plain_text shows what it holds."""
    if isinstance(drawn, dict):
        if drawn.get("type") == "mrkdwn":
            yield drawn["text"]
        drawn = list(drawn.values())
    if isinstance(drawn, list):
        for part in drawn:
            yield from _mrkdwn(part)


async def _told(bot: Bot, *words: str) -> object:
    ended = await asyncio.to_thread(command, bot.env, *words, "--json")
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


async def test_the_record_can_be_read_while_the_bot_runs_and_after_it(slack: Playground, bot: Bot) -> None:
    await slack.command("ana", "general", "/incident", "open checkout is down sev4", until="INC-1 opened")
    room = "inc-1-checkout-is-down"
    await slack.eventually(lambda: slack.channel(room), bool)
    await slack.message_with(room, "Ana Ruiz has joined")
    await slack.command("ana", room, "/incident", "note the coupons table is missing", until="Noted")
    async with httpx.AsyncClient() as web:
        head = {"Authorization": f"Bearer {TOKEN}"}
        taken = await web.post(f"{bot.http}/webhooks/alertmanager", json=ALERT, headers=head)
        assert (taken.status_code, taken.json()) == (200, {"accepted": 1, "new": 1, "duplicates": 0})
    card = await slack.message_with("alerts", "is down")
    assert "<!channel>" not in card["text"]
    assert not any("<!channel>" in text for text in _mrkdwn(card["blocks"]))

    (incident,) = await _told(bot, "incident", "list")  # type: ignore[misc]
    assert (incident["id"], incident["severity"], incident["open"]) == ("INC-1", "SEV4", True)
    assert await _told(bot, "incident", "show", "inc-1") == incident
    lines = await _told(bot, "timeline", "INC-1")
    assert isinstance(lines, list)
    assert [line["kind"] for line in lines] == ["declared", "room", "note"]
    assert all(line["permalink"].startswith("http") for line in lines)
    (alert,) = await _told(bot, "alerts", "list")  # type: ignore[misc]
    assert (alert["id"], alert["priority"], alert["firing"]) == ("A-1", "critical", 1)
    assert await _told(bot, "runs", "list") == []
    assert await bot.stop() == 0
    assert await _told(bot, "incident", "list") == [incident]
    draft = await asyncio.to_thread(command, bot.env, "postmortem", "INC-1")
    assert "the coupons table is missing" in draft.out
    gone = await asyncio.to_thread(command, bot.env, "incident", "show", "INC-9")
    assert (gone.code, "There is no INC-9" in gone.err) == (1, True)


async def test_the_manifest_is_printed_as_slack_takes_it(tmp_path: Path) -> None:
    printed = await asyncio.to_thread(command, environment(tmp_path), "manifest")
    assert json.loads(printed.out) == manifest_of(load({}))


async def test_health_readiness_and_metrics(slack: Playground, bot: Bot) -> None:
    await slack.command("ana", "general", "/incident", "list", until="No open incidents")
    async with httpx.AsyncClient(base_url=bot.http) as web:
        assert (await web.get("/healthz")).status_code == 200
        ready = await web.get("/readyz")
        assert (ready.status_code, ready.json()) == (
            200,
            {"ready": True, "checks": {"slack": True, "database": True, "publisher": True}},
        )
        metrics = (await web.get("/metrics")).text
    for name in (
        "quarterdeck_ack_seconds_bucket",
        "quarterdeck_surface_lag_seconds",
        "quarterdeck_effects_owed",
        "quarterdeck_unsure_total",
        "quarterdeck_alerts_total",
        "quarterdeck_incidents_open",
        "quarterdeck_socket_connected 2.0",
    ):
        assert name in metrics


async def test_a_second_process_on_the_same_state_is_refused_in_one_line(bot: Bot) -> None:
    ended = await asyncio.to_thread(command, bot.env, "run")
    assert ended.code == 2
    assert "is in use by process" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


async def test_a_token_that_slack_refuses_is_one_line_and_exit_code_2(slack: Playground, tmp_path: Path) -> None:
    env = environment(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-playground-wrong")
    ended = await asyncio.to_thread(command, env, "run")
    assert ended.code == 2
    assert "SLACK_BOT_TOKEN" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


async def test_an_address_that_is_taken_is_named(slack: Playground, bot: Bot, tmp_path: Path) -> None:
    taken = bot.http.removeprefix("http://")
    (tmp_path / "other").mkdir()
    ended = await asyncio.to_thread(command, environment(tmp_path / "other", slack, QUARTERDECK_HTTP=taken), "run")
    assert ended.code == 2
    assert "QUARTERDECK_HTTP" in ended.err


async def test_it_stops_with_0_within_ten_seconds_while_slack_hangs(slack: Playground, bot: Bot) -> None:
    await slack.fault("hang", method="chat.postMessage")
    await slack.command("ana", "general", "/incident", "open checkout is down sev4", until="INC-1 opened")
    began = time.monotonic()
    assert await bot.stop() == 0
    assert time.monotonic() - began < 10


async def test_with_slack_away_alerts_are_taken_in_and_shown_once_it_is_back(slack: Playground, bot: Bot) -> None:
    await slack.fault("offline")
    async with httpx.AsyncClient(base_url=bot.http) as web:
        head = {"Authorization": f"Bearer {TOKEN}"}
        assert (await web.post("/webhooks/alertmanager", json=ALERT, headers=head)).status_code == 200
    assert await _told(bot, "alerts", "list")
    await slack.clear_faults()
    card = await slack.message_with("alerts", "is down")
    assert card["buttons"]


async def test_a_changed_catalog_is_taken_and_a_wrong_one_is_not(slack: Playground, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    services = catalog / "services.yaml"
    services.write_text("services:\n  shop: {title: Shop}\n", encoding="utf-8")
    env = environment(tmp_path, slack, QUARTERDECK_CATALOG=str(catalog))
    async with running(env, tmp_path):
        services.write_text("services:\n  cart: {titel: Cart}\n", encoding="utf-8")
        log = tmp_path / "bot.log"

        async def told() -> str:
            return log.read_text(encoding="utf-8")

        await slack.eventually(told, lambda text: "the old one stays in force" in text)
        seen = await slack.command("ana", "general", "/runbook", "run restart cart", until="no service")
        assert "shop" in seen.text
        services.write_text("services:\n  cart: {title: Cart}\n", encoding="utf-8")
        await slack.eventually(told, lambda text: "catalog reloaded" in text)
        seen = await slack.command("ana", "general", "/runbook", "run restart shop", until="no service")
        assert "cart" in seen.text
