"""A directory of YAML as one catalog, whole or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.catalog import files
from bot.catalog.advice import Advice
from bot.catalog.alerting import Rule
from bot.catalog.folder import Folder, gather
from bot.catalog.known import Known
from bot.catalog.model import Catalog
from bot.catalog.problems import CatalogErrors, Findings, Report
from bot.catalog.references import check_references
from bot.catalog.service import Service
from bot.catalog.slo_files import SloFiles, assemble
from bot.domain.slo import RatioMetric


def load(directory: Path, env: Mapping[str, str], known: Known | None = None) -> Catalog:
    """The catalog in `directory`. Raises `CatalogErrors` with everything that is wrong, so that a caller who reloads
    keeps the one it has."""
    catalog, report = examine(directory, env, known or Known())
    if report.errors:
        raise CatalogErrors(report.errors)
    return catalog


def check(directory: Path, env: Mapping[str, str], known: Known | None = None) -> Report:
    """Everything wrong with the catalog in `directory`, and everything worth knowing about it."""
    return examine(directory, env, known or Known())[1]


def examine(directory: Path, env: Mapping[str, str], known: Known) -> tuple[Catalog, Report]:
    """The catalog as far as it could be read, to be used only without errors, and everything to say about it."""
    found = Findings()
    folder = gather(directory, env, found)
    slo_files = assemble(folder.slos, env, known, found)
    chat = files.chat(folder, found)
    catalog = Catalog(
        chat=chat,
        services=_services(folder, slo_files, found),
        people=files.people(folder, found),
        slos=slo_files.slos,
        sources=slo_files.sources,
        policies=slo_files.policies,
        unqueryable=slo_files.unqueryable,
        severities=files.severities(folder, found),
        routes=files.routes(folder, found),
        rules=files.rules(folder, found),
        permissions=files.permissions(folder, found),
        runbooks=files.runbooks(folder, chat.verify, found),
        pager=files.pager(folder, found),
        slas=files.slas(folder, found),
    )
    check_references(catalog, folder, slo_files, known, found)
    catalog = replace(catalog, rules=tuple(_with_metric(rule, catalog) for rule in catalog.rules))
    found.warnings += Advice(catalog, folder, env).warnings() if not found.errors else ()
    return catalog, found.report()


def _services(folder: Folder, slo_files: SloFiles, found: Findings) -> dict[str, Service]:
    """What services.yaml and OpenSLO's Service documents describe; without services.yaml also what SLOs merely name."""
    listed = files.services(folder, found)
    described = {
        name: Service(name=name, title=placed.metadata.display_name, description=placed.spec.description)
        for name, placed in slo_files.library.services.items()
    }
    named = {} if listed else {slo.service: Service(name=slo.service) for slo in slo_files.slos}
    return {**named, **described, **listed}


def _with_metric(rule: Rule, catalog: Catalog) -> Rule:
    """The rule with what it counts, taken from the SLO it names."""
    slo = catalog.slo(rule.slo)
    if slo is None or not isinstance(slo.indicator.metric, RatioMetric):
        return rule
    return rule.model_copy(update={"metric": slo.indicator.metric})
