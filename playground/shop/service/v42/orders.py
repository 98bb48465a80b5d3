"""Placing an order, as of v42: tax by region, looked up line by line, from a table that misses some regions."""

import time

_PROVIDER_S = 0.03
_PROVIDER_FAILS_EVERY = 500  # orders
_TAX_LOOKUP_S = 0.03
_LINES = 9

_REGIONS = 100
_TAX_PERCENT = {region: 5 + region % 18 for region in range(69)}  # the import of the table stopped at region 68


def place_order(order: int) -> int:
    """Takes the payment for the replica's `order`-th order; its total in cents; KeyError without a tax rate."""
    region = order * 37 % _REGIONS  # customers of one region do not come in a row
    time.sleep(_TAX_LOOKUP_S * _LINES)
    percent = _TAX_PERCENT[region]
    time.sleep(_PROVIDER_S)
    if order % _PROVIDER_FAILS_EVERY == 0:
        raise TimeoutError("payment provider did not answer")
    return _basket(order) * (100 + percent) // 100


def _basket(order: int) -> int:
    return 1_000 + order * 7 % 900
