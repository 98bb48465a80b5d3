"""What happens when a form of an incident is sent in."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.command import Close, Errors, Reply, Say, Submission, SubmissionHandler, Update
from bot.domain.declaration import from_json, to_json
from bot.domain.facts.naming import Noun
from bot.domain.incident import Declaration, Move
from bot.domain.plaintext import clean
from bot.domain.when import understood
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import IncidentService, LooksSame
from bot.slack.ids import Choice, Field, Form, Ref
from bot.slack.views import answers, declare, similar, stale
from commands.asking import asked, number_of, ref_of


class IncidentForms:
    """Each form carries the incident's id and version; `now` is the clock against which typed times are read."""

    def __init__(self, service: IncidentService, pictures: IncidentPictures, now: Callable[[], datetime]) -> None:
        self._service = service
        self._pictures = pictures
        self._now = now

    def submissions(self) -> Mapping[str, SubmissionHandler]:
        """The handler of each form."""
        return {
            Form.INCIDENT_DECLARE: self.declare,
            Form.INCIDENT_SIMILAR: self.similar,
            Form.INCIDENT_NOTE: self.note,
            Form.INCIDENT_SEVERITY: self.severity,
            Form.INCIDENT_MITIGATE: self.mitigate,
            Form.INCIDENT_RESOLVE: self.resolve,
        }

    async def declare(self, form: Submission) -> Reply:
        title = clean(form.form.text(Field.TITLE))
        if not declare.TITLE_LEAST <= len(title) <= declare.TITLE_MOST:
            least, most = declare.TITLE_LEAST, declare.TITLE_MOST
            words = f"Write what customers notice, in {least} to {most} characters. This has {len(title)}."
            return Errors({Field.TITLE: words})
        rank = form.form.text(Field.SEVERITY)
        severities = {str(choice.severity.rank): choice.severity.name for choice in self._pictures.choices()}
        if rank not in severities:
            return Errors({Field.SEVERITY: "Pick one. Unsure? Take the worse one; lowering it later is one click."})
        group = Noun.ALERT.number_of(form.form.metadata) if form.form.metadata else None
        wanted = Declaration(
            title=title,
            severity=severities[rank],
            services=form.form.chosen(Field.SERVICES),
            commander=form.form.text(Field.COMMANDER) or None,
            drill=Choice.DRILL in form.form.chosen(Field.OPTIONS),
            group=group,
        )
        return await self._declare(form, wanted, anyway=False)

    async def similar(self, form: Submission) -> Reply:
        carried = json.loads(form.form.metadata)
        wanted = from_json(json.loads(carried["draft"]))
        if form.form.text(Field.CHOICE) == Choice.NEW:
            return await self._declare(form, wanted, anyway=True)
        number = number_of(Noun.INCIDENT, Ref(str(carried["similar"])))
        changed = await self._service.join(asked(form), number)
        facts = await self._pictures.facts(number)
        return Say(answers.done(f"You are being let into {facts.id}.") if changed.done else stale.incident_moved(facts))

    async def _declare(self, form: Submission, wanted: Declaration, *, anyway: bool) -> Reply:
        outcome = await self._service.declare(asked(form), wanted, anyway=anyway)
        if isinstance(outcome, LooksSame):
            draft = json.dumps(to_json(wanted), ensure_ascii=False)
            question = await self._pictures.similar(outcome.incident, outcome.same, draft)
            return Update(similar.similar_form(question))
        facts = self._pictures.declared(outcome.incident)
        if outcome.again:
            return Say(stale.already_declared(facts))
        return Say(declare.declared(facts))

    async def note(self, form: Submission) -> Reply:
        ref = ref_of(form.form.metadata)
        at = understood(form.form.text(Field.AT), self._now())
        if at is None:
            return Errors({Field.AT: "Write a time such as 02:10 (UTC), or 10 min ago. Empty means now."})
        text = form.form.text(Field.NOTE)
        if not text:
            return Errors({Field.NOTE: "Write what happened; an empty note is not kept."})
        await self._service.note(asked(form), number_of(Noun.INCIDENT, ref), text, at)
        return Close()

    async def severity(self, form: Submission) -> Reply:
        number = number_of(Noun.INCIDENT, ref_of(form.form.metadata))
        names = {str(choice.severity.rank): choice.severity.name for choice in self._pictures.choices()}
        chosen = names.get(form.form.text(Field.SEVERITY))
        if chosen is None:
            return Errors({Field.SEVERITY: "Pick one of these."})
        changed = await self._service.grade(asked(form), number, chosen)
        if not changed.done and not changed.incident.open:
            return Say(stale.incident_moved(await self._pictures.facts(number)))
        return Close()

    async def mitigate(self, form: Submission) -> Reply:
        return await self._move(form, Move.MITIGATE)

    async def resolve(self, form: Submission) -> Reply:
        false_alarm = Choice.FALSE_ALARM in form.form.chosen(Field.OPTIONS)
        return await self._move(form, Move.CALL_OFF if false_alarm else Move.RESOLVE)

    async def _move(self, form: Submission, step: Move) -> Reply:
        number = number_of(Noun.INCIDENT, ref_of(form.form.metadata))
        changed = await self._service.move(asked(form), number, step, form.form.text(Field.FIX))
        if not changed.done:
            return Say(stale.incident_moved(await self._pictures.facts(number)))
        return Close()
