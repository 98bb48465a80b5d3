"""What the bot tells of itself to Prometheus, in a registry of its own."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.alert import Taken
from bot.domain.backlog import Backlog

_ACK_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Seconds; Slack gives up at three."""


class Metrics:
    """All of them. What only the database or the sockets know is told just before it is asked for (`tell`)."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self._ack = Histogram(
            "quarterdeck_ack_seconds",
            "From Slack's request to its acknowledgement",
            ["kind"],
            buckets=_ACK_BUCKETS,
            registry=registry,
        )
        self._alerts = Counter(
            "quarterdeck_alerts", "Alerts taken in, by what they were", ["source", "seen"], registry=registry
        )
        self._unsure = Counter(
            "quarterdeck_unsure", "Attempts of unknown end, which were looked up", ["kind"], registry=registry
        )
        self._lag = Gauge(
            "quarterdeck_surface_lag_seconds", "Age of the oldest change not shown in Slack yet", registry=registry
        )
        self._owed = Gauge("quarterdeck_effects_owed", "Effects owed to the world and not settled", registry=registry)
        self._open = Gauge("quarterdeck_incidents_open", "Incidents that are not over", registry=registry)
        self._sockets = Gauge("quarterdeck_socket_connected", "Socket Mode connections that live", registry=registry)

    def acked(self, kind: str, seconds: float) -> None:
        """A request from Slack was acknowledged."""
        self._ack.labels(kind).observe(seconds)

    def alerts_taken(self, source: str, taken: Taken) -> None:
        """A delivery of alerts was taken in."""
        again = taken.accepted - taken.new - taken.duplicates
        for seen, number in (("new", taken.new), ("changed", again), ("duplicate", taken.duplicates)):
            self._alerts.labels(source, seen).inc(number)

    def unsure(self, kind: str) -> None:
        """An attempt (of an effect's kind, or `surface`) ended nobody knows how."""
        self._unsure.labels(kind).inc()

    def tell(self, backlog: Backlog, sockets: int) -> None:
        """How things stand right now."""
        self._lag.set(backlog.surface_lag)
        self._owed.set(backlog.effects)
        self._open.set(backlog.incidents)
        self._sockets.set(sockets)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)
