"""`/alerts list`, and what the buttons of an alert card and of a page do."""

from collections.abc import Mapping

from bot.command import (
    Argument,
    Click,
    ClickHandler,
    Close,
    Command,
    Invocation,
    Nothing,
    Open,
    Reply,
    Say,
    SubCommand,
    Submission,
    SubmissionHandler,
)
from bot.domain.facts.naming import Noun
from bot.services.alert_facts import AlertPictures
from bot.services.alerts import AlertService, Handled, Outcome
from bot.services.incident_facts import IncidentPictures
from bot.services.page_facts import PagePictures
from bot.services.paging import PagingService
from bot.slack.ids import Action, AlertMore, Form
from bot.slack.views import alerts, answers, declare, stale
from commands.asking import asked, number_of, ref_of


class AlertCommand:
    """What can be typed after `/alerts`."""

    def __init__(self, pictures: AlertPictures) -> None:
        self._pictures = pictures

    def command(self) -> Command:
        """The declaration from which help, manifest and routing are made."""
        listing = SubCommand(
            "list", "what fires now, worst first", "list checkout", self.list, (Argument("service"),), group="Read"
        )
        return Command("alerts", "what fires now", "list", (listing,))

    async def list(self, inv: Invocation) -> Reply:
        return Say(alerts.alert_list(await self._pictures.listed(inv["service"] or None)))


class AlertClicks:
    """Each click carries the alert's id and the version that was on the screen, never state."""

    def __init__(
        self,
        service: AlertService,
        pictures: AlertPictures,
        incidents: IncidentPictures,
        paging: PagingService,
        pages: PagePictures,
    ) -> None:
        self._service = service
        self._pictures = pictures
        self._incidents = incidents
        self._paging = paging
        self._pages = pages

    def actions(self) -> Mapping[str, ClickHandler]:
        """The handler of each action id. Runbooks are the runs' own."""
        return {
            Action.ALERT_ACK: self.acknowledge,
            Action.ALERT_TAKE: self.take_over,
            Action.ALERT_DECLARE: self.declare,
            Action.PAGE_ACK: self.acknowledge_page,
        }

    def more(self) -> Mapping[str, ClickHandler]:
        """What stands behind `⋯`, but for the runbooks and the incident's own."""
        return {AlertMore.HAND_BACK: self.hand_back}

    def submissions(self) -> Mapping[str, SubmissionHandler]:
        return {Form.ALERT_HAND_BACK: self.handed_back}

    async def acknowledge(self, click: Click) -> Reply:
        handled = await self._service.acknowledge(asked(click), _number(click), ref_of(click.value).version)
        return await self._seen_on_card(handled)

    async def take_over(self, click: Click) -> Reply:
        handled = await self._service.take_over(asked(click), _number(click), ref_of(click.value).version)
        return await self._seen_on_card(handled)

    async def hand_back(self, click: Click) -> Reply:
        return Open(alerts.hand_back_form(await self._pictures.facts(_number(click))))

    async def handed_back(self, form: Submission) -> Reply:
        handled = await self._service.hand_back(asked(form), number_of(Noun.ALERT, ref_of(form.form.metadata)))
        if handled.done or handled.outcome is Outcome.REPEATED:
            return Close()
        return Say(stale.alert_moved(await self._pictures.facts(handled.group.number)))

    async def _seen_on_card(self, handled: Handled) -> Reply:
        """A click that worked is answered by the card itself; any other in words, by how the alert stands now."""
        if handled.done or handled.outcome is Outcome.REPEATED:
            return Nothing()
        if handled.outcome is Outcome.YOURS:
            return Say(answers.done(f"You have {handled.group.name} already. Nothing was changed."))
        return Say(stale.alert_moved(await self._pictures.facts(handled.group.number)))

    async def declare(self, click: Click) -> Reply:
        """The form, filled in from the alert; where it has an incident already, that is named instead."""
        group = await self._service.find(_number(click))
        if group.incident is not None:
            return Say(stale.already_declared(await self._incidents.facts(group.incident)))
        form = await self._incidents.declare_form(
            click.caller.id,
            title=group.title,
            services=(group.service,) if group.service else (),
            severity=self._incidents.suggested(group.priority),
            alert=group.name,
            key=group.name,
        )
        return Open(declare.declare_form(form))

    async def acknowledge_page(self, click: Click) -> Reply:
        number = number_of(Noun.PAGE, ref_of(click.value))
        answered = await self._paging.acknowledge(asked(click), number)
        facts = None if answered.done else await self._pages.facts(number)
        return Say(stale.page_moved(facts)) if facts else Nothing()


def _number(click: Click) -> int:
    return number_of(Noun.ALERT, ref_of(click.value))
