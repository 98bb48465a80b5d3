"""The sampler's own rules as a source of alerts, for those who have no Alertmanager: raised, measured, ended."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.catalog import Catalog
from bot.catalog.model import Rule
from bot.domain.alert import Alert, Delivery, Status
from bot.domain.criteria import Standing, recalled, remembered
from bot.domain.facts.alert import Priority
from bot.ports import Clock
from bot.services.alert_intake import AlertIntake
from bot.services.sampling import SAMPLER, RuleOutcome, RuleService

Memory = Mapping[str, object]
_STANDINGS, _READ = "standings", "read"


class AlertRules:
    """What the observer asks for each look at the rules; what it returns is handed in again at the next look."""

    def __init__(self, catalog: Callable[[], Catalog], rules: RuleService, intake: AlertIntake, clock: Clock) -> None:
        self._catalog = catalog
        self._rules = rules
        self._intake = intake
        self._clock = clock

    async def judge_rules(self, memory: Memory) -> Memory:
        """Judge every rule, raise and end its alerts; what the next look must remember. Raises `ports.Transient`.

        What fires is read from the store, not remembered: a look that was cut short is put right by the next one.
        """
        before = _standings(memory)
        outcomes = await self._rules.judge(before)
        now = self._clock.now()
        firing = {name: start for name, _, start in await self._intake.firing(SAMPLER)}
        alerts = _begun(outcomes, firing, now) + _over(self._catalog(), outcomes, firing, before, now)
        if alerts:
            body = json.dumps([_told(alert) for alert in alerts])
            await self._intake.take_in(Delivery(SAMPLER, now.isoformat(), body), alerts)
        kept = {outcome.rule.name: remembered(outcome.judgement.standing) for outcome in outcomes}
        return {_STANDINGS: kept, _READ: await self._measured(memory, outcomes, firing, now)}

    async def _measured(
        self, memory: Memory, outcomes: Sequence[RuleOutcome], firing: Mapping[str, datetime], now: datetime
    ) -> str:
        """Keep how what goes on firing reads now, as often as cards are drawn anew; when that was done last."""
        last = memory.get(_READ)
        every = self._catalog().chat.card_refresh_s
        if isinstance(last, str) and last and (now - datetime.fromisoformat(last)).total_seconds() < every:
            return last
        readings = {
            each.rule.name: each.reading
            for each in outcomes
            if each.reading is not None and each.judgement.firing and each.rule.name in firing
        }
        if not readings:
            return ""
        await self._intake.measured(SAMPLER, readings)
        return now.isoformat()


def _standings(memory: Memory) -> dict[str, Standing]:
    kept: Any = memory.get(_STANDINGS)
    return {name: recalled(standing) for name, standing in kept.items()} if isinstance(kept, dict) else {}


def _begun(outcomes: Sequence[RuleOutcome], firing: Mapping[str, datetime], now: datetime) -> list[Alert]:
    """Rules that fire and have no alert yet; it begins when the share of bad events first rose."""
    return [
        replace(_alert(each.rule, each.judgement.standing.since or now), reading=each.reading)
        for each in outcomes
        if each.judgement.firing and each.rule.name not in firing
    ]


def _over(
    catalog: Catalog,
    outcomes: Sequence[RuleOutcome],
    firing: Mapping[str, datetime],
    before: Mapping[str, Standing],
    now: datetime,
) -> list[Alert]:
    """Alerts whose rule no longer fires, or no longer exists; they ended when it first looked well again."""
    still = {each.rule.name for each in outcomes if each.judgement.firing}
    rules = {rule.name: rule for rule in catalog.rules}
    ended = []
    for name, start in firing.items():
        if name not in still:
            alert = _alert(rules[name], start) if name in rules else Alert(SAMPLER, name, start, Status.RESOLVED, name)
            end = before.get(name, Standing()).well_since or now
            ended.append(replace(alert, status=Status.RESOLVED, ends_at=max(start, end)))
    return ended


def _alert(rule: Rule, start: datetime) -> Alert:
    """What a rule tells of itself; the catalog is not asked again whose it is and how bad."""
    return Alert(
        source=SAMPLER,
        fingerprint=rule.name,
        starts_at=start,
        status=Status.FIRING,
        name=rule.name,
        labels={**rule.labels, "alertname": rule.name, "service": rule.service, "severity": rule.priority},
        annotations={key: text for key, text in (("description", rule.description), ("slo", rule.slo)) if text},
        title=rule.title,
        priority=Priority(rule.priority),
        service=rule.service,
        category=rule.category,
    )


def _told(alert: Alert) -> dict[str, object]:
    """An alert as the record of deliveries keeps it."""
    return {
        "name": alert.name,
        "status": alert.status.value,
        "starts_at": alert.starts_at.isoformat(),
        "ends_at": alert.ends_at.isoformat() if alert.ends_at else None,
        "value": alert.reading.value if alert.reading else None,
    }
