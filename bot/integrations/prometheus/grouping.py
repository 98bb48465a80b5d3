"""One query for many SLIs: selectors of one metric that look at the same labels are read together and told apart here.

Reading is what costs Prometheus time, so each series is read once per window however many SLIs count it: the query is
`sum by (the labels looked at) (increase(metric{what narrows it}[window]))`, and each selector picks its rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from bot.domain.slo.selector import Matcher, Selector, bucket_spellings, quote_regex
from bot.integrations.prometheus.api import Row

INCREASE = "increase"
SUM = "sum_over_time"


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What selectors must share to be read together; `alone` is one whose patterns only Prometheus can read."""

    metric: str
    function: str
    labels: frozenset[str]
    alone: Selector | None = None


@dataclass(slots=True)
class Group:
    """Selectors that are read together, over one or several windows."""

    key: GroupKey
    selectors: list[Selector] = field(default_factory=list)
    _covering: Selector | None = None
    _index_by: tuple[str, ...] | None = None
    _ways: dict[Selector, tuple[tuple[str, ...], Selector]] = field(default_factory=dict)

    def selector(self) -> Selector:
        """What covers them all and as little else as can be said; asked for once the group is complete."""
        if self._covering is None:
            self._covering = self.key.alone or self._narrowest()
        return self._covering

    def _narrowest(self) -> Selector:
        narrowed = (_narrowed(label, self.selectors) for label in sorted(self.key.labels))
        return Selector(self.key.metric, tuple(matcher for matchers in narrowed for matcher in matchers))

    def sums(self, window: timedelta) -> str:
        """The query for the increase (or sum) over `window`, one row per combination of the labels looked at."""
        return f"sum by ({self.by}) ({self.key.function}({self.selector().promql()}[{milliseconds(window)}]))"

    def freshest(self) -> str:
        """The query for the time of the newest sample, where there is one within the lookback."""
        return f"max by ({self.by}) (timestamp({self.selector().promql()}))"

    def present(self, window: timedelta, step: timedelta) -> str:
        """The query for the number of instants, `step` apart within `window`, at which there was data."""
        inner = f"group by ({self.by}) ({self.selector().promql()})"
        return f"count_over_time(({inner})[{milliseconds(window)}:{milliseconds(step)}])"

    @property
    def index_by(self) -> tuple[str, ...]:
        """The labels of which every selector asks for one value; asked for once the group is complete."""
        if self._index_by is None:
            self._index_by = _always_equal(self)
        return self._index_by

    def way_to(self, selector: Selector) -> tuple[tuple[str, ...], Selector]:
        """Its values of the labels of `index_by`, and what it asks of the rows that have them."""
        if selector not in self._ways:
            self._ways[selector] = self._way_to(selector)
        return self._ways[selector]

    def _way_to(self, selector: Selector) -> tuple[tuple[str, ...], Selector]:
        if self.key.alone is not None:
            return (), Selector(selector.name)
        equal = {matcher.label: matcher.value for matcher in selector.matchers if matcher.op == "="}
        place = {label: equal[label] for label in self.index_by}
        rest = tuple(each for each in selector.matchers if each.op != "=" or place.get(each.label) != each.value)
        return tuple(place.values()), Selector(selector.name, rest)

    @property
    def by(self) -> str:
        return "" if self.key.alone is not None else ",".join(sorted(self.key.labels))


def key_of(selector: Selector, function: str, siblings: Iterable[Selector] = ()) -> GroupKey:
    """The group of `selector`; `siblings` are the other selectors of its SLI, best read in the same query."""
    together = [each for each in siblings if each.name == selector.name and each.local]
    if not selector.local:
        return GroupKey(selector.name, function, frozenset(), selector)
    return GroupKey(selector.name, function, selector.labels.union(*(each.labels for each in together)))


def grouped(wanted: Iterable[tuple[GroupKey, Selector]]) -> dict[GroupKey, Group]:
    """Every selector in its group, once."""
    groups: dict[GroupKey, Group] = {}
    seen: set[tuple[GroupKey, Selector]] = set()
    for key, selector in wanted:
        group = groups.setdefault(key, Group(key))
        if (key, selector) not in seen:
            seen.add((key, selector))
            group.selectors.append(selector)
    return groups


class Labelled(Protocol):
    """Anything that Prometheus names by labels."""

    @property
    def labels(self) -> Mapping[str, str]: ...


T = TypeVar("T", bound=Labelled)


class Lookup(Generic[T]):
    """What answered one group's query, ready to be picked from."""

    def __init__(self, group: Group, rows: Iterable[T]) -> None:
        self._group = group
        self._index_by = group.index_by
        self._rows: dict[tuple[str, ...], list[T]] = {}
        for row in rows:
            place = tuple(row.labels.get(label, "") for label in self._index_by)
            self._rows.setdefault(place, []).append(row)

    def rows(self, selector: Selector) -> list[T]:
        """Those that `selector` means."""
        place, rest = self._group.way_to(selector)
        candidates = self._rows.get(place, [])
        return [row for row in candidates if rest.accepts(row.labels)] if rest.matchers else candidates


class Table(Lookup[Row]):
    """The rows of an instant vector."""

    def total(self, selector: Selector) -> float | None:
        """The sum over the series that `selector` means; None where there is none."""
        found = self.rows(selector)
        return sum(row.value for row in found) if found else None


@lru_cache(maxsize=1024)
def milliseconds(duration: timedelta) -> str:
    """A PromQL duration."""
    return f"{duration // timedelta(milliseconds=1)}ms"


def _always_equal(group: Group) -> tuple[str, ...]:
    """Labels on which every selector asks for one value; `le` is left out, for its values have several spellings."""
    if group.key.alone is not None:
        return ()
    sets = [{each.label for each in selector.matchers if each.op == "="} for selector in group.selectors]
    return tuple(sorted(set.intersection(*sets) - {"le"})) if sets else ()


def _narrowed(label: str, selectors: list[Selector]) -> tuple[Matcher, ...]:
    """Conditions on `label` that hold for all `selectors`: those they share, or any of the values they ask for."""
    each = [frozenset(matcher for matcher in selector.matchers if matcher.label == label) for selector in selectors]
    if len(set(each)) == 1:
        return tuple(sorted(each[0], key=lambda matcher: (matcher.op, matcher.value)))
    if not all(any(matcher.op == "=" for matcher in matchers) for matchers in each):
        return ()
    values = {matcher.value for matchers in each for matcher in matchers if matcher.op == "="}
    spelled = {spelling for value in values for spelling in (bucket_spellings(value) if label == "le" else (value,))}
    return (Matcher(label, "=~", "|".join(quote_regex(value) for value in sorted(spelled))),)
