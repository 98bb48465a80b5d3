"""`/slo show`, `explain` and `simulate`: one SLO in full, where its figures come from, what an outage would cost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.command import (
    Argument,
    Click,
    ClickHandler,
    Errors,
    Invocation,
    Later,
    Message,
    Open,
    Reply,
    Say,
    SubCommand,
    Submission,
    SubmissionHandler,
)
from bot.domain.facts.answer import Usage
from bot.domain.facts.person import Person
from bot.domain.slo.simulation import Outage, understood
from bot.services.burndowns import Burndowns
from bot.services.directory import Directory
from bot.services.slo_details import SloDetails
from bot.services.slo_facts import SloPictures
from bot.slack.ids import Action, Field, Form
from bot.slack.views import help, slo_explain, slo_picture, slo_show, slo_simulate
from commands.asking import ref_of
from commands.slo_near import did_you_mean

_OUTAGE_RULE = "Write a length such as 20m or 1h30m, and if not everything fails a share: 20m at 50 %."


class SloOne:
    """All that can be asked of one SLO. Answers may ask its source, so none is carried by an acknowledgement."""

    def __init__(self, pictures: SloPictures, details: SloDetails, burndowns: Burndowns, directory: Directory) -> None:
        self._pictures = pictures
        self._details = details
        self._burndowns = burndowns
        self._directory = directory

    def subs(self) -> Sequence[SubCommand]:
        name = Argument("name", required=True)
        outage = Argument("outage", required=True, rest=True)
        return (
            SubCommand("show", "one SLO in full, and what spent its budget", "show checkout-availability", self.show,
                       (name,), group="Read"),
            SubCommand("explain", "where every figure of one SLO comes from", "explain checkout-availability",
                       self.explain, (name,), group="Understand"),
            SubCommand("simulate", "what an outage would leave of its budget, and who would be paged when",
                       "simulate checkout-availability 20m at 100 %", self.simulate, (name, outage),
                       group="Understand"),
        )  # fmt: skip

    def actions(self) -> Mapping[str, ClickHandler]:
        return {
            Action.SLO_SHOW: self.shown,
            Action.SLO_PICK: self.shown,
            Action.SLO_SHARE_ONE: self.shared,
            Action.SLO_EXPLAIN: self.explained,
            Action.SLO_WHAT_IF: self.what_if,
        }

    def submissions(self) -> Mapping[str, SubmissionHandler]:
        return {Form.SLO_WHAT_IF: self.simulated}

    def one(self, name: str, *, in_form: bool = False) -> Reply:
        """An SLO in full, to the one who asked."""
        return Later(lambda: self._in_full(name, in_form=in_form))

    async def show(self, inv: Invocation) -> Reply:
        return self._unknown(inv) or self.one(inv["name"])

    async def explain(self, inv: Invocation) -> Reply:
        return self._unknown(inv) or self._explained(inv["name"])

    async def simulate(self, inv: Invocation) -> Reply:
        outage = understood(inv["outage"])
        if outage is None:
            example = f"{inv.command} simulate {inv['name']} 20m at 50 %"
            return Say(help.wrong_use(Usage(inv.command, f"“{inv['outage']}” is no outage. {_OUTAGE_RULE}", example)))
        return self._unknown(inv) or Later(self._simulated(inv["name"], outage))

    async def shown(self, click: Click) -> Reply:
        return self.one(ref_of(click.value).id, in_form=not click.ts)

    async def shared(self, click: Click) -> Reply:
        person = await self._directory.person(click.caller.id, click.caller.handle)
        return Later(lambda: self._in_full(ref_of(click.value).id, shown_by=person))

    async def explained(self, click: Click) -> Reply:
        return self._explained(ref_of(click.value).id)

    async def what_if(self, click: Click) -> Reply:
        slo = self._pictures.defined(ref_of(click.value).id)
        return Open(slo_simulate.what_if_form(slo.name, slo.display_name or slo.name))

    async def simulated(self, submission: Submission) -> Reply:
        outage = understood(submission.form.text(Field.OUTAGE))
        if outage is None:
            return Errors({Field.OUTAGE: _OUTAGE_RULE})
        return Later(self._simulated(ref_of(submission.form.metadata).id, outage))

    async def _in_full(self, name: str, *, shown_by: Person | None = None, in_form: bool = False) -> Reply:
        """The words at once, with the picture where it is drawn already; else it follows, in a form among the words."""
        facts = await self._pictures.show(name)
        drawn = await self._burndowns.known(facts.slo.status)

        async def picture() -> Message | None:
            found = await self._burndowns.awaited(facts.slo.status)
            if found is None:
                return None
            return slo_show.slo_show(facts, picture=found) if in_form else slo_picture.slo_picture(facts, found)

        message = slo_show.slo_show(facts, shown_by=shown_by, picture=drawn)
        return Say(message, public=shown_by is not None, then=None if drawn else picture)

    def _explained(self, name: str) -> Reply:
        async def then() -> Reply:
            return Say(slo_explain.slo_explain(await self._details.explain(name)))

        return Later(then)

    def _simulated(self, name: str, outage: Outage) -> Callable[[], Awaitable[Reply]]:
        async def then() -> Reply:
            return Say(slo_simulate.slo_simulate(await self._details.simulate(name, outage)))

        return then

    def _unknown(self, inv: Invocation) -> Reply | None:
        """What was probably meant, where the name is none."""
        name = inv["name"]
        if name in self._pictures.names():
            return None
        rest = inv.text.partition(inv.sub)[2].strip() or name
        return did_you_mean(f"{inv.command} {inv.sub}", name, "SLO", self._pictures.names(), rest)
