"""Everything is wired: what can be clicked or submitted has a handler, and a start loads only what it needs."""

import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from bot.catalog import Catalog
from bot.settings import load
from bot.slack.ids import Action, Form
from bot.store.db import Database
from bot.wiring.desk import Desk, build_desk
from bot.wiring.house import House

OF_THE_ROUTER = {Action.HELP_RUN, Action.HELP_SHOW}
LINKS = {Action.PAGE_OPEN}
"""Buttons that only ever carry an address; the router answers their clicks with nothing."""
WITHOUT_SUBMIT = {Form.LOADING, Form.NOTICE, Form.TIMELINE, Form.LOOK, Form.HOME}
UNNEEDED = (
    "alembic",
    "playground",
    "supervisor",
    "psycopg",
    "matplotlib",
    "numpy",
    "PIL",
    "boto3",
    "azure",
    "kubernetes",
    "pytest",
)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    database = Database("sqlite:///never-opened.sqlite3")
    yield build_desk(House(load({}), database, Catalog))
    await database.close()


async def test_whatever_can_be_clicked_has_a_handler(desk: Desk) -> None:
    assert set(Action) - {Action(each) for each in desk.actions} == OF_THE_ROUTER | LINKS


async def test_whatever_can_be_submitted_has_a_handler(desk: Desk) -> None:
    assert set(Form) - {Form(each) for each in desk.submissions} == WITHOUT_SUBMIT


def test_a_start_loads_nothing_that_only_some_need() -> None:
    code = (
        "import sys, bot.wiring.running\n"
        f"print(*sorted({{name.partition('.')[0] for name in sys.modules}} & {set(UNNEEDED)!r}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.split() == []
