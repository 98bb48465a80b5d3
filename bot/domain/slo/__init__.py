"""SLOs: what they promise, what was measured, and the arithmetic between the two."""

from bot.domain.slo.budget import Budget
from bot.domain.slo.burn import ALERTS, BURN_WINDOWS, BurnAlert, LowTraffic, Urgency
from bot.domain.slo.cost import BudgetLine, Spent, budget_line, spent
from bot.domain.slo.definition import (
    Budgeting,
    CalendarWindow,
    RollingWindow,
    Slo,
    TimeWindow,
)
from bot.domain.slo.evaluation import SloQueries, Thresholds, evaluate, queries, unanswered
from bot.domain.slo.indicator import Indicator, RatioMetric, ThresholdMetric
from bot.domain.slo.measurement import Counts, Measurement, Slicing, SliQuery
from bot.domain.slo.record import record
from bot.domain.slo.status import DataCover, SloStatus, State, Trend, worst_first

__all__ = [
    "ALERTS",
    "BURN_WINDOWS",
    "Budget",
    "BudgetLine",
    "Budgeting",
    "BurnAlert",
    "CalendarWindow",
    "Counts",
    "DataCover",
    "Indicator",
    "LowTraffic",
    "Measurement",
    "RatioMetric",
    "RollingWindow",
    "SliQuery",
    "Slicing",
    "Slo",
    "SloQueries",
    "SloStatus",
    "Spent",
    "State",
    "ThresholdMetric",
    "Thresholds",
    "TimeWindow",
    "Trend",
    "Urgency",
    "budget_line",
    "evaluate",
    "queries",
    "record",
    "spent",
    "unanswered",
    "worst_first",
]
