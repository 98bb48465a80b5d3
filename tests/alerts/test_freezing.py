"""`/slo freeze` and `unfreeze` as they are typed, and a freeze that ends by itself at its time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.command import Caller, Invocation, Reply, Say
from bot.delivery.thawing import Thawing
from bot.delivery.worker import Worker
from bot.services.budget_policy import THAW, BudgetPolicy
from bot.services.directory import Directory
from bot.services.permissions import PermissionService
from bot.slack.parsing import Given, parse
from bot.store.db import Database
from commands.slo import SloCommand
from commands.slo_freeze import SloFreeze
from tests.alerts.burning import CATALOG
from tests.support.alerting import NOON, Desk


class Typing:
    """Ana at the keyboard, over the services as wired."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.clock = lambda: NOON
        self.desk = Desk(database, CATALOG)
        self.policy = BudgetPolicy(database, lambda: self.desk.catalog, PermissionService(database, lambda: CATALOG))
        self.freezing = SloFreeze(self.policy, lambda: self.desk.catalog, Directory(database), self)
        self.command = SloCommand(self.freezing).command()
        self._typed = 0

    def now(self) -> datetime:
        return self.database.clock()

    async def type(self, line: str) -> str:
        """The answer, blocks and all, as plain text."""
        name, _, text = line.partition(" ")
        sub = self.command.sub(name)
        assert sub is not None
        given = parse(sub, text)
        assert isinstance(given, Given), given
        self._typed += 1
        asked = Invocation(f"k{self._typed}", Caller("U1", "ana"), "C1", "/slo", name, line, given.args)
        return words(await sub.handler(asked))


def words(reply: Reply) -> str:
    assert isinstance(reply, Say)
    texts = [block.get("text") or block["elements"][0].get("text") for block in reply.message.blocks]  # type: ignore[index]
    return "\n".join(each["text"] if isinstance(each, dict) else str(each) for each in texts)


@pytest.fixture
def ana(database: Database) -> Typing:
    return Typing(database)


async def test_a_freeze_is_answered_with_its_end_who_is_told_and_what_is_allowed(ana: Typing) -> None:
    said = await ana.type("freeze checkout until 18:00 the sale is on")
    assert "Releases to Checkout are frozen until" in said
    assert "18:00 UTC" in said
    assert "#releases is told. Rollbacks, restarts and scaling are allowed." in said
    (row,) = await ana.desk.rows("freezes")
    assert (row.reason, row.until) == ("the sale is on", NOON + timedelta(hours=6))


async def test_a_second_freeze_names_the_first_and_changes_nothing(ana: Typing) -> None:
    await ana.type("freeze checkout the sale is on")
    said = await ana.type("freeze checkout for 2h mine")
    assert "Frozen already" in said
    assert "by ana: “the sale is on”. Nothing was changed." in said
    assert await ana.desk.count("freezes") == 1


async def test_it_is_lifted_and_a_service_that_is_not_frozen_is_said_to_be_free(ana: Typing) -> None:
    await ana.type("freeze checkout the sale is on")
    assert "The freeze of Checkout is lifted" in await ana.type("unfreeze checkout")
    assert "Releases to Checkout are not frozen. Nothing was changed." in await ana.type("unfreeze checkout")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("freeze chekout the sale", "freeze checkout the sale"),
        ("unfreeze chekout", "unfreeze checkout"),
        ("freeze checkout until 18:00", "Say why releases stop"),
        ("freeze checkout until tomorrow sale", "“tomorrow” is no time"),
    ],
)
async def test_what_cannot_be_done_is_said_with_the_way_out(ana: Typing, line: str, said: str) -> None:
    assert said in await ana.type(line)
    assert await ana.desk.count("freezes") == 0


@pytest.mark.parametrize("engine_name", ["sqlite"])  # PostgreSQL's workers go by the server's clock, not by ours
async def test_a_freeze_ends_by_itself_at_its_time_and_not_before(ana: Typing) -> None:
    ana.desk.catalog = replace(CATALOG, slos=())
    await ana.type("freeze checkout for 2h the sale is on")
    worker = Worker(ana.database, {THAW: Thawing(ana.policy)}, "me", 30, 1)
    await worker.step()
    assert (await ana.desk.rows("freezes"))[0].ended_at is None
    later = NOON + timedelta(hours=2, seconds=1)
    ana.database.clock = lambda: later
    await worker.step()
    await worker.drain(10)
    (row,) = await ana.desk.rows("freezes")
    assert (row.ended_at, row.ended_by) == (later, "")
    assert "not frozen" in await ana.type("unfreeze checkout")
