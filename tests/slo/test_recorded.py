"""The names under which other tools record their windows."""

from datetime import timedelta

import pytest

from bot.domain.slo.recorded import family, prometheus_name, recorded
from bot.domain.slo.selector import QueryError


@pytest.mark.parametrize(
    ("hours", "name"), [(1, "1h"), (1.5, "1h30m"), (24, "1d"), (30 * 24, "30d"), (28 * 24, "4w"), (7 * 24, "1w")]
)
def test_durations_are_spelled_as_prometheus_spells_them(hours: float, name: str) -> None:
    assert prometheus_name(timedelta(hours=hours)) == name


def test_names_are_quoted_so_that_none_escapes_its_matcher() -> None:
    assert recorded("sloth", 'a"b').query == 'slo:sli_error:ratio_rate{{.window}}{sloth_id="a\\"b"}'


def test_a_window_in_a_range_is_no_family() -> None:
    assert family("sum(rate(errors[{{.window}}])) / sum(rate(total[{{.window}}]))") is None


def test_slo_generator_names_three_parts() -> None:
    with pytest.raises(QueryError, match="is written service/feature/slo"):
        recorded("slo-generator", "availability")
