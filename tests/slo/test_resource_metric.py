"""Metrics of a cloud resource as one line of text, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo.resource_metric import AGGREGATIONS, INTERVALS, ResourceMetric, read_metric
from bot.domain.slo.selector import QueryError

NAMES = st.text(st.characters(codec="utf-8", exclude_characters=",", exclude_categories=["C", "Z"]), min_size=1)
FREE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]))
METRICS = st.builds(
    ResourceMetric,
    metrics=st.lists(NAMES, min_size=1).map(tuple),
    aggregation=st.sampled_from(AGGREGATIONS),
    resource=st.sampled_from(["", "/subscriptions/1/resourceGroups/a b/sites/portal"]),
    namespace=st.sampled_from(["", "Microsoft.Web/sites"]),
    filter=FREE.map(str.strip),
    interval=st.sampled_from(sorted(INTERVALS)),
)


@given(METRICS)
def test_a_line_is_read_back_as_what_it_stands_for(metric: ResourceMetric) -> None:
    assert read_metric(metric.text) == metric


def test_the_line_reads_like_an_address_of_azure() -> None:
    metric = ResourceMetric(("Http5xx", "Http4xx"), "Total", "/subscriptions/1/sites/portal", filter="Instance eq '*'")
    assert (
        metric.text == "/subscriptions/1/sites/portal?metric=Http5xx,Http4xx&aggregation=Total&filter=Instance eq '*'"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Requests", "names no metric: write metric"),
        ("?aggregation=Total", "names no metric"),
        ("?metric=a&agregation=Total", "has the unknown key 'agregation'"),
        ("?metric=a&interval=PT2M", "has the unknown interval 'PT2M'"),
        ("portal?metric=a", "a resource id begins with /subscriptions/"),
    ],
)
def test_a_wrong_line_is_refused_with_what_is_allowed(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        read_metric(text)
