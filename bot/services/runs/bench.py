"""What a wish needs to be planned and applied: runbook, action, target and bounds, from the catalog in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.action import Action, Refused, Request, Target, Value
from bot.catalog import Catalog
from bot.catalog.model import Param, Runbook, Service
from bot.domain.permission import RIGHT_OF, Right
from bot.domain.run_record import Verification, Wish
from bot.domain.slo import Slo

Connector = Callable[[Mapping[str, str]], Target]
_NOTHING = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Job:
    """A wish, with everything it needs at hand. Nothing has been contacted yet."""

    service: Service
    runbook: Runbook
    action: Action
    target: Target
    request: Request

    @property
    def lock(self) -> str:
        """What only one run at a time may change."""
        return f"{self.service.name}/{self.service.environment}"


class Bench:
    """`actions` by the verb people type, `connectors` by the kind of target."""

    def __init__(
        self, catalog: Callable[[], Catalog], actions: Mapping[str, Action], connectors: Mapping[str, Connector]
    ) -> None:
        self._catalog = catalog
        self._actions = actions
        self._connectors = connectors

    def job(self, wish: Wish) -> Job:
        """Raises `Refused` where the catalog has no such service, target or runbook, or the parameters do not fit."""
        service = self.service(wish.service)
        runbook = self.runbook(wish.service, wish.runbook)
        action = self.action(runbook.action)
        target = self.target(service)
        params = _params(runbook, wish.params)
        kind = service.target.kind if service.target else ""
        request = Request(service.name, service.environment, kind, params, service.bounds)
        return Job(service, runbook, action, target, request)

    def service(self, name: str) -> Service:
        service = self._catalog().services.get(name)
        if service is None:
            known = ", ".join(self._catalog().services) or "none"
            raise Refused(f"There is no service `{name}`. {_NOTHING} Known: {known}.", "unknown service")
        return service

    def runbook(self, service: str, name: str) -> Runbook:
        """The runbook of that name, or one for the service with the action of that name. Raises `Refused`."""
        runbooks = self._catalog().runbooks
        if name in runbooks:
            return runbooks[name]
        alike = [each for each in runbooks.values() if each.action == name and meant_for(each, service)]
        if alike:
            return alike[0]
        known = ", ".join(runbooks) or "none"
        raise Refused(f"There is no runbook `{name}` for `{service}`. {_NOTHING} Known: {known}.", "unknown runbook")

    def action(self, name: str) -> Action:
        action = self._actions.get(name)
        if action is None:
            raise Refused(f"This version cannot {name}. {_NOTHING} It can: {', '.join(self._actions)}.", "no action")
        return action

    def target(self, service: Service) -> Target:
        """What runs of the service act on; nothing is contacted yet. Raises `Refused`."""
        if service.target is None:
            raise Refused(f"`{service.name}` has no target in services.yaml. {_NOTHING}", "no target")
        connect = self._connectors.get(service.target.kind)
        if connect is None:
            raise Refused(f"This version knows no target of kind {service.target.kind!r}. {_NOTHING}", "no target")
        try:
            return connect(service.target.options)
        except ValueError as error:
            raise Refused(f"The target of `{service.name}` is not usable: {error} {_NOTHING}", "no target") from error

    def right(self, wish: Wish) -> Right:
        """What running it needs; a runbook that is gone from the catalog needs what actions need."""
        try:
            return RIGHT_OF[self.runbook(wish.service, wish.runbook).role]
        except Refused:
            return Right.ACT

    def undo_of(self, wish: Wish) -> str:
        """The runbook that the wish's own names as its undo; empty where it leaves that to the plan."""
        runbook = self._catalog().runbooks.get(wish.runbook)
        return runbook.undo if runbook else ""

    def verification(self, service: Service, runbook: Runbook) -> Verification | None:
        """How a run is judged; None where its runbook does not ask for it, or the service has no SLO."""
        verify = runbook.verify
        slos = self._catalog().slos_of(service.name)
        slo = self._catalog().slo(verify.slo) if verify and verify.slo else next(iter(slos), None)
        if verify is None or slo is None or slo.name in self._catalog().unqueryable:
            return None
        before, after = timedelta(seconds=verify.before_s), timedelta(seconds=verify.after_s)
        late = timedelta(seconds=verify.late_s)
        return Verification(slo.name, _bad_events(slo), before, after, verify.min_events, late)


def meant_for(runbook: Runbook, service: str) -> bool:
    """Whether the runbook says nothing of services, or names this one."""
    return not runbook.when or any(not when.service or service in when.service for when in runbook.when)


def _bad_events(slo: Slo) -> str:
    """What the SLO counts against the service, in people's words: `checkout errors`, `checkout slow answers`."""
    slow = "latency" in f"{slo.name} {slo.indicator.name}".lower()
    return f"{slo.service} {'slow answers' if slow else 'errors'}"


def _params(runbook: Runbook, given: Mapping[str, Value]) -> Mapping[str, Value]:
    """What was given, and the defaults of the rest. Raises `Refused` where a value is outside what the runbook says."""
    defaults = {name: param.default for name, param in runbook.params.items() if param.default is not None}
    params = {**defaults, **given}
    for name, param in runbook.params.items():
        value = params.get(name)
        if value is None and param.required:
            raise Refused(f"{param.label or name}? `{name}` is missing. {_NOTHING}", "parameters")
        if value is not None:
            _check(name, param, value)
    return params


def _check(name: str, param: Param, value: Value) -> None:
    if param.choices and str(value) not in param.choices:
        raise Refused(f"`{name}` is one of {', '.join(param.choices)}, not {value}. {_NOTHING}", "out of bounds")
    if not isinstance(value, int | float):
        return
    if param.least is not None and value < param.least:
        raise Refused(f"`{name}` is at least {param.least:g}, not {value:g}. {_NOTHING}", "out of bounds")
    if param.most is not None and value > param.most:
        raise Refused(f"`{name}` is at most {param.most:g}, not {value:g}. {_NOTHING}", "out of bounds")
