"""`/slo` as a person types and clicks it, over real services and a real database; only the chat is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.catalog.model import Catalog, Service
from bot.command import Caller, Click, Errors, FormState, Later, Message, Open, Reply, Say, Submission, View
from bot.domain.series import Increment
from bot.domain.slo import RatioMetric, Slo
from bot.settings import Settings
from bot.slack.router import Router
from bot.slack.views import blocks
from bot.store.db import Database
from bot.wiring.desk import build_desk
from bot.wiring.house import House
from tests.support.slos import slo
from tests.views.walk import controls, texts, visible

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANA = Caller("U02ANA", "ana")


def words(message: Message) -> str:
    """What a person reads in it."""
    return "\n".join(visible(each["text"]) for each in texts(list(message.blocks)))


def sampled(name: str, service: str, target: float = 0.99, **more: Any) -> Slo:
    """An SLO of a service of its own, counted by the sampler."""
    total = f'hits_total{{service="{service}"}}'
    bad = f'hits_total{{service="{service}",code="500"}}'
    made = slo(name, metric=RatioMetric(total=total, bad=bad), source="sampler", target=target)
    values = {field: getattr(made, field) for field in made.__dataclass_fields__} | {"service": service} | more
    return Slo(**values)


def catalog(slos: Sequence[Slo], *services: Service, **more: Any) -> Catalog:
    return Catalog(slos=tuple(slos), services={each.name: each for each in services}, **more)


@dataclass
class Told:
    """What was said, first and afterwards; `late` says that the acknowledgement carried none of it."""

    messages: list[Message] = field(default_factory=list)
    late: bool = False
    replaced: bool = False
    public: bool = False

    @property
    def text(self) -> str:
        return "\n".join(words(message) for message in self.messages)

    def value(self, label: str) -> tuple[str, str]:
        """Action id and value of the last button with this label."""
        found = [
            (str(each["action_id"]), str(each["value"]))
            for message in self.messages
            for each in controls(list(message.blocks))
            if each.get("type") == "button" and each["text"]["text"] == label
        ]
        assert found, f"no button {label!r} in {self.text}"
        return found[-1]


class Asking:
    """The bot's own desk over `catalog`; `at` is the time it is. What follows an answer is waited for if `follow`."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self.at = NOON
        self.follow = True
        self.catalog = catalog
        database.clock = lambda: self.at
        self.house = House(Settings(), database, lambda: self.catalog)
        desk = build_desk(self.house)
        self._router = Router(desk.commands, desk.actions, desk.submissions, desk.shortcuts)

    async def lay(self, service: str, start: datetime, end: datetime, good: float, bad: float = 0) -> None:
        """So many requests, evenly over the hours between two instants."""
        hours = max(1, round((end - start) / timedelta(hours=1)))
        step = (end - start) / hours
        made = [
            Increment("hits_total", {"service": service, "code": code}, start + step * (hour + 1), amount / hours)
            for hour in range(hours)
            for code, amount in (("200", good), ("500", bad))
        ]
        await self.house.samples.add(f"page-{service}-{start.timestamp():g}", made, start, end)

    async def evaluate(self) -> None:
        """What the standing watch does every few seconds."""
        await self.house.slos.refresh()

    async def type(self, line: str) -> Told:
        return await self._told(await self._router.command("key", ANA, "C1", line))

    async def click(self, told: Told, label: str) -> Told:
        action, value = told.value(label)
        click = Click("key", ANA, action, (value,), channel="C1", ts="1.1", ephemeral=True)
        return await self._told(await self._router.click(click))

    async def open(self, told: Told, label: str) -> View:
        """The form that a button opens."""
        action, value = told.value(label)
        reply = await self._router.click(Click("key", ANA, action, (value,), channel="C1"))
        assert isinstance(reply, Open), reply
        return reply.view

    async def submit(self, form: View, **fields: str) -> Told:
        """Send a form in; what is wrong with a field is told like any other words."""
        filled = {name: (text,) for name, text in fields.items()}
        state = FormState(str(form["callback_id"]), "V1", metadata=str(form.get("private_metadata")), fields=filled)
        reply = await self._router.submit(Submission("key", ANA, state))
        if isinstance(reply, Errors):
            return Told([blocks.Message("wrong", (blocks.section(" ".join(reply.fields.values())),))])
        return await self._told(reply)

    async def _told(self, reply: Reply) -> Told:
        told = Told(late=isinstance(reply, Later))
        while isinstance(reply, Later):
            reply = await reply.then()
        assert isinstance(reply, Say), reply
        told.messages.append(reply.message)
        told.replaced, told.public = reply.replace, reply.public
        newer = await reply.then() if reply.then is not None and self.follow else None
        if newer is not None:
            told.messages.append(newer)
        return told
