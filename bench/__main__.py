"""`python -m bench [--json F] [--only WORD]`: measure, print a table, write JSON. Nothing fails for being slow."""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.acks import acks
from bench.burst import burst
from bench.deaf import deaf
from bench.declare import declare
from bench.local_slack import local_slack
from bench.page import page
from bench.result import Result
from bench.scene import Running, bot, echo
from bench.slos import slo_speed
from bench.start import memory, start

_ALONE = {"slack": local_slack, "page": page, "slos": slo_speed}
ALONE = tuple(_ALONE)
"""What needs no app; measured before there is one."""
PARTS = (*ALONE, "start", "memory", "declare", "acks", "burst", "deaf")
"""In this order: what many declarations leave owed would stand in the way of everything after them."""
WIDTH = 120


async def measure(parts: Sequence[str]) -> list[Result]:
    """The named parts: the local Slack alone first, then one bot and one bare app, side by side all the while."""
    results: list[Result] = []
    for part in parts:
        if part in ALONE:
            results += await _ALONE[part]()
    if set(parts) <= set(ALONE):
        return results
    with tempfile.TemporaryDirectory(prefix="quarterdeck-bench-") as temporary:
        places = [Path(temporary, name) for name in ("bot", "echo", "starts")]
        for place in (*places, places[2] / "fresh", places[2] / "bare"):
            place.mkdir()
        async with bot(places[0]) as ours, echo(places[1]) as bare:
            for part in parts:
                if part not in ALONE:
                    results += await _part(part, ours, bare, places[2])
            return results


async def _part(name: str, ours: Running, bare: Running, directory: Path) -> list[Result]:
    match name:
        case "start":
            return await start(directory)
        case "memory":
            return await memory(ours, bare)
        case "acks":
            return await acks(ours, bare)
        case "declare":
            return await declare(ours)
        case "burst":
            return await burst(ours, bare)
        case _:
            return await deaf(ours, bare)


def table(results: Sequence[Result]) -> Table:
    """The results for people; what misses its target says so."""
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("metric", "value", "floor", "ratio", "target", "n", ""):
        shown.add_column(column, justify="left" if column in ("metric", "target", "") else "right", no_wrap=True)
    for result in results:
        shown.add_row(
            result.metric,
            f"{result.value:.4g} {result.unit}",
            "–" if result.floor is None else f"{result.floor:.4g}",
            "–" if result.ratio is None else f"{result.ratio:.2f}",
            result.bound or "–",
            str(result.n),
            "ok" if result.ok else "MISSED",
        )
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="F", help="where to write the results")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; may be repeated")
    given = parser.parse_args()
    results = asyncio.run(measure(given.only or PARTS))
    console = Console(width=WIDTH)
    console.print(table(results))
    console.print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; other work on the machine adds to every figure."
    )
    if given.json:
        records = [result.record() for result in results]
        given.json.write_text(
            json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
