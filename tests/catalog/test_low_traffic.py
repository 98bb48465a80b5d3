"""How many events an alert needs is the SLO's to say."""

from pathlib import Path

import pytest

from bot.catalog import load
from bot.domain.slo.burn import DEFAULT_GUARD, LowTraffic
from bot.domain.slo.evaluation import guard_of
from bot.integrations.prometheus.rules import exported
from tests.catalog.writing import QUIET, checked, lines, slo, write


def annotated(said: str) -> str:
    return slo().replace("  name: api-availability\n", f"  name: api-availability\n  annotations: {{{said}}}\n")


def guard(directory: Path, said: str) -> LowTraffic:
    (only,) = load(write(directory, {"slos/a.yaml": annotated(said)}), QUIET).slos
    return guard_of(only)


def test_without_a_word_the_usual_numbers_hold(tmp_path: Path) -> None:
    assert guard(tmp_path, "") == DEFAULT_GUARD


def test_either_number_can_be_said_alone(tmp_path: Path) -> None:
    assert guard(tmp_path, "alert-min-events: '10'") == LowTraffic(10, DEFAULT_GUARD.bad)
    assert guard(tmp_path, "alert-min-bad-events: '1'") == LowTraffic(DEFAULT_GUARD.events, 1)


def test_nought_asks_for_nothing(tmp_path: Path) -> None:
    assert guard(tmp_path, "alert-min-events: '0', alert-min-bad-events: '0'") == LowTraffic(0, 0)


@pytest.mark.parametrize("number", ["'-1'", "'ten'", "'1.5'", "''"])
def test_what_is_no_number_is_refused_with_its_place(tmp_path: Path, number: str) -> None:
    report = checked(tmp_path, {"slos/a.yaml": annotated(f"alert-min-events: {number}")})
    (told,) = lines(tmp_path, report.errors)
    assert told.startswith("slos/a.yaml:")
    assert "metadata.annotations.alert-min-events" in told
    assert "such as '10'" in told


def test_the_exported_rules_ask_for_as_many(tmp_path: Path) -> None:
    said = annotated("alert-min-events: '12345', alert-min-bad-events: '77'")
    text = str(exported(load(write(tmp_path, {"slos/a.yaml": said}), QUIET).slos))
    assert "12345" in text
    assert "77" in text
