"""Azure Monitor's metrics of single resources: minutes by name, with the API's own limits and omissions."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.support.azure.entra import Entra

SITE = "/subscriptions/5555/resourceGroups/shop/providers/Microsoft.Web/sites/portal"
GRAINS = {"PT1M": 1, "PT5M": 5, "PT15M": 15, "PT30M": 30, "PT1H": 60}
RETENTION = timedelta(days=93)

Minute = Callable[[datetime], Mapping[str, float] | None]
"""The aggregations of one metric in the minute that begins at an instant; None where it was not reported."""


@dataclass
class Metrics:
    """`minutes` by resource and metric. `asked` holds each request's query."""

    entra: Entra
    minutes: dict[tuple[str, str], Minute] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    throttled: int = 0
    denied: bool = False
    failing: dict[str, str] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/{resource:subscriptions/.+}/providers/{insights:[mM]icrosoft.[iI]nsights}/metrics", self._get)
        ]

    async def _get(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        self.asked.append(asked)
        if not self.entra.admits(request, f"{request.scheme}://{request.host}"):
            return _error(401, "InvalidAuthenticationToken", "The access token is invalid.")
        if self.throttled:
            self.throttled -= 1
            return web.json_response({"error": {"code": "TooManyRequests"}}, status=429, headers={"Retry-After": "5"})
        if self.denied:
            return _error(403, "AuthorizationFailed", "The client does not have authorization to perform action.")
        resource = "/" + request.match_info["resource"]
        if not any(resource == known for known, _ in self.minutes):
            return _error(404, "ResourceNotFound", "The Resource 'portal' was not found.")
        return await asyncio.to_thread(self._answer, resource, asked)

    def _answer(self, resource: str, asked: Mapping[str, str]) -> web.Response:
        start, end = (datetime.fromisoformat(part) for part in asked["timespan"].split("/"))
        grain = GRAINS.get(asked["interval"])
        if grain is None:
            return _error(400, "BadRequest", f"Invalid time grain duration: {asked['interval']}")
        if (end - start) / timedelta(minutes=grain) > 1440:
            return _error(400, "BadRequest", "The requested number of data points is too large")
        names = asked["metricnames"].split(",")
        missing = [name for name in names if (resource, name) not in self.minutes]
        if missing:
            valid = ",".join(name for known, name in self.minutes if known == resource)
            words = f"Failed to find metric configuration for metric: {missing[0]}, Valid metrics: {valid}"
            return _error(400, "BadRequest", words)
        values = [self._series(resource, name, asked, start, end, grain) for name in names]
        body = {"cost": 0, "timespan": asked["timespan"], "interval": asked["interval"], "value": values}
        return web.json_response(body | {"namespace": "Microsoft.Web/sites", "resourceregion": "westeurope"})

    def _series(
        self, resource: str, name: str, asked: Mapping[str, str], start: datetime, end: datetime, grain: int
    ) -> dict[str, Any]:
        data = []
        at = start
        while at < end:
            point: dict[str, Any] = {"timeStamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
            reported = [self.minutes[resource, name](at + timedelta(minutes=n)) for n in range(grain)]
            for aggregation in re.split(", ?", asked["aggregation"].lower()):
                values = [each[aggregation] for each in reported if each and aggregation in each]
                if values:
                    point[aggregation] = _together(aggregation, values)
            data.append(point)
            at += timedelta(minutes=grain)
        return {
            "id": f"{resource}/providers/Microsoft.Insights/metrics/{name}",
            "type": "Microsoft.Insights/metrics",
            "name": {"value": name, "localizedValue": name},
            "displayDescription": name,
            "unit": "Count",
            "errorCode": self.failing.get(name, "Success"),
            "timeseries": [{"metadatavalues": [], "data": data}] if name not in self.failing else [],
        }


def _together(aggregation: str, values: list[float]) -> float:
    match aggregation:
        case "total" | "count":
            return sum(values)
        case "maximum":
            return max(values)
        case "minimum":
            return min(values)
        case _:
            return sum(values) / len(values)


def _error(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": words}}, status=status)
