"""Prometheus, and what speaks its query API, as a source of SLIs."""

from bot.integrations.prometheus.source import PrometheusSource

__all__ = ["PrometheusSource"]
