"""Every request has a key: the first one decides, a repeated one is told what the first one did."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select, update

from bot.store.db import Tx
from bot.store.owing import insert, insert_new
from bot.store.schema.work import requests

STANDSTILL_MS = 2_500
"""Less than the 3 s after which Slack tells a person that nothing happened: what a frozen process has not committed by
then, another one is asked for."""
Answer = Mapping[str, str | int | bool | None]


async def first(tx: Tx, key: str, kind: str, actor: str, words: str = "") -> bool:
    """Note the request; True the first time its key is seen. Ask `answer` what the first one did otherwise.

    From now on the transaction may not stand still for longer than whoever asked waits for an answer.
    """
    row = {"key": key, "kind": kind, "actor": actor, "at": tx.now, "words": words, "answer": {}}
    new = insert(tx, requests).values(row).on_conflict_do_nothing(index_elements=["key"])
    if tx.dialect != "postgresql":
        return await insert_new(tx, new)
    bounded = func.set_config("idle_in_transaction_session_timeout", str(STANDSTILL_MS), True)
    return (await tx.connection.execute(new.returning(bounded))).first() is not None


async def answered(tx: Tx, key: str, answer: Answer) -> None:
    """Keep what a request came to, in the transaction that did it."""
    await tx.connection.execute(update(requests).where(requests.c.key == key).values(answer=dict(answer)))


async def answer(tx: Tx, key: str) -> Answer:
    """What the first request with this key came to; empty where none was noted."""
    row = (await tx.connection.execute(select(requests.c.answer).where(requests.c.key == key))).first()
    return dict(row.answer) if row else {}


async def said_before(tx: Tx, key: str, actor: str, words: str, within: timedelta) -> Answer | None:
    """What the same person's same words came to a moment ago under another key, or None."""
    recent = (
        select(requests.c.answer)
        .where(requests.c.actor == actor, requests.c.words == words, requests.c.at > tx.now - within)
        .where(requests.c.key != key)
        .order_by(requests.c.at.desc())
        .limit(1)
    )
    row = (await tx.connection.execute(recent)).first()
    return dict(row.answer) if row else None
