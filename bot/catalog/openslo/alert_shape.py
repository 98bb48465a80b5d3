"""The shapes of OpenSLO's alert documents: AlertPolicy, AlertCondition, AlertNotificationTarget."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.catalog.duration import Duration
from bot.catalog.openslo.base import Delay, Described, Inline, Shape, Shorthand, referenced, require_one_form

Operator = Literal["lte", "gte", "lt", "gt"]


class ConditionBody(Shape):
    kind: Literal["burnrate"] = "burnrate"
    op: Operator = "gt"
    threshold: Annotated[float, Field(ge=0)]
    lookback_window: Shorthand
    alert_after: Delay = Duration(0, "m")


class ConditionSpec(Described):
    severity: str
    condition: ConditionBody


class Condition(Inline):
    condition_ref: str = ""
    kind: Literal["AlertCondition"] = "AlertCondition"
    spec: ConditionSpec | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        require_one_form("a condition", "conditionRef", self.condition_ref, self.spec)
        return self


class NotificationSpec(Described):
    target: str


class NotificationTarget(Inline):
    target_ref: str = ""
    kind: Literal["AlertNotificationTarget"] = "AlertNotificationTarget"
    spec: NotificationSpec | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        require_one_form("a notification target", "targetRef", self.target_ref, self.spec)
        return self


class PolicySpec(Described):
    alert_when_no_data: bool = False
    alert_when_resolved: bool = False
    alert_when_breaching: bool = True
    conditions: tuple[Annotated[Condition, referenced("conditionRef")], ...]
    notification_targets: tuple[Annotated[NotificationTarget, referenced("targetRef")], ...]

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(self.conditions) != 1:
            raise ValueError(f"a policy has exactly one condition, not {len(self.conditions)}")
        if not self.notification_targets:
            raise ValueError("a policy needs at least one notification target")
        return self


class Policy(Inline):
    alert_policy_ref: str = ""
    kind: Literal["AlertPolicy"] = "AlertPolicy"
    spec: PolicySpec | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        require_one_form("an alert policy", "alertPolicyRef", self.alert_policy_ref, self.spec)
        return self
