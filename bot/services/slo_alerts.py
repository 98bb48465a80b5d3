"""From a crossing to its alert, as the intake takes it: how bad, which card, and whether it wakes anybody."""

from dataclasses import replace
from datetime import datetime

from bot.catalog import Catalog
from bot.domain.alert import Alert, Decision, Status, Verdict
from bot.domain.facts.alert import Priority
from bot.domain.slo import Slo, Urgency
from bot.domain.slo.burn_words import BURN_ALERT, description, labels, title
from bot.domain.slo.crossing import Crossing, alert_of
from bot.domain.slo.notices import GONE, level_of

SOURCE = "slo"
GONE_ALERT = "ErrorBudgetGone"
_LATER = Verdict(Decision.NOTIFY, "it burns slowly enough to wait for working hours")
_GONE = Verdict(Decision.NOTIFY, "what spent the budget was alerted on its own; see budgets.gone_pages")


def fingerprint(crossing: Crossing) -> str:
    """The same for every crossing of one rule; rules hold no space."""
    return f"{crossing.slo} {crossing.rule}"


def crossing_of(mark: str, start: datetime) -> Crossing:
    """What `fingerprint` stands for."""
    slo, _, rule = mark.rpartition(" ")
    return Crossing(slo, rule, start)


def alerts(crossing: Crossing) -> bool:
    """Whether a crossing raises an alert; a budget that is not gone yet is only told of."""
    level = level_of(crossing.rule)
    return level is None or level >= GONE


def raised(crossing: Crossing, catalog: Catalog) -> Alert:
    """The firing alert of a crossing; one whose SLO left the catalog is known by its name only."""
    slo = catalog.slo(crossing.slo)
    if slo is None:
        return _bare(crossing, GONE_ALERT if level_of(crossing.rule) else BURN_ALERT)
    return _burning(crossing, slo) if level_of(crossing.rule) is None else _gone(crossing, slo, catalog)


def ended(crossing: Crossing, catalog: Catalog, at: datetime) -> Alert:
    """The same alert, told as over since `at`."""
    return replace(raised(crossing, catalog), status=Status.RESOLVED, ends_at=max(at, crossing.began_at))


def _bare(crossing: Crossing, name: str) -> Alert:
    return Alert(SOURCE, fingerprint(crossing), crossing.began_at, Status.FIRING, name)


def _burning(crossing: Crossing, slo: Slo) -> Alert:
    """One that pages does so by the catalog's severities; a ticket wakes nobody, and keeps a card of its own."""
    burn = alert_of(crossing.rule)
    ticket = burn.severity is Urgency.TICKET
    return replace(
        _bare(crossing, BURN_ALERT),
        labels=labels(slo, burn),
        annotations={"description": description(burn)},
        title=title(slo, burn),
        priority=Priority.MEDIUM if ticket else Priority.HIGH,
        service=slo.service,
        verdict=_LATER if ticket else None,
        apart=f"{slo.name} {burn.severity}" if ticket else "",
    )


def _gone(crossing: Crossing, slo: Slo, catalog: Catalog) -> Alert:
    """A budget stays gone for days, so it has a card of its own; it wakes somebody only where the catalog says so."""
    return replace(
        _bare(crossing, GONE_ALERT),
        labels={"alertname": GONE_ALERT, "severity": "critical", "service": slo.service, "slo": slo.name},
        annotations={"description": "Every further error breaks what was promised"},
        title=f"{slo.display_name or slo.name}: error budget gone",
        priority=Priority.CRITICAL,
        service=slo.service,
        verdict=None if catalog.chat.budgets.gone_pages else _GONE,
        apart=f"{slo.name} gone",
    )
