"""One figure of the bench, as the table and the JSON show it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """`target` is an upper bound, in `unit`, or on `ratio` where `relative`; None where the figure is only told.
    `floor` is what the same run measured for something that does less, if there is such a thing. `n` counts samples.
    """

    metric: str
    value: float
    unit: str
    target: float | None = None
    floor: float | None = None
    relative: bool = False
    n: int = 1

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def ok(self) -> bool:
        bounded = self.ratio if self.relative else self.value
        return self.target is None or (bounded is not None and bounded <= self.target)

    @property
    def bound(self) -> str:
        """The target in words; empty where there is none."""
        if self.target is None:
            return ""
        return f"ratio ≤ {self.target:g}" if self.relative else f"≤ {self.target:g} {self.unit}".rstrip()

    def record(self) -> dict[str, object]:
        """As JSON; `bounds` says what `target` is an upper bound of. An infinite time, that of no answer, is null."""
        return {
            "metric": self.metric,
            "value": _rounded(self.value),
            "unit": self.unit,
            "floor": _rounded(self.floor),
            "ratio": _rounded(self.ratio),
            "target": self.target,
            "bounds": "ratio" if self.relative else "value",
            "ok": self.ok,
            "n": self.n,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isinf(value) else round(value, 3)


def quantile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of them does not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
