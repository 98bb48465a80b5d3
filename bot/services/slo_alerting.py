"""Burn alerts raised live: what each evaluation finds becomes crossings, and the crossings become alerts.

A crossing is committed before its alert is told to the intake, and what fires there is compared with what is crossed
at every look. So a look that was cut short anywhere is put right by the next one, of whichever process, and a restart
raises nothing twice: an alert is known by its SLO, its rule, and the instant at which its crossing began.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.catalog import Catalog
from bot.domain.alert import Alert, Decision, Delivery, Status, Verdict
from bot.domain.facts.alert import Priority
from bot.domain.slo import Slo, SloStatus, Urgency
from bot.domain.slo.burn_words import BURN_ALERT, description, labels, title
from bot.domain.slo.crossing import Crossing, Move, advance, alert_of, burning
from bot.services.alert_intake import AlertIntake
from bot.store import slo_crossings
from bot.store.db import Database

SOURCE = "slo"
_LATER = Verdict(Decision.NOTIFY, "it burns slowly enough to wait for working hours")


class SloAlerting:
    """Keeps the crossings, and with them the alerts, as the last evaluation says."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], intake: AlertIntake) -> None:
        self._database = database
        self._catalog = catalog
        self._intake = intake

    async def judge(self, statuses: Sequence[SloStatus]) -> None:
        """Begin and end crossings as `statuses` say, and the alerts of all that are crossed."""
        moves = self._moves(statuses, await self._crossed())
        if moves:
            async with self._database.write() as tx:
                await slo_crossings.save(tx, moves)
        await self._tell()

    async def _crossed(self) -> list[Crossing]:
        async with self._database.read() as tx:
            return await slo_crossings.open_ones(tx)

    def _moves(self, statuses: Sequence[SloStatus], crossed: Sequence[Crossing]) -> list[Move]:
        by_slo: dict[str, dict[str, Crossing]] = {}
        for each in crossed:
            by_slo.setdefault(each.slo, {})[each.rule] = each
        raised = self._catalog().chat.budgets.burn_alerts
        moves: list[Move] = []
        for status in statuses:
            known = by_slo.pop(status.slo.name, {})
            if known or status.alerts:
                seen = list(burning(status, status.slo.alerts if raised else ()))
                moves += advance(status.slo.name, known, seen, status.as_of)
        for slo, known in by_slo.items():
            moves += advance(slo, known, (), self._database.clock())
        return moves

    async def _tell(self) -> None:
        """Raise the alert of each crossing that has none, and end those whose crossing is over.

        What fires is read first: what another process raises meanwhile is told twice then, and not ended by mistake.
        """
        firing = {(mark, start) for mark, _, start in await self._intake.firing(SOURCE)}
        wanted = {(_fingerprint(each), each.began_at): each for each in await self._crossed()}
        alerts = list(self._begun(wanted, firing))
        if over := firing - wanted.keys():
            alerts += await self._over(over)
        if alerts:
            body = json.dumps([_told(alert) for alert in alerts])
            await self._intake.take_in(Delivery(SOURCE, self._database.clock().isoformat(), body), alerts)

    def _begun(
        self, wanted: Mapping[tuple[str, datetime], Crossing], firing: set[tuple[str, datetime]]
    ) -> Iterator[Alert]:
        slos = {slo.name: slo for slo in self._catalog().slos}
        for key, each in wanted.items():
            if key not in firing and each.slo in slos:
                yield _alert(slos[each.slo], each)

    async def _over(self, over: set[tuple[str, datetime]]) -> list[Alert]:
        """What fires without a crossing, told as ended when that ended."""
        slos = {slo.name: slo for slo in self._catalog().slos}
        names = {mark.rpartition(" ")[0] for mark, _ in over}
        async with self._database.read() as tx:
            ends = await slo_crossings.latest_ends(tx, names)
        ended = []
        for mark, start in sorted(over):
            name, _, rule = mark.rpartition(" ")
            crossing = ends.get((name, rule), Crossing(name, rule, start))
            end = max(start, crossing.ended_at or self._database.clock())
            slo = slos.get(name)
            alert = _alert(slo, crossing) if slo else Alert(SOURCE, mark, start, Status.RESOLVED, BURN_ALERT)
            ended.append(replace(alert, starts_at=start, status=Status.RESOLVED, ends_at=end))
        return ended


def _fingerprint(crossing: Crossing) -> str:
    """The same for every crossing of one rule; rules hold no space."""
    return f"{crossing.slo} {crossing.rule}"


def _alert(slo: Slo, crossing: Crossing) -> Alert:
    """One that pages does so by the catalog's severities; a ticket wakes nobody, and keeps a card of its own."""
    burn = alert_of(crossing.rule)
    ticket = burn.severity is Urgency.TICKET
    return Alert(
        source=SOURCE,
        fingerprint=_fingerprint(crossing),
        starts_at=crossing.began_at,
        status=Status.FIRING,
        name=BURN_ALERT,
        labels=labels(slo, burn),
        annotations={"description": description(burn)},
        title=title(slo, burn),
        priority=Priority.MEDIUM if ticket else Priority.HIGH,
        service=slo.service,
        verdict=_LATER if ticket else None,
        apart=f"{slo.name} {burn.severity}" if ticket else "",
    )


def _told(alert: Alert) -> dict[str, object]:
    """An alert as the record of deliveries keeps it."""
    return {
        "alert": alert.fingerprint,
        "status": alert.status.value,
        "starts_at": alert.starts_at.isoformat(),
        "ends_at": alert.ends_at.isoformat() if alert.ends_at else None,
    }
