"""Variables in the catalog's texts."""

from pathlib import Path

import pytest

from bot.catalog import CatalogErrors, load
from bot.catalog.environment import Unset, expand
from tests.catalog.writing import GRANTS, QUIET, checked, lines, write


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${HOST}", "shop.example"),
        ("https://${HOST}:${PORT}/x", "https://shop.example:8000/x"),
        ("${GONE:-localhost}", "localhost"),
        ("${HOST:-localhost}", "shop.example"),
        ("${EMPTY:-fallback}", "fallback"),
        ("${GONE:-}", ""),
        ("${EMPTY}", ""),
        ("$${HOST}", "${HOST}"),
        ("$HOST {host} ${not a name} [$window]", "$HOST {host} ${not a name} [$window]"),
    ],
)
def test_references_are_filled_in(text: str, value: str) -> None:
    assert expand(text, {"HOST": "shop.example", "PORT": "8000", "EMPTY": ""}) == value


def test_a_variable_that_is_not_set_is_named_with_the_way_out() -> None:
    with pytest.raises(Unset, match=r"SHOP is not set in the environment. Set it, or write \$\{SHOP:-default\}"):
        expand("${SHOP}", {})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter2\n")

    assert expand("Bearer ${TOKEN}", {"TOKEN_FILE": str(tmp_path / "token")}) == "Bearer hunter2"
    with pytest.raises(Unset, match="TOKEN_FILE names '/nowhere', which cannot be read"):
        expand("${TOKEN}", {"TOKEN_FILE": "/nowhere"})


def test_every_unset_variable_is_reported_at_its_line(tmp_path: Path) -> None:
    services = """
        services:
          api:
            title: ${TITLE}
            links:
              dashboard: ${GRAFANA}/d/api
    """
    report = checked(tmp_path, {"services.yaml": services, "permissions.yaml": GRANTS})

    assert lines(tmp_path, report.errors)[0].startswith("services.yaml:4: ${TITLE}: TITLE is not set")
    assert lines(tmp_path, report.errors)[1].startswith("services.yaml:6: ${GRAFANA}: GRAFANA is not set")


def test_a_number_may_come_from_the_environment(tmp_path: Path) -> None:
    files = {"quarterdeck.yaml": "verify:\n  before_s: ${WINDOW:-20}\n  min_events: ${EVENTS}\n"}
    catalog = load(write(tmp_path, files), {**QUIET, "EVENTS": "7"})

    assert catalog.chat.verify.before_s == 20
    assert catalog.chat.verify.min_events == 7


def test_a_value_from_the_environment_is_never_printed(tmp_path: Path) -> None:
    files = {"quarterdeck.yaml": "verify:\n  min_events: ${EVENTS}\n"}

    with pytest.raises(CatalogErrors) as caught:
        load(write(tmp_path, files), {"EVENTS": "s3cret"})

    assert "verify.min_events should be a valid integer, not '${EVENTS}'" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_headers_of_the_pager_are_secrets(tmp_path: Path) -> None:
    pager = "kind: webhook\nurl: https://pager.example/${KEY}\nheaders:\n  Authorization: Bearer ${TOKEN}\n"
    catalog = load(write(tmp_path, {"pager.yaml": pager}), {**QUIET, "TOKEN": "hunter2", "KEY": "k3y"})

    assert catalog.pager is not None
    assert "hunter2" not in repr(catalog)
    assert "k3y" not in repr(catalog)
    assert catalog.pager.kind == "webhook"
    assert catalog.pager.headers["Authorization"].get_secret_value() == "Bearer hunter2"
