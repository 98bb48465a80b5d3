"""One local Slack for the folder, which enforces the manifest that the tests' commands make; SQLite underneath."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.slack.manifest import manifest
from bot.store.db import Database
from tests.slack.desk import Desk
from tests.slack.notebook import Notebook
from tests.support.playground import Playground, PlaygroundProcess
from tests.support.shared_slack import shared_slack


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundProcess]:
    notebook = Notebook(Database("sqlite:///unopened.sqlite3"))
    with shared_slack(manifest(notebook.commands(), notebook.shortcuts()), tmp_path_factory.mktemp("app")) as process:
        yield process


@pytest.fixture
async def desk(slack: Playground, database: Database) -> AsyncIterator[Desk]:
    async with Desk(slack, database) as desk:
        yield desk
