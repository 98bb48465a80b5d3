"""The catalogs that come with the product: they load as they are, and say what their comments promise."""

import re
from pathlib import Path

import pytest

from bot.action import Bounds
from bot.catalog import Catalog, Known, check, load
from bot.catalog.model import DEFAULT_SCHEME, Chat, Routes
from bot.domain.slo.selector import Sum, parse
from runbooks.targets import CONNECTORS
from tests.catalog.writing import lines

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
DEMO = ROOT / "examples" / "demo"
SHOP = {"SHOP_URL": "http://127.0.0.1:8000", "SHOP_DIR": "/tmp/shop", "SHOP_SOCKET": "/tmp/shop/supervisor.sock"}
KNOWN = Known(targets=CONNECTORS)


@pytest.fixture(scope="module")
def demo() -> Catalog:
    return load(DEMO, SHOP, KNOWN)


def test_the_shipped_catalog_loads_as_it_is() -> None:
    report = check(CONFIG, {}, KNOWN)

    assert report.errors == ()
    assert [warning.split(":")[0] for warning in lines(CONFIG, report.warnings)] == [".", "QUARTERDECK_INTAKE_TOKEN"]


def test_the_shipped_catalog_posts_to_alerts_and_incidents() -> None:
    chat = load(CONFIG, {}, KNOWN).chat

    assert (chat.alerts_channel, chat.incidents_channel) == ("#alerts", "#incidents")


def test_the_shipped_catalog_spells_out_the_defaults() -> None:
    catalog = load(CONFIG, {}, KNOWN)

    assert catalog.chat == Chat()
    assert catalog.routes == Routes()
    assert catalog.severities.levels == DEFAULT_SCHEME.levels
    assert all(
        catalog.severities.suggested(each) == DEFAULT_SCHEME.suggested(each)
        for each in ("critical", "high", "medium", "low")
    )


@pytest.mark.parametrize("name", sorted(path.relative_to(CONFIG).as_posix() for path in CONFIG.rglob("*.yaml")))
def test_what_is_commented_out_loads_once_the_comment_signs_are_gone(tmp_path: Path, name: str) -> None:
    for path in CONFIG.rglob("*.yaml"):
        copy = tmp_path / path.relative_to(CONFIG)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")
    env = {"PAGER_URL": "https://pager.example", "PAGER_TOKEN": "t", "SMTP_PASSWORD": "p"}

    report = check(tmp_path, {**env, "PROMETHEUS_URL": "http://p.example"}, KNOWN)
    assert [error for error in lines(tmp_path, report.errors) if error.startswith(name)] == []


def test_the_demo_loads_with_no_word_but_on_its_missing_pager_and_token() -> None:
    report = check(DEMO, SHOP, KNOWN)

    assert report.errors == ()
    assert [warning.split(":")[0] for warning in lines(DEMO, report.warnings)] == [".", "QUARTERDECK_INTAKE_TOKEN"]


def test_the_demo_asks_for_where_the_shop_is() -> None:
    asked = " ".join(lines(DEMO, check(DEMO, {}, KNOWN).errors))

    assert all(f"{name} is not set" in asked for name in SHOP)


def test_the_demo_knows_its_people_and_who_may_act(demo: Catalog) -> None:
    assert {key: person.name for key, person in demo.people.items()} == {
        "ana": "Ana Ruiz",
        "ben": "Ben Okafor",
        "dev": "Dev Patel",
        "chloe": "Chloe Lind",
        "eva": "Eva Novak",
    }
    assert demo.services["checkout"].on_call == ("ana", "ben")
    assert demo.permissions is not None
    assert {who for grant in demo.permissions.grants if grant.role == "operator" for who in grant.to} == {"ana", "ben"}


def test_the_demo_can_scale_between_two_and_six(demo: Catalog) -> None:
    assert demo.services["checkout"].bounds == Bounds(2, 6)


def test_every_slo_of_the_demo_can_be_counted_by_the_sampler(demo: Catalog) -> None:
    assert {one.name: one.target for one in demo.slos} == {
        "cart-availability": 0.995,
        "checkout-availability": 0.995,
        "checkout-latency": 0.95,
    }
    assert demo.unqueryable == {}
    for one in demo.slos:
        metric = one.indicator.metric
        assert one.indicator.source_kind == "sampler"
        queries = [getattr(metric, part) for part in ("good", "bad", "total") if getattr(metric, part, None)]
        assert len(queries) == 2
        assert all(isinstance(parse(query), Sum) for query in queries)


def test_a_fault_of_the_demo_is_noticed_and_judged_within_seconds(demo: Catalog) -> None:
    rollback = demo.runbooks["rollback"]

    assert all(rule.for_s <= 5 for rule in demo.rules)
    assert all(rule.window_s <= 10 for rule in demo.rules if rule.kind != "down")
    assert rollback.verify is not None
    assert (rollback.verify.slo, rollback.verify.after_s, rollback.verify.min_events) == (
        "checkout-availability",
        10,
        100,
    )
    assert {service.sampler.every_s for service in demo.services.values() if service.sampler} == {1}


def test_the_way_back_is_offered_on_the_alerts_of_a_bad_release(demo: Catalog) -> None:
    offered = {
        rule.name: {name for name, one in demo.runbooks.items() if one.offered_for("checkout", rule.name, {})}
        for rule in demo.rules
    }

    assert offered == {
        "checkout-down": {"restart", "scale"},
        "checkout-errors": {"restart", "scale", "rollback"},
        "checkout-slow": {"restart", "scale", "rollback"},
    }


@pytest.mark.parametrize("directory", [CONFIG, DEMO], ids=["config", "demo"])
def test_every_shipped_file_begins_with_what_it_is(directory: Path) -> None:
    for path in directory.rglob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path


def _uncommented(text: str) -> str:
    """The file with its examples switched on. Prose has a space after the #, examples have none or their own indent."""
    switched = []
    for line in text.splitlines():
        example = re.match(r"#(?! \S|\s*$)", line)
        switched.append(line[1:] if example else re.sub(r": (\{\}|\[\])$", ":", line))
    return "\n".join(switched)
