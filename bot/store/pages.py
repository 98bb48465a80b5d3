"""Pages as rows: one per person and subject while it waits, moved by UPDATEs that check where they start from."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, case, cast, or_, select, update

from bot.domain.facts.naming import Noun
from bot.domain.facts.page import PageState
from bot.domain.page import Page
from bot.store.db import Tx
from bot.store.owing import insert
from bot.store.schema.incidents import pages

_WAITING = pages.c.state == PageState.PAGED.value
_RETIRED = pages.c.key + " " + cast(pages.c.id, Text)
"""The key of a page that no longer waits: it leaves its own to the next one."""


def _page(row: Row[Any]) -> Page:
    return Page(
        number=row.id,
        group=row.group_id,
        incident=row.incident_id,
        service=row.service,
        person=row.person,
        state=PageState(row.state),
        owed_at=row.owed_at,
        sent_at=row.sent_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        ended_at=row.ended_at,
        reference=row.reference,
        error=row.error,
    )


async def add(tx: Tx, subject: str, service: str, person: str) -> Page | None:
    """Page `person` about `subject` (`A-12`, `INC-1`); None where a page to them about it waits already."""
    statement = insert(tx, pages).values(
        key=f"{subject}:{person}",
        group_id=Noun.ALERT.number_of(subject),
        incident_id=Noun.INCIDENT.number_of(subject),
        service=service,
        person=person,
        level=1,
        state=PageState.PAGED.value,
        owed_at=tx.now,
        reference="",
        error="",
    )
    row = (
        await tx.connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]).returning(pages))
    ).first()
    return _page(row) if row else None


async def find(tx: Tx, number: int) -> Page | None:
    row = (await tx.connection.execute(select(pages).where(pages.c.id == number))).first()
    return _page(row) if row else None


async def about(tx: Tx, subject: str) -> list[Page]:
    """Every page about a subject, the oldest first."""
    return [
        _page(row) for row in await tx.connection.execute(select(pages).where(_about(subject)).order_by(pages.c.id))
    ]


async def latest(tx: Tx, groups: Collection[int]) -> dict[int, Page]:
    """The last page about each of these alerts, where there was one; one that waits comes before one that does not."""
    query = select(pages).where(pages.c.group_id.in_(sorted(groups)))
    ordered = query.order_by(case((_WAITING, 1), else_=0), pages.c.id)
    return {row.group_id: _page(row) for row in await tx.connection.execute(ordered)}


async def waiting_for(tx: Tx, names: Collection[str]) -> list[Page]:
    """The pages that wait for a person, known by any of `names` (id, handle)."""
    query = select(pages).where(_WAITING, pages.c.person.in_(sorted(names))).order_by(pages.c.id)
    return [_page(row) for row in await tx.connection.execute(query)]


async def answer(tx: Tx, subject: str, by: str, names: Collection[str]) -> list[Page]:
    """Somebody has it: every page about the subject that waits is answered; those to others are taken from them.

    `names` are what the one who has it is known by.
    """
    mine = pages.c.person.in_(sorted({by, *names}))
    state = case((mine, PageState.ACKNOWLEDGED.value), else_=PageState.TAKEN.value)
    return await _close(tx, subject, state=state, acknowledged_at=tx.now, acknowledged_by=by)


async def end(tx: Tx, subject: str) -> list[Page]:
    """It is over: nobody need answer any more."""
    return await _close(tx, subject, state=PageState.ENDED.value, ended_at=tx.now)


async def sent(tx: Tx, number: int, reference: str) -> Page | None:
    """The gateway took it."""
    return await _note(tx, number, sent_at=tx.now, reference=reference, error="")


async def not_sent(tx: Tx, number: int, words: str) -> Page | None:
    """The gateway did not take it, and will not."""
    return await _note(tx, number, error=words)


async def _close(tx: Tx, subject: str, **values: Any) -> list[Page]:
    closed = update(pages).where(_about(subject), _WAITING).values(key=_RETIRED, **values).returning(pages)
    return [_page(row) for row in await tx.connection.execute(closed)]


async def _note(tx: Tx, number: int, **values: Any) -> Page | None:
    row = (
        await tx.connection.execute(update(pages).where(pages.c.id == number).values(**values).returning(pages))
    ).first()
    return _page(row) if row else None


def _about(subject: str) -> ColumnElement[bool]:
    group, incident = Noun.ALERT.number_of(subject), Noun.INCIDENT.number_of(subject)
    return or_(
        *([pages.c.group_id == group] if group is not None else []),
        *([pages.c.incident_id == incident] if incident is not None else []),
    )
