"""Whether an alert wakes somebody, is shown or only listed; and the reason that people read."""

from typing import Any

import pytest

from bot.domain.alert import Decision, Verdict, decide
from bot.domain.facts.alert import Priority


def verdict(labels: dict[str, str] | None = None, **different: Any) -> Verdict:
    """Of a critical application alert of a service that customers use, in production."""
    traits: dict[str, Any] = {
        "priority": Priority.CRITICAL,
        "category": "application",
        "environment": "prod",
        "customers": True,
        "pages": True,
    }
    return decide(labels or {}, different.pop("annotations", {}), **(traits | different))


def test_a_critical_alert_that_touches_customers_pages() -> None:
    assert verdict() == Verdict(Decision.PAGE, "critical priority pages: it touches customers and can be acted on")


@pytest.mark.parametrize(
    ("different", "why"),
    [
        ({"customers": False}, "it does not touch customers"),
        ({"labels": {"customers": "no"}}, "it does not touch customers"),
        ({"labels": {"actionable": "false"}}, "nobody can act on it"),
        ({"annotations": {"actionable": "false"}}, "nobody can act on it"),
        ({"priority": Priority.LOW}, "low priority is only listed"),
    ],
)
def test_what_nobody_need_see_is_only_listed(different: dict[str, Any], why: str) -> None:
    assert verdict(**different) == Verdict(Decision.LOG, why)


def test_what_does_not_page_is_shown() -> None:
    assert verdict(priority=Priority.MEDIUM, pages=False).decision is Decision.NOTIFY


def test_outside_production_nobody_is_woken() -> None:
    assert verdict(environment="staging") == Verdict(Decision.NOTIFY, "staging is not production")
    assert verdict({"page": "always"}, environment="staging").decision is Decision.NOTIFY


def test_security_burning_budgets_and_what_always_pages_skip_the_questions() -> None:
    assert verdict(category="security", customers=False).why == "a critical security alert pages"
    assert verdict({"slo": "checkout-availability"}, customers=False).why == "the budget of checkout-availability burns"
    assert verdict({"page": "always"}, customers=False, pages=False).decision is Decision.PAGE
