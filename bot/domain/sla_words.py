"""What an agreement's chain of suppliers amounts to, in a sentence."""

from datetime import timedelta

from bot.domain import figures
from bot.domain.sla import AVAILABILITY, Sla, composite, downtime

_MONTH = timedelta(days=30)
_FINE = 0.999
"""Two decimals tell chains of suppliers apart."""


def chain_words(sla: Sla) -> str:
    """`Its suppliers promise 99.69 % together: 2 h 13 min of 30 d may be theirs.` Empty where it rests on none."""
    if sla.chain is None:
        return ""
    together = composite(sla.chain)
    promised = sla.promises.get(AVAILABILITY)
    less = ", less than it promises itself" if promised and together < promised.target else ""
    theirs = f"{figures.duration(downtime(together, _MONTH))} of {figures.window(_MONTH)} may be theirs"
    return f"Its suppliers promise {figures.sli(together, _FINE)} together{less}: {theirs}."
