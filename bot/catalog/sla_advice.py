"""What agreements promise beyond what can be kept or seen, said by `quarterdeck check` at the agreement's line."""

from collections.abc import Iterator

from bot.catalog.model import Catalog
from bot.catalog.problems import Problem
from bot.catalog.slo_advice import percent
from bot.domain.sla import AVAILABILITY, Side, Sla, composite


def sla_advice(catalog: Catalog) -> Iterator[Problem]:
    """Promises to clients that nothing measures, or that no chain of suppliers carries."""
    for sla in catalog.slas.values():
        file, _, line = sla.origin.rpartition(":")
        if sla.side is Side.CLIENT:
            yield from (Problem(file, int(line), f"SLA {sla.name}: {what}") for what in _about(sla))


def _about(sla: Sla) -> Iterator[str]:
    for promise in sla.promises.values():
        if not promise.slos:
            yield f"nothing measures {promise.name}: name the SLOs that do, or its outcome stays unknown."
    promised = sla.promises.get(AVAILABILITY)
    if promised is None or sla.chain is None:
        return
    together = composite(sla.chain)
    if together < promised.target:
        chain = f"suppliers who promise {percent(together)} together"
        advice = "Promise less, or give a part of the chain an alternative (any_of)"
        yield f"it promises {percent(promised.target)} availability on {chain}. {advice}."
