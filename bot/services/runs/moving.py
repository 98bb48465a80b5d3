"""What every decision about a run shares: a guarded move, words for one that came too late, the target's lock."""

from bot.action import Refused
from bot.domain import run as rules
from bot.domain.facts.naming import Noun
from bot.domain.run import Move, NotNow, Run
from bot.domain.run_record import RunRecord
from bot.domain.work import Effect
from bot.services.requests import NotFound
from bot.services.runs.notes import show
from bot.services.runs.wording import in_words
from bot.store import people, runs
from bot.store.db import Tx
from bot.store.owing import owe

MOVED = "moved"
"""The rule of refusals that say: the run went on without this click."""


async def existing(tx: Tx, number: int) -> RunRecord:
    """The run with this number. Raises `NotFound`."""
    record = await runs.find(tx, number)
    if record is None:
        raise NotFound(f"There is no {Noun.RUN.name_of(number)}. Nothing was changed.")
    return record


async def said_yes(tx: Tx, run: Run, digest: str, by: str, how: Move) -> Run:
    """The run after a yes to the plan with that digest. Raises `Refused` where it came too late."""
    try:
        return rules.confirm(run, digest, tx.now, by, how)
    except NotNow as not_now:
        raise Refused(await _by_name(tx, run, not_now), MOVED) from not_now


async def moved(tx: Tx, run: Run, what: Move, by: str, words: str = "") -> Run:
    """The run after the move. Raises `Refused` where it came too late."""
    try:
        return rules.move(run, what, tx.now, by, words)
    except NotNow as not_now:
        raise Refused(await _by_name(tx, run, not_now), MOVED) from not_now


async def _by_name(tx: Tx, run: Run, not_now: NotNow) -> str:
    """The words, in which whoever made the last move is called by name."""
    last = run.steps[-1].by
    return str(not_now).replace(last, (await people.named(tx, {last}))[last].name) if last else str(not_now)


async def save(tx: Tx, before: Run, after: Run, **also: object) -> None:
    """Raises `Refused` where the run moved between reading and writing."""
    if not await runs.save(tx, before, after, **also):
        raise Refused(f"{before.name} has moved on just now. Nothing was changed.", MOVED)


async def set_off(tx: Tx, record: RunRecord, fallback_channel: str) -> None:
    """Keep the target to a run that all who had to have said yes to, and owe its change.

    Raises `Refused` naming who has the target; what the transaction did so far is to be given up then.
    """
    if not await runs.lock(tx, record.target, record.run.number):
        holder = await runs.holder(tx, record.target)
        who = "; ".join(await in_words(tx, [holder])) if holder else "somebody else"
        place = f"`{record.run.service}` in {record.run.environment}"
        raise Refused(f"Somebody is acting on {place} just now. Nothing was changed. {who}.", "locked")
    await owe(tx, application(record.run))
    await show(tx, record, fallback_channel)


def application(run: Run, *, look: bool = False) -> Effect:
    """The change, owed to the world; with `look` it only sees whether the change is made."""
    key = f"{run.name}:apply:{run.version}"
    return Effect(key, f"{run.name}:apply", "run.apply", run.name, {"run": run.number, "look": look})
