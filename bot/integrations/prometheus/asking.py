"""Many expressions in few requests, each with its own answer or its own refusal."""

from collections.abc import Mapping
from datetime import datetime

from bot.integrations.prometheus.api import Answer, PrometheusApi, QueryRefused, Row

BATCH = 16
"""Expressions in one request: more save no time, since reading the series is what takes it."""
_TAG = "quarterdeck_part"

Outcome = Answer | QueryRefused


async def ask_all(api: PrometheusApi, expressions: Mapping[str, str], at: datetime) -> dict[str, Outcome]:
    """The outcome of each named expression. Raises `Transient` where the source as a whole does not answer."""
    names = list(expressions)
    outcomes: dict[str, Outcome] = {}
    for start in range(0, len(names), BATCH):
        batch = {name: expressions[name] for name in names[start : start + BATCH]}
        outcomes |= await _ask_batch(api, batch, at)
    return outcomes


async def _ask_batch(api: PrometheusApi, batch: Mapping[str, str], at: datetime) -> dict[str, Outcome]:
    """All in one request; where that is refused, one by one, to learn which of them is at fault."""
    if len(batch) == 1:
        return {name: await _ask_one(api, expression, at) for name, expression in batch.items()}
    tagged = (f'label_replace({expression}, "{_TAG}", "{name}", "", "")' for name, expression in batch.items())
    try:
        answer = await api.query(" or ".join(tagged), at)
    except QueryRefused:
        return {name: await _ask_one(api, expression, at) for name, expression in batch.items()}
    rows: dict[str, list[Row]] = {name: [] for name in batch}
    for row in answer.rows:
        labels = {label: value for label, value in row.labels.items() if label != _TAG}
        rows[row.labels[_TAG]].append(Row(labels, row.value))
    return {name: Answer(tuple(found), answer.partial) for name, found in rows.items()}


async def _ask_one(api: PrometheusApi, expression: str, at: datetime) -> Outcome:
    try:
        return await api.query(expression, at)
    except QueryRefused as refusal:
        return refusal
