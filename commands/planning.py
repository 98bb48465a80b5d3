"""Plans as forms: made from the live world after the click was acknowledged, a refusal in the place of a plan."""

from collections.abc import Awaitable

from bot.action import Refused
from bot.command import View
from bot.domain.facts.run import PlanFacts
from bot.domain.run_record import Wish
from bot.services.requests import Asked
from bot.services.runs import RunService
from bot.slack.views import runbooks
from commands.refusing import refused_form


class Planning:
    """Each method gives the form with the plan, or with the words why there is none."""

    def __init__(self, service: RunService) -> None:
        self._service = service

    async def plan(self, asked: Asked, wish: Wish) -> View:
        return await _form(self._service.plan(asked, wish))

    async def undo(self, asked: Asked, number: int) -> View:
        return await _form(self._service.undo(asked, number))

    async def again(self, asked: Asked, number: int) -> View:
        return await _form(self._service.again(asked, number))


async def _form(planned: Awaitable[PlanFacts]) -> View:
    try:
        return runbooks.plan_form(await planned)
    except Refused as error:
        return refused_form(error)
