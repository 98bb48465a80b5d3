"""SLIs from Azure's logs: counted over every window from one query, and words for whatever Azure may answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from azure.core.credentials import AccessToken, TokenCredential
from azure.monitor.query import LogsBatchQuery, LogsQueryClient, LogsQueryPartialResult, LogsQueryResult

from bot.catalog.model import Catalog, DataSource
from bot.domain.slo import (
    Budgeting,
    Counts,
    Measurement,
    RatioMetric,
    RollingWindow,
    Slicing,
    SliQuery,
    Slo,
    State,
    ThresholdMetric,
)
from bot.integrations.access import Access
from bot.integrations.azure_monitor.api import AzureApi
from bot.ports import SelfExplaining, SliSource, Transient
from bot.services.slos import SloService
from bot.wiring.sources import SourcesInForce
from tests.support.azure import Cloud, cloud
from tests.support.azure.logs import APPLICATION, WORKSPACE, binned, counted, fixed
from tests.support.slos import slo
from tests.support.tls import certificates

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BINNED = "AppRequests | summarize good=sumif(ItemCount, Success), total=sum(ItemCount) by bin(TimeGenerated, 1m)"
GOOD, TOTAL = "AppRequests | where Success | summarize sum(ItemCount)", "AppRequests | summarize total=sum(ItemCount)"


def traffic(at: datetime) -> tuple[int, int]:
    """Ten a minute; in the last three minutes before noon three of them fail."""
    return (7, 3) if AT - 3 * MINUTE <= at < AT else (10, 0)


@pytest.fixture
async def azure() -> AsyncIterator[Cloud]:
    async with cloud() as running:
        running.logs.answers = {
            BINNED: binned(traffic),
            GOOD: counted(traffic, "good"),
            TOTAL: counted(traffic, "total"),
        }
        yield running


class Sources:
    """Sources as the catalog would make them, closed with the test."""

    def __init__(self) -> None:
        self.catalog = Catalog()
        self.in_force = SourcesInForce(lambda: self.catalog, None)  # type: ignore[arg-type]

    def made(self, azure: Cloud, **options: str) -> SliSource:
        elsewhere = {"application", "resource", "workspace"} & options.keys()
        place = {} if elsewhere else {"workspace": WORKSPACE}
        source = DataSource("logs", "azure-logs", azure.url, azure.sign_in | place | options)
        self.catalog = replace(self.catalog, sources={"logs": source})
        return self.in_force["logs"]


@pytest.fixture
async def sources() -> AsyncIterator[Sources]:
    made = Sources()
    yield made
    await made.in_force.close()


def ratio(good: str = BINNED, total: str = BINNED, bad: str | None = None) -> RatioMetric:
    return RatioMetric(total=total, good=None if bad else good, bad=bad)


def query(metric: RatioMetric | ThresholdMetric, window: timedelta = HOUR, slicing: Slicing | None = None) -> SliQuery:
    return SliQuery(slo(metric=metric, source="logs").indicator, window, slicing)


async def measured(source: SliSource, *queries: SliQuery) -> list[Measurement]:
    return list(await source.measure(queries, AT))


async def test_one_query_with_bins_answers_every_window(azure: Cloud, sources: Sources) -> None:
    source = sources.made(azure)
    windows = [timedelta(days=7), HOUR, 5 * MINUTE]
    answers = await measured(source, *(query(ratio(), window) for window in windows))
    assert [each.counts for each in answers] == [Counts(100_791, 100_800), Counts(591, 600), Counts(41, 50)]
    assert azure.logs.asked == [(BINNED, AT - timedelta(days=7), AT)]
    assert (answers[0].complete, answers[0].last, answers[0].note) == (True, AT, "")


async def test_queries_without_bins_are_asked_once_a_window_and_in_batches(azure: Cloud, sources: Sources) -> None:
    source = sources.made(azure)
    answers = await measured(source, *(query(ratio(GOOD, TOTAL), window) for window in (HOUR, 5 * MINUTE)))
    assert [each.counts for each in answers] == [Counts(591, 600), Counts(41, 50)]
    assert len(azure.logs.asked) == 4
    assert azure.logs.requests == 2


@pytest.mark.parametrize("place", [{"application": APPLICATION}, {"resource": "/subscriptions/1/resourceGroups/a"}])
async def test_an_application_or_a_resource_is_asked_like_a_workspace(
    azure: Cloud, sources: Sources, place: dict[str, str]
) -> None:
    (answer,) = await measured(sources.made(azure, **place), query(ratio(GOOD, TOTAL)))
    assert answer.counts == Counts(591, 600)


async def test_bad_and_total_count_like_good_and_total(azure: Cloud, sources: Sources) -> None:
    azure.logs.answers["bad"] = counted(traffic, "bad")
    (answer,) = await measured(sources.made(azure), query(ratio(total=TOTAL, bad="bad")))
    assert answer.counts == Counts(591, 600)


async def test_placeholders_say_where_the_window_goes(azure: Cloud, sources: Sources) -> None:
    text = "T | where TimeGenerated between ({{.start}} .. {{ .end }}) and Age < {{.window}} | summarize total=count()"
    filled = (
        "T | where TimeGenerated between (datetime(2026-01-01T11:00:00+00:00) .. datetime(2026-01-01T12:00:00+00:00)) "
        "and Age < 3600s | summarize total=count()"
    )
    azure.logs.answers[filled] = counted(traffic, "total")
    (answer,) = await measured(sources.made(azure), query(ratio(GOOD, text)))
    assert answer.counts == Counts(591, 600)


async def test_time_slices_are_counted_from_bins(azure: Cloud, sources: Sources) -> None:
    (answer,) = await measured(sources.made(azure), query(ratio(), HOUR, Slicing(MINUTE, 0.9)))
    assert answer.counts == Counts(57, 60)
    (ratios,) = await measured(sources.made(azure), query(ratio(), HOUR, Slicing(5 * MINUTE)))
    assert ratios.counts == Counts(pytest.approx(11 + 41 / 50), 12)  # type: ignore[arg-type]


async def test_a_threshold_counts_the_bins_that_keep_it(azure: Cloud, sources: Sources) -> None:
    text = "AppRequests | summarize value=percentile(DurationMs, 95) by bin(TimeGenerated, 1m)"
    rows = [
        [(AT - n * MINUTE).isoformat(), value] for n, value in enumerate([480.0, 510.0, "NaN", None, 90.5], start=1)
    ]
    azure.logs.answers[text] = fixed([("TimeGenerated", "datetime"), ("value", "real")], *rows)
    (answer,) = await measured(sources.made(azure), query(ThresholdMetric(text, "lt", 500)))
    assert (answer.counts, answer.covered, answer.complete) == (Counts(2, 3), 3 * MINUTE, False)


async def test_minutes_without_rows_had_no_traffic_and_an_hour_without_is_stale(azure: Cloud, sources: Sources) -> None:
    azure.logs.answers[BINNED] = binned(lambda at: (1, 0) if at.minute == 0 else None)
    hours, minutes = await measured(sources.made(azure), query(ratio(), 10 * HOUR), query(ratio(), 5 * MINUTE))
    assert (hours.counts, hours.last, hours.complete) == (Counts(10, 10), AT, True)
    assert (minutes.counts, minutes.problem) == (Counts(0, 0), "")
    azure.logs.answers[BINNED] = binned(lambda at: (1, 0) if at < AT - 2 * HOUR else None)
    (silent,) = await measured(sources.made(azure, timeout="9"), query(ratio(), 10 * HOUR))
    assert (silent.counts, silent.last, silent.complete) == (Counts(480, 480), AT - 2 * HOUR, False)


async def test_bins_wider_than_a_window_leave_it_unknown(azure: Cloud, sources: Sources) -> None:
    text = BINNED.replace("1m", "1h")
    azure.logs.answers[text] = binned(traffic, HOUR)
    day, minutes = await measured(
        sources.made(azure), query(ratio(text, text), 24 * HOUR), query(ratio(text, text), 5 * MINUTE)
    )
    assert (day.counts, day.note) == (Counts(14_391, 14_400), "Counted in bins of 1\u00a0h.")
    assert (minutes.counts, minutes.problem) == (None, "Bins of 1\u00a0h are too wide for a window of 5\u00a0min.")


NUMBER = [("total", "long")]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            fixed([("total", "string")], ["7"]),
            "gives 'total' as string, and an SLI needs a number: convert it",
        ),
        (fixed([("total", "dynamic")], ["7"]), "gives 'total' as dynamic"),
        (fixed([("total", "real")], ["Infinity"]), "The query gives infinity, and an SLI needs a number."),
        (
            fixed([("Name", "string"), ("total", "long")], ["a", 1], ["b", 2]),
            "gives 2 rows, one per Name, and an SLI",
        ),
        (fixed([("a", "long"), ("b", "long")], [1, 2]), "gives a (long), b (long): name one number 'total'"),
        (fixed([]), "gives no columns: name one number 'total'"),
        (fixed(NUMBER, [3]), "says that 600 of 3 events are good"),
    ],
    ids=["text", "dynamic", "infinity", "rows", "two numbers", "nothing", "more good than all"],
)
async def test_a_result_that_is_no_number_is_refused_in_words(
    azure: Cloud, sources: Sources, table: object, words: str
) -> None:
    azure.logs.answers[TOTAL] = table  # type: ignore[assignment]
    azure.logs.answers[GOOD] = counted(lambda _: (10, 0), "good")
    (answer,) = await measured(sources.made(azure), query(ratio(GOOD, TOTAL)))
    assert (answer.counts, answer.failed) == (None, True)
    assert words in answer.problem


@pytest.mark.parametrize("cell", [None, "NaN"])
async def test_null_and_nan_are_no_data(azure: Cloud, sources: Sources, cell: object) -> None:
    azure.logs.answers[TOTAL] = fixed([("total", "real")], [cell])
    (answer,) = await measured(sources.made(azure), query(ratio(GOOD, TOTAL)))
    assert (answer.counts, answer.failed, answer.problem) == (None, False, "The total query finds nothing.")


async def test_a_table_that_is_empty_is_no_data_and_decimals_are_numbers(azure: Cloud, sources: Sources) -> None:
    azure.logs.answers[BINNED] = binned(lambda _: None)
    (answer,) = await measured(sources.made(azure), query(ratio()))
    assert (answer.counts, answer.problem) == (None, "The query finds nothing in 1\u00a0h.")
    azure.logs.answers |= {TOTAL: fixed([("total", "decimal")], ["10.0"]), GOOD: fixed([("n", "int")], [9])}
    (answer,) = await measured(sources.made(azure, timeout="9"), query(ratio(GOOD, TOTAL)))
    assert answer.counts == Counts(9, 10)


async def test_a_wrong_query_is_told_in_azures_innermost_words_and_spoils_no_other(
    azure: Cloud, sources: Sources
) -> None:
    wrong, right = await measured(sources.made(azure), query(ratio("AppRequestz | count", TOTAL)), query(ratio()))
    assert wrong.failed
    assert wrong.problem == (
        "The good query cannot be evaluated: 'where' operator: "
        "Failed to resolve table or column expression named 'AppRequestz'."
    )
    assert right.counts == Counts(591, 600)


async def test_a_threshold_without_bins_is_told_how_to_get_them(azure: Cloud, sources: Sources) -> None:
    (answer,) = await measured(sources.made(azure), query(ThresholdMetric(TOTAL, "lt", 5)))
    assert (answer.failed, "by bin(TimeGenerated, 1m)" in answer.problem) == (True, True)


async def test_a_partial_answer_counts_and_is_marked_incomplete(azure: Cloud, sources: Sources) -> None:
    azure.logs.answers[TOTAL] = fixed(NUMBER, [900], error="Query result set has exceeded the limit of 500000 records.")
    (answer,) = await measured(sources.made(azure), query(ratio(GOOD, TOTAL)))
    assert (answer.counts, answer.complete) == (Counts(591, 900), False)
    assert answer.note == "Azure calls its answer partial: Query result set has exceeded the limit of 500000 records."


async def test_throttling_is_obeyed_for_as_long_as_azure_asks(azure: Cloud, sources: Sources) -> None:
    azure.logs.throttled = 1
    source = sources.made(azure)
    with pytest.raises(Transient, match="has too many requests and asks to wait 17") as told:
        await measured(source, query(ratio()))
    assert told.value.retry_after == 17
    with pytest.raises(Transient, match=r"asks to be left alone: too many requests\. Next try in 1[67]"):
        await measured(source, query(ratio()))
    assert azure.logs.requests == 1


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (
            {"denied": True},
            "Azure refuses: The provided credentials have insufficient .* role Monitoring Reader",
        ),
        ({"empty": True}, r"answered with nothing \(status 200\)"),
        ({"failing": 502}, r"answered with text/html \(status 502\), not as Azure does"),
    ],
    ids=["no role", "empty", "html"],
)
async def test_each_way_to_fail_has_its_own_words(
    azure: Cloud, sources: Sources, trouble: dict[str, object], words: str
) -> None:
    for name, value in trouble.items():
        setattr(azure.logs, name, value)
    with pytest.raises(Transient, match=words):
        await measured(sources.made(azure), query(ratio()))


async def test_a_workspace_that_does_not_exist_is_said(azure: Cloud, sources: Sources) -> None:
    with pytest.raises(Transient, match=r"Azure Monitor \(logs\): The workspace could not be found\."):
        await measured(sources.made(azure, workspace="elsewhere"), query(ratio()))


async def test_a_token_that_was_revoked_is_replaced_unnoticed(azure: Cloud, sources: Sources) -> None:
    source = sources.made(azure)
    await measured(source, query(ratio()))
    azure.entra.revoke()
    (answer,) = await measured(source, query(ratio(GOOD, TOTAL)))
    assert (answer.counts, len(azure.entra.asked)) == (Counts(591, 600), 2)


async def test_a_clock_that_differs_from_azures_is_told(azure: Cloud) -> None:
    behind = datetime.now(UTC) - timedelta(minutes=7)
    api = AzureApi("Azure", azure.url, Access(azure.sign_in), clock=lambda: behind)
    await api.post(f"/v1/workspaces/{WORKSPACE}/query", {"query": TOTAL, "timespan": "2026-01-01/2026-01-02"}, {})
    await api.close()
    assert api.remark == "This machine's clock is 7\u00a0min behind Azure's."


class Clock:
    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


def objective(**changes: object) -> Slo:
    """Over a day, since a month of minutes takes a while to make up."""
    window = RollingWindow(timedelta(days=1))
    return slo(metric=ratio(), source="logs", target=0.99, window=window, **changes)  # type: ignore[arg-type]


async def test_a_status_counts_to_where_azure_has_its_events_and_is_not_stale(azure: Cloud, sources: Sources) -> None:
    sources.made(azure)
    slos = SloService(
        lambda: Catalog(slos=(objective(),)), sources.in_force, Clock(AT + timedelta(minutes=5, seconds=20))
    )
    (status,) = await slos.evaluate()
    assert azure.logs.asked[0][2] == AT
    assert (status.state, status.burns["5m"], status.data.stale_for) == (State.AT_RISK, Counts(41, 50), timedelta(0))
    (past,) = await slos.evaluate(at=AT - MINUTE)
    assert past.burns["5m"] == Counts(44, 50)


async def test_slices_and_refusals_reach_the_status_as_words(azure: Cloud, sources: Sources) -> None:
    sources.made(azure)
    sliced = objective(budgeting=Budgeting.TIMESLICES, slice_target=0.9, slice_window=MINUTE)
    wrong = slo("wrong", metric=ratio("Nope", TOTAL), source="logs", window=RollingWindow(timedelta(days=1)))
    clock = Clock(AT + timedelta(minutes=5))
    by_name = {
        each.slo.name: each
        for each in await SloService(lambda: Catalog(slos=(sliced, wrong)), sources.in_force, clock).evaluate()
    }
    assert by_name["checkout-availability"].burns["5m"] == Counts(2, 5)
    assert by_name["wrong"].state is State.ERROR
    assert "named 'Nope'" in by_name["wrong"].reason


class Token(TokenCredential):
    def __init__(self, value: str) -> None:
        self.value = value

    def get_token(self, *scopes: str, **_: object) -> AccessToken:  # type: ignore[override]
        return AccessToken(self.value, 2_000_000_000)


async def test_the_fake_satisfies_microsofts_own_library(tmp_path: object) -> None:
    pki = certificates(tmp_path)  # type: ignore[arg-type]
    async with cloud(pki.server_context()) as azure:
        azure.logs.answers = {TOTAL: counted(traffic), BINNED: fixed(NUMBER, [1], error="limit")}
        token = str(azure.entra._handed_out(azure.url)["access_token"])

        def asked() -> tuple[object, list[object]]:
            client = LogsQueryClient(Token(token), endpoint=f"{azure.url}/v1", connection_verify=pki.ca)
            span = (AT - HOUR, AT)
            one = client.query_workspace(WORKSPACE, TOTAL, timespan=span)
            batch = [LogsBatchQuery(WORKSPACE, text, timespan=span) for text in (TOTAL, "Nope", BINNED)]
            return one, list(client.query_batch(batch))

        one, (good, wrong, partial) = await asyncio.to_thread(asked)
    assert isinstance(one, LogsQueryResult)
    assert one.tables[0].columns == ["good", "total"]
    assert one.tables[0].rows[0]["good"] == 591
    assert isinstance(good, LogsQueryResult)
    assert getattr(wrong, "code", "") == "BadArgumentError"
    assert isinstance(partial, LogsQueryPartialResult)


async def test_a_query_can_be_told_to_whoever_wants_to_paste_it(azure: Cloud, sources: Sources) -> None:
    source = sources.made(azure)
    assert isinstance(source, SelfExplaining)
    assert source.asked(query(ratio())) == {"good and total": BINNED}
    assert source.asked(query(ratio(GOOD, TOTAL))) == {"good": GOOD, "total": TOTAL}
