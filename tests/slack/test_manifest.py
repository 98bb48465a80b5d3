"""The manifest asks for exactly what is used: each scope is needed by a call or an event of the edge."""

import json
from pathlib import Path

from bot.slack.manifest import SCOPES, manifest
from bot.store.db import Database
from tests.slack.notebook import Notebook
from tests.support.playground import Playground


def of_the_notebook(prefix: str = "") -> dict[str, object]:
    notebook = Notebook(Database("sqlite:///unopened.sqlite3"))
    return manifest(notebook.commands(), notebook.shortcuts(), prefix)


async def test_slack_has_nothing_to_complain_of(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(of_the_notebook("qd-")), encoding="utf-8")
    async with Playground(manifest=path) as slack:
        assert await slack.violations() == []
        seen = await slack.command("ana", "alerts", "/qd-note", "list", wait=0)
        assert seen.error != "unknown_command"


def test_commands_and_shortcuts_are_those_that_are_declared() -> None:
    features = of_the_notebook()["features"]
    assert isinstance(features, dict)
    assert [command["command"] for command in features["slash_commands"]] == ["/note"]
    assert [(entry["type"], entry["callback_id"]) for entry in features["shortcuts"]] == [
        ("global", "note.new"),
        ("message", "note.message"),
    ]


def test_every_scope_says_what_needs_it() -> None:
    assert all(SCOPES.values())
