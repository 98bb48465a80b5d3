"""The table of commands: each is where it says, and loads nothing that it does not need."""

import subprocess
import sys

import pytest

from bot.cli.app import COMMANDS, Shelf
from tests.support.playground import ROOT, clean_environment

LOADED = "import sys; from bot.cli.app import Shelf; Shelf()[{!r}]; print(*sys.modules)"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says_and_has_help(name: str) -> None:
    command = Shelf()[name]
    assert command.name == name
    assert command.help or command.get_short_help_str()


@pytest.mark.parametrize(
    ("name", "without"),
    [("version", ["sqlalchemy", "pydantic", "aiohttp"]), ("incident", ["slack_bolt", "apscheduler", "matplotlib"])],
)
def test_a_command_loads_no_more_than_it_needs(name: str, without: list[str]) -> None:
    line = [sys.executable, "-c", LOADED.format(name)]
    done = subprocess.run(line, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True)
    assert not set(without) & set(done.stdout.split())
