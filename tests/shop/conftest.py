from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.shop.running import RunningShop, command


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """Two replicas under traffic, shared by a module: a test says which release it starts from, and leaves both up."""
    directory = tmp_path_factory.mktemp("shop")
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("SLACK_BOT_TOKEN", "xoxb-not-for-the-shop")
            running = RunningShop(directory, "--replicas", 2, "--rate", 160)
        yield running
    finally:
        command("down", "--dir", directory)


@pytest.fixture
def open_shop() -> Iterator[Callable[..., RunningShop]]:
    """Brings up shops of the test's own: `open_shop(directory, *options)`; stopped at its end."""
    directories: list[Path] = []

    def open_one(directory: Path, *options: object) -> RunningShop:
        directories.append(directory)
        return RunningShop(directory, *options)

    yield open_one
    for directory in directories:
        command("down", "--dir", directory)
