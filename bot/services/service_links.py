"""A service's pages (dashboard, traces, logs, …) for a stretch of time, as the catalog writes their addresses."""

from datetime import datetime

from bot.catalog.model import Service
from bot.domain.facts.links import Link


def service_pages(service: Service | None, start: datetime, end: datetime) -> list[Link]:
    """With name and times filled in; times are in milliseconds, as dashboards want them."""
    if service is None:
        return []
    window = {"{service}": service.name, "{from}": _milliseconds(start), "{to}": _milliseconds(end)}
    return [Link(label.capitalize(), _filled(template, window)) for label, template in service.links.items()]


def _filled(template: str, window: dict[str, str]) -> str:
    for field, value in window.items():
        template = template.replace(field, value)
    return template


def _milliseconds(at: datetime) -> str:
    return f"{int(at.timestamp())}000"
