"""What this version can do, so that a catalog asking for more is told at once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

TargetCheck = Callable[[Mapping[str, str]], object]
"""Looks at a target's options without contacting anything; raises ValueError with what is wrong."""


def _any_options(options: Mapping[str, str]) -> None:
    """Without the target's own code at hand its options cannot be judged."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names the product has an implementation for: runbook actions, kinds of targets, kinds of SLI sources."""

    actions: Collection[str] = ("restart", "scale", "rollback")
    targets: Mapping[str, TargetCheck] = field(default_factory=lambda: {"supervisord": _any_options})
    sources: Collection[str] = ("prometheus", "sampler", "azure-logs", "azure-metrics")
