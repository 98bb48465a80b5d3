"""The table of guarantees names every kind of effect there is, and the docs show that table."""

from pathlib import Path

from bot.catalog import Catalog
from bot.settings import load
from bot.slack.client import SlackClient
from bot.store.db import Database
from bot.wiring.desk import build_desk
from bot.wiring.guarantees import EFFECTS, table
from bot.wiring.house import House
from bot.wiring.running import build_performers

DOCS = Path(__file__).parents[2] / "docs"
NOWHERE = "http://127.0.0.1:1/api/"


async def test_every_kind_of_effect_has_its_guarantee(tmp_path: Path) -> None:
    settings = load({"SLACK_API_URL": NOWHERE})
    house = House(settings, Database(f"sqlite:///{tmp_path / 'unused.sqlite3'}"), Catalog)
    client = SlackClient("xoxb-1", "xapp-1", NOWHERE, 1)
    try:
        workers = build_performers(settings, house, build_desk(house), client)
    finally:
        await client.close()
    assert sorted(kind for each in workers for kind in each) == sorted(each.kind for each in EFFECTS)


def test_the_docs_show_the_table() -> None:
    assert table() in (DOCS / "guarantees.md").read_text(encoding="utf-8")
