"""Runbooks: when they apply, what they ask for, what they do and how the result is judged (`runbooks/*.yaml`)."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.catalog.chat import Verify
from bot.catalog.part import Part, Role, Texts
from bot.domain.permission import PRODUCTION
from bot.domain.slo.policy import Risk

Scalar = str | int | float | bool


class When(Part):
    """An alert the runbook is offered for: all that is stated must hold."""

    service: Texts = ()
    rule: Texts = ()
    """Names of alerts (`alertname`)."""
    labels: Mapping[str, str] = {}

    def fits(self, service: str, alert: str, labels: Mapping[str, str]) -> bool:
        """Whether an alert of that service and name, with these labels, asks for the runbook."""
        return (
            (not self.service or service in self.service)
            and (not self.rule or alert in self.rule)
            and all(labels.get(label) == value for label, value in self.labels.items())
        )


class Param(Part):
    """One question to the person who runs it. `least` and `most` bound numbers; `choices` bound a choice."""

    type: Literal["integer", "number", "string", "boolean", "choice"]
    label: str = ""
    help: str = ""
    required: bool = False
    default: Scalar | None = None
    least: float | None = None
    most: float | None = None
    choices: Texts = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("'choices' belong to type choice, and a choice needs them")
        numeric = self.type in ("integer", "number")
        if not numeric and (self.least is not None or self.most is not None):
            raise ValueError("'least' and 'most' belong to type integer or number")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"least ({self.least:g}) is above most ({self.most:g})")
        return self


class Step(Part):
    """One step, in order. `text` is the instruction, the query or the question; `action` runs the runbook's action."""

    kind: Literal["manual", "query", "action", "approval", "wait", "verify"]
    text: str = ""
    role: Role | None = None
    """Who approves, for kind approval: an approver, unless another role is named."""
    environments: Texts = ()
    """Where approval is asked for; empty: in production."""
    open_min: Annotated[float, Field(gt=0)] | None = None
    """How many minutes somebody may take to decide, for kind approval."""
    wait_s: Annotated[float, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind in ("manual", "query", "approval") and not self.text:
            raise ValueError(f"a step of kind {self.kind} needs 'text'")
        if (self.kind == "wait") != bool(self.wait_s):
            raise ValueError("'wait_s' belongs to kind wait, which needs it")
        if self.kind != "approval" and (self.role or self.environments or self.open_min):
            raise ValueError("'role', 'environments' and 'open_min' belong to kind approval")
        return self

    def asked_in(self, environment: str) -> bool:
        """Whether this step asks for a second person's yes there."""
        return self.kind == "approval" and environment in (self.environments or PRODUCTION)


class Runbook(Part):
    """`role` is what a person needs to run it; `undo` names the runbook that takes it back, where the plan's own
    undo is not enough. `verify` None means that the result is not judged."""

    name: str
    title: str
    description: str = ""
    action: str
    role: Role = "operator"
    when: tuple[When, ...] = ()
    """Alerts that offer it; empty means any alert of a service with a target."""
    params: Mapping[str, Param] = {}
    steps: tuple[Step, ...] = (Step(kind="action"), Step(kind="verify"))
    verify: Verify | None = None
    undo: str = ""
    risk: Risk = Risk.ROUTINE
    """RISKY: it brings something new, and the error-budget policy is asked."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        actions = [step for step in self.steps if step.kind == "action"]
        if len(actions) != 1:
            raise ValueError(f"a runbook has exactly one step of kind action, not {len(actions)}")
        kinds = [step.kind for step in self.steps]
        if "approval" in kinds[kinds.index("action") :]:
            raise ValueError("a step of kind approval stands before the action: afterwards there is nothing to approve")
        return self

    def approval_in(self, environment: str) -> Step | None:
        """The step that asks for a second person's yes in that environment, if any."""
        return next((step for step in self.steps if step.asked_in(environment)), None)

    def offered_for(self, service: str, alert: str, labels: Mapping[str, str]) -> bool:
        """Whether an alert of that service and name, with these labels, should show its button."""
        return not self.when or any(when.fits(service, alert, labels) for when in self.when)
