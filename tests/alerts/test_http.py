"""The HTTP edge: who may send what, what is answered, and what programs that watch the bot are told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.domain.alert import Alert, Delivery, Taken
from bot.http.health import Probes
from bot.http.intake import AT_ONCE, MOST_BYTES, Webhooks
from bot.http.server import HttpServer
from bot.integrations import alertmanager
from bot.metrics import Metrics
from bot.services.health import Health, OutcomeUnknown, StoreUnavailable
from bot.store.db import Database
from tests.alerts.test_alertmanager import ALERT, message
from tests.support.alerting import Desk, alert
from tests.support.incidents import an_incident
from tests.support.prometheus import free_port

TOKEN = "a-secret"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HOOK = "/webhooks/alertmanager"


@dataclass
class Bot:
    """The HTTP server over a desk, and a client to it."""

    desk: Desk
    client: httpx.AsyncClient
    metrics: Metrics
    well: dict[str, bool] = field(default_factory=lambda: {"slack": True, "publisher": True})


async def serve(desk: Desk, token: str = TOKEN, intake: Any = None) -> tuple[HttpServer, Bot]:
    metrics, health = Metrics(), Health(desk.database)
    bot = Bot(desk, httpx.AsyncClient(), metrics)

    async def slack() -> bool:
        return bot.well["slack"]

    async def publisher() -> bool:
        return bot.well["publisher"]

    checks = {"slack": slack, "database": health.database_answers, "publisher": publisher}
    desk.intake._counted = metrics.alerts_taken
    hooks = Webhooks(intake or desk.intake, {"alertmanager": alertmanager.parse}, token)
    probes = Probes(checks, metrics, health.backlog, lambda: 2)
    server = HttpServer(("127.0.0.1", 0), [*hooks.routes(), *probes.routes()])
    host, port = await server.start()
    bot.client.base_url = f"http://{host}:{port}"
    return server, bot


@pytest.fixture
async def bot(database: Database) -> AsyncIterator[Bot]:
    server, bot = await serve(Desk(database))
    yield bot
    await bot.client.aclose()
    await server.stop()


def declined(answer: httpx.Response, status: int, words: str) -> None:
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}
    assert words in answer.json()["detail"]
    assert "\n" not in answer.text


async def test_a_delivery_is_counted_back_to_its_sender(bot: Bot) -> None:
    first = await bot.client.post(HOOK, content=message(), headers=BEARER)
    assert (first.status_code, first.json()) == (200, {"accepted": 1, "new": 1, "duplicates": 0})
    again = await bot.client.post(HOOK, content=message(), headers=BEARER)
    assert again.json() == {"accepted": 1, "new": 0, "duplicates": 1}
    assert await bot.desk.count("deliveries") == 1


async def test_a_sender_may_name_its_deliveries(bot: Bot) -> None:
    for key in ("one", "one", "two"):
        await bot.client.post(HOOK, content=message(), headers=BEARER | {"Idempotency-Key": key})
    assert await bot.desk.count("deliveries") == 2


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": TOKEN}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}]
)
async def test_who_does_not_know_the_token_may_not_send(bot: Bot, headers: dict[str, str]) -> None:
    declined(await bot.client.post(HOOK, content=message(), headers=headers), 401, "Bearer")
    assert await bot.desk.count("deliveries") == 0


async def test_without_a_token_nothing_is_taken_in_and_the_answer_says_why(database: Database) -> None:
    server, bot = await serve(Desk(database), token="")
    answer = await bot.client.post(HOOK, content=message(), headers={"Authorization": "Bearer x"})
    declined(answer, 401, "QUARTERDECK_INTAKE_TOKEN is not set")
    await bot.client.aclose()
    await server.stop()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"version": "3"}', message(ALERT | {"startsAt": {}})])
async def test_what_cannot_be_read_is_declined_and_not_stored(bot: Bot, body: bytes) -> None:
    declined(await bot.client.post(HOOK, content=body, headers=BEARER), 400, "")
    assert await bot.desk.count("deliveries") == 0


async def test_too_much_at_once_is_declined(bot: Bot) -> None:
    declined(await bot.client.post(HOOK, content=b" " * (MOST_BYTES + 1), headers=BEARER), 413, str(MOST_BYTES))
    assert await bot.desk.count("deliveries") == 0


async def test_other_paths_and_methods_are_declined_in_the_same_way(bot: Bot) -> None:
    declined(await bot.client.post("/webhooks/nagios", content=b"{}", headers=BEARER), 404, HOOK)
    declined(await bot.client.get("/nowhere"), 404, "")
    declined(await bot.client.get(HOOK), 405, "")


@pytest.mark.parametrize("error", [StoreUnavailable("gone"), OutcomeUnknown("gone while committing")])
async def test_while_the_database_is_away_the_sender_is_to_come_again(database: Database, error: Exception) -> None:
    class Away:
        async def take_in(self, delivery: Delivery, told: Sequence[Alert]) -> Taken:
            raise error

    server, bot = await serve(Desk(database), intake=Away())
    declined(await bot.client.post(HOOK, content=message(), headers=BEARER), 503, "send it again")
    await bot.client.aclose()
    await server.stop()


async def test_more_than_can_be_taken_in_at_once_is_overload(database: Database) -> None:
    class Slow:
        def __init__(self) -> None:
            self.full, self.go, self.inside = asyncio.Event(), asyncio.Event(), 0

        async def take_in(self, delivery: Delivery, told: Sequence[Alert]) -> Taken:
            self.inside += 1
            if self.inside == AT_ONCE:
                self.full.set()
            await self.go.wait()
            return Taken(1, 1, 0)

    slow = Slow()
    server, bot = await serve(Desk(database), intake=slow)
    waiting = [asyncio.create_task(bot.client.post(HOOK, content=message(), headers=BEARER)) for _ in range(AT_ONCE)]
    await slow.full.wait()
    declined(await bot.client.post(HOOK, content=message(), headers=BEARER), 503, "being taken in")
    slow.go.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
    await bot.client.aclose()
    await server.stop()


async def test_readiness_names_what_does_not_work(bot: Bot) -> None:
    assert (await bot.client.get("/healthz")).status_code == 200
    ready = await bot.client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    bot.well["slack"] = False
    not_ready = await bot.client.get("/readyz")
    assert not_ready.status_code == 503
    assert not_ready.json() == {"ready": False, "checks": {"slack": False, "database": True, "publisher": True}}


async def test_a_database_that_does_not_answer_is_not_ready() -> None:
    database = Database(f"postgresql://bot@127.0.0.1:{free_port()}/nothing")
    assert not await Health(database).database_answers()
    await database.close()


async def test_metrics_tell_how_things_stand(bot: Bot) -> None:
    await an_incident(bot.desk.database)
    await bot.desk.tell(alert())
    bot.metrics.acked("command", 0.02)
    bot.metrics.unsure("page.send")
    answer = await bot.client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for line in (
        'quarterdeck_ack_seconds_count{kind="command"} 1.0',
        "quarterdeck_surface_lag_seconds ",
        "quarterdeck_effects_owed 0.0",
        'quarterdeck_unsure_total{kind="page.send"} 1.0',
        'quarterdeck_alerts_total{seen="new",source="alertmanager"} 1.0',
        "quarterdeck_incidents_open 1.0",
        "quarterdeck_socket_connected 2.0",
    ):
        assert line in answer.text


async def test_a_taken_port_is_an_error_at_the_start(bot: Bot) -> None:
    port = bot.client.base_url.port
    assert port is not None
    with pytest.raises(OSError):
        await HttpServer(("127.0.0.1", port), []).start()
