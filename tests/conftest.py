"""Fixtures that tests of several concepts share, and the order in which the files are played."""

import pytest

from tests.support.database import (
    another,
    database,
    database_url,
    empty_url,
    engine_name,
    postgres_tables,
    postgres_url,
    sqlite_template,
)
from tests.support.shared_slack import process, slack

__all__ = [
    "another",
    "database",
    "database_url",
    "empty_url",
    "engine_name",
    "postgres_tables",
    "postgres_url",
    "process",
    "slack",
    "sqlite_template",
]

LONGEST = (
    "tests/demo/test_demo.py",
    "tests/cli/test_running.py",
    "tests/demo/test_drill.py",
    "tests/browser/test_story.py",
    "tests/browser/test_looks.py",
    "tests/sources/test_sampled.py",
    "tests/runbooks/test_supervisord.py",
)
"""Played first: where one of these is left for the end, everything waits for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
