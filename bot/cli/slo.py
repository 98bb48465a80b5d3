"""`quarterdeck slo`: how the SLOs stand, as the bot recorded it or straight from the sources, and pictures of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.asking import has_database, in_words, opened
from bot.cli.listing import AsJson
from bot.cli.output import BAD_USE, PROBLEM, fail, print_json, print_rows
from bot.cli.places import catalog_directory
from bot.cli.slo_export import slo_export
from bot.domain.slo import SloStatus
from bot.domain.slo.record import record
from bot.services.catalogs import CatalogInForce
from bot.settings import Settings, load
from bot.store.scratch import scratch
from bot.wiring.house import KNOWN, House

slo = typer.Typer(help="SLOs: status, picture, rules to export.", no_args_is_help=True)
_YOUNG = timedelta(minutes=1)
"""A running bot evaluates every few seconds; an older record is that of one which does not run."""
At = Annotated[str, typer.Option("--at", metavar="TIME", help="RFC 3339 or Unix seconds; default: now.")]


@slo.callback()
def slos() -> None:
    """SLOs: status, picture, rules to export."""


slo.command("export")(slo_export)


@slo.command("status")
def slo_status(at: At = "", as_json: AsJson = False) -> None:
    """How every SLO stands, worst first. Ratios are 0 to 1.

    Example: quarterdeck slo status --at 2026-01-31T12:00:00Z --json
    """
    instant = _instant(at) if at else None
    with in_words():
        statuses = asyncio.run(_statuses(load(), instant))
    if as_json:
        print_json([record(status) for status in statuses])
        return
    columns = ("slo", "state", "sli", "objective", "left", "left_minutes", "burn", "gone_by")
    empty = "No SLOs are defined: they are OpenSLO files in the catalog's slos folder."
    print_rows([_row(status) for status in statuses], columns, empty)


@slo.command("picture")
def slo_picture(
    name: Annotated[str, typer.Argument(metavar="SLO")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the PNG is written.")],
    at: At = "",
    dark: Annotated[bool, typer.Option("--dark", help="As in Slack, instead of light as for documents.")] = False,
) -> None:
    """Draw how one SLO's budget was spent, and print what the picture shows.

    Example: quarterdeck slo picture checkout-availability --out budget.png
    """
    instant = _instant(at) if at else None
    with in_words():
        png, words = asyncio.run(_picture(load(), name, instant, light=not dark))
    try:
        out.write_bytes(png)
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}.", PROBLEM) from None
    typer.echo(words)


def _row(status: SloStatus) -> dict[str, object]:
    return {
        "slo": status.slo.name,
        "state": status.state.value,
        "sli": status.sli,
        "objective": status.slo.target,
        "left": status.budget.left,
        "left_minutes": status.budget.left_minutes,
        "burn": status.burn(),
        "gone_by": status.exhaustion.isoformat(timespec="minutes") if status.exhaustion else None,
    }


async def _statuses(settings: Settings, at: datetime | None) -> Sequence[SloStatus]:
    """Of a past time, or of now: then from the record of a bot that runs, else from the sources."""
    async with _house(settings) as house:
        return await (house.slos.current(_YOUNG) if at is None else house.slos.evaluate(at=at))


async def _picture(settings: Settings, name: str, at: datetime | None, *, light: bool) -> tuple[bytes, str]:
    async with _house(settings) as house:
        return await house.burndowns.image(name, at, light=light)


@asynccontextmanager
async def _house(settings: Settings) -> AsyncIterator[House]:
    """Over the bot's database, or over an empty one where no bot has ever run: Prometheus needs none."""
    if has_database(settings):
        async with opened(settings) as house:
            yield house
        return
    catalog = CatalogInForce(catalog_directory(settings), os.environ, KNOWN)
    async with scratch() as empty:
        house = House(settings, empty, catalog)
        try:
            yield house
        finally:
            await house.close()


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise fail(f"--at {text!r} is no time. Write 2026-01-31T12:00:00Z, or Unix seconds.", BAD_USE) from None
    if at.tzinfo is None:
        raise fail(f"--at {text!r} names no time zone. Write it with Z or +01:00.", BAD_USE)
    return at.astimezone(UTC)
