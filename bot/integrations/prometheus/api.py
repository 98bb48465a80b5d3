"""The query API of Prometheus and what speaks it (Thanos, Mimir, VictoriaMetrics), with words for each way to fail."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from bot.integrations.access import Access, transport_words
from bot.ports import Permanent, Transient

_NO_RETRY = ("bad_data", "execution")


class QueryRefused(Permanent):
    """Prometheus answered, and cannot evaluate this very query; the message quotes its own words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One element of an instant vector. `value` may be an infinity, never NaN."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """One series over time: (Unix seconds, value), ascending, without what is NaN or infinite."""

    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An instant vector (a scalar is one row without labels), and whether the far side called it partial."""

    rows: tuple[Row, ...]
    partial: str = ""


class PrometheusApi:
    """One Prometheus, reached by `access`."""

    def __init__(self, url: str, access: Access | None = None) -> None:
        self.url = url.rstrip("/")
        self._access = access or Access()

    async def close(self) -> None:
        await self._access.close()

    async def query(self, expression: str, at: datetime) -> Answer:
        """The instant vector of `expression` at `at`; NaN rows are left out, being no data.

        Raises `QueryRefused` where this query is at fault, `Transient` where the source is.
        """
        body = await self._ask(expression, at)
        with _as_prometheus_writes(self.url):
            return _answer(body)

    async def points(self, selector: str, at: datetime) -> list[float]:
        """The Unix times of all samples of a range selector such as `up[5m]`, ascending."""
        return sorted(when for line in await self.samples(selector, at) for when, _ in line.points)

    async def samples(self, selector: str, at: datetime) -> list[Line]:
        """The samples themselves of a range selector such as `up[5m]`."""
        body = await self._ask(selector, at)
        with _as_prometheus_writes(self.url):
            return _lines(body["data"])

    async def over_time(self, expression: str, start: datetime, end: datetime, step: timedelta) -> list[Line]:
        """`expression` at `start` and each `step` after it up to `end`, at most 11,000 instants.

        Raises `QueryRefused` where this query is at fault, `Transient` where the source is.
        """
        form = {
            "query": expression,
            "start": f"{start.timestamp():.3f}",
            "end": f"{end.timestamp():.3f}",
            "step": f"{step.total_seconds():.3f}",
        }
        body = await self._post("query_range", form)
        with _as_prometheus_writes(self.url):
            return _lines(body["data"])

    async def _ask(self, expression: str, at: datetime) -> dict[str, Any]:
        return await self._post("query", {"query": expression, "time": f"{at.timestamp():.3f}"})

    async def _post(self, what: str, form: dict[str, str]) -> dict[str, Any]:
        try:
            response = await self._access.client().post(f"{self.url}/api/v1/{what}", data=form)
        except httpx.TimeoutException:
            raise Transient(f"Prometheus at {self.url} did not answer in time.") from None
        except httpx.TransportError as error:
            raise Transient(f"Prometheus at {self.url} cannot be reached: {transport_words(error)}.") from None
        return _body(response, self.url)


@contextmanager
def _as_prometheus_writes(url: str) -> Iterator[None]:
    """Raises `Transient` where an answer that looked like Prometheus' has another shape."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        words = f"{url} answered with JSON that is not as Prometheus writes it; a proxy or a wrong address?"
        raise Transient(words) from None


def _answer(body: Mapping[str, Any]) -> Answer:
    data = body["data"]
    partial = "; ".join([*(body.get("warnings") or []), *(["partial answer"] if body.get("isPartial") else [])])
    match data.get("resultType"):
        case "scalar":
            rows = [Row({}, float(data["result"][1]))]
        case "vector":
            rows = [_row(item) for item in data["result"]]
        case "matrix" | "string" as other:
            raise QueryRefused(f"gives a {other}, and an SLI needs a number: remove the range.", str(other))
        case other:
            raise KeyError(other)
    return Answer(tuple(row for row in rows if not math.isnan(row.value)), partial)


def _body(response: httpx.Response, url: str) -> dict[str, Any]:
    """The decoded answer, or the error it stands for."""
    try:
        body = response.json()
    except ValueError:
        raise Transient(_not_json(response, url)) from None
    if not isinstance(body, dict):
        raise Transient(_not_json(response, url))
    if body.get("status") == "success" and response.is_success and isinstance(body.get("data"), dict):
        return body
    words = str(body.get("error") or f"status {response.status_code}")[:200]
    if body.get("errorType") in _NO_RETRY:
        raise QueryRefused(words, str(body["errorType"]))
    raise Transient(f"Prometheus at {url} answered with an error: {words}.")


def _not_json(response: httpx.Response, url: str) -> str:
    status = response.status_code
    if status in (401, 403):
        return f"Prometheus at {url} refused the credentials (status {status})."
    if response.is_redirect:
        return f"{url} redirects to {response.headers.get('location', 'elsewhere')[:80]}, which is not followed."
    kind = response.headers.get("content-type", "").partition(";")[0] or "nothing"
    return f"{url} answered with {kind} (status {status}), not as Prometheus does; a proxy or a wrong address?"


def _lines(data: Mapping[str, Any]) -> list[Line]:
    return [Line(item["metric"], [*_points(item.get("values", []))]) for item in data["result"]]


def _points(values: Iterable[tuple[float, str]]) -> Iterator[tuple[float, float]]:
    for when, text in values:
        value = float(text)
        if math.isfinite(value):
            yield float(when), value


def _row(item: Mapping[str, Any]) -> Row:
    if "histogram" in item:
        raise QueryRefused("gives a native histogram, and an SLI needs a number: use histogram_count.", "histogram")
    return Row(item["metric"], float(item["value"][1]))
