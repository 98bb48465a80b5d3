"""When to try again: pure, so that a test can read it."""

from datetime import timedelta

FIRST = timedelta(seconds=1)
LONGEST = timedelta(minutes=5)


def pause(attempts: int, retry_after: float | None = None) -> timedelta:
    """How long to wait after try number `attempts`: what the far side asks for, else 1, 2, 4 … s up to 5 minutes."""
    if retry_after is not None:
        return timedelta(seconds=max(retry_after, 0.1))
    doublings = min(attempts - 1, 20)
    return min(FIRST * (1 << doublings), LONGEST)
