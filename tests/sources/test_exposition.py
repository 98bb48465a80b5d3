"""Reading `/metrics` pages, held against prometheus_client's own writer and reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.integrations.exposition import NotMetrics, counters
from bot.ports import Sample

values = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None)
@given(st.dictionaries(values, st.floats(0, 1e18), min_size=1, max_size=6))
def test_whatever_the_labels_hold_the_page_is_read_as_its_own_library_reads_it(amounts: dict[str, float]) -> None:
    registry = CollectorRegistry()
    hits = Counter("hits", "Requests.", ["path"], registry=registry)
    for path, amount in amounts.items():
        hits.labels(path).inc(amount)
    page = generate_latest(registry).decode()
    theirs = [
        Sample(each.name, each.labels, each.value)
        for family in text_string_to_metric_families(page)
        for each in family.samples
        if each.name == "hits_total"
    ]
    assert list(counters(page, {"hits_total"})) == theirs


def test_histograms_are_counters_and_gauges_are_not() -> None:
    registry = CollectorRegistry()
    Histogram("seconds", "Time.", buckets=(0.1, 1), registry=registry).observe(0.5)
    Gauge("depth", "Queue.", registry=registry).set(3)
    page = generate_latest(registry).decode()
    read = list(counters(page, {"seconds_bucket", "seconds_count", "depth"}))
    assert [(each.labels.get("le"), each.value) for each in read] == [
        ("0.1", 0.0),
        ("1.0", 1.0),
        ("+Inf", 1.0),
        (None, 1.0),
    ]


def test_timestamps_exemplars_and_nan_are_no_part_of_a_value() -> None:
    page = 'hits{a="b"} 3 1700000000\nhits{a="c"} 4 # {trace="x"} 1\nhits{a="d"} NaN\nhits 7\n'
    assert [each.value for each in counters(page, {"hits"})] == [3.0, 4.0, 7.0]


@pytest.mark.parametrize(
    "page",
    ["<html><body>Sign in</body></html>", "<p class='x'>", "hits{a=b} 3", 'hits{a="b} 3', "hits three", "garbage"],
)
def test_what_is_no_metric_is_refused_with_its_line(page: str) -> None:
    with pytest.raises(NotMetrics, match="line 2"):
        list(counters(f"# TYPE hits counter\n{page}\n", {"hits"}))
