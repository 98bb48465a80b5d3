"""What a person reads when Prometheus misbehaves, from a loopback server that does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.domain.slo import RatioMetric, SliQuery
from bot.integrations.access import Access
from bot.integrations.breaker import Breaker, Circuit
from bot.integrations.prometheus import PrometheusSource
from bot.ports import Permanent, Transient
from tests.support.slos import slo

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUERY = SliQuery(slo().indicator, timedelta(hours=1))
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def vector(*rows: tuple[dict[str, str], str], **more: object) -> web.Response:
    result = [{"metric": labels, "value": [AT.timestamp(), value]} for labels, value in rows]
    return web.json_response({"status": "success", "data": {"resultType": "vector", "result": result}, **more})


async def html(_: web.Request) -> web.Response:
    return web.Response(text="<html>Sign in</html>", content_type="text/html")


async def nothing(_: web.Request) -> web.Response:
    return web.Response(status=200)


async def error_in_200(_: web.Request) -> web.Response:
    return web.json_response({"status": "error", "errorType": "internal", "error": "store is on fire"})


async def forbidden(_: web.Request) -> web.Response:
    return web.Response(status=403, text="no")


async def overloaded(_: web.Request) -> web.Response:
    return web.json_response({"status": "error", "errorType": "timeout", "error": "query timed out"}, status=503)


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (html, "answered with text/html"),
        (nothing, r"answered with nothing \(status 200\)"),
        (error_in_200, "answered with an error: store is on fire"),
        (forbidden, "refused the credentials"),
        (overloaded, "query timed out"),
    ],
    ids=["html", "nothing", "error in a 200", "forbidden", "overloaded"],
)
async def test_each_way_to_fail_has_its_own_words(handler: Handler, words: str) -> None:
    async with answering(handler) as url:
        source = PrometheusSource("prometheus", url)
        with pytest.raises(Transient, match=words):
            await source.measure([QUERY], AT)
        await source.close()


async def test_nobody_listening_is_said_with_the_address() -> None:
    async with answering(html) as url:
        pass
    source = PrometheusSource("prometheus", url)
    with pytest.raises(Transient, match=f"{url} cannot be reached"):
        await source.measure([QUERY], AT)
    await source.close()


async def test_credentials_are_sent_and_never_follow_a_redirect() -> None:
    seen: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return vector()

    async with answering(elsewhere) as other:

        async def redirect(request: web.Request) -> web.Response:
            assert request.headers["Authorization"] == "Bearer secret"
            raise web.HTTPFound(f"{other}/api/v1/query")

        async with answering(redirect) as url:
            source = PrometheusSource("prometheus", url, Access({"bearerToken": "secret"}))
            with pytest.raises(Transient, match="redirects to"):
                await source.measure([QUERY], AT)
            await source.close()
    assert seen == []


async def test_nan_is_no_data() -> None:
    async def nan(_: web.Request) -> web.Response:
        return vector(({"service": "checkout", "code": "200"}, "NaN"))

    async with answering(nan) as url:
        source = PrometheusSource("prometheus", url)
        answer = (await source.measure([QUERY], AT))[0]
        await source.close()
    assert (answer.counts, answer.failed, answer.problem) == (None, False, "The total query finds nothing.")


async def test_a_partial_answer_is_marked_incomplete() -> None:
    async def partial(_: web.Request) -> web.Response:
        return vector(({"service": "checkout", "code": "200"}, "7"), warnings=["one store is down"])

    async with answering(partial) as url:
        source = PrometheusSource("prometheus", url)
        answer = (await source.measure([QUERY], AT))[0]
        await source.close()
    assert answer.counts is not None
    assert not answer.complete
    assert "one store is down" in answer.note


async def test_the_question_names_its_instant_and_goes_as_a_form() -> None:
    asked: list[dict[str, str]] = []

    async def record(request: web.Request) -> web.Response:
        asked.append({**{key: str(value) for key, value in (await request.post()).items()}, "method": request.method})
        return vector()

    async with answering(record) as url:
        source = PrometheusSource("prometheus", url + "/prometheus/")
        await source.measure([QUERY], AT)
        await source.close()
    assert (asked[0]["method"], asked[0]["time"]) == ("POST", "1767225600.000")


async def test_many_slos_of_one_form_are_one_request_that_reads_each_series_once() -> None:
    asked: list[str] = []

    async def record(request: web.Request) -> web.Response:
        asked.append(str((await request.post())["query"]))
        return vector()

    from_one_form = [
        SliQuery(slo(metric=metric_of(f"service-{number}")).indicator, timedelta(days=30)) for number in range(100)
    ]
    async with answering(record) as url:
        source = PrometheusSource("prometheus", url)
        await source.measure(from_one_form, AT)
        await source.close()
    assert len(asked) == 1
    assert asked[0].count("increase(") == 1
    assert asked[0].startswith("sum by (code,service) (increase(shop_requests_total{service=~")


def metric_of(service: str) -> RatioMetric:
    return RatioMetric(
        total=f'sum(shop_requests_total{{service="{service}"}})',
        good=f'sum(shop_requests_total{{service="{service}",code!~"5.."}})',
    )


class Ticking:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def fails() -> None:
    raise Transient("gone")


async def works() -> str:
    return "here"


async def test_the_breaker_opens_after_five_failures_and_tries_again_after_a_minute() -> None:
    clock = Ticking()
    breaker = Breaker("Prometheus", clock=clock)
    for _ in range(5):
        with pytest.raises(Transient, match="gone"):
            await breaker.call(fails)
    assert breaker.state.circuit is Circuit.OPEN
    with pytest.raises(Transient, match=r"has not answered 5 times; next try in 60 s"):
        await breaker.call(works)
    clock.now = 60.0
    assert await breaker.call(works) == "here"
    assert (breaker.state.circuit, breaker.state.failures) == (Circuit.CLOSED, 0)


async def test_one_failed_try_keeps_the_breaker_open_for_another_minute() -> None:
    clock = Ticking()
    breaker = Breaker("Prometheus", clock=clock)
    for moment in (0, 0, 0, 0, 0, 60):
        clock.now = moment
        with pytest.raises(Transient):
            await breaker.call(fails)
    clock.now = 119
    with pytest.raises(Transient, match="next try in 1 s"):
        await breaker.call(works)


async def test_a_refusal_is_an_answer_and_closes_nothing() -> None:
    breaker = Breaker("Prometheus", failures=1)

    async def refuses() -> None:
        raise Permanent("wrong query")

    with pytest.raises(Permanent):
        await breaker.call(refuses)
    assert breaker.state.circuit is Circuit.CLOSED
