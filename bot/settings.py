"""Typed settings from the environment: every name, its default, its unit and why.

Each setting may instead be given as a file (`SLACK_BOT_TOKEN_FILE=/run/secrets/token`), so that secrets need not stand
in the environment. A subcommand asks only for the settings it needs; what is wrong is said with the setting's name.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
DEFAULT_SLACK_API = "https://slack.com/api/"
PLAYGROUND_TOKEN = "xoxb-playground-"


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what is allowed."""


def _env(name: str) -> AliasChoices:
    return AliasChoices(name)


class Settings(BaseModel):
    """What the environment says. Durations are seconds."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    slack_bot_token: SecretStr | None = Field(None, validation_alias=_env("SLACK_BOT_TOKEN"))
    slack_app_token: SecretStr | None = Field(None, validation_alias=_env("SLACK_APP_TOKEN"))
    slack_api_url: str = Field(DEFAULT_SLACK_API, validation_alias=_env("SLACK_API_URL"))
    database_url: str | None = Field(None, validation_alias=_env("DATABASE_URL"))
    state_dir: Path = Field(Path(".quarterdeck"), validation_alias=_env("QUARTERDECK_STATE_DIR"))
    catalog_dir: Path | None = Field(None, validation_alias=_env("QUARTERDECK_CATALOG"))
    http: str = Field("127.0.0.1:8080", validation_alias=_env("QUARTERDECK_HTTP"))
    public_url: str = Field("", validation_alias=_env("QUARTERDECK_PUBLIC_URL"))
    intake_token: SecretStr | None = Field(None, validation_alias=_env("QUARTERDECK_INTAKE_TOKEN"))
    command_prefix: str = Field("", validation_alias=_env("QUARTERDECK_COMMAND_PREFIX"), pattern=r"^[a-z0-9_-]{0,20}$")
    log_level: str = Field("INFO", validation_alias=_env("QUARTERDECK_LOG_LEVEL"))
    prometheus_url: str = Field("", validation_alias=_env("PROMETHEUS_URL"))
    alertmanager_url: str = Field("", validation_alias=_env("ALERTMANAGER_URL"))

    ack_budget: float = Field(2.0, gt=0, lt=3, validation_alias=_env("QUARTERDECK_ACK_BUDGET"))
    """How long a request may take before it is answered 'not confirmed'; Slack's own limit is 3 s."""
    lease: float = Field(60.0, gt=0, validation_alias=_env("QUARTERDECK_LEASE"))
    """How long a claimed effect belongs to its worker without renewal."""
    call_timeout: float = Field(10.0, gt=0, validation_alias=_env("QUARTERDECK_CALL_TIMEOUT"))
    """The bound on one call to Slack; shorter than the lease, so that no call outlives its claim."""
    unsure_grace: float = Field(5.0, ge=0, validation_alias=_env("QUARTERDECK_UNSURE_GRACE"))
    """How long after its timeout an attempt of unknown end is left before it is looked up."""
    sockets: int = Field(2, ge=1, le=10, validation_alias=_env("QUARTERDECK_SOCKETS"))
    """Simultaneous Socket Mode connections; two bridge Slack's regular refreshes without a gap."""
    socket_ping: float = Field(1.0, gt=0, validation_alias=_env("QUARTERDECK_SOCKET_PING"))
    """Seconds between pings; a dead socket is noticed within two to four of them (the SDK's own 10 s means 40)."""
    card_interval: float = Field(3.0, ge=0, validation_alias=_env("QUARTERDECK_CARD_INTERVAL"))
    """The least time between two redraws of one message, so that chat.update's 50 a minute suffices."""

    @field_validator("slack_api_url")
    @classmethod
    def _https_or_loopback(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"must be a URL such as {DEFAULT_SLACK_API}, not {value!r}")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("plain http is allowed only for a loopback address; use https")
        return value if value.endswith("/") else value + "/"

    @field_validator("http")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise ValueError(f"must be host:port, such as 127.0.0.1:8080, not {value!r}")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        levels = ("DEBUG", "INFO", "WARNING", "ERROR")
        if value.upper() not in levels:
            raise ValueError(f"must be one of {', '.join(levels)}, not {value!r}")
        return value.upper()

    @property
    def http_address(self) -> tuple[str, int]:
        host, _, port = self.http.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def database(self) -> str:
        """The database URL; SQLite in the state directory unless one is named."""
        return self.database_url or f"sqlite:///{self.state_dir / 'quarterdeck.sqlite3'}"

    @property
    def is_playground(self) -> bool:
        return urlsplit(self.slack_api_url).hostname in LOOPBACK

    def slack_tokens(self) -> tuple[str, str]:
        """Bot and app token. Raises `SettingsError` where one is missing, of the wrong kind, or for another Slack."""
        bot = _token(self.slack_bot_token, "SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions → Bot User OAuth Token")
        app = _token(self.slack_app_token, "SLACK_APP_TOKEN", "xapp-", "Basic Information → App-Level Tokens")
        if bot.startswith(PLAYGROUND_TOKEN) and not self.is_playground:
            raise SettingsError("SLACK_BOT_TOKEN is a playground token, but SLACK_API_URL names a real Slack.")
        return bot, app


def _token(value: SecretStr | None, name: str, prefix: str, where: str) -> str:
    if value is None or not value.get_secret_value():
        raise SettingsError(f"{name} is not set. It starts with {prefix} and is found under {where} of the Slack app.")
    token = value.get_secret_value().strip()
    if not token.startswith(prefix):
        raise SettingsError(f"{name} must start with {prefix} (found under {where} of the Slack app).")
    return token


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's own). Raises `SettingsError` naming each bad setting."""
    given = dict(os.environ if environment is None else environment)
    values = {name: value for name, value in given.items() if value != ""}
    for name in list(values):
        base = name.removesuffix("_FILE")
        if base != name and base in SETTING_NAMES:
            values[base] = _read(name, values[name])
    try:
        return Settings.model_validate({name: values[name] for name in SETTING_NAMES if name in values})
    except ValidationError as error:
        lines = [f"{item['loc'][0]}: {item['msg'].removeprefix('Value error, ')}" for item in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name} names {path!r}, which cannot be read: {error.strerror}") from None


def _alias(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    if not isinstance(alias, AliasChoices):
        raise TypeError(f"setting {name} names no environment variable")
    return str(alias.choices[0])


SETTING_NAMES = frozenset(_alias(name) for name in Settings.model_fields)
