"""The example catalogs: they load as they are, promise what they are meant to, and `check` says what it must."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.action import Bounds
from bot.catalog import Catalog, Known, check, load
from bot.catalog.model import DEFAULT_SCHEME
from bot.domain.sla import Side, composite, downtime
from bot.domain.slo import ALERTS, BurnAlert, RatioMetric, Slo, ThresholdMetric, Urgency
from bot.domain.slo.selector import Sum, parse
from runbooks.targets import CONNECTORS
from tests.catalog.writing import lines

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("burdenoff", "flask-sre", "ie-bank")
ENV = {
    "QUARTERDECK_INTAKE_TOKEN": "t",
    "PAGER_URL": "https://pager.example",
    "BURDENOFF_HEALTH_URL": "https://burdenoff.example/health",
    "BURDENOFF_METRICS_URL": "https://burdenoff.example/metrics",
    "FLASK_SRE_HEALTH_URL": "https://flask.example/health",
    "FLASK_SRE_METRICS_URL": "https://flask.example/metrics",
    "IE_BANK_PORTAL_URL": "https://portal.example",
    "IE_BANK_API_HEALTH_URL": "https://api.example/health",
    "IE_BANK_API_METRICS_URL": "https://api.example/metrics",
}
"""Everything that the catalogs ask of the environment, and that has no default worth having."""
KNOWN = Known(targets=CONNECTORS, sources=("prometheus", "sampler", "azure-logs", "azure-metrics"))


def example(name: str) -> Catalog:
    return load(EXAMPLES / name, ENV, KNOWN)


def warnings(name: str) -> list[str]:
    """What `check` says of a catalog whose environment is complete."""
    return lines(EXAMPLES / name, check(EXAMPLES / name, ENV, KNOWN).warnings)


def slo(catalog: str, name: str) -> Slo:
    found = example(catalog).slo(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_as_it_is_and_every_slo_can_be_measured(name: str) -> None:
    assert check(EXAMPLES / name, {}, KNOWN).errors == ()
    assert example(name).unqueryable == {}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_whole_catalog_with_somebody_on_call_for_everything(name: str) -> None:
    catalog = example(name)

    assert catalog.people
    assert catalog.permissions is not None
    assert catalog.rules
    assert catalog.slas
    assert catalog.routes.routes
    assert catalog.pager is not None
    assert all(service.on_call and service.owners for service in catalog.services.values())
    assert {one.service for one in catalog.slos} <= set(catalog.services)


@pytest.mark.parametrize("name", NAMES)
def test_each_of_its_files_says_first_what_it_is_for(name: str) -> None:
    for path in (EXAMPLES / name).rglob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path


@pytest.mark.parametrize(
    ("catalog", "targets"),
    [
        (
            "burdenoff",
            {"availability": 0.999, "error-rate": 0.999, "latency-p50": 0.5, "latency-p95": 0.95, "latency-p99": 0.99},
        ),
        ("flask-sre", {"availability": 0.999, "latency": 0.95, "success-rate": 0.99, "data-freshness": 0.995}),
        (
            "ie-bank",
            {"portal-uptime": 0.9, "page-load": 0.95, "api-latency": 0.95, "error-rate": 0.99, "database-uptime": 0.9},
        ),
    ],
)
def test_its_objectives_are_those_of_the_product(catalog: str, targets: dict[str, float]) -> None:
    assert {one.name: one.target for one in example(catalog).slos} == targets


@pytest.mark.parametrize(
    ("catalog", "name", "bound"),
    [
        ("burdenoff", "latency-p50", "0.1"),
        ("burdenoff", "latency-p95", "0.5"),
        ("burdenoff", "latency-p99", "1"),
        ("flask-sre", "latency", "0.2"),
    ],
)
def test_a_percentile_is_a_share_of_requests_below_a_bound(catalog: str, name: str, bound: str) -> None:
    metric = slo(catalog, name).indicator.metric
    assert isinstance(metric, RatioMetric)
    good, total = parse(metric.good or ""), parse(metric.total)

    assert isinstance(good, Sum)
    assert isinstance(total, Sum)
    assert [matcher.value for matcher in good.terms[0][1].matchers if matcher.label == "le"] == [bound]


def test_data_is_fresh_below_five_minutes() -> None:
    metric = slo("flask-sre", "data-freshness").indicator.metric

    assert isinstance(metric, ThresholdMetric)
    assert (metric.op, metric.value) == ("lte", 300)


@pytest.mark.parametrize(
    ("name", "bounds"),
    [("burdenoff", {"platform": Bounds(3, 20)}), ("flask-sre", {"flask-sre": Bounds(2, 10)})],
)
def test_scaling_is_bounded(name: str, bounds: dict[str, Bounds]) -> None:
    assert {service.name: service.bounds for service in example(name).services.values()} == bounds


@pytest.mark.parametrize(
    ("catalog", "scheme", "levels"),
    [
        ("burdenoff", "SEV1–SEV4", ["SEV1", "SEV2", "SEV3", "SEV4"]),
        ("flask-sre", "P0–P3", ["P0", "P1", "P2", "P3"]),
        ("ie-bank", "Sev1–Sev3", ["Sev1", "Sev2", "Sev3"]),
    ],
)
def test_each_shows_another_of_the_severity_schemes(catalog: str, scheme: str, levels: list[str]) -> None:
    severities = example(catalog).severities

    assert (severities.name, [level.name for level in severities.levels]) == (scheme, levels)
    assert severities.suggested("critical") == severities.worst
    assert not severities.suggested("low").pages


def test_burdenoff_spells_out_the_default_scheme() -> None:
    assert example("burdenoff").severities.levels == DEFAULT_SCHEME.levels


def test_flask_sre_can_be_restarted_scaled_and_rolled_back() -> None:
    catalog = example("flask-sre")

    assert set(catalog.runbooks) == {"restart", "scale", "rollback"}
    assert catalog.services["flask-sre"].target is not None


def test_ie_banks_dashboard_buttons_open_the_azure_workbook() -> None:
    services = load(
        EXAMPLES / "ie-bank", {**ENV, "IE_BANK_WORKBOOK_URL": "https://portal.azure.com/#w"}, KNOWN
    ).services

    assert {services[name].links["dashboard"] for name in ("portal", "api", "database")} == {
        "https://portal.azure.com/#w"
    }


def test_ie_bank_promises_its_clients_what_its_five_suppliers_carry() -> None:
    slas = example("ie-bank").slas
    clients = slas["clients"]
    assert clients.chain is not None

    assert {name: promise.target for name, promise in clients.promises.items()} == {
        "availability": 0.99,
        "response-time": 0.95,
        "errors": 0.99,
    }
    assert [sla.promises["availability"].target for sla in slas.values() if sla.side is Side.SUPPLIER] == [
        0.9995,
        0.9999,
        0.999,
        0.999,
        0.9995,
    ]
    together = composite(clients.chain)
    assert together == pytest.approx(0.9969035481754, abs=1e-13)
    assert (clients.window.unit, clients.window.count) == ("M", 1)
    assert downtime(together, timedelta(days=30)) / timedelta(minutes=1) == pytest.approx(133.77, abs=0.005)


def test_ie_bank_is_told_of_its_looser_objective_and_of_the_alert_that_cannot_fire() -> None:
    cannot = "with a target of 90 % the budget burns at most 10x, so these alerts can never fire: 14.4x (needs"
    said = warnings("ie-bank")

    assert len(said) == 3
    assert any(f"SLO database-uptime: {cannot}" in each for each in said)
    assert any(f"SLO portal-uptime: {cannot}" in each for each in said)
    (looser,) = (each for each in said if "is looser than" in each)
    assert (
        "SLO portal-uptime: its target of 90 % is looser than the 99 % that IE Bank client agreement promises" in looser
    )
    assert "The catalog says why: the objective of 90 %" in looser


def test_burdenoffs_median_has_an_alert_that_can_fire() -> None:
    assert slo("burdenoff", "latency-p50").alerts == (BurnAlert(Urgency.TICKET, 1.5, "6h", "30m"),)
    assert slo("burdenoff", "latency-p95").alerts == ALERTS


@pytest.mark.parametrize("name", ["burdenoff", "flask-sre"])
def test_where_prometheus_forgets_sooner_than_the_slos_look_back_that_is_all_there_is_to_say(name: str) -> None:
    (said,) = warnings(name)

    assert said.startswith("slos/sources.yaml:5: prometheus keeps 15d, and these SLOs look back further: ")


def test_ie_bank_asks_application_insights_the_workspace_and_the_database_itself() -> None:
    assert {one.name: (one.indicator.source, one.indicator.source_kind) for one in example("ie-bank").slos} == {
        "portal-uptime": ("insights", "azure-logs"),
        "page-load": ("insights", "azure-logs"),
        "api-latency": ("insights", "azure-logs"),
        "error-rate": ("logs", "azure-logs"),
        "database-uptime": ("database-metrics", "azure-metrics"),
    }


def test_ie_banks_failed_logins_are_a_matter_of_security() -> None:
    catalog = example("ie-bank")
    (rule,) = (each for each in catalog.rules if each.name == "failed-logins")

    assert (rule.category, rule.priority, rule.window_s) == ("security", "high", 300)
    assert catalog.channels_for("api", "prod", rule.category, rule.priority, {}) == ("#ie-bank-security",)
