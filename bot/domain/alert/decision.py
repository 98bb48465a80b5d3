"""Whether an alert wakes somebody, is shown, or is only listed, and why: the control of alert fatigue.

Three kinds of alert skip the questions: security, a burning SLO, and what its author marked `page: always`. All others
are asked whether they touch customers, and whether anybody can act on them; what remains goes by its priority.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.facts.alert import Priority
from bot.domain.permission import PRODUCTION

SECURITY = "security"
SLO_LABEL = "slo"
"""An alert that names its SLO in this label is that SLO's burn alert."""
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Decision(StrEnum):
    """What becomes of an alert, least first."""

    LOG = "log"
    """Kept and listed."""
    NOTIFY = "notify"
    """Shown on a card; wakes nobody."""
    PAGE = "page"
    """Shown on a card, and whoever is on call is woken."""

    @property
    def rank(self) -> int:
        return list(Decision).index(self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and its reason, in words that finish “because …”."""

    decision: Decision
    why: str

    def or_more(self, other: "Verdict") -> "Verdict":
        """The one that does more; this one where both do the same."""
        return other if other.decision.rank > self.decision.rank else self


def decide(
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    *,
    priority: Priority,
    category: str,
    environment: str,
    customers: bool,
    pages: bool,
) -> Verdict:
    """What becomes of one firing alert.

    `customers` says whether its service's failures touch customers, `pages` whether its severity or route pages.
    An environment that is not named counts as production.
    """
    wakes = not environment or environment in PRODUCTION
    shown = Verdict(Decision.NOTIFY, f"{environment} is not production")
    told = {**annotations, **labels}
    if told.get("page", "").casefold() == "always":
        return Verdict(Decision.PAGE, "it is marked to page always") if wakes else shown
    asked = _fatigue(told, priority, customers) if not _exempt(labels, category) else None
    if asked is not None:
        return asked
    if not pages:
        return Verdict(Decision.NOTIFY, f"{priority} priority wakes nobody")
    return Verdict(Decision.PAGE, _page_reason(labels, category, priority)) if wakes else shown


def _fatigue(told: Mapping[str, str], priority: Priority, customers: bool) -> Verdict | None:
    """Why it is only listed, if it is."""
    if not _stated(told, "customers", customers):
        return Verdict(Decision.LOG, "it does not touch customers")
    if not _stated(told, "actionable", True):
        return Verdict(Decision.LOG, "nobody can act on it")
    if priority is Priority.LOW:
        return Verdict(Decision.LOG, "low priority is only listed")
    return None


def _exempt(labels: Mapping[str, str], category: str) -> bool:
    return category == SECURITY or bool(labels.get(SLO_LABEL))


def _page_reason(labels: Mapping[str, str], category: str, priority: Priority) -> str:
    if category == SECURITY:
        return f"a {priority} security alert pages"
    if labels.get(SLO_LABEL):
        return f"the budget of {labels[SLO_LABEL]} burns"
    return f"{priority} priority pages: it touches customers and can be acted on"


def _stated(told: Mapping[str, str], key: str, default: bool) -> bool:
    return _WORDS.get(told.get(key, "").strip().casefold(), default)
