"""What a runbook is wanted for: the alert, incident or run that a click names, and what somebody types, as a wish."""

from dataclasses import dataclass, replace

from bot.action import read_params
from bot.domain.facts.naming import Noun
from bot.domain.run_record import Wish
from bot.services.requests import NotFound
from bot.services.runs import Bench, Occasion
from bot.store import alerts, incidents, runs
from bot.store.db import Database, Tx


@dataclass(frozen=True, slots=True)
class Cause:
    """A subject (`A-12`, `INC-1`, `R-3`, or nothing), the wish that it begins, and what it is called."""

    subject: str
    wish: Wish
    title: str = ""

    def occasion(self) -> Occasion:
        """The same, for choosing among runbooks; its key leads back to the subject and the channel."""
        wish = self.wish
        key = f"{self.subject}@{wish.channel}"
        return Occasion(wish.service, wish.alert, wish.labels, self.subject, self.title, key)


class Wishes:
    """Reads what a click or a line is about; changes nothing."""

    def __init__(self, database: Database, bench: Bench) -> None:
        self._database = database
        self._bench = bench

    async def typed(self, runbook: str, service: str, words: str, channel: str) -> Wish:
        """A line such as `scale checkout 6`, typed in `channel`. Raises `Refused` with what is wrong with it.

        Where no parameters are typed at all, what has to be known is left to be asked.
        """
        known = self._bench.runbook(self._bench.service(service).name, runbook)
        parameters = self._bench.action(known.action).parameters
        params = read_params(parameters, words.split()) if words.strip() else {}
        here = (await self.here(channel)).wish
        return replace(here, service=service, runbook=known.name, params=params)

    async def of(self, subject: str, channel: str) -> Cause:
        """The cause named by a card's subject. Raises `NotFound` where nothing has that name."""
        if not subject:
            return Cause("", Wish("", "", channel=channel))
        async with self._database.read() as tx:
            if (number := Noun.ALERT.number_of(subject)) is not None:
                return await self._alert(tx, number, channel)
            if (number := Noun.INCIDENT.number_of(subject)) is not None:
                return await self._incident(tx, number, channel)
            if (number := Noun.RUN.number_of(subject)) is not None:
                return await self._run(tx, number, channel)
        raise NotFound(f"“{subject}” is not known here. Nothing was changed.")

    async def here(self, channel: str) -> Cause:
        """The incident whose room this is, or nothing in particular."""
        async with self._database.read() as tx:
            incident = await incidents.in_channel(tx, channel)
            return await self._incident(tx, incident.number, channel) if incident else await self.of("", channel)

    async def _alert(self, tx: Tx, number: int, channel: str) -> Cause:
        group = await alerts.find(tx, number)
        if group is None:
            raise NotFound(f"There is no {Noun.ALERT.name_of(number)}. Nothing was changed.")
        names = await alerts.tallies(tx, {number})
        leading = names[number][0].first if names[number] else None
        sample = (await alerts.samples(tx, {leading})).get(leading) if leading is not None else None
        wish = Wish(
            service=group.service,
            runbook="",
            channel=channel,
            incident=group.incident,
            group=number,
            alert=sample.name if sample else "",
            labels=sample.labels if sample else {},
        )
        return Cause(group.name, wish, group.title)

    async def _incident(self, tx: Tx, number: int, channel: str) -> Cause:
        incident = await incidents.find(tx, number)
        if incident is None:
            raise NotFound(f"There is no {Noun.INCIDENT.name_of(number)}, or you are not in it. Nothing was changed.")
        service = incident.services[0] if incident.services else ""
        wish = Wish(service=service, runbook="", channel=channel, incident=number, group=incident.group)
        if incident.group is not None:
            about = (await self._alert(tx, incident.group, channel)).wish
            wish = Wish(
                about.service or service, "", channel=channel, incident=number, group=incident.group,
                alert=about.alert, labels=about.labels,
            )  # fmt: skip
        return Cause(incident.name, wish, incident.title)

    async def _run(self, tx: Tx, number: int, channel: str) -> Cause:
        found = await runs.find(tx, number)
        if found is None:
            raise NotFound(f"There is no {Noun.RUN.name_of(number)}. Nothing was changed.")
        if found.wish.incident is not None:
            return await self._incident(tx, found.wish.incident, channel)
        if found.wish.group is not None:
            return await self._alert(tx, found.wish.group, channel)
        return Cause(found.run.name, Wish(found.run.service, "", channel=channel))
