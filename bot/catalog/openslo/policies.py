"""From OpenSLO's alert documents to the product's alert policies."""

from bot.catalog.openslo.alert_shape import Condition, ConditionSpec, NotificationTarget, Policy, PolicySpec
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
        return AlertPolicy(name, condition, tuple(dict.fromkeys(targets))) if condition else None

    def _condition(self, policy: str, condition: Condition, place: Place) -> BurnCondition | None:
        if condition.spec:
            return _burn_condition(condition.metadata.name or policy, condition.spec)
        shelf, name = self._library.conditions, condition.condition_ref
        shared = self._library.resolve(shelf, "The AlertCondition", name, place, self._found)
        return _burn_condition(shared.name, shared.spec) if shared else None

    def _target(self, target: NotificationTarget, place: Place) -> str:
        """A target is a name that routing may use; it need not be defined unless others are."""
        shelf, name = self._library.targets, target.target_ref
        if name and shelf:
            self._library.resolve(shelf, "The AlertNotificationTarget", name, place, self._found)
        return name or target.metadata.name


def _burn_condition(name: str, spec: ConditionSpec) -> BurnCondition:
    body = spec.condition
    return BurnCondition(
        name=name,
        severity=spec.severity,
        op=body.op,
        threshold=body.threshold,
        lookback=body.lookback_window.length,
        alert_after=body.alert_after.length,
    )
