"""The generated past: what it adds up to, and that it says what it is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.shop.history import Sli, generate
from playground.shop.layout import ShopError
from tests.shop.running import command

Record = dict[str, Any]
END = datetime(2026, 3, 31, 12, 3, 20, tzinfo=UTC)
AVAILABILITY = Sli("availability", spent=0.40, target=0.995)


def past(sli: Sli = AVAILABILITY, days: int = 30, seed: int = 1) -> list[Record]:
    return list(generate([sli], END, days, rate=45, seed=seed))


def spent(records: list[Record], target: float) -> float:
    total: int = sum(record["total"] for record in records)
    good: int = sum(record["good"] for record in records)
    return (total - good) / ((1 - target) * total)


def test_thirty_days_spend_the_asked_share_of_the_budget() -> None:
    records = past()
    assert spent(records, 0.995) == pytest.approx(0.40, rel=1e-4)
    mean_rate = sum(record["total"] for record in records) / (30 * 86_400)
    assert mean_rate == pytest.approx(45, rel=0.1)


@given(share=st.floats(0, 5), target=st.floats(0.9, 0.9999), days=st.integers(1, 7), seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_any_share_of_any_budget_is_met_to_the_event_and_no_bucket_is_impossible(
    share: float, target: float, days: int, seed: int
) -> None:
    records = past(Sli("availability", share, target), days, seed)
    total = sum(record["total"] for record in records)
    assert total - sum(record["good"] for record in records) == round(share * (1 - target) * total)
    assert all(0 <= record["good"] <= record["total"] for record in records)


def test_the_records_cover_the_days_in_order_and_end_before_the_end() -> None:
    records = past()
    assert len(records) == 30 * 288
    assert records[0]["at"] == "2026-03-01T12:00:00Z"
    assert records[-1]["at"] == "2026-03-31T11:55:00Z"
    assert [record["at"] for record in records] == sorted(record["at"] for record in records)
    assert all(record["generated"] is True for record in records)


def test_the_same_seed_gives_the_same_past_and_another_seed_another() -> None:
    assert past(seed=7) == past(seed=7)
    assert past(seed=7) != past(seed=8)


def test_two_incidents_stand_out_of_a_quiet_background() -> None:
    shares = [1 - record["good"] / record["total"] for record in past()]
    loud = [index for index, share in enumerate(shares) if share > 0.05]
    assert len(loud) == 3 + 7  # 15 and 35 minutes of five-minute buckets
    quiet = [share for index, share in enumerate(shares) if index not in loud]
    assert 0 < sum(quiet) / len(quiet) < 0.002


def test_nights_are_quieter_than_days() -> None:
    by_hour = {hour: [r["total"] for r in past() if r["at"][11:13] == hour] for hour in ("02", "14")}
    assert sum(by_hour["02"]) < sum(by_hour["14"]) / 2


def test_more_bad_events_than_events_are_refused() -> None:
    with pytest.raises(ShopError, match="Ask for less"):
        past(Sli("availability", spent=300, target=0.995))


def test_the_command_prints_both_slis_as_json_lines() -> None:
    done = command("history", "--days", 1, "--end", "2026-03-31T12:00:00Z", "--spent", "0.4", "--target", "0.995")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert {record["sli"] for record in records} == {"availability", "latency"}
    assert records[0].keys() == {"service", "sli", "at", "seconds", "good", "total", "generated"}
    assert spent([r for r in records if r["sli"] == "availability"], 0.995) == pytest.approx(0.40, rel=0.01)
    assert command("history", "--end", "yesterday").returncode == 2
