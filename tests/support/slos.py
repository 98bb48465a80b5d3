"""SLOs made in one line, for tests."""

from datetime import timedelta

from bot.domain.slo import Budgeting, Indicator, RatioMetric, RollingWindow, Slo, ThresholdMetric, TimeWindow


def slo(
    name: str = "checkout-availability",
    *,
    target: float = 0.999,
    window: TimeWindow = RollingWindow(timedelta(days=30)),  # noqa: B008
    metric: RatioMetric | ThresholdMetric | None = None,
    budgeting: Budgeting = Budgeting.OCCURRENCES,
    slice_target: float | None = None,
    slice_window: timedelta | None = None,
    source: str = "prometheus",
) -> Slo:
    """An SLO on `shop_requests_total{service="checkout"}` unless told otherwise."""
    default = RatioMetric(
        total='sum(shop_requests_total{service="checkout"})',
        good='sum(shop_requests_total{service="checkout",code!~"5.."})',
    )
    indicator = Indicator(name, source, source, metric or default)
    return Slo(
        name=name,
        display_name=name.replace("-", " ").capitalize(),
        service="checkout",
        indicator=indicator,
        target=target,
        window=window,
        budgeting=budgeting,
        slice_target=slice_target,
        slice_window=slice_window,
    )
