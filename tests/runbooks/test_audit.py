"""The audit log: whatever is changed, taken out or put in shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import GENESIS, Broken, Entry, digest, seal, verify

AT = datetime(2026, 1, 3, 2, 11, tzinfo=UTC)
CHANGES = {
    "at": AT + timedelta(microseconds=1),
    "who": "eva",
    "what": "scale",
    "subject": "R-18",
    "outcome": "allowed",
    "detail": {"rule": "other"},
}


def log(length: int = 5) -> list[Entry]:
    """A whole log."""
    entries: list[Entry] = []
    for number in range(length):
        entry = Entry(
            0, AT + timedelta(seconds=number), "ana", "roll back", "R-17", "denied", {"rule": "prod-rollback"}
        )
        entries.append(seal(entry, entries[-1] if entries else None))
    return entries


def test_a_log_as_it_was_written_is_whole() -> None:
    entries = log()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].previous == GENESIS
    assert verify(entries) is None
    assert verify([]) is None


@pytest.mark.parametrize("field", CHANGES)
def test_an_entry_that_was_changed_is_found(field: str) -> None:
    entries = log()
    entries[2] = replace(entries[2], **{field: CHANGES[field]})  # type: ignore[arg-type]
    assert verify(entries) == Broken(3, "entry 3 was changed after it was written")


def test_a_changed_entry_with_a_hash_that_fits_breaks_the_next() -> None:
    entries = log()
    forged = replace(entries[2], who="eva")
    entries[2] = replace(forged, hash=digest(forged))
    assert verify(entries) == Broken(4, "entry 4 does not follow the one before it")


def test_an_entry_taken_out_is_found() -> None:
    entries = log()
    del entries[2]
    assert verify(entries) == Broken(3, "entry 3 is missing")


def test_the_newest_entries_taken_out_are_found_by_a_head_noted_elsewhere() -> None:
    entries = log()
    assert verify(entries[:3]) is None
    assert verify(entries[:3], head=entries[-1].hash) == Broken(4, "the newest entries are missing")
    assert verify(entries, head=entries[-1].hash) is None


def test_the_same_instant_in_another_zone_is_the_same_entry() -> None:
    entries = log(1)
    moved = replace(entries[0], at=entries[0].at.astimezone(timezone(timedelta(hours=2))))
    assert verify([moved]) is None


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()))
def test_any_text_can_be_sealed_and_two_texts_never_run_into_each_other(
    who: str, what: str, detail: dict[str, str]
) -> None:
    entry = seal(Entry(0, AT, who, what, "", "", detail), None)
    assert verify([entry]) is None
    assert digest(replace(entry, who=who + "a", what=what)) != digest(replace(entry, who=who, what="a" + what))
