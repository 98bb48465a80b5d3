"""`/incident`: open, list, status, note, severity, mitigate, resolve, reopen, timeline, postmortem."""

import json

from bot.command import Argument, Command, Invocation, Open, Reply, Say, SubCommand
from bot.domain.declaration import to_json
from bot.domain.facts.answer import Usage
from bot.domain.facts.naming import Noun
from bot.domain.incident import Incident, Move
from bot.domain.permission import Right
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import Changed, IncidentService, LooksSame
from bot.services.postmortems import PostmortemService
from bot.services.requests import Asked, NotFound
from bot.services.timelines import TimelineReader
from bot.slack.views import answers, declare, help, incident_forms, incidents, similar, stale, timeline

_WHICH = Argument("incident")
_WORDS = Argument("words", rest=True)
_LEAST_TITLE = 4


class IncidentCommand:
    """What can be typed after `/incident`. In an incident's channel the incident need not be named."""

    def __init__(
        self,
        service: IncidentService,
        pictures: IncidentPictures,
        reader: TimelineReader,
        postmortems: PostmortemService,
    ) -> None:
        self._service = service
        self._pictures = pictures
        self._reader = reader
        self._postmortems = postmortems

    def command(self) -> Command:
        """The declaration from which help, manifest and routing are made."""
        subs = (*self._begin(), *self._during(), *self._end())
        return Command("incident", "declare and lead incidents", "open checkout is down sev2", subs)

    def _begin(self) -> tuple[SubCommand, ...]:
        return (
            SubCommand("open", "declare one; alone it opens a form", "open checkout is down sev2", self.open,
                       (Argument("title", rest=True),), Right.OPEN_INCIDENT, changes=True, group="Begin"),
            SubCommand("list", "the open ones", "list", self.list, group="Begin"),
            SubCommand("status", "one at a glance", "status INC-1", self.status, (_WHICH,), group="Begin"),
        )  # fmt: skip

    def _during(self) -> tuple[SubCommand, ...]:
        return (
            SubCommand("note", "write into the timeline", "note coupons table is missing", self.note,
                       (Argument("text", rest=True),), Right.RESPOND, changes=True, group="During"),
            SubCommand("severity", "change it", "severity sev1", self.severity,
                       (Argument("level"),), Right.RESPOND, changes=True, group="During"),
            SubCommand("timeline", "what happened so far", "timeline", self.timeline, (_WHICH,), group="During"),
            SubCommand("mitigate", "customers are fine, the cause is not gone", "mitigate rolled back to v41",
                       self.mitigate, (_WORDS,), Right.RESPOND, changes=True, group="During"),
        )  # fmt: skip

    def _end(self) -> tuple[SubCommand, ...]:
        return (
            SubCommand("resolve", "the cause is gone", "resolve rolled back to v41", self.resolve,
                       (_WORDS,), Right.RESPOND, changes=True, group="End"),
            SubCommand("reopen", "it is back", "reopen INC-1", self.reopen,
                       (_WHICH,), Right.RESPOND, changes=True, group="End"),
            SubCommand("postmortem", "the draft, from the record", "postmortem", self.postmortem,
                       (_WHICH,), Right.RESPOND, changes=True, group="End"),
        )  # fmt: skip

    async def open(self, inv: Invocation) -> Reply:
        if not inv["title"].strip():
            return Open(declare.declare_form(await self._pictures.declare_form(inv.caller.id)))
        wanted = self._service.understand(inv["title"])
        if len(wanted.title) < _LEAST_TITLE:
            problem = f"Say what customers notice in at least {_LEAST_TITLE} characters; nothing was opened"
            return Say(help.wrong_use(Usage("/incident open", problem, "/incident open checkout is down sev2")))
        outcome = await self._service.declare(_asked(inv), wanted)
        if isinstance(outcome, LooksSame):
            draft = json.dumps(to_json(wanted), ensure_ascii=False)
            return Say(similar.similar_answer(await self._pictures.similar(outcome.incident, outcome.same, draft)))
        return Say(declare.declared(self._pictures.declared(outcome.incident)))

    async def list(self, inv: Invocation) -> Reply:  # noqa: ARG002
        return Say(incidents.incident_list(await self._pictures.listed()))

    async def status(self, inv: Invocation) -> Reply:
        incident = await self._named(inv)
        return Say(incidents.incident_status(await self._pictures.facts(incident.number)))

    async def note(self, inv: Invocation) -> Reply:
        incident = await self._here(inv)
        if not inv["text"].strip():
            return Open(incident_forms.note_form(await self._pictures.facts(incident.number)))
        await self._service.note(_asked(inv), incident.number, inv["text"].strip())
        return Say(answers.done(f"Noted in the timeline of {incident.name}."))

    async def severity(self, inv: Invocation) -> Reply:
        incident = await self._here(inv)
        if not inv["level"]:
            return Open(incident_forms.severity_form(await self._pictures.severities(incident.number)))
        changed = await self._service.grade(_asked(inv), incident.number, inv["level"])
        if not changed.done and changed.incident.open:
            return Say(answers.done(f"{changed.incident.name} is {changed.incident.severity} already."))
        return await self._moved(changed, f"{changed.incident.name} is {changed.incident.severity} now.")

    async def timeline(self, inv: Invocation) -> Reply:
        incident = await self._named(inv)
        return Say(timeline.timeline_message(await self._reader.facts(incident.number)))

    async def mitigate(self, inv: Invocation) -> Reply:
        return await self._move(inv, await self._here(inv), Move.MITIGATE, inv["words"])

    async def resolve(self, inv: Invocation) -> Reply:
        return await self._move(inv, await self._here(inv), Move.RESOLVE, inv["words"])

    async def reopen(self, inv: Invocation) -> Reply:
        return await self._move(inv, await self._named(inv), Move.REOPEN, "")

    async def postmortem(self, inv: Invocation) -> Reply:
        incident = await self._named(inv)
        changed = await self._postmortems.ask(_asked(inv), incident.number)
        if not changed.done:
            line = f"{incident.name} is {incident.state}; its post-mortem is written once it is resolved"
            usage = Usage("/incident postmortem", f"{line}. Nothing was changed", "/incident resolve")
            return Say(help.wrong_use(usage))
        return Say(answers.done(f"The draft of {incident.name} is being written and comes into its channel as a file."))

    async def _move(self, inv: Invocation, incident: Incident, step: Move, words: str) -> Reply:
        changed = await self._service.move(_asked(inv), incident.number, step, words.strip())
        return await self._moved(changed, f"{changed.incident.name} is {changed.incident.state} now.")

    async def _moved(self, changed: Changed, words: str) -> Reply:
        if not changed.done:
            return Say(stale.incident_moved(await self._pictures.facts(changed.incident.number)))
        return Say(answers.done(words))

    async def _named(self, inv: Invocation) -> Incident:
        """The incident that is named, or the one whose channel this is. Raises `NotFound`."""
        if not inv["incident"]:
            return await self._here(inv)
        number = Noun.INCIDENT.number_of(inv["incident"])
        if number is None:
            raise NotFound(
                f"“{inv['incident']}” is no incident. Write it as INC-1; /incident list shows the open ones."
            )
        return await self._service.find(number)

    async def _here(self, inv: Invocation) -> Incident:
        """The incident whose channel this is. Raises `NotFound` with the open ones named."""
        found = await self._service.in_channel(inv.channel)
        if found is not None:
            return found
        rooms = [f"#{one.channel_name}" for one in await self._service.listed(only_open=True) if one.channel_name]
        where = f"Open ones: {', '.join(rooms[:5])}." if rooms else "None is open."
        raise NotFound(f"{inv.command} {inv.sub} works in an incident's channel. {where} Nothing was changed.")


def _asked(inv: Invocation) -> Asked:
    return Asked(inv.key, inv.caller.id, inv.caller.handle, f"{inv.command} {inv.text}")
