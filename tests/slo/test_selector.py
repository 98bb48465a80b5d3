"""Which counters a query means."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo.selector import Expression, Matcher, QueryError, Selector, Sum, bucket_spellings, parse

TOTAL = Selector("http_requests_total", (Matcher("service", "=", "checkout"),))
GOOD = Selector("http_requests_total", (Matcher("service", "=", "checkout"), Matcher("code", "!~", "5..")))


@pytest.mark.parametrize(
    "text",
    [
        'http_requests_total{service="checkout"}',
        "http_requests_total{service='checkout',}",
        'sum(http_requests_total{service="checkout"})',
        'sum( http_requests_total { service = "checkout" } )',
        '(sum(http_requests_total{service="checkout"}) or vector(0))',
        '{__name__="http_requests_total", service="checkout"}',
    ],
)
def test_a_selector_and_a_sum_of_one_mean_the_same_counter(text: str) -> None:
    assert parse(text) == Sum(((1, TOTAL),))


@pytest.mark.parametrize(
    "text",
    [
        'sum(rate(http_requests_total{service="checkout"}[5m]))',
        'sum(increase(http_requests_total{service="checkout"}[{{.window}}]))',
        'http_requests_total{service="checkout"}[window]',
    ],
)
def test_a_rate_over_any_window_means_its_counter(text: str) -> None:
    assert parse(text) == Sum(((1, TOTAL),), ranged=True)


def test_sums_may_be_added_and_subtracted() -> None:
    query = parse(
        'sum(http_requests_total{service="checkout"}) - sum(http_requests_total{service="checkout",code!~"5.."})'
    )
    assert query == Sum(((1, TOTAL), (-1, GOOD)))


def test_an_expression_with_a_placeholder_is_kept_as_written() -> None:
    query = parse("avg(rate(x[{{.window}}])) * 2")
    assert query == Expression("avg(rate(x[{{.window}}])) * 2", per_second=True)
    assert query.over("5m") == "avg(rate(x[5m])) * 2"


@pytest.mark.parametrize(
    "text",
    ["", "sum(", "sum by (code) (x)", "a / b", "x - y", "histogram_quantile(0.9, x)", "up{job=}", 'x{a="b"', "5"],
)
def test_what_is_neither_counters_nor_an_expression_with_a_window_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text)


def test_a_refusal_quotes_the_query_and_says_what_is_allowed() -> None:
    with pytest.raises(QueryError, match=r"“histogram.*{{\.window}}"):
        parse("histogram_quantile(0.9, x)")


def test_bucket_boundaries_match_either_spelling() -> None:
    selector = parse('latency_bucket{le="2"}')
    assert isinstance(selector, Sum)
    bucket = selector.terms[0][1]
    assert bucket.accepts({"le": "2.0"})
    assert bucket.accepts({"le": "2"})
    assert not bucket.accepts({"le": "20"})
    assert bucket.promql() == r'latency_bucket{le=~"2|2\\.0"}'
    assert bucket_spellings("+Inf") == ("+Inf",)


def test_an_absent_label_is_the_empty_string_as_in_prometheus() -> None:
    assert Selector("x", (Matcher("code", "!=", "500"),)).accepts({})
    assert not Selector("x", (Matcher("code", "=~", ".+"),)).accepts({})


def test_patterns_that_python_reads_otherwise_are_left_to_prometheus() -> None:
    assert Matcher("code", "=~", "2..|3..").local
    assert not Matcher("code", "=~", "[[:alpha:]]+").local
    assert not Matcher("code", "=~", r"\pL+").local
    assert not Matcher("code", "=~", "(").local


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30))
def test_any_label_value_survives_being_written_and_read_again(value: str) -> None:
    selector = Selector("metric", (Matcher("path", "=", value),))
    assert parse(selector.promql()) == Sum(((1, selector),))


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert isinstance(parse(text), Sum | Expression)
