"""What the catalog says about an alert: whose it is, how bad, what people call it, with which others it is shown."""

from typing import Any

import pytest

from bot.catalog.model import Catalog, Route, RouteMatch, Routes, Service
from bot.domain.alert import Decision, Placed
from bot.domain.facts.alert import Priority
from bot.services.alert_placing import place
from tests.support.alerting import CATALOG, alert


def placed(catalog: Catalog = CATALOG, **different: Any) -> Placed:
    return place(alert(**different), catalog)


def test_the_service_is_the_one_that_claims_the_labels() -> None:
    catalog = Catalog(services={"shop": Service(name="shop", match={"app": "front"}, environment="staging")})
    mine = placed(catalog, labels={"app": "front"})
    assert (mine.service, mine.environment) == ("shop", "staging")
    assert placed(catalog, service="unheard-of").service == "unheard-of"


def test_an_environment_that_is_told_wins_over_the_catalog() -> None:
    assert placed(labels={"environment": "dev"}).environment == "dev"
    assert placed(labels={"env": "test"}).environment == "test"


@pytest.mark.parametrize(
    ("severity", "priority"),
    [("critical", Priority.CRITICAL), ("Page", Priority.HIGH), ("warning", Priority.MEDIUM), ("odd", Priority.MEDIUM)],
)
def test_the_priority_comes_from_the_severity_label(severity: str, priority: Priority) -> None:
    assert placed(severity=severity).priority is priority


@pytest.mark.parametrize(
    ("annotations", "title"),
    [
        ({"summary": "31 % failing", "title": "other"}, "31 % failing"),
        ({"title": "from Grafana"}, "from Grafana"),
        ({"summary": " \n "}, "HighErrors"),
        ({}, "HighErrors"),
        ({"summary": "two\nlines"}, "two lines"),
    ],
)
def test_people_read_the_words_of_the_author(annotations: dict[str, str], title: str) -> None:
    assert placed(annotations=annotations).title == title


def test_security_alerts_stand_apart_from_others_of_their_service() -> None:
    assert placed(labels={"category": "security"}).key != placed().key
    assert placed(labels={"category": "nonsense"}).category == "application"


def test_what_makes_a_group_is_the_catalogs_choice() -> None:
    catalog = Catalog(routes=Routes(group_by=("service", "pod")))
    one, other = (placed(catalog, labels={"pod": pod}) for pod in ("1", "2"))
    assert one.key != other.key
    assert placed(labels={"pod": "1"}).key == placed(labels={"pod": "2"}).key


def test_a_route_decides_the_channels_and_whether_it_pages() -> None:
    quiet = Route(match=RouteMatch(service=("checkout",)), channels=("#shop",), pages=False)
    mine = placed(Catalog(services=CATALOG.services, routes=Routes(routes=(quiet,))))
    assert (mine.channels, mine.verdict.decision) == (("#shop",), Decision.NOTIFY)
    assert placed().channels == ("#alerts",)
    assert placed(Catalog(routes=Routes(default="#other"))).channels == ("#other",)
