"""Pages through real gateways: a webhook and a mail server, in a lane of their own, until they are taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.catalog.model import PagerSpec, SmtpPager, WebhookPager
from bot.delivery.paging import PageSending
from bot.delivery.worker import Worker
from bot.integrations import smtp_pager, webhook_pager
from bot.ports import Pager
from bot.services.paging import SEND
from bot.store.db import Database
from tests.support.alerting import CATALOG, Desk, alert, by
from tests.support.incidents import an_incident
from tests.support.prometheus import free_port
from tests.support.work import pass_an_hour

ENDS_WITHIN = 15.0


def make(spec: PagerSpec) -> Pager:
    """The gateway that the catalog describes, as the wiring builds it."""
    if isinstance(spec, WebhookPager):
        headers = {name: value.get_secret_value() for name, value in spec.headers.items()}
        return webhook_pager.WebhookPager(spec.url, headers, spec.timeout_s)
    password = spec.password.get_secret_value()
    return smtp_pager.SmtpPager(
        spec.host, spec.port, spec.sender, spec.to, spec.username, password, spec.tls, spec.timeout_s
    )


@dataclass
class Gateway:
    """Takes pages; answers with the next of `answers`, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    pages: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.pages.append((request.headers["Idempotency-Key"], await request.json()))
        status = self.answers.pop(0) if self.answers else 200
        return web.json_response({"id": f"gw-{len(self.pages)}"}, status=status)


@asynccontextmanager
async def gateway(*answers: int) -> AsyncIterator[Gateway]:
    taker = Gateway(answers=list(answers))
    app = web.Application()
    app.add_routes([web.post("/pages", taker.take)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taker.url = f"http://127.0.0.1:{runner.addresses[0][1]}/pages"
    yield taker
    await runner.cleanup()


def desk_with(database: Database, pager: PagerSpec) -> tuple[Desk, Worker]:
    desk = Desk(database, replace(CATALOG, pager=pager))
    sending = PageSending(desk.pages, desk.paging, lambda: desk.catalog, make)
    return desk, Worker(database, {SEND: sending}, "one", 30.0, 5.0)


async def work(desk: Desk, worker: Worker, state: str) -> None:
    """Let the worker go on until the page's effect is in `state`."""
    async with asyncio.timeout(ENDS_WITHIN):
        while (await desk.rows("effects"))[0].state != state:
            await worker.step()


async def test_the_gateway_gets_a_page_once_and_its_reference_is_kept(database: Database) -> None:
    async with gateway() as taker:
        desk, worker = desk_with(database, WebhookPager(kind="webhook", url=taker.url))
        await desk.tell(alert())
        await work(desk, worker, "done")
    ((key, body),) = taker.pages
    assert body["key"] == key
    assert (body["to"], body["subject"]) == ("ana@shop.example", "[A-1] Critical: HighErrors")
    (page,) = await desk.rows("pages")
    assert page.reference == "gw-1"
    assert page.sent_at is not None
    facts = await desk.pages.facts(1)
    assert facts is not None
    assert facts.also == ("webhook",)


async def test_a_gateway_that_is_busy_is_tried_again_under_the_same_key(database: Database) -> None:
    async with gateway(503) as taker:
        desk, worker = desk_with(database, WebhookPager(kind="webhook", url=taker.url))
        await desk.tell(alert())
        await work(desk, worker, "done")
    assert len(taker.pages) == 2
    assert len({key for key, _ in taker.pages}) == 1


async def test_a_gateway_that_refuses_is_told_on_the_page_and_in_the_timeline(database: Database) -> None:
    async with gateway(403) as taker:
        desk, worker = desk_with(database, WebhookPager(kind="webhook", url=taker.url))
        incident = await an_incident(database)
        async with database.write() as tx:
            await desk.paging.page(tx, incident.name, "checkout", by("U1", "k"))
        await work(desk, worker, "failed")
    facts = await desk.pages.facts(1)
    assert facts is not None
    assert facts.also == ("webhook failed",)
    line = (await desk.rows("timeline"))[-1]
    assert line.text == ("The page to {actor} went out as a direct message only: the paging gateway refused with 403")


async def test_nobody_is_woken_who_need_not_be_any_more(database: Database) -> None:
    async with gateway() as taker:
        desk, worker = desk_with(database, WebhookPager(kind="webhook", url=taker.url))
        await desk.tell(alert())
        await desk.alerts.acknowledge(by("U1", "k"), 1)
        await work(desk, worker, "done")
    assert taker.pages == []


class Mailbox:
    """A mail server's memory."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.original_content or b""))
        return "250 taken"


async def test_a_page_goes_out_by_mail(database: Database) -> None:
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        spec = SmtpPager(kind="smtp", host="127.0.0.1", port=port, sender="bot@shop.example", tls="none")
        desk, worker = desk_with(database, spec)
        await desk.tell(alert(annotations={"summary": "checkout\r\nBcc: all@shop.example"}))
        await work(desk, worker, "done")
    finally:
        server.stop()
    ((to, content),) = box.mails
    assert to == ["ana@shop.example"]
    assert b"Subject: [A-1] Critical: checkout Bcc: all@shop.example" in content
    (page,) = await desk.rows("pages")
    assert page.reference.startswith("<")


async def test_a_gateway_that_is_away_is_waited_for(database: Database) -> None:
    desk, worker = desk_with(database, WebhookPager(kind="webhook", url=f"http://127.0.0.1:{free_port()}/pages"))
    await desk.tell(alert())
    await worker.step()
    await worker.drain(ENDS_WITHIN)
    (effect,) = await desk.rows("effects")
    assert (effect.state, effect.error) == ("ready", "the paging gateway cannot be reached")
    async with gateway() as taker:
        desk.catalog = replace(desk.catalog, pager=WebhookPager(kind="webhook", url=taker.url))
        await pass_an_hour(database)
        await work(desk, worker, "done")
    assert len(taker.pages) == 1


@pytest.mark.parametrize("spec", [WebhookPager(kind="webhook", url="http://127.0.0.1:9/pages?token=secret")])
def test_the_address_of_a_gateway_is_never_printed(spec: PagerSpec) -> None:
    assert "secret" not in repr(spec)
