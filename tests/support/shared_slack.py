"""One local Slack for many tests: its process shared, everything in it begun anew for each.

Unless a folder has a `process` of its own, that is one which enforces the bot's manifest.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from bot.settings import load
from bot.wiring.desk import manifest_of
from tests.support.playground import Json, Playground, PlaygroundProcess


@contextmanager
def shared_slack(manifest: Json, folder: Path) -> Iterator[PlaygroundProcess]:
    """A process that enforces this app manifest; fails at its end where anything fell over in it."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    process = PlaygroundProcess(manifest=path)
    process.start()
    yield process
    complaints = process.stop()
    assert "Traceback" not in complaints, complaints


@asynccontextmanager
async def begun_anew(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    """Its Slack for one test; whatever that does, Slack has nothing to complain of."""
    async with Playground(process) as playground:
        yield playground
        await playground.clear_faults()
        assert await playground.violations() == []


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundProcess]:
    with shared_slack(manifest_of(load({})), tmp_path_factory.mktemp("app")) as process:
        yield process


@pytest.fixture
async def slack(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    async with begun_anew(process) as slack:
        yield slack
