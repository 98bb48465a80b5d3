import os
from pathlib import Path

import pytest

from bot.settings import DEFAULT_SLACK_API, SETTING_NAMES, Settings, SettingsError, load

BOT, APP = "xoxb-1-abc", "xapp-1-abc"


def test_an_empty_environment_has_the_documented_defaults() -> None:
    settings = load({})
    assert settings.slack_api_url == DEFAULT_SLACK_API
    assert settings.database == "sqlite:///.quarterdeck/quarterdeck.sqlite3"
    assert settings.http_address == ("127.0.0.1", 8080)
    assert settings.catalog_dir is None
    assert settings.intake_token is None
    assert not settings.is_playground
    durations = (settings.ack_budget, settings.lease, settings.call_timeout, settings.unsure_grace)
    assert durations == (2.0, 60.0, 10.0, 5.0)


def test_the_names_of_the_issue_are_all_known() -> None:
    stable = (
        "SLACK_BOT_TOKEN SLACK_APP_TOKEN SLACK_API_URL DATABASE_URL QUARTERDECK_STATE_DIR QUARTERDECK_CATALOG "
        "QUARTERDECK_HTTP QUARTERDECK_PUBLIC_URL QUARTERDECK_INTAKE_TOKEN QUARTERDECK_COMMAND_PREFIX "
        "QUARTERDECK_LOG_LEVEL PROMETHEUS_URL ALERTMANAGER_URL"
    )
    assert set(stable.split()) <= SETTING_NAMES


def test_no_call_outlives_its_lease_and_no_answer_slacks_limit() -> None:
    settings = load({})
    assert settings.call_timeout + settings.unsure_grace < settings.lease
    assert settings.ack_budget < 3


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert load({"SLACK_API_URL": "", "QUARTERDECK_HTTP": ""}) == load({})


def test_strangers_in_the_environment_are_left_alone() -> None:
    assert load({"PATH": "/bin", "SOME_FILE": "/nowhere", "slack_bot_token": "x"}) == load({})


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "DATABASE_URL", "QUARTERDECK_HTTP"])
def test_every_setting_can_stand_in_a_file(tmp_path: Path, name: str) -> None:
    values = {"SLACK_BOT_TOKEN": BOT, "DATABASE_URL": "postgresql://h/d", "QUARTERDECK_HTTP": "0.0.0.0:80"}
    file = tmp_path / "secret"
    file.write_text(f"{values[name]}\n", encoding="utf-8")
    assert load({f"{name}_FILE": str(file)}) == load({name: values[name]})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN_FILE names '.*absent'.*No such file"):
        load({"SLACK_BOT_TOKEN_FILE": str(tmp_path / "absent")})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SLACK_API_URL", "http://slack.com/api/", "only for a loopback address"),
        ("SLACK_API_URL", "slack.com/api", "must be a URL such as"),
        ("QUARTERDECK_HTTP", "8080", "must be host:port"),
        ("QUARTERDECK_HTTP", "127.0.0.1:99999", "must be host:port"),
        ("QUARTERDECK_LOG_LEVEL", "LOUD", "must be one of DEBUG, INFO, WARNING, ERROR"),
        ("QUARTERDECK_COMMAND_PREFIX", "Ops Team", "should match pattern"),
        ("QUARTERDECK_ACK_BUDGET", "3.5", "less than 3"),
        ("QUARTERDECK_LEASE", "soon", "valid number"),
        ("QUARTERDECK_SOCKETS", "11", "less than or equal to 10"),
    ],
)
def test_a_bad_value_is_answered_with_its_name_and_what_is_allowed(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({name: value})
    assert str(refused.value).startswith(f"{name}: ")
    assert words in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"QUARTERDECK_HTTP": "8080", "QUARTERDECK_LOG_LEVEL": "LOUD"})
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:4000/api", "http://localhost:4000/api/", "http://[::1]:4000/api"])
def test_plain_http_is_allowed_for_a_slack_on_this_machine(url: str) -> None:
    settings = load({"SLACK_API_URL": url})
    assert settings.is_playground
    assert settings.slack_api_url.endswith("/api/")


@pytest.mark.parametrize(
    ("given", "address"),
    [("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:8080", ("::1", 8080)), ("localhost:0", ("localhost", 0))],
)
def test_an_address_is_a_host_and_a_port(given: str, address: tuple[str, int]) -> None:
    assert load({"QUARTERDECK_HTTP": given}).http_address == address


def test_the_database_is_in_the_state_directory_unless_one_is_named() -> None:
    assert load({"QUARTERDECK_STATE_DIR": "/var/lib/q"}).database == "sqlite:////var/lib/q/quarterdeck.sqlite3"
    assert load({"DATABASE_URL": "postgresql://h/d"}).database == "postgresql://h/d"


def test_the_level_of_logs_is_understood_in_whatever_case() -> None:
    assert load({"QUARTERDECK_LOG_LEVEL": "debug"}).log_level == "DEBUG"


def test_both_tokens_are_given_out_without_blanks() -> None:
    assert load({"SLACK_BOT_TOKEN": f" {BOT}\n", "SLACK_APP_TOKEN": APP}).slack_tokens() == (BOT, APP)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, r"SLACK_BOT_TOKEN is not set.*xoxb-"),
        ({"SLACK_BOT_TOKEN": BOT}, r"SLACK_APP_TOKEN is not set.*xapp-"),
        ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": APP}, r"SLACK_BOT_TOKEN must start with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-playground-1", "SLACK_APP_TOKEN": APP}, r"playground token.*real Slack"),
    ],
)
def test_a_token_that_will_not_do_is_answered_in_one_line(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        load(environment).slack_tokens()
    assert "\n" not in str(refused.value)


def test_secrets_do_not_show_where_settings_are_printed() -> None:
    settings = load({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "QUARTERDECK_INTAKE_TOKEN": "hush"})
    for secret in (BOT, APP, "hush"):
        assert secret not in repr(settings)


def test_a_bad_token_is_not_repeated_in_the_answer() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"SLACK_BOT_TOKEN": "oops-my-password"}).slack_tokens()
    assert "oops-my-password" not in str(refused.value)


def test_without_an_environment_the_process_own_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.removesuffix("_FILE") in SETTING_NAMES]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QUARTERDECK_PUBLIC_URL", "https://ops.example")
    assert load().public_url == "https://ops.example"
    assert isinstance(load(), Settings)
