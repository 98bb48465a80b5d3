"""Alertmanager's message, version 4: read alert by alert, refused with words where it is something else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.alert import Status, Unreadable
from bot.integrations.alertmanager import parse

ALERT: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "HighErrors", "service": "checkout", "severity": "critical"},
    "annotations": {"summary": "5xx 4%"},
    "startsAt": "2026-01-02T03:04:05.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prom/graph?g0.expr=x",
    "fingerprint": "6cf99f3227808c83",
}


def message(*alerts: dict[str, Any], **different: Any) -> bytes:
    whole = {"version": "4", "status": "firing", "truncatedAlerts": 0, "alerts": list(alerts) or [ALERT]}
    return json.dumps(whole | different).encode()


def test_an_alert_is_read_as_it_is_told() -> None:
    (told,) = parse(message()).alerts
    assert (told.source, told.fingerprint, told.name) == ("alertmanager", "6cf99f3227808c83", "HighErrors")
    assert told.starts_at == datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)
    assert (told.status, told.ends_at) == (Status.FIRING, None)
    assert told.annotations == {"summary": "5xx 4%"}


def test_each_alert_has_its_own_status_whatever_the_message_says() -> None:
    over = ALERT | {"status": "resolved", "endsAt": "2026-01-02T04:04:05+01:00", "fingerprint": "2"}
    firing, resolved = parse(message(ALERT, over, status="firing")).alerts
    assert firing.status is Status.FIRING
    assert (resolved.status, resolved.ends_at) == (Status.RESOLVED, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_alerts_that_were_cut_off_are_counted() -> None:
    assert parse(message(truncatedAlerts=7)).left_out == 7


def test_keys_that_newer_servers_add_are_left_alone() -> None:
    assert parse(message(ALERT | {"new": 1}, routeLabels={}, notification_reason="first")).alerts


def test_text_that_no_database_keeps_becomes_visible() -> None:
    (told,) = parse(message(ALERT | {"labels": {"alertname": "a\0b"}})).alerts
    assert told.name == "a\ufffdb"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body cannot be read"),
        (b"{", "the body cannot be read"),
        (b"[]", "the body cannot be read"),
        (b"\xff\xfe", "the body cannot be read"),
        (b"[" * 100_000, "the body cannot be read"),
        (b'{"text": "a custom payload"}', "not version 4"),
        (message(version="5"), "not version 4"),
        (b'{"version": "4"}', "alerts: field required"),
        (message(ALERT | {"status": "burning"}), "alerts.0.status"),
        (message(ALERT | {"startsAt": "yesterday"}), "alerts.0.startsAt"),
        (message(ALERT | {"startsAt": "2026-01-02T03:04:05"}), "alerts.0.startsAt"),
        (message(ALERT | {"fingerprint": ""}), "alerts.0.fingerprint"),
        (message(ALERT | {"labels": {"alertname": 7}}), "alerts.0.labels.alertname"),
        (message(ALERT | {"startsAt": "0001-01-01T00:00:00+05:00"}), "years 1 to 9999"),
    ],
)
def test_anything_else_is_refused_with_words_on_one_line(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refusal:
        parse(body)
    assert "\n" not in str(refusal.value)
