"""Numbers and times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import figures
from bot.domain.facts.reading import Unit
from bot.slack.views import times

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def spaced(text: str) -> str:
    return text.replace(" ", figures.NBSP)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.31, "31 %"),
        (0.002, "0.2 %"),
        (0.0947, "9.5 %"),
        (0.00048, "0.048 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.9996, "99.9 %"),
        (0.01, "1 %"),
        (0.0995, "10 %"),
        (0.10, "10 %"),
    ],
)
def test_a_rate_has_the_digits_that_matter(ratio: float, words: str) -> None:
    assert figures.percent(ratio) == spaced(words)


@pytest.mark.parametrize(
    ("left", "words"), [(0.799, "79 %"), (1.0, "100 %"), (0.004, "under 1 %"), (0.0, "0 %"), (0.29, "29 %")]
)
def test_a_share_of_a_budget_is_never_rounded_up(left: float, words: str) -> None:
    assert figures.share(left).replace(figures.NBSP, " ") == words


def test_an_sli_has_one_digit_more_than_its_target_and_is_rounded_down() -> None:
    assert figures.sli(0.999_699, 0.999) == spaced("99.96 %")
    assert figures.sli(0.999_999, 0.99) == spaced("99.9 %")
    assert figures.sli(1.0, 0.9995) == spaced("100.000 %")
    assert figures.target(0.9995) == spaced("99.95 %")


@pytest.mark.parametrize(
    ("rate", "words"), [(310.2, "310×"), (3.0, "3.0×"), (0.04, "0×"), (9.96, "10×"), (1234, "1,234×")]
)
def test_a_burn_rate(rate: float, words: str) -> None:
    assert figures.multiple(rate) == words


def test_budget_minutes_have_one_decimal_below_a_hundred() -> None:
    assert figures.minutes_of(34.04, 43.2) == "34.0 of " + spaced("43.2 min")
    assert figures.minutes_of(177.12, 432) == "177 of " + spaced("432 min")
    assert figures.overspent(-31.1, 432) == spaced("31 min") + " of 432"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (52, "52 s"),
        (112, "1 min 52 s"),
        (120, "2 min"),
        (301, "5 min"),
        (7_500, "2 h 5 min"),
        (273_600, "3 d 4 h"),
        (-5, "0 s"),
    ],
)
def test_how_long_something_took(seconds: int, words: str) -> None:
    assert figures.duration(timedelta(seconds=seconds)).replace(figures.NBSP, " ") == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(30 * 86400, "30 d"), (3600, "1 h"), (300, "5 min"), (90, "90 s"), (86_400 + 60, "1441 min")]
)
def test_a_window_is_exact(seconds: int, words: str) -> None:
    assert figures.window(timedelta(seconds=seconds)) == spaced(words)


def test_a_difference_names_both_its_bounds() -> None:
    assert figures.difference(-0.32, -0.30, Unit.RATIO) == "30 and 32 percentage points"
    assert figures.difference(-0.002, 0.001, Unit.RATIO) == "−0.2 and +0.1 percentage points"
    assert figures.from_to(1.24, 0.31, Unit.SECONDS) == spaced("1.2 s") + " → " + spaced("310 ms")


def test_a_list_names_a_few_and_counts_the_rest() -> None:
    assert figures.listed(["a"]) == "a"
    assert figures.listed(["a", "b", "c"]) == "a, b and c"
    assert figures.listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert figures.listed([]) == ""


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd"), (113, "113th")]
)
def test_an_ordinal(number: int, words: str) -> None:
    assert figures.ordinal(number) == words


def test_a_time_of_today_has_no_date_and_another_day_has_one() -> None:
    assert times.clock(NOON, NOON) == "<!date^1795262400^{time}|12:00 UTC>"
    assert (
        times.clock(NOON, NOON + timedelta(days=1)) == "<!date^1795262400^{date_short_pretty} {time}|21 Nov 12:00 UTC>"
    )
    assert times.clock_seconds(NOON) == "<!date^1795262400^{time_secs}|12:00:00 UTC>"
    assert times.day(NOON) == "<!date^1795262400^{date_short_pretty}|21 Nov>"


def test_a_little_more_than_nothing_is_not_told_as_nothing() -> None:
    assert figures.minutes(0.04) == "under " + spaced("0.1 min")
    assert figures.minutes(0) == spaced("0.0 min")
    assert figures.minutes(0.05) == spaced("0.1 min")
