"""Incident services, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.incidents.house import House


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    opened = House(database_url, tmp_path)
    yield opened
    await opened.database.close()
