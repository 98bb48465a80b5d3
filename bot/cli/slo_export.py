"""`quarterdeck slo export`: the burn alerts of the catalog as rules for Prometheus."""

import io
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rapidfuzz import process
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.catalog import Catalog
from bot.cli.asking import in_words
from bot.cli.output import BAD_USE, PROBLEM, fail
from bot.cli.places import catalog_directory
from bot.domain.figures import plural
from bot.domain.slo import Slo
from bot.integrations.prometheus.rules import EVERY, Exported, exported
from bot.services.catalogs import CatalogInForce
from bot.settings import load
from bot.wiring.house import KNOWN
from bot.wiring.sources import PROMETHEUS

_HEAD = """\
# Burn alerts, exported by `quarterdeck slo export`. Check with: promtool check rules FILE
# Let either Prometheus or Quarterdeck raise them: with these rules in force, set budgets.burn_alerts to false in
# quarterdeck.yaml. `* 9 / 625` is 14.4 x 0.001 (factor x budget) in whole numbers, so that nothing is rounded.
"""
_NEAR = 60.0
_EVERY = EVERY.total_seconds()

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]…", help="SLOs or services; default: all.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Default: standard output.")]
Every = Annotated[float, typer.Option("--every", metavar="SECONDS", min=1, help="How often Prometheus evaluates them.")]
Keep = Annotated[
    float,
    typer.Option("--keep-firing", metavar="SECONDS", min=0, help="Go on firing so long after the last reason to."),
]
Source = Annotated[str, typer.Option("--source", metavar="NAME", help="Only SLOs that this data source measures.")]


def slo_export(
    names: Names = None,
    out: Out = None,
    every: Every = _EVERY,
    keep_firing: Keep = 0,
    source: Source = "",
) -> None:
    """Burn alerts as recording and alerting rules for Prometheus, firing as `slo status` says.

    Example: quarterdeck slo export --out slo-rules.yaml checkout
    """
    with in_words():
        catalog = CatalogInForce(catalog_directory(load()), os.environ, KNOWN)()
    wanted = [slo for slo in _named(catalog, names or []) if source in ("", slo.indicator.source)]
    asked = [slo for slo in wanted if slo.indicator.source_kind == PROMETHEUS]
    found = exported(asked, timedelta(seconds=every), timedelta(seconds=keep_firing))
    _tell(wanted, asked, found)
    if not found.groups:
        raise fail("No SLO of these is measured by Prometheus, so there are no rules. Nothing was written.", PROBLEM)
    text = _HEAD + _yaml(found)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}. Nothing was written.", PROBLEM) from None
    typer.echo(f"{out}: rules of {plural(len(found.groups), 'SLO')}.", err=True)


def _named(catalog: Catalog, names: Sequence[str]) -> list[Slo]:
    """The SLOs with these names, and those of services with these names; all where none is given."""
    words = {slo.name for slo in catalog.slos} | {slo.service for slo in catalog.slos}
    for name in names:
        if name not in words:
            near = process.extractOne(name, sorted(words), score_cutoff=_NEAR)
            hint = f"Did you mean {near[0]}?" if near else "`quarterdeck slo status` lists them."
            raise fail(f"There is no SLO or service {name}. {hint} Nothing was written.", BAD_USE)
    return [slo for slo in catalog.slos if not names or slo.name in names or slo.service in names]


def _tell(wanted: Sequence[Slo], asked: Sequence[Slo], found: Exported) -> None:
    """What is missing from the rules, and why."""
    for slo in wanted:
        if slo not in asked:
            typer.echo(f"left out: {slo.name} is measured by {slo.indicator.source_kind}, not Prometheus.", err=True)
    for name, why in found.left_out.items():
        typer.echo(f"left out: {name}: {why.rstrip('.')}.", err=True)
    sources = sorted({slo.indicator.source for slo in asked})
    if len(sources) > 1:
        listed = ", ".join(sources)
        typer.echo(f"note: these SLOs are measured by several data sources ({listed}); --source takes one.", err=True)


def _yaml(found: Exported) -> str:
    yaml = YAML()
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump({"groups": _blocks(list(found.groups))}, text)
    return text.getvalue()


def _blocks(value: object) -> object:
    """The same with texts of several lines written as blocks."""
    if isinstance(value, str):
        return LiteralScalarString(value) if "\n" in value else value
    if isinstance(value, dict):
        return {name: _blocks(each) for name, each in value.items()}
    return [_blocks(each) for each in value] if isinstance(value, list) else value
