"""The drill's person: sees what is there, and says what was expected and what was seen where it is not."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.cli.drill import Failed, Transcript
from bot.cli.person import Amiss, Person
from tests.support.playground import Playground


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with Playground() as playground:
        yield playground


@pytest.fixture
async def ana(slack: Playground) -> AsyncIterator[Person]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield Person(http, f"{slack.url}/control", "ana")


async def test_what_is_there_is_found(slack: Playground, ana: Person) -> None:
    await slack.act("channel", "ana", name="inc-1-checkout")
    await slack.message("ana", "inc-1-checkout", "first card")
    newer = await slack.message("ana", "inc-1-checkout", "second card")
    await slack.pin("ana", {"channel": "inc-1-checkout", "ts": newer.ts})

    assert (await ana.sees_channel("inc-1-"))["name"] == "inc-1-checkout"
    assert (await ana.reads("inc-1-checkout", "card"))["plain"] == "second card"
    assert (await ana.pinned("inc-1-checkout"))["ts"] == newer.ts


async def test_what_is_missing_is_told_with_what_was_seen(slack: Playground, ana: Person) -> None:
    await slack.message("ben", "alerts", "all is well")

    with pytest.raises(Amiss) as amiss:
        await ana.reads("alerts", "Checkout", within=0.1)

    assert "a message in #alerts that shows “Checkout”" in amiss.value.expected
    assert "all is well" in amiss.value.seen


async def test_a_channel_one_is_not_in_does_not_count(slack: Playground, ana: Person) -> None:
    await slack.act("channel", "ben", name="inc-1-checkout")

    with pytest.raises(Amiss) as amiss:
        await ana.sees_channel("inc-1-", within=0.1)

    assert "inc-1-checkout" in amiss.value.seen


async def test_an_app_that_does_not_answer_is_told(ana: Person) -> None:
    with pytest.raises(Amiss) as amiss:
        await ana.command("alerts", "/slo status", until="budget")

    assert "not connected" in amiss.value.seen


async def test_a_stage_that_fails_is_written_down_and_ends_the_drill(
    ana: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = Transcript()
    with pytest.raises(Failed):
        await transcript.stage("alert card", ana.reads("alerts", "Checkout", within=0.1))

    told = capsys.readouterr().out
    assert "FAILED" in told
    assert "expected: a message in #alerts that shows “Checkout”" in told
    assert "seen: no message" in told
    assert [(stage.name, stage.ok) for stage in transcript.stages] == [("alert card", False)]
