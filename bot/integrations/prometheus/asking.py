"""Many expressions in few requests, each with its own answer or its own refusal."""

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.integrations.prometheus.api import Answer, Line, PrometheusApi, QueryRefused, Row
from bot.ports import Transient

BATCH = 16
"""Expressions in one request, and requests before any holds more than one: to tell the rows of several apart costs
Prometheus about as much as it saves, so they are put together only where they are many."""
AT_A_TIME = 2
"""Requests at once: Prometheus evaluates each on a core of its own, and answers are read meanwhile."""
_TAG = "quarterdeck_part"

Outcome = Answer | QueryRefused


async def ask_all(api: PrometheusApi, expressions: Mapping[str, str], at: datetime) -> dict[str, Outcome]:
    """The outcome of each named expression. Raises `Transient` where the source as a whole does not answer.

    Of several expressions one at least is tagged: an answer that does not bear its name is not Prometheus'.
    """
    names = list(expressions)
    requests = max(min(BATCH, len(names)), math.ceil(len(names) / BATCH))
    waiting = [{name: expressions[name] for name in names[first::requests]} for first in range(requests)]
    outcomes: dict[str, Outcome] = {}

    async def one_after_the_other() -> None:
        while waiting:
            batch = waiting.pop()
            outcomes.update(await _ask_batch(api, batch, at, tagged=not waiting and len(names) > 1))

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_A_TIME)))
    return outcomes


async def ask_all_over_time(
    api: PrometheusApi, expressions: Mapping[str, str], start: datetime, end: datetime, step: timedelta
) -> dict[str, list[Line] | QueryRefused]:
    """The series of each named expression at `start` and each `step` up to `end`. Raises `Transient` as `ask_all`."""
    names = list(expressions)
    outcomes: dict[str, list[Line] | QueryRefused] = {}
    for first in range(0, len(names), BATCH):
        batch = {name: expressions[name] for name in names[first : first + BATCH]}
        try:
            lines = await api.over_time(_union(batch), start, end, step)
        except QueryRefused as refusal:
            if len(batch) == 1:
                outcomes |= dict.fromkeys(batch, refusal)
                continue
            for name, expression in batch.items():
                outcomes |= await ask_all_over_time(api, {name: expression}, start, end, step)
            continue
        parts: dict[str, list[Line]] = {name: [] for name in batch}
        for line in lines:
            parts[_tag(api, line.labels, batch)].append(Line(_untagged(line.labels), line.points))
        outcomes |= parts
    return outcomes


async def _ask_batch(api: PrometheusApi, batch: Mapping[str, str], at: datetime, *, tagged: bool) -> dict[str, Outcome]:
    """All in one request; where that is refused, one by one, to learn which of them is at fault."""
    if len(batch) == 1 and not tagged:
        return {name: await _ask_one(api, expression, at) for name, expression in batch.items()}
    try:
        answer = await api.query(_union(batch), at)
    except QueryRefused:
        return {name: await _ask_one(api, expression, at) for name, expression in batch.items()}
    rows: dict[str, list[Row]] = {name: [] for name in batch}
    for row in answer.rows:
        rows[_tag(api, row.labels, batch)].append(Row(_untagged(row.labels), row.value))
    return {name: Answer(tuple(found), answer.partial) for name, found in rows.items()}


async def _ask_one(api: PrometheusApi, expression: str, at: datetime) -> Outcome:
    try:
        return await api.query(expression, at)
    except QueryRefused as refusal:
        return refusal


def _union(batch: Mapping[str, str]) -> str:
    """All of them as one expression; a label on each row says whose it is."""
    tagged = (f'label_replace({expression}, "{_TAG}", "{name}", "", "")' for name, expression in batch.items())
    return " or ".join(tagged)


def _tag(api: PrometheusApi, labels: Mapping[str, str], batch: Mapping[str, str]) -> str:
    """Whose row it is. Raises `Transient` where nobody asked for it."""
    tag = labels.get(_TAG, "")
    if tag not in batch:
        raise Transient(f"{api.url} answers something else than it was asked; a proxy or a wrong address?")
    return tag


def _untagged(labels: Mapping[str, str]) -> dict[str, str]:
    return {label: value for label, value in labels.items() if label != _TAG}
