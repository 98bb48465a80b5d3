"""A bot that knows `/slo show`, over a local Slack that enforces the real manifest; sampled data underneath."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.settings import load
from bot.store.db import Database
from bot.wiring.desk import manifest_of
from tests.pictures.desk import ShowDesk, Sketcher
from tests.support.playground import Playground, PlaygroundProcess

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the drawing library keeps its list of fonts; made once."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundProcess]:
    path = tmp_path_factory.mktemp("app") / "manifest.json"
    path.write_text(json.dumps(manifest_of(load({}))), encoding="utf-8")
    process = PlaygroundProcess(manifest=path)
    process.start()
    yield process
    complaints = process.stop()
    assert "Traceback" not in complaints, complaints


@pytest.fixture
async def slack(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    async with Playground(process) as playground:
        yield playground
        await playground.clear_faults()
        assert await playground.violations() == []


@pytest.fixture
async def desk(slack: Playground, database: Database) -> AsyncIterator[ShowDesk]:
    async with ShowDesk(slack, database, Sketcher()) as desk:
        yield desk
