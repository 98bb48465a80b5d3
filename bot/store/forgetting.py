"""What is deleted with time: keys of requests, the inbox of events, and the raw bodies of webhooks.

The record is kept for good: alerts, incidents, timelines, runs, audit, pages, and the effects and surfaces that say
what was done and shown. An effect's key must be unique for ever, or the same thing could be owed a second time.
"""

from datetime import timedelta

from sqlalchemy import Select, Text, delete, literal, select, update

from bot.store.db import Database, Tx
from bot.store.schema.alerts import deliveries
from bot.store.schema.work import effects, events, requests

KEEP_REQUESTS = timedelta(days=30)
"""A form left open submits under the key it was opened with; nobody leaves one open for a month."""
KEEP_EVENTS = timedelta(days=7)
"""Slack repeats an event for about an hour (https://docs.slack.dev/apis/events-api/#retries)."""
KEEP_BODIES = timedelta(days=30)
"""Raw webhooks explain what an alert was made from; the alerts themselves stay."""
AT_ONCE = 1_000
"""Rows in one transaction, so that nothing else waits long for its turn to write."""
_EVENT_EFFECT = "event:"


async def forget(database: Database) -> int:
    """Delete what is older than it must be, a little at a time; the number of rows deleted or emptied."""
    total = 0
    for step in (_requests, _events, _bodies):
        while True:
            async with database.write() as tx:
                count = await step(tx)
            total += count
            if count < AT_ONCE:
                break
    return total


async def _requests(tx: Tx) -> int:
    old = select(requests.c.key).where(requests.c.at < tx.now - KEEP_REQUESTS).limit(AT_ONCE)
    return (await tx.connection.execute(delete(requests).where(requests.c.key.in_(old)))).rowcount


async def _events(tx: Tx) -> int:
    """Events whose handling has ended, with the effects that handled them."""
    key = literal(_EVENT_EFFECT, Text) + events.c.event_id
    unended = select(effects.c.id).where(effects.c.key == key, effects.c.state.not_in(("done", "failed"))).exists()
    old = select(events.c.event_id).where(events.c.received_at < tx.now - KEEP_EVENTS, ~unended).limit(AT_ONCE)
    ids = list((await tx.connection.execute(old)).scalars())
    await tx.connection.execute(delete(effects).where(effects.c.key.in_([_EVENT_EFFECT + each for each in ids])))
    return (await tx.connection.execute(delete(events).where(events.c.event_id.in_(ids)))).rowcount


async def _bodies(tx: Tx) -> int:
    old: Select[tuple[int]] = select(deliveries.c.id)
    old = old.where(deliveries.c.received_at < tx.now - KEEP_BODIES, deliveries.c.body != "").limit(AT_ONCE)
    return (await tx.connection.execute(update(deliveries).where(deliveries.c.id.in_(old)).values(body=""))).rowcount
