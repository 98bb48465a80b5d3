"""Alerts: one as its source tells it, its stretches of firing, the group people see, and whether it wakes anybody."""

from bot.domain.alert.decision import Decision, Verdict, decide
from bot.domain.alert.episode import Episode, Past, advance
from bot.domain.alert.group import AlertGroup, GroupState, Tally, group_key, lead, summed
from bot.domain.alert.value import Alert, Delivery, Placed, Status, Taken, Told, Unreadable

__all__ = [
    "Alert",
    "AlertGroup",
    "Decision",
    "Delivery",
    "Episode",
    "GroupState",
    "Past",
    "Placed",
    "Status",
    "Taken",
    "Tally",
    "Told",
    "Unreadable",
    "Verdict",
    "advance",
    "decide",
    "group_key",
    "lead",
    "summed",
]
