"""How much the product owes the world at one instant."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backlog:
    """`surface_lag` is the age in seconds of the oldest change not shown yet, 0 where all is shown.

    `effects` counts those that are not settled, `incidents` those that are open.
    """

    surface_lag: float = 0.0
    effects: int = 0
    incidents: int = 0
