"""KQL queries over timespans, as few requests as the API allows, each with its own table or its own refusal."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.integrations.azure_monitor.api import AzureApi, Refused, reason
from bot.integrations.azure_monitor.tables import Table, table_of
from bot.ports import Transient

BATCH = 10
"""Queries in one request: Azure runs five of an identity's at a time, and counts 200 in 30 s."""
CONCURRENT = 4
_GONE = (403, 404)
_JSON = {"Content-Type": "application/json", "Prefer": "wait=25"}
"""Without the content type Azure answers 200 with nothing; `wait` is how long it may work on a query, in seconds."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query from `start` to `end`; Azure counts what was generated in that span, besides what the query says."""

    text: str
    start: datetime
    end: datetime

    @property
    def kql(self) -> str:
        """The query with its placeholders filled in."""
        seconds = (self.end - self.start) / timedelta(seconds=1)
        fillings = {"window": f"{seconds:.0f}s", "start": _literal(self.start), "end": _literal(self.end)}
        text = self.text
        for name, filling in fillings.items():
            for placeholder in (f"{{{{.{name}}}}}", f"{{{{ .{name} }}}}"):
                text = text.replace(placeholder, filling)
        return text

    @property
    def body(self) -> dict[str, str]:
        return {"query": self.kql, "timespan": f"{self.start.isoformat()}/{self.end.isoformat()}"}


Outcome = Table | Refused


class Kusto:
    """What is asked, and where: `path` is that of one query, `workspace` where queries can go in batches."""

    def __init__(self, api: AzureApi, path: str, workspace: str = "") -> None:
        self.api = api
        self._path = path
        self._workspace = workspace

    async def ask(self, questions: Iterable[Question]) -> dict[Question, Outcome]:
        """The outcome of each. Raises `Transient` where not one is answered, for a reason beyond the queries."""
        wanted = list(dict.fromkeys(questions))
        if not wanted:
            return {}
        ask = self._in_batches if self._workspace and len(wanted) > 1 else self._one_by_one
        outcomes = await ask(wanted)
        refusals = [each for each in outcomes.values() if isinstance(each, Refused)]
        if len(refusals) == len(wanted) and all(each.status in _GONE or each.status >= 500 for each in refusals):
            raise Transient(f"{self.api.title}: {str(refusals[0]).rstrip('.')}.")
        return outcomes

    async def _one_by_one(self, wanted: Sequence[Question]) -> dict[Question, Outcome]:
        gate = asyncio.Semaphore(CONCURRENT)

        async def one(question: Question) -> Outcome:
            async with gate:
                try:
                    return _table(await self.api.post(self._path, question.body, _JSON))
                except Refused as refusal:
                    return refusal

        return dict(zip(wanted, await asyncio.gather(*(one(question) for question in wanted)), strict=True))

    async def _in_batches(self, wanted: Sequence[Question]) -> dict[Question, Outcome]:
        outcomes: dict[Question, Outcome] = {}
        for start in range(0, len(wanted), BATCH):
            batch = {str(number): question for number, question in enumerate(wanted[start : start + BATCH])}
            requests = [self._request(number, question) for number, question in batch.items()]
            answer = await self.api.post("/v1/$batch", {"requests": requests}, {"Content-Type": "application/json"})
            by_number = {str(each["id"]): each for each in answer.get("responses") or []}
            outcomes |= {question: self._read(by_number.get(number)) for number, question in batch.items()}
        return outcomes

    def _request(self, number: str, question: Question) -> dict[str, Any]:
        place = {"path": "/query", "method": "POST", "workspace": self._workspace}
        return {"id": number, "headers": _JSON, "body": question.body, **place}

    def _read(self, response: Mapping[str, Any] | None) -> Outcome:
        """One answer of a batch. Throttling is about the caller, so it ends the whole round."""
        if response is None or not isinstance(response.get("body"), dict):
            return Refused("Azure left this query of a batch without an answer", "NoAnswer", 500)
        status, body = int(response["status"]), response["body"]
        if 200 <= status < 300:
            return _table(body)
        if status == 429:
            headers = {name.lower(): str(value) for name, value in (response.get("headers") or {}).items()}
            raise self.api.throttled(headers.get("retry-after", ""))
        failure = self.api.failure(status, body)
        return failure if isinstance(failure, Refused) else Refused(str(failure), reason(body)[0], status)


def _table(body: Mapping[str, Any]) -> Outcome:
    """The table, marked where the answer is a partial one (status 200 with tables and an error)."""
    try:
        return table_of(body, reason(body)[1] if body.get("error") else "")
    except Refused as refusal:
        return refusal


def _literal(at: datetime) -> str:
    return f"datetime({at.isoformat()})"
