"""A bot that knows `/slo show`, over a local Slack that enforces the real manifest; sampled data underneath."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store.db import Database
from tests.pictures.desk import ShowDesk, Sketcher
from tests.support.playground import Playground

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the drawing library keeps its list of fonts; made once."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture
async def desk(slack: Playground, database: Database) -> AsyncIterator[ShowDesk]:
    async with ShowDesk(slack, database, Sketcher()) as desk:
        yield desk
