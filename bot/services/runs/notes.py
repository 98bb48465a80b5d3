"""What every change of a run leaves behind: a line in the incident, pictures to redraw, an entry in the audit log."""

from bot.domain.facts.naming import Noun
from bot.domain.incident import Entry, EntryKind
from bot.domain.run_record import RunRecord
from bot.domain.work import Surface
from bot.store import audit, incidents, timeline
from bot.store.audit import Deed
from bot.store.db import Tx
from bot.store.owing import place_of, touch, touch_all


async def record_line(tx: Tx, record: RunRecord, part: str, words: str, actor: str = "") -> None:
    """Write a line into the timeline of the run's incident, where it has one. `part` tells lines of one run apart."""
    incident, run = record.wish.incident, record.run
    if incident is None:
        return
    channel, ts = await place_of(tx, message_key(run.name)) or ("", "")
    key = f"{run.name}:{part}:{run.version}"
    await timeline.record(tx, incident, Entry(key, tx.now, EntryKind.RUN, words, actor, channel, ts))


async def redraw_all(tx: Tx, record: RunRecord) -> None:
    """Have the run's message drawn anew, and the cards of what it is for."""
    await touch_all(tx, record.run.name)
    if record.wish.incident is not None:
        await touch_all(tx, Noun.INCIDENT.name_of(record.wish.incident))
    if record.wish.group is not None:
        await touch_all(tx, Noun.ALERT.name_of(record.wish.group))


async def show(tx: Tx, record: RunRecord, fallback_channel: str) -> None:
    """Have the run's message posted: in the incident's room, else where it was asked for, else in the fallback."""
    incident = await incidents.find(tx, record.wish.incident) if record.wish.incident is not None else None
    room = incident.channel_id if incident else None
    name = record.run.name
    channel = room or record.wish.channel or fallback_channel
    await touch(tx, Surface(message_key(name), "run", name, channel, priority=3))
    await redraw_all(tx, record)


async def call_back(tx: Tx, record: RunRecord, fallback_channel: str) -> None:
    """Have the asker called back, in the thread of the run's message where that is posted: it got worse."""
    name = record.run.name
    place = await place_of(tx, message_key(name))
    channel, thread = place or (record.wish.channel or fallback_channel, None)
    await touch(tx, Surface(f"{message_key(name)}/worse", "run.worse", f"{name}/worse", channel, thread, priority=3))


async def enter(tx: Tx, record: RunRecord, who: str, what: str, outcome: str, **detail: str) -> None:
    """Write into the audit log; the last thing of its transaction. `who` is empty for the bot."""
    run = record.run
    about = {"action": run.action, "service": run.service, "environment": run.environment, "plan": run.digest}
    await audit.append(tx, Deed(who, what, run.name, outcome, about | detail))


def message_key(name: str) -> str:
    """The surface that is the one message of a run."""
    return f"run:{name}"
