"""Where SLIs come from and when their budgets raise alerts: what OpenSLO says beside the SLO itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class DataSource:
    """A system that can be asked for SLIs. `kind` is OpenSLO's type in lower case (prometheus, sampler, datadog, …).

    `queryable` is False for a kind that loads but that this version cannot ask. `options` may hold credentials.
    """

    name: str
    kind: str
    url: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    queryable: bool = True


@dataclass(frozen=True, slots=True)
class BurnCondition:
    """The budget burns `op` (gt or gte) `threshold` times too fast over `lookback`, for `alert_after`."""

    name: str
    severity: str
    op: str
    threshold: float
    lookback: timedelta
    alert_after: timedelta


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """When an SLO alerts, and whom it tells (names of OpenSLO notification targets).

    `breaching` is False for a policy that keeps quiet while its condition holds (`alertWhenBreaching: false`).
    """

    name: str
    condition: BurnCondition
    targets: tuple[str, ...] = ()
    breaching: bool = True
