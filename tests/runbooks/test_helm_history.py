"""Which revision serves, which served before, and which hold the same, read from helm's history alone."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.ports import Permanent
from runbooks.targets.helm.history import History, revisions_of
from tests.runbooks.helm_world import USUAL, revision

Entry = Mapping[str, object]


def history(*entries: Entry) -> History:
    return History(revisions_of(json.dumps(entries).encode()))


def copy(number: int, of: int, status: str = "deployed", chart: str = "") -> Entry:
    source = revision(of)
    return source | {
        "revision": number,
        "status": status,
        "description": f"Rollback to {of}",
        "chart": chart or source["chart"],
    }


def numbers(seen: History) -> tuple[int | None, int | None]:
    """Of the current and of the previous one."""
    current, previous = seen.current, seen.previous
    return current.number if current else None, previous.number if previous else None


def test_a_rollback_goes_past_a_revision_that_failed() -> None:
    assert numbers(history(*USUAL)) == (43, 41)


def test_the_order_in_which_helm_writes_them_does_not_matter() -> None:
    assert numbers(history(*reversed(USUAL))) == (43, 41)


def test_a_failed_upgrade_is_what_was_applied_last_and_the_deployed_one_is_before_it() -> None:
    assert numbers(history(*USUAL, revision(44, "failed", 'Upgrade "checkout" failed: timed out'))) == (44, 43)


def test_after_a_rollback_the_next_goes_further_back_and_never_to_what_was_rolled_back_from() -> None:
    assert numbers(history(revision(40), revision(41), revision(43), copy(44, of=41))) == (44, 40)


def test_a_rollback_over_another_goes_to_what_that_one_held() -> None:
    seen = history(revision(40), revision(41), copy(42, of=40, status="superseded"), revision(43, "deployed"))
    assert numbers(seen) == (43, 42)


def test_the_first_revision_has_none_before_it() -> None:
    assert numbers(history(revision(1, "deployed", "Install complete"))) == (1, None)


@pytest.mark.parametrize("status", ["pending-install", "pending-upgrade", "pending-rollback"])
def test_what_is_under_way_is_not_current_yet(status: str) -> None:
    assert numbers(history(*USUAL, revision(44, status))) == (43, 41)


@pytest.mark.parametrize("status", ["uninstalled", "uninstalling", "unknown"])
def test_of_a_release_that_is_gone_nothing_is_current(status: str) -> None:
    assert numbers(history(revision(40), revision(41, status))) == (None, None)


def test_a_copy_of_a_copy_holds_what_the_first_one_held() -> None:
    seen = history(
        revision(40), copy(42, of=40, status="superseded"), copy(44, of=40) | {"description": "Rollback to 42"}
    )
    keys = {seen.key(each) for each in seen.revisions}
    assert keys == {"checkout-1.40.0 of revision 40"}


def test_a_copy_keeps_its_identity_when_helm_has_dropped_what_it_was_copied_from() -> None:
    whole, rest = history(revision(30), copy(44, of=30)), history(copy(44, of=30))
    assert whole.key(whole.newest) == rest.key(rest.newest) == "checkout-1.30.0 of revision 30"


def test_words_of_somebody_elses_do_not_make_a_copy() -> None:
    seen = history(revision(41), revision(44, "deployed", "Rollback to 41"))
    assert seen.key(seen.newest) == "checkout-1.44.0 of revision 44"


@pytest.mark.parametrize("description", ["Rollback to 44", "Rollback to 99", "Rollback to 0", "Rollback to 41!"])
def test_a_description_that_names_no_earlier_revision_makes_no_copy(description: str) -> None:
    seen = history(revision(41), revision(44, "deployed", description))
    assert seen.origin(seen.newest) == 44


def test_what_holds_a_key_is_rather_a_revision_that_ran() -> None:
    seen = history(revision(41), copy(43, of=41, status="failed"), revision(44, "deployed"))
    found = seen.holding("checkout-1.41.0 of revision 41")
    assert found is not None
    assert found.number == 41


def test_nothing_under_way_can_be_rolled_back_to() -> None:
    seen = history(revision(41, "deployed"), revision(42, "pending-upgrade"))
    assert seen.holding("checkout-1.42.0 of revision 42") is None
    assert [each.number for each in seen.offered] == [41]


def test_fewer_are_offered_than_are_known_so_that_what_a_copy_came_from_stays_in_sight() -> None:
    seen = history(*(revision(number) for number in range(1, 21)))
    assert [each.number for each in seen.offered] == list(range(20, 5, -1))


def test_a_release_is_known_by_its_number_and_told_by_its_chart() -> None:
    seen = history(revision(42, "failed", 'Upgrade "checkout" failed: quota'))
    told = seen.release(seen.newest)
    assert (told.name, told.key) == ("42", "checkout-1.42.0 of revision 42")
    assert told.note == 'checkout-1.42.0, app 4.42, failed: Upgrade "checkout" failed: quota'


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-03T02:11:20.123456789+01:00", datetime(2026, 1, 3, 1, 11, 20, 123456, UTC)),
        ("2026-01-03T02:11:20Z", datetime(2026, 1, 3, 2, 11, 20, 0, UTC)),
        ("", None),
        ("yesterday", None),
    ],
)
def test_helms_times_are_understood(written: str, meant: datetime | None) -> None:
    assert history(revision(1) | {"updated": written}).newest.at == meant


@pytest.mark.parametrize("answer", [b"", b"REVISION UPDATED", b"{}", b"[1]", b'[{"revision": "x"}]', b"null", b"[]"])
def test_an_answer_that_is_no_history_is_refused(answer: bytes) -> None:
    with pytest.raises(Permanent):
        revisions_of(answer)
