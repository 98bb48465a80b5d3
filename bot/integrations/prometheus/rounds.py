"""One batch of questions to Prometheus: how each is asked, under which name, and which answer is whose."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.slo import SliQuery
from bot.domain.slo.recorded import NotRecorded
from bot.domain.slo.selector import QueryError, Selector
from bot.integrations.prometheus.api import Answer, QueryRefused
from bot.integrations.prometheus.asking import Outcome
from bot.integrations.prometheus.compiling import compiled
from bot.integrations.prometheus.completeness import Lively, lively
from bot.integrations.prometheus.coverage import step_for
from bot.integrations.prometheus.grouping import GroupKey, Table, grouped, key_of, milliseconds
from bot.integrations.prometheus.plans import Counted, Written
from bot.integrations.prometheus.reading import Reading, counted, refused, written

Plan = Counted | Written | QueryError
_LEAD_MOST = timedelta(hours=1)


class Round:
    """One batch of questions: how each is asked, under which name, and what came back."""

    def __init__(self, queries: Sequence[SliQuery]) -> None:
        self.queries = queries
        self.outcomes: dict[str, Outcome] = {}
        self.plans: list[Plan] = []
        self._keys: list[dict[Selector, GroupKey]] = []
        kinds = self._plan_all(queries)
        self._groups = grouped((key, selector) for keys in kinds for selector, key in keys.items())
        self._names = {key: f"g{number}" for number, key in enumerate(self._groups)}
        self._tables: dict[str, Table] = {}
        self._leads = _leads(queries)

    def _plan_all(self, queries: Sequence[SliQuery]) -> list[dict[Selector, GroupKey]]:
        """Plan every query; the keys of each SLI once, since counters are asked alike over every window."""
        known: dict[object, tuple[Counted, dict[Selector, GroupKey]]] = {}
        for query in queries:
            identity = _sli(query)
            if identity in known:
                plan: Plan = known[identity][0]
                keys = known[identity][1]
            else:
                plan = _plan(query)
                keys = _keys(plan)
                if isinstance(plan, Counted):
                    known[identity] = plan, keys
            self.plans.append(plan)
            self._keys.append(keys)
        return [keys for _, keys in known.values()]

    @property
    def first(self) -> dict[str, str]:
        """What is asked before the rest, for coverage is asked by it: the newest samples, and a sum that is cheap."""
        asked: dict[str, str] = {}
        for index, plan in self.covered():
            if isinstance(plan, Written):
                asked[f"present{index}"] = plan.present
            for key in self._keys[index].values():
                if (name := f"{self._names[key]}_newest") not in asked:
                    asked[name] = self._groups[key].freshest()
                if (name := self._sum_name(key, self._leads[index])) not in asked:
                    asked[name] = self._groups[key].sums(self._leads[index])
        return asked

    def sums(self, indices: Iterable[int]) -> dict[str, str]:
        """The sums and values of these questions, as far as they are not known yet."""
        asked: dict[str, str] = {}
        for index in indices:
            query, plan = self.queries[index], self.plans[index]
            if isinstance(plan, Written):
                asked |= {f"part{index}": plan.part, f"total{index}": plan.total}
            for key in self._keys[index].values():
                name = self._sum_name(key, query.window)
                if name not in asked and name not in self.outcomes:
                    asked[name] = self._groups[key].sums(query.window)
        return asked

    @property
    def partial(self) -> str:
        answers = (outcome for outcome in self.outcomes.values() if isinstance(outcome, Answer))
        return next((answer.partial for answer in answers if answer.partial), "")

    def reading(self, index: int) -> Reading:
        plan = self.plans[index]
        if isinstance(plan, QueryError):
            return Reading(None, str(plan), failed=not isinstance(plan, NotRecorded))
        if isinstance(plan, Written):
            return written(plan, self.outcomes[f"part{index}"], self.outcomes[f"total{index}"])
        tables: dict[Selector, Table] = {}
        for selector, key in self._keys[index].items():
            table = self._table(self._sum_name(key, self.queries[index].window), key, self.outcomes)
            if isinstance(table, QueryRefused):
                return refused("The counters cannot be read", table)
            tables[selector] = table
        return counted(plan.good, plan.bad, plan.total, tables)

    def covered(self) -> list[tuple[int, Plan]]:
        return [(i, plan) for i, plan in enumerate(self.plans) if self.queries[i].coverage]

    def cover_key(self, index: int) -> str:
        plan = self.plans[index]
        what = plan.total if isinstance(plan, Counted) else plan.present if isinstance(plan, Written) else plan
        return f"{self.queries[index].window} {what}"

    def presence(self, indices: Sequence[int]) -> dict[str, str]:
        """The questions in how many slots of its window each of `indices` has data."""
        asked: dict[str, str] = {}
        for index in indices:
            plan, window = self.plans[index], self.queries[index].window
            step = step_for(window)
            if isinstance(plan, Written):
                sub = f"[{milliseconds(window)}:{milliseconds(step)}]"
                asked[f"slots{index}"] = f"count_over_time({plan.present}{sub})"
                asked[f"seen{index}"] = f"max_over_time(({plan.present} * 0 + time()){sub})"
            for key in self._total_keys(index).values():
                if (name := f"{self._names[key]}_slots{milliseconds(window)}") not in asked:
                    asked[name] = self._groups[key].present(window, step)
        return asked

    def slots(self, index: int, outcomes: Mapping[str, Outcome]) -> float:
        """In how many slots there was data, by the series that has most."""
        plan, window = self.plans[index], self.queries[index].window
        if isinstance(plan, Written):
            return _most(outcomes.get(f"slots{index}")) or 0.0
        found: list[float] = []
        for selector, key in self._total_keys(index).items():
            table = self._table(f"{self._names[key]}_slots{milliseconds(window)}", key, outcomes)
            if isinstance(table, Table):
                found += [row.value for row in table.rows(selector)]
        return max(found, default=0.0)

    def lively(self, index: int) -> Lively | None:
        """The series of the total that counts most now; None where only Prometheus can tell its series apart."""
        window = self.queries[index].window
        found: list[tuple[float, Lively]] = []
        for selector, key in self._total_keys(index).items():
            table = self._table(self._sum_name(key, self._leads[index]), key, self.outcomes)
            if key.alone is None and isinstance(table, Table):
                each = lively(key.metric, table.rows(selector), window)
                found += [(table.total(selector) or 0.0, each)] if each else []
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def last_seen(self, index: int, outcomes: Mapping[str, Outcome]) -> datetime | None:
        """The last slot in which an expression had a value."""
        seen = _most(outcomes.get(f"seen{index}"))
        return None if seen is None else datetime.fromtimestamp(seen, UTC)

    def newest(self, index: int, at: datetime) -> datetime | None:
        """The newest sample of the total counters, or `at` where an expression has a value; None where it is old."""
        if isinstance(self.plans[index], Written):
            return at if _most(self.outcomes.get(f"present{index}")) is not None else None
        times: list[float] = []
        for selector, key in self._total_keys(index).items():
            table = self._table(f"{self._names[key]}_newest", key, self.outcomes)
            if isinstance(table, Table):
                times += [row.value for row in table.rows(selector)]
        return min(at, datetime.fromtimestamp(max(times), UTC)) if times else None

    def _total_keys(self, index: int) -> dict[Selector, GroupKey]:
        plan = self.plans[index]
        if not isinstance(plan, Counted):
            return {}
        return {selector: self._keys[index][selector] for _, selector in plan.total.terms}

    def _sum_name(self, key: GroupKey, window: timedelta) -> str:
        return f"{self._names[key]}_{milliseconds(window)}"

    def _table(self, name: str, key: GroupKey, outcomes: Mapping[str, Outcome]) -> Table | QueryRefused:
        outcome = outcomes[name]
        if isinstance(outcome, QueryRefused):
            return outcome
        if name not in self._tables:
            self._tables[name] = Table(self._groups[key], outcome.rows)
        return self._tables[name]


def _leads(queries: Sequence[SliQuery]) -> dict[int, timedelta]:
    """For each query whose coverage is asked for, the window of its SLI that tells soonest which series are alive.

    That is the longest one of up to an hour: reading it costs little. Its own, where there is none.
    """
    short: dict[object, timedelta] = {}
    for query in queries:
        if query.window <= _LEAD_MOST and query.window > short.get(_sli(query), timedelta(0)):
            short[_sli(query)] = query.window
    return {index: short.get(_sli(query), query.window) for index, query in enumerate(queries) if query.coverage}


def _sli(query: SliQuery) -> object:
    return query.indicator.metric, query.slicing


def _plan(query: SliQuery) -> Plan:
    try:
        return compiled(query)
    except QueryError as error:
        return error


def _keys(plan: Plan) -> dict[Selector, GroupKey]:
    if not isinstance(plan, Counted):
        return {}
    return {selector: key_of(selector, plan.function, plan.selectors) for selector in plan.selectors}


def _most(outcome: Outcome | None) -> float | None:
    """The highest value of an answer; None where there is none."""
    rows = outcome.rows if isinstance(outcome, Answer) else ()
    return max((row.value for row in rows), default=None)
