"""Decisions about runs that wait for a second person: approved, refused, withdrawn, expired; each in one transaction.

Approving asks nothing of the target: the worker looks before it begins, and a plan that no longer fits is void then.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

from bot.action import Refused, plan_from_json
from bot.catalog import Catalog
from bot.domain import run as rules
from bot.domain.facts.naming import Noun
from bot.domain.run import Move, Run, RunState
from bot.domain.run_record import Approval, RunRecord
from bot.services.permissions import PermissionService
from bot.services.requests import Asked
from bot.services.runs.moving import MOVED, existing, moved, said_yes, save, set_off
from bot.services.runs.notes import enter, record_line, redraw_all
from bot.services.runs.second_yes import SecondYes
from bot.store import people, requests, runs
from bot.store.db import Database, Tx


class Approvals:
    """All raise `Refused` (`Forbidden` where a person may not) and `NotFound`; what is refused is in the audit log."""

    def __init__(
        self, database: Database, catalog: Callable[[], Catalog], permissions: PermissionService, second: SecondYes
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._second = second

    async def check(self, asked: Asked, number: int) -> None:
        """Raises what `approve` would raise now, before anybody is shown a form for it."""
        audited = self._permissions.audited(asked, "run.approve", Noun.RUN.name_of(number))
        async with audited, self._database.read() as tx:
            record = await existing(tx, number)
            await moved(tx, record.run, Move.APPROVE, asked.user)
            await self._second.require(tx, asked, record, _wanted(record))

    async def approve(self, asked: Asked, number: int, digest: str) -> RunRecord:
        """Say the second yes to exactly the plan with that digest: its target is kept to it, the change is owed."""
        async with self._permissions.audited(asked, "run.approve", Noun.RUN.name_of(number)):
            async with self._database.write() as tx:
                record = await existing(tx, number)
                if not await requests.first(tx, asked.key, "run.approve", asked.user, asked.words):
                    return record
                if not await self._over(tx, record):
                    return await self._approved(tx, asked, record, digest)
            raise Refused(f"{record.run.name} has expired. Nothing was changed. Make the plan anew.", MOVED)

    async def _approved(self, tx: Tx, asked: Asked, record: RunRecord, digest: str) -> RunRecord:
        after = await said_yes(tx, record.run, digest, asked.user, Move.APPROVE)
        approval = _wanted(record)
        await self._second.require(tx, asked, record, approval)
        await save(tx, record.run, after)
        await people.seen(tx, asked.user, asked.handle)
        approved = replace(record, run=after)
        try:
            await set_off(tx, approved, self._catalog().chat.incidents_channel)
        except Refused as busy:
            raise Refused(f"{busy} {after.name} stays open{_until(approval)}.", busy.rule) from busy
        await record_line(tx, approved, "approved", f"{{actor}} approved {after.name}: {_title(record)}", asked.user)
        await enter(tx, approved, asked.user, "run.approve", "approved", asked_by=record.run.asked_by)
        return approved

    async def refuse(self, asked: Asked, number: int, reason: str) -> RunRecord:
        """Say no, with the reason that goes to whoever asked."""
        audited = self._permissions.audited(asked, "run.refuse", Noun.RUN.name_of(number))
        async with audited, self._database.write() as tx:
            record = await existing(tx, number)
            if not await requests.first(tx, asked.key, "run.refuse", asked.user, asked.words):
                return record
            after = await moved(tx, record.run, Move.REFUSE, asked.user, reason)
            if record.run.asked_for_by(asked.user):
                words = f"You asked for this: withdraw it with `/runbook withdraw {after.name}`. Nothing was changed."
                raise Refused(words, "own request")
            await self._second.require(tx, asked, record, _wanted(record))
            refused = await self._ended(tx, record, after)
            words = f"{{actor}} refused {after.name}: {_title(record)} (“{reason}”)"
            await record_line(tx, refused, "refused", words, asked.user)
            await enter(tx, refused, asked.user, "run.refuse", "refused", reason=reason)
            return refused

    async def withdraw(self, asked: Asked, number: int) -> RunRecord:
        """Take the request back; only who asked can."""
        audited = self._permissions.audited(asked, "run.withdraw", Noun.RUN.name_of(number))
        async with audited, self._database.write() as tx:
            record = await existing(tx, number)
            if not await requests.first(tx, asked.key, "run.withdraw", asked.user, asked.words):
                return record
            after = await moved(tx, record.run, Move.WITHDRAW, asked.user)
            if not record.run.asked_for_by(asked.user):
                who = (await people.named(tx, {record.run.asked_by}))[record.run.asked_by].name
                words = f"Only {who}, who asked for it, can withdraw {after.name}. Nothing was changed."
                raise Refused(f"{words} Who may approve it can refuse it.", "own request")
            withdrawn = await self._ended(tx, record, after)
            await record_line(
                tx, withdrawn, "withdrawn", f"{{actor}} withdrew {after.name}: {_title(record)}", asked.user
            )
            await enter(tx, withdrawn, asked.user, "run.withdraw", "withdrawn")
            return withdrawn

    async def expired(self, tx: Tx, number: int) -> None:
        """The time to decide is over; nothing where somebody did."""
        record = await runs.find(tx, number)
        if record is not None and record.run.state is RunState.WAITING:
            await self._expire(tx, record)

    async def _over(self, tx: Tx, record: RunRecord) -> bool:
        """Whether the time to decide is over, which is then noted, although its timer has not come round yet."""
        until = record.approval.until if record.approval else None
        if record.run.state is not RunState.WAITING or until is None or tx.now < until:
            return False
        await self._expire(tx, record)
        return True

    async def _expire(self, tx: Tx, record: RunRecord) -> None:
        after = rules.move(record.run, Move.EXPIRE, tx.now, words="Nobody decided in time.")
        ended = await self._ended(tx, record, after)
        words = f"{after.name} expired, since nobody decided in time: {_title(record)}. Nothing was changed"
        await record_line(tx, ended, "expired", words)
        await enter(tx, ended, "", "run.expire", "expired")

    async def _ended(self, tx: Tx, record: RunRecord, after: Run) -> RunRecord:
        """Keep a decision after which nothing runs. Raises `Refused` where another came before it."""
        await save(tx, record.run, after)
        ended = replace(record, run=after)
        await redraw_all(tx, ended)
        return ended


def _wanted(record: RunRecord) -> Approval:
    """What a waiting run waits for. Raises `Refused` where it waits for nobody."""
    if record.approval is None:
        raise Refused(f"{record.run.name} waits for nobody's yes. Nothing was changed.", MOVED)
    return record.approval


def _title(record: RunRecord) -> str:
    return plan_from_json(record.plan).title


def _until(approval: Approval) -> str:
    return f" for approval until {approval.until.astimezone(UTC):%H:%M} UTC" if approval.until else ""
