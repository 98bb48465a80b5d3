"""State only moves forward: any order and repetition of the same messages ends in the same state."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.domain.alert import Episode, Past, advance

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def stand(*messages: list[Episode]) -> dict[datetime, Episode]:
    """How the episodes stand after these messages, kept between them as the store keeps them."""
    known: dict[datetime, Episode] = {}
    for told in messages:
        past = Past(
            max(known, default=None), max((each.ends_at for each in known.values() if each.ends_at), default=None)
        )
        known |= advance(known.values(), past, told)
    return known


def firing(stood: dict[datetime, Episode]) -> dict[datetime, bool]:
    return {start: episode.ends_at is None for start, episode in stood.items()}


def test_an_alert_that_is_over_never_fires_again_for_the_same_start() -> None:
    begun, over = Episode(at(0)), Episode(at(0), at(5))
    assert stand([begun], [over], [begun]) == {at(0): over}


def test_a_resolve_that_comes_before_its_firing_stands() -> None:
    assert stand([Episode(at(0), at(5))], [Episode(at(0))]) == {at(0): Episode(at(0), at(5))}


def test_a_later_start_ends_the_episode_before_it() -> None:
    assert stand([Episode(at(0))], [Episode(at(9))]) == {at(0): Episode(at(0), at(9)), at(9): Episode(at(9))}


def test_an_episode_never_ends_before_it_began() -> None:
    assert stand([Episode(at(5), at(1))]) == {at(5): Episode(at(5), at(5))}


def test_of_two_ends_the_later_one_stands_whichever_came_first() -> None:
    told = [[Episode(at(0), at(5))], [Episode(at(0), at(3))]]
    assert stand(*told) == stand(*told[::-1]) == {at(0): Episode(at(0), at(5))}


MESSAGES = some.lists(
    some.builds(
        lambda start, length: Episode(at(start), None if length is None else at(start + length)),
        some.integers(0, 6),
        some.none() | some.integers(0, 6),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=500)
@given(MESSAGES, some.randoms(use_true_random=False))
def test_any_order_repetition_and_grouping_ends_in_the_same_state(told: list[Episode], chance: object) -> None:
    in_order = stand(*[[each] for each in told])
    shuffled = [*told, *told[:2]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert firing(stand(*[[each] for each in shuffled])) == firing(in_order)
    assert firing(stand(shuffled)) == firing(in_order)
    assert sum(firing(in_order).values()) <= 1
