"""Asking for SLIs that Sloth, Pyrra or slo-generator have recorded, and finding out which there are."""

from datetime import datetime, timedelta

from bot.domain.slo import SliQuery
from bot.domain.slo.recorded import Family, Found, NotRecorded
from bot.domain.slo.selector import QueryError
from bot.domain.slo.windows import words
from bot.integrations.prometheus.api import PrometheusApi, QueryRefused
from bot.integrations.prometheus.grouping import milliseconds
from bot.integrations.prometheus.plans import Written

_NAMES = {
    "sloth": ("group by (sloth_id) (slo:sli_error:ratio_rate5m)", ("sloth_id",)),
    "pyrra": ('group by (slo) ({__name__=~".+:burnrate5m",slo!=""})', ("slo",)),
    "slo-generator": (
        "group by (service_name, feature_name, slo_name) (sli_measurement)",
        ("service_name", "feature_name", "slo_name"),
    ),
}


def as_recorded(family: Family, query: SliQuery, *, bad: bool) -> Written:
    """The recorded ratio of a window, in minutes; of one that is not recorded, the mean of shorter ratios.

    Moments without traffic were recorded as NaN, which would spoil every mean: they are left out. Raises `QueryError`.
    """
    if query.slicing is not None:
        raise QueryError("recorded ratios cannot be cut into time slices; name the counters instead")
    shortest, base = family.shortest
    held = f"(({base}) >= -Inf)"
    recorded = family.member(query.window)
    note = "Read from recorded ratios."
    if recorded is not None:
        value = f"(({recorded}) >= -Inf)"
    elif query.window < shortest:
        raise NotRecorded(f"Nothing shorter than {words(shortest)} is recorded.")
    else:
        step = min(shortest, timedelta(minutes=5))
        value = f"avg_over_time({held}[{milliseconds(query.window)}:{milliseconds(step)}])"
        note = (
            f"The mean of recorded {words(shortest)} ratios: quiet hours weigh as much as busy ones. "
            "Counters would be exact."
        )
    minutes = query.window / timedelta(minutes=1)
    return Written(value, f"({value} * 0 + 1)", held, bad=bad, scale=minutes, note=note)


async def recorded_slos(api: PrometheusApi, at: datetime) -> list[Found]:
    """Every SLO that one of these tools has recorded lately. Raises `Transient`."""
    found: list[Found] = []
    for tool, (query, labels) in _NAMES.items():
        try:
            rows = (await api.query(query, at)).rows
        except QueryRefused:
            continue
        names = {"/".join(row.labels.get(label, "") for label in labels) for row in rows}
        found += [Found(tool, name) for name in sorted(names) if name.strip("/")]
    return found
