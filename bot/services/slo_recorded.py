"""Answers about SLOs from the record where there is one, and from the source for the rest.

A long window is what the record holds since the window's start, and what the source has counted since the record's end:
asked afresh each time, so that a minute of outage shows at once. Windows up to an hour are always the source's own.
A start between two edges of the record takes its share of the bucket it falls into; slices are counted whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.slo import Measurement, SliQuery
from bot.domain.slo.layers import Note, standing
from bot.domain.slo.ledger import Bucket, Tally, edges, floored, unknown
from bot.ports import SliHistory, SliSource
from bot.store.db import Database, StoreUnavailable
from bot.store.slo_ledger import Ledger, ledgers, notes_around, notes_between

DIRECT = timedelta(hours=1)
BEHIND = timedelta(minutes=20)
"""A record that ends longer ago is not used: the bot was away, and it is being brought up to date."""
LEAST = timedelta(seconds=1)
"""A shorter rest after the record's end is left out."""
MISSING = timedelta(minutes=5)
"""So much may be missing, all in all, before a window is called incomplete; a shorter gap cannot be seen."""

Identity = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Record:
    """One ledger as it is used for answers at one instant: its notes, and what was counted since."""

    ledger: Ledger
    notes: Sequence[Note]
    tail: Bucket | None

    def since(self, start: datetime, at: datetime) -> Bucket | None:
        """What was counted in (start, at]; None where the record does not reach so far."""
        end = min(at, self.ledger.ends)
        first, last = standing(self.notes, max(start, self.ledger.starts)), standing(self.notes, end)
        if first is None or last is None or (start < self.ledger.starts and not self.ledger.read_in):
            return None
        found = first.until(last)
        if self.tail is not None:
            return Bucket(start, at, found.counts + self.tail.counts, found.covered + self.tail.covered)
        return Bucket(start, at, found.counts, found.covered)


async def measured(
    database: Database | None, source: SliSource, queries: Sequence[SliQuery], at: datetime
) -> list[Measurement]:
    """As `source.measure`; a database that does not answer only makes it dearer. Raises `Transient`."""
    records = await _records(database, source, queries, at) if database is not None else {}
    kept = [_bucket(records, query, at) for query in queries]
    asked = [_asked(query, records) for query, bucket in zip(queries, kept, strict=True) if bucket is None]
    answers = iter(await source.measure(asked, at))
    answered = [None if bucket is not None else next(answers) for bucket in kept]
    recent = {
        _tally(each.query).identity: each for each in answered if each is not None and each.query.window == DIRECT
    }
    return [
        each if each is not None else replace(_of_record(query, bucket, records, recent, at), delay=source.delay)
        for query, bucket, each in zip(queries, kept, answered, strict=True)
        if bucket is not None or each is not None
    ]


async def recorded_since(database: Database, tally: Tally, at: datetime) -> datetime | None:
    """Since when the record answers for long windows at `at`; None where the source does."""
    async with database.read() as tx:
        ledger = (await ledgers(tx, [tally.key])).get(tally.key)
    return ledger.starts if ledger is not None and _usable(ledger, at) else None


async def recorded(
    database: Database, source: SliSource, tally: Tally, cuts: tuple[datetime, datetime, timedelta]
) -> list[Bucket] | None:
    """The buckets of one tally from the record, cut as `edges` cuts them; None where it does not reach so far."""
    start, end, width = cuts
    async with database.read() as tx:
        ledger = (await ledgers(tx, [tally.key])).get(tally.key)
        if ledger is None or not _usable(ledger, end) or start >= ledger.ends:
            return None
        if start < ledger.starts and not ledger.read_in:
            return None
        notes = await notes_between(tx, ledger, start, end)
    tail = (await _tails(source, {tally.key: tally}, [ledger], end)).get(tally.key)
    if end - ledger.ends >= LEAST and tail is None:
        return None
    if tail is not None and notes:
        notes = [*notes, Note(end, notes[-1].counts + tail.counts, notes[-1].covered + tail.covered)]
    return [_between(notes, first, last) for first, last in pairwise(edges(start, end, width))]


def _between(notes: Sequence[Note], start: datetime, end: datetime) -> Bucket:
    if not notes or end <= notes[0].at:
        return unknown(start, end)
    first, last = standing(notes, max(start, notes[0].at)), standing(notes, min(end, notes[-1].at))
    if first is None or last is None:
        return unknown(start, end)
    found = first.until(last)
    return Bucket(start, end, found.counts, found.covered)


async def _records(
    database: Database, source: SliSource, queries: Sequence[SliQuery], at: datetime
) -> dict[Identity, _Record]:
    """The usable ledgers of those queries whose windows are long."""
    long = [query for query in queries if query.window > DIRECT]
    if not isinstance(source, SliHistory) or not long:
        return {}
    tallies = {tally.key: tally for tally in map(_tally, long)}
    starts = {_start(query, at) for query in long}
    try:
        async with database.read() as tx:
            found = [each for each in (await ledgers(tx, tallies)).values() if _usable(each, at)]
            notes = await notes_around(tx, found, {*starts, at}) if found else {}
    except StoreUnavailable:
        return {}
    tails = await _tails(source, tallies, found, at)
    return {
        tallies[each.key].identity: _Record(each, notes[each.id], tails.get(each.key))
        for each in found
        if each.key in tails or at - each.ends < LEAST
    }


def _usable(ledger: Ledger, at: datetime) -> bool:
    return ledger.starts < at <= ledger.ends + BEHIND and ledger.starts < ledger.ends


async def _tails(
    source: SliSource, tallies: Mapping[str, Tally], found: Iterable[Ledger], at: datetime
) -> dict[str, Bucket]:
    """By key, what each tally has counted since the end of its record, where that is before `at`."""
    if not isinstance(source, SliHistory):
        return {}
    by_end: dict[datetime, list[str]] = {}
    for each in found:
        if at - each.ends >= LEAST:
            by_end.setdefault(each.ends, []).append(each.key)
    tails: dict[str, Bucket] = {}
    for end, keys in by_end.items():
        accounts = await source.history([tallies[key] for key in keys], end, at, at - end)
        tails |= {key: account.buckets[0] for key, account in zip(keys, accounts, strict=True) if account.buckets}
    return tails


def _bucket(records: Mapping[Identity, _Record], query: SliQuery, at: datetime) -> Bucket | None:
    record = records.get(_tally(query).identity) if query.window > DIRECT else None
    return None if record is None else record.since(_start(query, at), at)


def _start(query: SliQuery, at: datetime) -> datetime:
    """Where the window begins; one that counts slices begins with a whole one."""
    start = at - query.window
    return start if query.slicing is None else floored(start, query.slicing.length)


def _asked(query: SliQuery, records: Mapping[Identity, _Record]) -> SliQuery:
    """The hour tells how fresh the data is, where the window that would have told it need not be asked."""
    return replace(query, coverage=True) if query.window == DIRECT and _tally(query).identity in records else query


def _tally(query: SliQuery) -> Tally:
    return Tally(query.indicator, query.slicing)


def _of_record(
    query: SliQuery,
    bucket: Bucket | None,
    records: Mapping[Identity, _Record],
    recent: Mapping[Identity, Measurement],
    at: datetime,
) -> Measurement:
    """What the record says of one window, with what the last hour says of how fresh it is."""
    ledger = records[_tally(query).identity].ledger
    hour = recent.get(_tally(query).identity)
    if hour is not None and hour.failed:
        return replace(hour, query=query)
    if bucket is None or bucket.covered <= timedelta(0):
        problem = hour.problem if hour is not None and hour.problem else "The total query finds nothing."
        return Measurement(query, None, complete=False, problem=problem, covered=timedelta(0))
    last = hour.last if hour is not None and hour.last is not None else min(at, ledger.last or at)
    first = max(at - query.window, ledger.first or at)
    return Measurement(
        query=query,
        counts=bucket.counts,
        first=first,
        last=last,
        complete=query.window - bucket.covered <= MISSING,
        covered=min(bucket.covered, query.window),
        note=hour.note if hour is not None else "",
    )
