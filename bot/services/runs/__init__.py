"""Runs of runbooks: planned, confirmed, applied, verified, taken back."""

from bot.services.runs.approvals import Approvals
from bot.services.runs.bench import Bench
from bot.services.runs.course import VERIFY, Course, Ending
from bot.services.runs.drafts import same_end
from bot.services.runs.facts import RunFactsService
from bot.services.runs.history import RunHistory
from bot.services.runs.limits import Limits
from bot.services.runs.looks import LookService
from bot.services.runs.moving import MOVED
from bot.services.runs.offers import Occasion, OfferService
from bot.services.runs.questions import Questions
from bot.services.runs.second_yes import EXPIRE, SecondYes
from bot.services.runs.service import RunService

__all__ = [
    "EXPIRE",
    "MOVED",
    "VERIFY",
    "Approvals",
    "Bench",
    "Course",
    "Ending",
    "Limits",
    "LookService",
    "Occasion",
    "OfferService",
    "Questions",
    "RunFactsService",
    "RunHistory",
    "RunService",
    "SecondYes",
    "same_end",
]
