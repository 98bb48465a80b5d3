"""Which view draws which kind of surface, and from which facts: looked up when it is drawn, never before."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from bot.domain.facts.alert import AlertFacts
from bot.domain.facts.budget import NoticeFacts, PolicyFacts
from bot.domain.facts.naming import Noun
from bot.domain.facts.page import PageFacts
from bot.domain.facts.person import Person
from bot.domain.facts.run import RunFacts
from bot.domain.work import Drawn
from bot.services.incident_facts import IncidentPictures
from bot.services.postmortems import PostmortemService
from bot.services.requests import NotFound
from bot.slack.views.alert_card import alert_card
from bot.slack.views.announcement import announcement, resolved_notice
from bot.slack.views.blocks import Message
from bot.slack.views.budget_notice import budget_notice
from bot.slack.views.budget_policy import policy_announcement
from bot.slack.views.incident_card import incident_card
from bot.slack.views.page import page_message
from bot.slack.views.postmortem import draft_message
from bot.slack.views.run import run_message
from bot.slack.views.verdict import worse_notice

Painter = Callable[[Drawn], Awaitable[Message | None]]


class Alerts(Protocol):
    async def facts(self, number: int) -> AlertFacts: ...


class Pages(Protocol):
    async def facts(self, number: int) -> PageFacts | None: ...


class Runs(Protocol):
    async def facts(self, number: int) -> RunFacts | None: ...

    async def worse(self, number: int) -> tuple[RunFacts, Person] | None: ...


def painters(
    alerts: Alerts, incidents: IncidentPictures, pages: Pages, runs: Runs, postmortems: PostmortemService
) -> Mapping[str, Painter]:
    """By kind of surface; None is drawn where there is nothing to show."""

    async def alert(drawn: Drawn) -> Message | None:
        return alert_card(await alerts.facts(_number(Noun.ALERT, drawn)))

    async def incident(drawn: Drawn) -> Message | None:
        return incident_card(await incidents.facts(_number(Noun.INCIDENT, drawn)))

    async def announced(drawn: Drawn) -> Message | None:
        return announcement(await incidents.facts(_number(Noun.INCIDENT, drawn)))

    async def resolved(drawn: Drawn) -> Message | None:
        return resolved_notice(await incidents.facts(_number(Noun.INCIDENT, drawn)))

    async def page(drawn: Drawn) -> Message | None:
        facts = await pages.facts(_number(Noun.PAGE, drawn))
        return page_message(facts) if facts else None

    async def run(drawn: Drawn) -> Message | None:
        facts = await runs.facts(_number(Noun.RUN, drawn))
        return run_message(facts) if facts else None

    async def worse(drawn: Drawn) -> Message | None:
        found = await runs.worse(_number(Noun.RUN, drawn))
        return worse_notice(*found) if found else None

    async def draft(drawn: Drawn) -> Message | None:
        return draft_message(await postmortems.draft(_number(Noun.INCIDENT, drawn)))

    return {
        "alert": alert,
        "incident": incident,
        "announcement": announced,
        "announcement.resolved": resolved,
        "page": page,
        "run": run,
        "run.worse": worse,
        "postmortem": draft,
    }


def budget_painters(
    notices: Callable[[int], Awaitable[NoticeFacts]], announcements: Callable[[int], Awaitable[PolicyFacts]]
) -> Mapping[str, Painter]:
    """Those of messages about spent budgets."""

    async def noticed(drawn: Drawn) -> Message | None:
        return budget_notice(await notices(_number(Noun.NOTICE, drawn)))

    async def stands(drawn: Drawn) -> Message | None:
        return policy_announcement(await announcements(_number(Noun.NOTICE, drawn)))

    return {"budget.notice": noticed, "budget.policy": stands}


def _number(noun: Noun, drawn: Drawn) -> int:
    """The number in a subject; what follows a slash tells pictures of one subject apart."""
    number = noun.number_of(drawn.subject.partition("/")[0])
    if number is None:
        raise NotFound(f"{drawn.subject} is no {noun.name.lower()}")
    return number
