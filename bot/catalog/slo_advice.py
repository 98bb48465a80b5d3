"""What an SLO that loads still leaves to be desired, said by `quarterdeck check` at the line of its name."""

from collections.abc import Iterator
from fractions import Fraction

from bot.catalog.model import Catalog
from bot.catalog.problems import Problem
from bot.catalog.source import AlertPolicy
from bot.domain.sla import looser
from bot.domain.slo import Slo
from bot.domain.slo.burn import can_fire


def slo_advice(catalog: Catalog) -> Iterator[Problem]:
    """Promises that mean nothing, and alerts that no failure can ever raise."""
    for slo in catalog.slos:
        file, _, line = slo.origin.rpartition(":")
        yield from (Problem(file, int(line), f"SLO {slo.name}: {what}") for what in _about(slo, catalog))


def _about(slo: Slo, catalog: Catalog) -> Iterator[str]:
    if slo.target <= 0:
        yield "a target of 0 % promises nothing: whatever happens meets it. Raise it, or drop the SLO."
        return
    policies = catalog.policies.get(slo.name, ())
    burns = f"with a target of {percent(slo.target)} the budget burns at most {1 / slo.budget:.3g}x"
    yield from _policies(slo, policies, burns) if policies else _usual(slo, burns)
    yield from _looser(slo, catalog)


def _usual(slo: Slo, burns: str) -> Iterator[str]:
    unreachable = [alert.factor for alert in slo.alerts if not can_fire(slo.budget, alert.factor)]
    if unreachable:
        listed = ", ".join(f"{each:g}x (needs a target above {percent(1 - 1 / each)})" for each in unreachable)
        yield f"{burns}, so these alerts can never fire: {listed}."


def _policies(slo: Slo, policies: tuple[AlertPolicy, ...], burns: str) -> Iterator[str]:
    for policy in policies:
        if not policy.breaching:
            yield f"the policy {policy.name} says alertWhenBreaching: false, so it never alerts."
        elif not can_fire(slo.budget, policy.condition.threshold, at_least=policy.condition.op == "gte"):
            yield f"{burns}, so the policy {policy.name} ({policy.condition.threshold:g}x) can never fire."


def _looser(slo: Slo, catalog: Catalog) -> Iterator[str]:
    for sla, promise in catalog.promises_on(slo.name):
        if looser(slo, promise):
            aim = f"its target of {percent(slo.target)} is looser than the {percent(promise.target)}"
            why = f" The catalog says why: {promise.why_looser.rstrip('.')}." if promise.why_looser else ""
            yield f"{aim} that {sla.shown_name} promises for {promise.name}: it can be met while that is broken.{why}"


def percent(ratio: float | Fraction) -> str:
    """`99.9 %`, with up to four digits, and as many more as a ratio close to 1 needs to be told from it."""
    value = 100 * float(ratio)
    return f"{value:.4g} %" if value < 99.99 else f"{value:.10g} %"
