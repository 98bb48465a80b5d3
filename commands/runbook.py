"""`/runbook`: list, run, status, abort, undo. Nothing runs before its plan was shown and confirmed."""

from collections.abc import Sequence

from bot.action import Refused
from bot.command import Argument, Command, Invocation, Open, Reply, Say, SubCommand
from bot.domain.facts.naming import Noun
from bot.services.requests import Asked, NotFound
from bot.services.runs import Occasion, OfferService, RunFactsService, RunService
from bot.services.wishes import Wishes
from bot.slack.views import answers, run, runbooks
from commands.planning import Planning
from commands.refusing import refused
from commands.run_questions import RunQuestions


class RunbookCommand:
    """What can be typed after `/runbook`, `more` of it declared elsewhere.

    Who may do it is decided by the catalog's grants, service by service.
    """

    def __init__(
        self,
        service: RunService,
        facts: RunFactsService,
        offers: OfferService,
        wishes: Wishes,
        planning: Planning,
        questions: RunQuestions,
        more: Sequence[SubCommand] = (),
    ) -> None:
        self._service = service
        self._facts = facts
        self._offers = offers
        self._wishes = wishes
        self._planning = planning
        self._questions = questions
        self._more = more

    def command(self) -> Command:
        """The declaration from which help, manifest and routing are made."""
        which = Argument("run", required=True)
        service, runbook = Argument("service", required=True), Argument("runbook", required=True)
        subs = (
            SubCommand("list", "what could run", "list checkout", self.list, (Argument("service"),), group="Begin"),
            SubCommand("run", "shows the plan, and runs once it is confirmed", "run rollback checkout to v41", self.run,
                       (runbook, service, Argument("words", rest=True)), group="Begin"),
            SubCommand("status", "how a run goes", "status R-1", self.status, (which,), group="During"),
            SubCommand("abort", "stops it before the next replica", "abort R-1", self.abort,
                       (which,), changes=True, group="During"),
            SubCommand("undo", "shows the plan that takes a run back", "undo R-1", self.undo, (which,), group="End"),
        )  # fmt: skip
        return Command(
            "runbook", "safe actions: plan, confirm, verify, undo", "run rollback checkout", (*subs, *self._more)
        )

    async def list(self, inv: Invocation) -> Reply:
        here = (await self._wishes.here(inv.channel)).occasion()
        occasion = Occasion(service=inv["service"]) if inv["service"] else here
        return Say(runbooks.runbook_list(await self._offers.offers(_asked(inv), occasion, live=False)))

    async def run(self, inv: Invocation) -> Reply:
        try:
            wish = await self._wishes.typed(inv["runbook"], inv["service"], inv["words"], inv.channel)
        except Refused as error:
            return Say(refused(error))
        questions = self._questions.form(wish)
        if questions is not None:
            return Open(questions)
        return Open(answers.loading_form("Plan"), lambda: self._planning.plan(_asked(inv), wish))

    async def status(self, inv: Invocation) -> Reply:
        facts = await self._facts.facts(_number(inv))
        if facts is None:
            raise NotFound(f"There is no {inv['run']}. `quarterdeck runs list` has them all.")
        return Say(run.run_message(facts))

    async def abort(self, inv: Invocation) -> Reply:
        try:
            record = await self._service.abort(_asked(inv), _number(inv))
        except Refused as error:
            return Say(refused(error))
        return Say(answers.done(f"{record.run.name} is being stopped. Its message shows how far it came."))

    async def undo(self, inv: Invocation) -> Reply:
        number = _number(inv)
        return Open(answers.loading_form("Plan"), lambda: self._planning.undo(_asked(inv), number))


def _number(inv: Invocation) -> int:
    number = Noun.RUN.number_of(inv["run"])
    if number is None:
        raise NotFound(f"“{inv['run']}” is no run. Write it as R-1.")
    return number


def _asked(inv: Invocation) -> Asked:
    return Asked(inv.key, inv.caller.id, inv.caller.handle, f"{inv.command} {inv.text}")
