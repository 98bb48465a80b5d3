"""What the picture of a budget shows, and what its words say to whoever does not see it."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import CalendarWindow, Counts, RollingWindow, SloStatus, State
from bot.domain.slo.burndown import MOST_POINTS, Gap, Mark, MarkKind, Point, alt_text, burndown, width
from bot.domain.slo.ledger import Bucket
from tests.pictures.windows import HOUR, NOW, alert, drawn, hours, incident, status
from tests.support.slos import slo

MONTH = CalendarWindow("M", 1, datetime(2026, 1, 1), "Europe/Vienna")  # noqa: DTZ001
histories = st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=60)


def history(hourly: list[tuple[int, bool]]) -> list[Bucket]:
    count = len(hourly)
    lost = {count - index: float(bad) for index, (bad, _) in enumerate(hourly)}
    return hours(lost, count, known=lambda ago: hourly[count - ago][1])


@given(histories)
def test_the_line_ends_exactly_at_the_budget_that_the_status_names(hourly: list[tuple[int, bool]]) -> None:
    buckets = history(hourly)
    picture = drawn(buckets)
    if any(known for _, known in hourly):
        assert picture.lines[-1][-1].left == picture.left == status(buckets).budget.left


@given(histories)
def test_the_line_starts_full_and_never_rises_not_even_over_a_gap(hourly: list[tuple[int, bool]]) -> None:
    points = [point for line in drawn(history(hourly)).lines for point in line]
    assert all(before.left >= after.left and before.at <= after.at for before, after in pairwise(points))
    assert not points or points[0].left == 1.0


@given(histories)
def test_every_hour_is_either_drawn_or_a_gap(hourly: list[tuple[int, bool]]) -> None:
    picture = drawn(history(hourly), slo(window=RollingWindow(len(hourly) * HOUR)))
    line = sum((each[-1].at - each[0].at for each in picture.lines), timedelta(0))
    gaps = sum((gap.end - gap.start for gap in picture.gaps), timedelta(0))
    short = sum(
        1 for _, known in hourly if not known
    )  # a hole of one bucket is left out of the line and told as no gap
    assert len(hourly) * HOUR - short * HOUR <= line + gaps <= len(hourly) * HOUR


def test_what_is_known_since_the_last_bucket_is_in_the_last_point() -> None:
    """A minute of full outage shows at once, before its hour is a bucket."""
    buckets = hours({})
    fresh = SloStatus(slo(), NOW, State.OK, Counts(720_000 - 180, 720_000))
    assert burndown(fresh, buckets).lines[-1][-1] == Point(NOW, pytest.approx(0.75))


def test_a_week_without_data_is_a_gap_and_the_line_goes_on_below_where_it_stopped() -> None:
    picture = drawn(hours({500: 100.0, 100: 200.0}, known=lambda ago: not 200 < ago <= 368))
    assert picture.gaps == (Gap(NOW - 368 * HOUR, NOW - 200 * HOUR),)
    assert picture.lines[0][-1].left == picture.lines[1][0].left


def test_an_slo_of_two_hours_shows_what_came_before_as_unknown() -> None:
    picture = drawn(hours({1: 0.5}, known=lambda ago: ago <= 2))
    assert picture.gaps == (Gap(NOW - 720 * HOUR, NOW - 2 * HOUR),)
    assert "No data from 22 Oct to 21 Nov." in alt_text(picture)


def test_a_calendar_month_that_has_begun_ends_in_the_future() -> None:
    began = datetime.fromisoformat("2026-12-01T05:00+00:00")
    picture = drawn(hours({2: 0.3}, 6, now=began), slo(window=MONTH), now=began)
    assert (picture.start, picture.end) == (
        datetime.fromisoformat("2026-11-30T23:00+00:00"),
        datetime.fromisoformat("2026-12-31T23:00+00:00"),
    )
    assert alt_text(picture) == (
        "Error budget of Checkout availability over the period from 1 Dec to 31 Dec: 95 % is left; "
        "spent evenly, 99 % would be. It fell to 95 % by 1 Dec."
    )


def test_the_words_name_the_finding_its_causes_and_what_is_missing() -> None:
    picture = drawn(
        hours({420: 60.0, 419: 10.0, 2: 140.0}, known=lambda ago: not 600 < ago <= 650),
        marks=[incident("INC-31", 420), alert("A-17", 200), incident("INC-42", 2)],
        generated=0.7,
    )
    assert alt_text(picture) == (
        "Error budget of Checkout availability over 30 d: 68 % is left. "
        "It fell to 89 % by 3 Nov and to 68 % by 21 Nov. "
        "Marked: INC-31 (3 Nov), A-17 (12 Nov) and INC-42 (21 Nov). No data from 25 Oct to 27 Oct. "
        "70 % of the data is generated for the demo."
    )


def test_an_overspent_budget_is_said_to_be_overspent() -> None:
    assert "over 30 d: it is overspent by 100 %. It fell to -100 % by" in alt_text(drawn(hours({48: 720.0, 47: 720.0})))


def test_slow_losses_are_no_finding() -> None:
    words = alt_text(drawn(hours(dict.fromkeys(range(1, 721), 0.75))))
    assert words == "Error budget of Checkout availability over 30 d: 25 % is left."


def test_a_short_window_is_told_with_the_time_of_day() -> None:
    day = slo(window=RollingWindow(timedelta(days=1)))
    assert "It fell to 58 % by 20 Nov 20:00." in alt_text(drawn(hours({8: 10.0}, 24), day))


def test_nothing_known_is_told_as_nothing_known() -> None:
    picture = burndown(SloStatus(slo(), NOW, State.NO_DATA), [])
    assert (picture.left, picture.lines, picture.gaps) == (None, (), (Gap(NOW - 720 * HOUR, NOW),))
    assert alt_text(picture) == "No line: nothing is known of the error budget of Checkout availability in 30 d."


def test_what_happened_outside_the_window_is_not_marked() -> None:
    lasting = Mark(MarkKind.INCIDENT, "INC-2", NOW - 800 * HOUR, NOW - 700 * HOUR)
    marks = [incident("INC-1", 800), lasting, Mark(MarkKind.INCIDENT, "INC-3", NOW - HOUR)]
    assert [mark.name for mark in drawn(hours({}), marks=marks).marks] == ["INC-2", "INC-3"]


@pytest.mark.parametrize("days", [1, 7, 28, 30, 31, 92, 366])
def test_a_window_of_any_length_has_no_more_points_than_a_picture_has_columns(days: int) -> None:
    assert timedelta(days=days) / width(timedelta(days=days)) <= MOST_POINTS
