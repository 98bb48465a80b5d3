"""Placing an order, as of v41: one flat tax rate, one call to the payment provider."""

import time

_PROVIDER_S = 0.03
_PROVIDER_FAILS_EVERY = 500  # orders; the provider's own long-standing error rate, 0.2 %


def place_order(order: int) -> int:
    """Takes the payment for the replica's `order`-th order; its total in cents, or TimeoutError."""
    time.sleep(_PROVIDER_S)
    if order % _PROVIDER_FAILS_EVERY == 0:
        raise TimeoutError("payment provider did not answer")
    return _basket(order) * 119 // 100


def _basket(order: int) -> int:
    return 1_000 + order * 7 % 900
