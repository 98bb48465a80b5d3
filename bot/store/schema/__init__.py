"""Every table, by concern; importing this package defines them all on one `metadata`."""

from bot.store.schema import alerts, budgets, incidents, runs, samples, slos, work
from bot.store.schema.base import metadata

__all__ = ["alerts", "budgets", "incidents", "metadata", "runs", "samples", "slos", "work"]
