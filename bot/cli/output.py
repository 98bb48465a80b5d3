"""How the command line answers: JSON for scripts, tables for people, one clear line for a mistake."""

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

OK, PROBLEM, BAD_USE = 0, 1, 2

Rows = Sequence[dict[str, object]]


def fail(message: str, code: int = BAD_USE) -> typer.Exit:
    """Print `message` to standard error; raise what is returned to end with `code`."""
    typer.echo(message, err=True)
    return typer.Exit(code)


def print_json(value: object) -> None:
    """One JSON document; NaN and infinity are refused, since no reader could use them."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_rows(rows: Rows, columns: Sequence[str], empty: str) -> None:
    """A table of the named columns, or the sentence `empty`."""
    if not rows:
        typer.echo(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "))
    for row in rows:
        table.add_row(*[_cell(row.get(column)) for column in columns])
    Console().print(table)


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
