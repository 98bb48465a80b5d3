"""One local Slack for the folder, which enforces the manifest that the tests' commands make; SQLite underneath."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.slack.manifest import manifest
from bot.store.db import Database
from tests.slack.desk import Desk
from tests.slack.notebook import Notebook
from tests.support.playground import Playground, PlaygroundProcess


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundProcess]:
    notebook = Notebook(Database("sqlite:///unopened.sqlite3"))
    path = tmp_path_factory.mktemp("app") / "manifest.json"
    path.write_text(json.dumps(manifest(notebook.commands(), notebook.shortcuts())), encoding="utf-8")
    process = PlaygroundProcess(manifest=path)
    process.start()
    yield process
    complaints = process.stop()
    assert "Traceback" not in complaints, complaints


@pytest.fixture
async def slack(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    """Whatever a test does, Slack has nothing to complain of."""
    async with Playground(process) as playground:
        yield playground
        await playground.clear_faults()
        assert await playground.violations() == []


@pytest.fixture
async def desk(slack: Playground, database: Database) -> AsyncIterator[Desk]:
    async with Desk(slack, database) as desk:
        yield desk
