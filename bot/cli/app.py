"""The command line: every subcommand, each loaded when it is called.

The whole bot takes longer to load than most commands take to answer.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

COMMANDS = {
    "run": "bot.cli.running:run",
    "demo": "bot.cli.story:demo",
    "drill": "bot.cli.story:drill",
    "playground": "bot.cli.alone:playground",
    "check": "bot.cli.checking:check_catalog",
    "manifest": "bot.cli.manifest:manifest",
    "migrate": "bot.cli.schema:migrate",
    "slo": "bot.cli.slo:slo",
    "incident": "bot.cli.listing:incident",
    "timeline": "bot.cli.listing:timeline",
    "postmortem": "bot.cli.listing:postmortem",
    "alerts": "bot.cli.listing:alerts",
    "runs": "bot.cli.listing:runs",
    "version": "bot.cli.alone:version",
}
"""Each command's name, and where it is: a function, or an app with commands of its own."""


class Shelf(Mapping[str, Any]):
    """All commands by name; one is loaded when it is taken."""

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        module, _, what = COMMANDS[name].partition(":")
        found = getattr(import_module(module), what)
        gc.freeze()  # what has just been loaded stays for good, and need not be looked through again
        gc.enable()
        command = get_group(found) if isinstance(found, typer.Typer) else _alone(found)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _alone(function: Callable[..., None]) -> TyperCommand:
    single = typer.Typer(add_completion=False)
    single.command()(function)
    command = get_command(single)
    assert isinstance(command, TyperCommand)
    return command


class Late(TyperGroup):
    """The commands of the shelf."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast(dict[str, Any], Shelf())  # read only: nothing is ever put on it


app = typer.Typer(
    cls=Late,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def quarterdeck() -> None:
    """Quarterdeck: a ChatOps bot for site reliability engineers. Start with: quarterdeck demo"""
