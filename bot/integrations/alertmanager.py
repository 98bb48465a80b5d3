"""Alertmanager's webhook, payload version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.

What counts is each alert's own status: the message as a whole is `resolved` only where all of its alerts are.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.alert import Alert, Status, Told, Unreadable

SOURCE = "alertmanager"
MOST_ALERTS = 10_000
_VERSION = "4"
_FIRST_YEAR = 1970
"""Go's zero time, year 1, stands for “not yet”."""


class _Alert(BaseModel):
    """One alert; keys that are not known here are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    startsAt: AwareDatetime
    endsAt: AwareDatetime | None = None
    generatorURL: str = ""
    fingerprint: Annotated[str, Field(min_length=1, max_length=200)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Literal["4"]
    truncatedAlerts: Annotated[int, Field(ge=0)] = 0
    alerts: Annotated[list[_Alert], Field(max_length=MOST_ALERTS)]


def parse(body: bytes) -> Told:
    """What a request's body says. Raises `Unreadable` naming the first thing that is wrong."""
    try:
        message = _Message.model_validate_json(body)
        return Told(tuple(map(_alert, message.alerts)), message.truncatedAlerts)
    except ValidationError as error:
        raise Unreadable(_words(error.errors(include_url=False)[0])) from None
    except OverflowError:
        raise Unreadable("a startsAt or endsAt lies outside the years 1 to 9999") from None


def _alert(told: _Alert) -> Alert:
    ended = told.status == "resolved" and told.endsAt is not None and told.endsAt.year > _FIRST_YEAR
    return Alert(
        source=SOURCE,
        fingerprint=_text(told.fingerprint),
        starts_at=told.startsAt.astimezone(UTC),
        status=Status(told.status),
        name=_text(told.labels.get("alertname", "")) or "unnamed",
        labels=_texts(told.labels),
        annotations=_texts(told.annotations),
        ends_at=_utc(told.endsAt) if ended else None,
        url=_text(told.generatorURL),
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None


def _texts(told: Mapping[str, str]) -> dict[str, str]:
    return {_text(key): _text(value) for key, value in told.items()}


def _text(told: str) -> str:
    """As it is, but for NUL, which PostgreSQL cannot keep."""
    return told.replace("\0", "\ufffd")


def _words(error: ErrorDetails) -> str:
    where = ".".join(map(str, error["loc"]))
    if where == "version":
        return f"this is not version {_VERSION} of Alertmanager's webhook; leave the receiver's payload as it is"
    said = error["msg"][:1].lower() + error["msg"][1:]
    return f"{where}: {said}" if where else f"the body cannot be read: {said}"
