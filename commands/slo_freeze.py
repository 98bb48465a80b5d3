"""`/slo freeze` and `unfreeze`: releases to a service are stopped, for a while or until somebody lifts it."""

from collections.abc import Callable, Mapping, Sequence

from bot.catalog import Catalog
from bot.command import Argument, ClickHandler, Invocation, Reply, Say, SubCommand
from bot.domain.facts.answer import Usage
from bot.domain.permission import Right
from bot.domain.slo.policy import understood
from bot.ports import Clock
from bot.services.budget_policy import BudgetPolicy
from bot.services.directory import Directory
from bot.services.requests import Asked
from bot.slack.views import budget_policy, help
from commands.slo_near import did_you_mean

_EXAMPLE = "freeze checkout until 18:00 the sale is on"


class SloFreeze:
    """Freezes of releases, asked for by whoever answers for a service."""

    def __init__(
        self, policy: BudgetPolicy, catalog: Callable[[], Catalog], directory: Directory, clock: Clock
    ) -> None:
        self._policy = policy
        self._catalog = catalog
        self._directory = directory
        self._clock = clock

    def subs(self) -> Sequence[SubCommand]:
        service = Argument("service", required=True)
        words = Argument("until TIME or for 2h, and why", required=True, rest=True)
        return (
            SubCommand("freeze", "stop releases to a service; rollbacks stay allowed", _EXAMPLE, self.freeze,
                       (service, words), Right.RESPOND, changes=True, group="Releases"),
            SubCommand("unfreeze", "let releases go on", "unfreeze checkout", self.unfreeze,
                       (service,), Right.RESPOND, changes=True, group="Releases"),
        )  # fmt: skip

    def actions(self) -> Mapping[str, ClickHandler]:
        return {}

    async def freeze(self, inv: Invocation) -> Reply:
        service, text = inv["service"], inv["until TIME or for 2h, and why"]
        if service not in self._catalog().services:
            return self._unknown(inv, f"{service} {text}")
        wanted = understood(text, self._clock.now())
        problem = wanted.problem or ("" if wanted.reason else "Say why releases stop; it is told to everybody")
        if problem:
            return Say(
                help.wrong_use(Usage("/slo freeze", f"{problem.rstrip('.')}. Nothing was changed", f"/slo {_EXAMPLE}"))
            )
        outcome = await self._policy.freeze(_asked(inv), service, wanted.until, wanted.reason)
        if outcome.freeze is None:
            return Say(budget_policy.thawed(service, None))
        if not outcome.done:
            by = await self._directory.person(outcome.freeze.by)
            return Say(budget_policy.frozen_already(outcome.freeze, by))
        found = self._catalog().services[service]
        told = found.releases_channel or self._catalog().chat.budgets.releases_channel or ""
        return Say(budget_policy.frozen(outcome.freeze, found.shown_name, told=told))

    async def unfreeze(self, inv: Invocation) -> Reply:
        service = inv["service"]
        if service not in self._catalog().services:
            return self._unknown(inv, service)
        outcome = await self._policy.unfreeze(_asked(inv), service)
        return Say(budget_policy.thawed(self._catalog().services[service].shown_name, outcome.freeze))

    def _unknown(self, inv: Invocation, line: str) -> Reply:
        known = sorted(self._catalog().services)
        return did_you_mean(f"{inv.command} {inv.sub}", inv["service"], "service", known, line)


def _asked(inv: Invocation) -> Asked:
    return Asked(inv.key, inv.caller.id, inv.caller.handle, f"{inv.command} {inv.text}")
