"""The Log Analytics query API: programmed answers to known queries, and its own errors for everything else."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.support.azure.entra import Entra

WORKSPACE, APPLICATION = "33333333-0000-0000-0000-000000000003", "44444444-0000-0000-0000-000000000004"
ACCESS = {"message": "The provided credentials have insufficient access", "code": "InsufficientAccessError"}


@dataclass(frozen=True)
class Table:
    """Columns as (name, type), and rows; `error` makes the answer a partial one."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[object]]
    error: str = ""


Answer = Callable[[datetime, datetime], Table]
"""What a query gives for a timespan."""


@dataclass
class Logs:
    """`answers` by the text of the query. `throttled` requests are answered 429 first; `failing` is an outage."""

    entra: Entra
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    requests: int = 0
    throttled: int = 0
    denied: bool = False
    empty: bool = False
    failing: int = 0
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/$batch", self._batch),
            web.post("/v1/workspaces/{place}/query", self._one),
            web.post("/v1/apps/{place}/query", self._one),
            web.post("/v1/subscriptions/{place:.+}/query", self._one),
        ]

    async def _one(self, request: web.Request) -> web.Response:
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        if request.content_type != "application/json" or self.empty:
            return web.Response(status=200)
        asked = await request.json()
        status, text = await asyncio.to_thread(self._written, request.match_info["place"], asked)
        return web.Response(text=text, status=status, content_type="application/json")

    async def _batch(self, request: web.Request) -> web.Response:
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        responses = []
        for each in (await request.json())["requests"]:
            status, body = 404, {"error": {"code": "PathNotFoundError", "message": "The requested path does not exist"}}
            if each.get("method") == "POST" and each["path"] == "/query":
                status, body = await asyncio.to_thread(self._answer, each["workspace"], each["body"])
            responses.append({"id": each["id"], "status": status, "headers": {}, "body": body})
        return web.json_response({"responses": responses[::-1]})

    def _refusal(self, request: web.Request) -> web.Response | None:
        """What comes before any query is looked at: tokens, throttling, outages."""
        self.requests += 1
        if not self.entra.admits(request, f"{request.scheme}://{request.host}"):
            body = {"error": {"message": "Valid authentication was not provided", "code": "AuthorizationRequiredError"}}
            return web.json_response(body, status=401)
        if self.throttled:
            self.throttled -= 1
            body = {"error": {"message": "Rate limit is exceeded", "code": "ThrottledError"}}
            return web.json_response(body, status=429, headers={"Retry-After": "17"})
        if self.failing:
            return web.Response(status=self.failing, text="<html>Bad gateway</html>", content_type="text/html")
        return None

    def _written(self, place: str, body: dict[str, Any]) -> tuple[int, str]:
        """The answer as text, made beside the loop: a month of minutes takes a while."""
        status, answer = self._answer(place, body)
        return status, json.dumps(answer)

    def _answer(self, place: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.denied:
            return 403, {"error": ACCESS}
        if place not in (WORKSPACE, APPLICATION) and "/" not in place:
            words = "The workspace could not be found"
            return 404, {"error": {"message": words, "code": "WorkspaceNotFoundError"}}
        text = body["query"]
        start, end = (_instant(part) for part in body["timespan"].split("/"))
        self.asked.append((text, start, end))
        answer = self.answers.get(text)
        return (400, {"error": _semantic(text)}) if answer is None else (200, _tables(answer(start, end)))


def counted(traffic: Callable[[datetime], tuple[int, int]], *columns: str) -> Answer:
    """`summarize good=…, bad=…, total=…` over minutes whose traffic is (good, bad)."""
    chosen = columns or ("good", "total")

    def answer(start: datetime, end: datetime) -> Table:
        sums = [0, 0]
        for at in _minutes(start, end):
            good, bad = traffic(at)
            sums = [sums[0] + good, sums[1] + bad]
        values = {"good": sums[0], "bad": sums[1], "total": sum(sums)}
        return Table([(name, "long") for name in chosen], [[values[name] for name in chosen]])

    return answer


def binned(
    traffic: Callable[[datetime], tuple[int, int] | None], width: timedelta = timedelta(minutes=1), part: str = "good"
) -> Answer:
    """`summarize good=…, total=… by bin(TimeGenerated, width)` (or bad=…); minutes without any row give none."""

    def answer(start: datetime, end: datetime) -> Table:
        bins: dict[datetime, list[int]] = {}
        minutes = width // timedelta(minutes=1)
        for at in _minutes(start, end):
            happened = traffic(at)
            if happened is not None:
                floor = at if minutes == 1 else at - timedelta(minutes=at.timestamp() // 60 % minutes)
                sums = bins.setdefault(floor, [0, 0])
                sums[0] += happened[0] if part == "good" else happened[1]
                sums[1] += sum(happened)
        rows = [[_text(at), *sums] for at, sums in bins.items()]
        return Table([("TimeGenerated", "datetime"), (part, "long"), ("total", "long")], rows)

    return answer


def fixed(columns: Sequence[tuple[str, str]], *rows: Sequence[object], error: str = "") -> Answer:
    """The same table for every timespan."""
    return lambda start, end: Table(columns, rows, error)


def _minutes(start: datetime, end: datetime) -> list[datetime]:
    """The beginnings of all minutes in [start, end)."""
    first = -(-start.timestamp() // 60)
    return [datetime.fromtimestamp(n * 60, UTC) for n in range(int(first), int(-(-end.timestamp() // 60)))]


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", ".0000000Z")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _tables(table: Table) -> dict[str, Any]:
    columns = [{"name": name, "type": kind} for name, kind in table.columns]
    body: dict[str, Any] = {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": list(table.rows)}]}
    if table.error:
        inner = {"code": "-2133196797", "message": table.error, "severity": 2, "severityName": "Error"}
        details = [{"code": "EngineError", "message": "Something went wrong on the server.", "innererror": inner}]
        words = "There were some errors when processing your query."
        body["error"] = {"code": "PartialError", "message": words, "details": details}
    return body


def _semantic(text: str) -> dict[str, Any]:
    table = text.partition(" ")[0]
    words = f"'where' operator: Failed to resolve table or column expression named '{table}'"
    inner = {"code": "SEM0100", "message": words}
    middle = {"code": "SemanticError", "message": "A semantic error occurred.", "innererror": inner}
    return {"message": "The request had some invalid properties", "code": "BadArgumentError", "innererror": middle}
