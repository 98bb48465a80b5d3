"""Announcements of how a service stands with its budgets, where its releases are discussed: one message per change."""

from datetime import datetime

from bot.catalog import Catalog
from bot.domain.facts.budget import PolicyFacts
from bot.domain.facts.naming import Noun
from bot.domain.slo import SloStatus
from bot.domain.slo.policy import Answer, BudgetState, Freeze
from bot.domain.work import Surface
from bot.services.requests import NotFound
from bot.store import budget_notices, people
from bot.store.db import Database, Tx
from bot.store.owing import touch

ANNOUNCEMENT = "budget.policy"
"""The kind of surface, and of its row."""


async def announce(
    tx: Tx,
    catalog: Catalog,
    service: str,
    moved: tuple[BudgetState, BudgetState],
    least: SloStatus | None,
    freeze: Freeze | None,
) -> None:
    """Owe the message that a service went from one state to another; nothing where no channel is named for it.

    `least` is its worst SLO.
    """
    found = catalog.services.get(service)
    channel = (found.releases_channel if found else None) or catalog.chat.budgets.releases_channel
    if channel is None:
        return
    before, state = moved
    budget = least.budget if least else None
    terms = catalog.chat.budgets.terms
    answers = {
        BudgetState.LOW: terms.low,
        BudgetState.EXHAUSTED: terms.exhausted,
        BudgetState.FROZEN: terms.frozen,
    }
    item = {
        "service": found.shown_name if found else service,
        "state": state.value,
        "before": before.value,
        "answer": answers.get(state, Answer.ALLOWED).value,
        "slo": (least.slo.display_name or least.slo.name) if least else "",
        "left": budget.left if budget else None,
        "minutes": budget.minutes if budget else 0.0,
        "by": freeze.by if freeze else "",
        "reason": freeze.reason if freeze else "",
        "until": freeze.until.isoformat() if freeze and freeze.until else None,
    }
    name = Noun.NOTICE.name_of(await budget_notices.add(tx, ANNOUNCEMENT, tx.now, [item]))
    await touch(tx, Surface(f"notice:{name}", ANNOUNCEMENT, name, channel))


async def announcement(database: Database, number: int) -> PolicyFacts:
    """What one announcement shows. Raises `NotFound`."""
    async with database.read() as tx:
        row = await budget_notices.find(tx, number)
        if row is None:
            raise NotFound(f"There is no {Noun.NOTICE.name_of(number)}.")
        item = row.items[0]
        by = (await people.named(tx, {item["by"]}))[item["by"]] if item["by"] else None
    return PolicyFacts(
        id=Noun.NOTICE.name_of(number),
        service=item["service"],
        state=BudgetState(item["state"]),
        before=BudgetState(item["before"]),
        answer=Answer(item["answer"]),
        at=row.at,
        slo=item["slo"],
        left=item["left"],
        minutes=item["minutes"],
        by=by,
        reason=item["reason"],
        until=datetime.fromisoformat(item["until"]) if item["until"] else None,
    )
