"""What the buttons of an incident do: on its card, its announcement, its lists and its timeline."""

import json
from collections.abc import Mapping

from bot.command import Click, ClickHandler, Nothing, Open, Reply, Say, Update
from bot.domain.declaration import from_json
from bot.domain.facts.naming import Noun
from bot.domain.facts.timeline import Show
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import IncidentService, LooksSame
from bot.services.postmortems import PostmortemService
from bot.services.requests import NotFound
from bot.services.timelines import TimelineReader
from bot.slack.ids import Action, IncidentMore
from bot.slack.views import answers, declare, incident_forms, incidents, similar, stale, timeline
from commands.asking import asked, number_of, ref_of


class IncidentClicks:
    """Each click carries the incident's id and the version that was on the screen, never state."""

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

    def actions(self) -> Mapping[str, ClickHandler]:
        """The handler of each action id. Running a runbook is the runs' own."""
        return {
            Action.INCIDENT_NEW: self.new,
            Action.INCIDENT_ANYWAY: self.anyway,
            Action.INCIDENT_JOIN: self.join,
            Action.INCIDENT_OPEN: self.status,
            Action.INCIDENT_STATUS: self.status,
            Action.INCIDENT_MITIGATE: self.mitigate,
            Action.INCIDENT_RESOLVE: self.resolve,
            Action.INCIDENT_NOTE: self.note,
            Action.INCIDENT_RETRY: self.retry,
            Action.INCIDENT_TIMELINE: self.timeline,
            Action.INCIDENT_POSTMORTEM: self.postmortem,
            Action.TIMELINE_SHOW: self.turn,
            Action.TIMELINE_PAGE: self.turn,
            Action.TIMELINE_PAGE_BACK: self.turn,
        }

    async def new(self, click: Click) -> Reply:
        return Open(declare.declare_form(await self._pictures.declare_form(click.caller.id)))

    async def anyway(self, click: Click) -> Reply:
        try:
            wanted = from_json(json.loads(ref_of(click.value).extra))
        except ValueError as error:
            raise NotFound("That declaration cannot be read any more. Type /incident open again.") from error
        outcome = await self._service.declare(asked(click), wanted, anyway=True)
        if isinstance(outcome, LooksSame):
            draft = json.dumps(ref_of(click.value).extra)
            return Say(similar.similar_answer(await self._pictures.similar(outcome.incident, outcome.same, draft)))
        return Say(declare.declared(self._pictures.declared(outcome.incident)), replace=click.ephemeral)

    async def join(self, click: Click) -> Reply:
        number = self._number(click)
        changed = await self._service.join(asked(click), number)
        facts = await self._pictures.facts(number)
        if not changed.done:
            return Say(stale.incident_moved(facts))
        where = f"#{facts.room.name}" if facts.room else "its channel, as soon as it is open"
        return Say(answers.done(f"You are being let into {where}."))

    async def status(self, click: Click) -> Reply:
        return Say(incidents.incident_status(await self._pictures.facts(self._number(click))))

    async def mitigate(self, click: Click) -> Reply:
        return Open(incident_forms.mitigate_form(await self._pictures.facts(self._number(click))))

    async def resolve(self, click: Click) -> Reply:
        return Open(incident_forms.resolve_form(await self._pictures.facts(self._number(click))))

    async def note(self, click: Click) -> Reply:
        return Open(incident_forms.note_form(await self._pictures.facts(self._number(click))))

    async def severity(self, click: Click) -> Reply:
        return Open(incident_forms.severity_form(await self._pictures.severities(self._number(click))))

    async def retry(self, click: Click) -> Reply:
        ref = ref_of(click.value)
        changed = await self._service.retry(asked(click), self._number(click), ref.extra)
        if changed.done:
            return Nothing()
        return Say(answers.done("That part is done already, or being tried again now. Nothing was changed."))

    async def timeline(self, click: Click) -> Reply:
        return Open(timeline.timeline_form(await self._reader.facts(self._number(click))))

    async def postmortem(self, click: Click) -> Reply:
        number = self._number(click)
        changed = await self._postmortems.ask(asked(click), number)
        if not changed.done:
            return Say(stale.incident_moved(await self._pictures.facts(number)))
        return Nothing()

    async def turn(self, click: Click) -> Reply:
        """Another filter or page of the timeline that is open as a form."""
        ref = ref_of(click.value)
        show, _, page = ref.extra.partition("/")
        if show not in {choice.value for choice in Show}:
            raise NotFound("That part of the timeline is not known here.")
        number = number_of(Noun.INCIDENT, ref)
        facts = await self._reader.facts(number, Show(show), int(page) if page.isdecimal() else 1)
        return Update(timeline.timeline_form(facts))

    def _number(self, click: Click) -> int:
        return number_of(Noun.INCIDENT, ref_of(click.value))

    def more(self) -> Mapping[str, ClickHandler]:
        """What stands behind `⋯`, but for the runbooks."""
        return {
            IncidentMore.SEVERITY: self.severity,
            IncidentMore.TIMELINE: self.timeline,
            IncidentMore.RESOLVE: self.resolve,
            IncidentMore.POSTMORTEM: self.postmortem,
        }
