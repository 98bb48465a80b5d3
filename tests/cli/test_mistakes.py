"""Bad use and bad settings: one clear answer, exit code 2, nothing begun."""

from pathlib import Path

import pytest

from tests.support.bot import command, environment
from tests.support.playground import ROOT


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("incidnet", "list"), "incident"),
        (("incident", "lst"), "list"),
        (("run", "--redy-file", "x"), "--ready-file"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest_one(
    env: dict[str, str], line: tuple[str, ...], said: str
) -> None:
    ended = command(env, *line)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize("line", [("incident", "show", "checkout"), ("timeline", "A-1"), ("postmortem", "x")])
def test_a_name_that_is_no_incidents_is_said_to_be_none(env: dict[str, str], line: tuple[str, ...]) -> None:
    ended = command(env, *line)
    assert ended.code == 2
    assert "INC-1" in ended.err


def test_a_missing_token_is_named_with_the_place_where_it_is_found(env: dict[str, str]) -> None:
    ended = command(env, "run")
    assert ended.code == 2
    assert "SLACK_BOT_TOKEN is not set" in ended.err
    assert "OAuth & Permissions" in ended.err


def test_plain_http_to_another_machine_is_refused(env: dict[str, str]) -> None:
    ended = command(env | {"SLACK_API_URL": "http://slack.example/api/"}, "run")
    assert ended.code == 2
    assert "SLACK_API_URL" in ended.err
    assert "https" in ended.err


def test_a_catalog_with_a_mistake_is_named_by_file_and_line_by_check_and_by_run(
    env: dict[str, str], tmp_path: Path
) -> None:
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    (catalog / "services.yaml").write_text("services:\n  shop:\n    ownres: [ana]\n", encoding="utf-8")
    checked = command(env, "check", str(catalog))
    assert checked.code == 1
    assert f"{catalog / 'services.yaml'}:3" in checked.out
    assert "owners" in checked.out
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:1/api/"}
    refused = command(env | tokens | {"QUARTERDECK_CATALOG": str(catalog)}, "run")
    assert refused.code == 2
    assert f"{catalog / 'services.yaml'}:3" in refused.err


def test_the_shipped_catalog_has_no_mistake(env: dict[str, str]) -> None:
    ended = command(env, "check", str(ROOT / "config"))
    assert ended.code == 0, ended.out


def test_where_no_bot_has_run_that_is_said(env: dict[str, str]) -> None:
    ended = command(env, "incident", "list", "--json")
    assert ended.code == 1
    assert "quarterdeck run" in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("at", ["yesterday", "2026-01-31T12:00:00", "1e400"])
def test_a_time_that_cannot_be_read_is_refused_with_an_example(env: dict[str, str], at: str) -> None:
    ended = command(env, "slo", "status", "--at", at)
    assert ended.code == 2
    assert "--at" in ended.err


def test_an_older_schema_is_named_with_the_command_that_mends_it(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "quarterdeck.sqlite3").touch()
    ended = command(env, "alerts", "list")
    assert ended.code == 1
    assert "quarterdeck migrate" in ended.err
    assert command(env, "migrate").code == 0
    assert command(env, "alerts", "list", "--open").out.strip() == "No alert fires."
