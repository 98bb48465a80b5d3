"""What the catalog says about an alert: whose it is, how bad, with which others it is shown, where, and to whom."""

from collections.abc import Mapping
from typing import get_args

from bot.catalog import Catalog
from bot.catalog.model import Category, Route, Service
from bot.domain.alert import Alert, Placed, decide, group_key
from bot.domain.facts.alert import Priority
from bot.domain.plaintext import clean, cut

_LONGEST_TITLE = 200
_LONGEST_NAME = 100
_UNSAID = "application"
_ENVIRONMENT_LABELS = ("environment", "env")
_TITLE_ANNOTATIONS = ("summary", "title")


def place(alert: Alert, catalog: Catalog) -> Placed:
    """The alert as the catalog sees it; what its source decided itself stands."""
    service = catalog.services.get(alert.service) or catalog.service_for(alert.labels)
    name = _short(service.name if service else alert.service or alert.labels.get("service", ""))
    environment = _short(alert.environment or _environment(alert.labels, service))
    priority = alert.priority or Priority(catalog.routes.priority_of(alert.labels))
    category = alert.category or _category(alert.labels)
    route = _route(catalog, name, environment, category, priority, alert.labels)
    return Placed(
        alert=alert,
        title=title_of(alert),
        priority=priority,
        service=name,
        environment=environment,
        category=category,
        key=group_key(
            catalog.routes.group_by,
            {**alert.labels, "service": name, "environment": environment},
            name=alert.name,
            category=category,
            apart=alert.apart,
        ),
        channels=route.channels if route else (catalog.routes.default or catalog.chat.alerts_channel,),
        verdict=alert.verdict
        or decide(
            alert.labels,
            alert.annotations,
            priority=priority,
            category=category,
            environment=environment,
            customers=service.customers if service else True,
            pages=_pages(catalog, route, priority),
        ),
    )


def title_of(alert: Alert) -> str:
    """What people call it: the words its author wrote, else its name."""
    written = (alert.title, *(alert.annotations.get(key, "") for key in _TITLE_ANNOTATIONS), alert.name)
    return cut(next(filter(None, map(clean, written)), "unnamed alert"), _LONGEST_TITLE)


def _short(name: str) -> str:
    """A name that fits into an index of any database."""
    return cut(clean(name), _LONGEST_NAME)


def _environment(labels: Mapping[str, str], service: Service | None) -> str:
    told = next(filter(None, (labels.get(label, "") for label in _ENVIRONMENT_LABELS)), "")
    return told or (service.environment if service else "")


def _category(labels: Mapping[str, str]) -> str:
    told = labels.get("category", "")
    return told if told in get_args(Category) else _UNSAID


def _route(
    catalog: Catalog, service: str, environment: str, category: str, priority: Priority, labels: Mapping[str, str]
) -> Route | None:
    """The first route that fits."""
    routes = catalog.routes.routes
    return next((each for each in routes if each.match.fits(service, environment, category, priority, labels)), None)


def _pages(catalog: Catalog, route: Route | None, priority: Priority) -> bool:
    """Whether such an alert pages: its route says so, or the severity that its priority suggests."""
    if route is not None and route.pages is not None:
        return route.pages
    return catalog.severities.suggested(priority.value).pages
