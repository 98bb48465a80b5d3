"""Every table, by concern; importing this package defines them all on one `metadata`."""

from bot.store.schema import alerts, budgets, burndowns, incidents, runs, samples, slo_ledger, slos, work
from bot.store.schema.base import metadata

__all__ = ["alerts", "budgets", "burndowns", "incidents", "metadata", "runs", "samples", "slo_ledger", "slos", "work"]
