"""Log Analytics and Application Insights as a source of SLIs: one KQL query answers every window if it bins by time.

`summarize good=…, total=… by bin(TimeGenerated, 1m)` is asked once, over the longest window; a query without bins is
asked once per window. See docs/sources.md.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.slo import Measurement, SliQuery
from bot.domain.slo.ledger import Account, Tally
from bot.integrations.azure_monitor.api import AzureApi, Refused
from bot.integrations.azure_monitor.asking import Kusto, Outcome, Question
from bot.integrations.azure_monitor.history import account, grain_of
from bot.integrations.azure_monitor.outcomes import Counting, Metric, Span, asked_of
from bot.integrations.azure_monitor.tables import stated_width
from bot.integrations.breaker import Breaker

DELAY = timedelta(minutes=5)
"""How long Azure takes to have an event in its logs: two to five minutes as a rule, without a guarantee."""
PIECE = timedelta(days=14)
"""So much of an SLI's past is asked for at once: 20,000 minutes."""


class AzureLogsSource:
    """An `SliSource` on the logs of one workspace, application or resource; `path` is that of one query."""

    def __init__(
        self,
        name: str,
        api: AzureApi,
        path: str,
        workspace: str = "",
        delay: timedelta = DELAY,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = name
        self.delay = delay
        self.breaker = breaker or Breaker(api.title)
        self._api = api
        self._kusto = Kusto(api, path, workspace)
        self._kept: dict[Question, Outcome] = {}

    async def close(self) -> None:
        await self._api.close()

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        """One measurement per query, in order, up to the last whole minute before `at`.

        Raises `Transient` where Azure does not answer at all.
        """
        end = datetime.fromtimestamp(at.timestamp() // 60 * 60, UTC)
        return await self.breaker.call(lambda: self._measure(queries, end))

    async def _measure(self, queries: Sequence[SliQuery], end: datetime) -> list[Measurement]:
        widest: dict[Metric, timedelta] = {}
        for query in queries:
            metric = query.indicator.metric
            widest[metric] = max(query.window, widest.get(metric, query.window))
        spans: list[Span] = [(end - widest[query.indicator.metric], end) for query in queries]
        outcomes = await self._ask(_questions(queries, spans), end)
        for index, query in enumerate(queries):
            if not all(_binned(outcomes[each]) for each in _questions([query], [spans[index]])):
                spans[index] = end - query.window, end
        counting = Counting(await self._ask(_questions(queries, spans), end), end)
        found = await asyncio.to_thread(lambda: [counting.of(*each) for each in zip(queries, spans, strict=True)])
        remark = self._api.remark
        return [replace(each, delay=self.delay, note=f"{each.note} {remark}".strip()) for each in found]

    def asked(self, query: SliQuery) -> Mapping[str, str]:
        """The KQL by part, as it stands in the catalog: the span is chosen where it is pasted."""
        parts = asked_of(query.indicator.metric)
        if len({each.text for each in parts}) == 1:
            return {" and ".join(each.role for each in parts): parts[0].text}
        return {each.role: each.text for each in parts}

    def grain(self, tally: Tally) -> timedelta | None:
        """The shortest bucket of its record; None for queries that do not say how wide their bins are."""
        widths = [stated_width(asked.text) for asked in asked_of(tally.indicator.metric)]
        stated = [width for width in widths if width is not None]
        return grain_of(tally, max(stated)) if len(stated) == len(widths) else None

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        """For each tally its buckets of `width`. Raises `Transient` where Azure does not answer at all."""
        return await self.breaker.call(lambda: self._history(tallies, start, end, width))

    async def _history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> list[Account]:
        queries = [SliQuery(tally.indicator, end - start, tally.slicing) for tally in tallies]
        spans = list(_pieces(start, end))
        outcomes = await self._kusto.ask(
            question for span in spans for question in _questions(queries, [span] * len(queries))
        )
        counting = Counting(outcomes, end)

        def counted(query: SliQuery) -> Account:
            bins = counting.bins(query, spans)
            if isinstance(bins, str):
                return Account((), bins)
            return account(Tally(query.indicator, query.slicing), bins, start, end, width)

        return await asyncio.to_thread(lambda: [counted(query) for query in queries])

    async def _ask(self, questions: Sequence[Question], end: datetime) -> dict[Question, Outcome]:
        """The outcomes, asked once: the same question has the same answer until its minute is over."""
        wanted = set(questions)
        known = {question: outcome for question, outcome in self._kept.items() if question in wanted}
        fresh = await self._kusto.ask(each for each in questions if each not in known)
        self._kept = {question: outcome for question, outcome in self._kept.items() if question.end == end} | fresh
        return known | fresh


def _pieces(start: datetime, end: datetime) -> Iterator[Span]:
    """Spans whose minutes are far from Azure's limit of 500,000 rows."""
    while start < end:
        cut = min(end, start + PIECE)
        yield start, cut
        start = cut


def _questions(queries: Sequence[SliQuery], spans: Sequence[Span]) -> list[Question]:
    return [
        Question(asked.text, *span)
        for query, span in zip(queries, spans, strict=True)
        for asked in asked_of(query.indicator.metric)
    ]


def _binned(outcome: Outcome) -> bool:
    """Whether the answer to a wide window holds those to narrower ones; a refusal stays one."""
    return isinstance(outcome, Refused) or outcome.time is not None
