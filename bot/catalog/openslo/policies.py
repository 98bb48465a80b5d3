"""From OpenSLO's alert documents to the product's alert policies."""

from bot.catalog.openslo.alert_shape import Condition, ConditionSpec, NotificationTarget, Policy, PolicySpec
from bot.catalog.openslo.burning import PAGES, TICKETS, urgency_of
from bot.catalog.openslo.library import Library, Placed
from bot.catalog.openslo.shape import SloSpec
from bot.catalog.problems import Findings
from bot.catalog.reading import Place
from bot.catalog.source import AlertPolicy, BurnCondition


class PolicyBook:
    """Resolves what SLOs and policies refer to; each shared policy is looked at, and reported on, once."""

    def __init__(self, library: Library, found: Findings) -> None:
        self._library = library
        self._found = found
        self._shared = {name: self._built(name, each.spec, each.place) for name, each in library.policies.items()}

    def of(self, slo: Placed[SloSpec]) -> tuple[AlertPolicy, ...]:
        """The SLO's policies, inline or by reference, without those that are not defined."""
        place = slo.place.within("alertPolicies")
        found = [self._one(slo, policy, place.within(index)) for index, policy in enumerate(slo.spec.alert_policies)]
        return tuple(policy for policy in found if policy)

    def _one(self, slo: Placed[SloSpec], policy: Policy, place: Place) -> AlertPolicy | None:
        if policy.spec:
            return self._built(policy.metadata.name or f"{slo.name}-alert", policy.spec, place.within("spec"))
        shelf, name = self._library.policies, policy.alert_policy_ref
        shared = self._library.resolve(shelf, "The AlertPolicy", name, place, self._found)
        return self._shared[shared.name] if shared else None

    def _built(self, name: str, spec: PolicySpec, place: Place) -> AlertPolicy | None:
        condition = self._condition(name, spec.conditions[0], place.within("conditions", 0))
        targets = [
            self._target(target, place.within("notificationTargets", index))
            for index, target in enumerate(spec.notification_targets)
        ]
        if spec.alert_when_no_data:
            what = "'alertWhenNoData' raises no alert here: an SLO without data is shown as that."
            self._warn(place.within("alertWhenNoData"), what)
        if condition is None:
            return None
        return AlertPolicy(name, condition, tuple(dict.fromkeys(targets)), spec.alert_when_breaching)

    def _condition(self, policy: str, condition: Condition, place: Place) -> BurnCondition | None:
        if condition.spec:
            return self._burn(condition.metadata.name or policy, condition.spec, place.within("spec"))
        shelf, name = self._library.conditions, condition.condition_ref
        shared = self._library.resolve(shelf, "The AlertCondition", name, place, self._found)
        return self._burn(shared.name, shared.spec, shared.place) if shared else None

    def _burn(self, name: str, spec: ConditionSpec, place: Place) -> BurnCondition:
        if spec.condition.op in _BACKWARDS:
            what = (
                f"op {spec.condition.op!r} would alert while the budget is not burning; "
                f"it is read as {_BACKWARDS[spec.condition.op]!r}."
            )
            self._warn(place.within("condition", "op"), what, "gt, gte")
        if urgency_of(spec.severity) is None:
            what = f"severity {spec.severity!r} says neither page nor ticket; it is taken for a ticket."
            self._warn(place.within("severity"), what, ", ".join([*sorted(PAGES), *sorted(TICKETS)]))
        return _burn_condition(name, spec)

    def _warn(self, place: Place, what: str, allowed: str = "") -> None:
        self._found.warnings.append(place.problem(what, allowed))

    def _target(self, target: NotificationTarget, place: Place) -> str:
        """A target is a name that routing may use; it need not be defined unless others are."""
        shelf, name = self._library.targets, target.target_ref
        if name and shelf:
            self._library.resolve(shelf, "The AlertNotificationTarget", name, place, self._found)
        return name or target.metadata.name


_BACKWARDS = {"lt": "gt", "lte": "gte"}
"""The specification once had `op` in its examples, as lte, and then took it out: a burn rate alerts when exceeded."""


def _burn_condition(name: str, spec: ConditionSpec) -> BurnCondition:
    body = spec.condition
    return BurnCondition(
        name=name,
        severity=spec.severity,
        op=_BACKWARDS.get(body.op, body.op),
        threshold=body.threshold,
        lookback=body.lookback_window.length,
        alert_after=body.alert_after.length,
    )
