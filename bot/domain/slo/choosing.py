"""Which SLOs are meant by the words behind `/slo status`: services, teams, tags, names and states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.slo.definition import Slo
from bot.domain.slo.status import State

STATES: Mapping[str, frozenset[State]] = {
    "trouble": frozenset(State) - {State.OK},
    "gone": frozenset({State.EXHAUSTED}),
    "at-risk": frozenset({State.AT_RISK}),
    "no-data": frozenset({State.NO_DATA}),
    "stale": frozenset({State.STALE}),
    "broken": frozenset({State.ERROR}),
    "healthy": frozenset({State.OK}),
}
"""The words that people use for states; those of `slo status --json` are understood beside them."""
_BY_CODE: Mapping[str, frozenset[State]] = {state.value: frozenset({state}) for state in State}


class Kind(StrEnum):
    """What a word chooses by. Words of one kind add up, different kinds narrow each other down."""

    SLO = "SLO"
    SERVICE = "service"
    TEAM = "team"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Traits:
    """One SLO with the words that choose it, in lower case, by what kind of word they are."""

    slo: Slo
    words: Mapping[Kind, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The SLOs that were meant, and the states they are narrowed to (all where empty). `unknown` chose nothing."""

    slos: tuple[Slo, ...]
    states: frozenset[State] = frozenset()
    unknown: str = ""

    def keeps(self, state: State) -> bool:
        return not self.states or state in self.states


def choose(scope: str, known: Sequence[Traits]) -> Choice:
    """The SLOs that fit every kind of word in `scope`; no words choose all of them."""
    wanted: dict[Kind, set[str]] = {}
    states: frozenset[State] = frozenset()
    for word in scope.casefold().split():
        meant = STATES.get(word) or _BY_CODE.get(word)
        if meant is not None:
            states |= meant
            continue
        kind = next((kind for kind in Kind if any(word in each.words[kind] for each in known)), None)
        if kind is None:
            return Choice((), unknown=word)
        wanted.setdefault(kind, set()).add(word)
    fitting = (each.slo for each in known if all(each.words[kind] & words for kind, words in wanted.items()))
    return Choice(tuple(fitting), states)


def vocabulary(known: Sequence[Traits]) -> tuple[str, ...]:
    """Every word that chooses something, the commonest kinds first."""
    of_kinds = (word for kind in Kind for each in known for word in sorted(each.words[kind]))
    return tuple(dict.fromkeys((*of_kinds, *STATES)))
