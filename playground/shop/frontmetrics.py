"""The front's metrics in Prometheus' text format; every series of a known code exists, at 0, before its first event."""

from collections.abc import Collection

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

_CODES = (200, 500, 502, 503, 504)
_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class FrontMetrics:
    """Counts what the front answered for each of `services`, and shows which replicas and releases serve them."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, services: Collection[str]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._services = services
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter("shop_requests", "Requests answered.", ["service", "code"], registry=self._registry)
        self._durations = Histogram(
            "shop_request_duration_seconds",
            "Time from request to answer.",
            ["service"],
            registry=self._registry,
            buckets=_BUCKETS_S,
        )
        self._replicas = Gauge(
            "shop_replicas", "Replicas that pass their health check.", ["service"], registry=self._registry
        )
        self._releases = Gauge(
            "shop_release_info",
            "1 for each release that is being served.",
            ["service", "release"],
            registry=self._registry,
        )
        for service in services:
            self._durations.labels(service)
            for code in _CODES:
                self._requests.labels(service, str(code))

    def count(self, service: str, code: int, seconds: float) -> None:
        """Records one answered request."""
        self._requests.labels(service, str(code)).inc()
        self._durations.labels(service).observe(seconds)

    def show_replicas(self, live: int, releases: Collection[str]) -> None:
        """Records how many replicas are live and which releases they serve, now."""
        self._releases.clear()
        for service in self._services:
            self._replicas.labels(service).set(live)
            for release in releases:
                self._releases.labels(service, release).set(1)

    def exposition(self) -> bytes:
        """All metrics as text."""
        return generate_latest(self._registry)
