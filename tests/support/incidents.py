"""Incident rows for tests that need one without declaring it."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.facts.incident import IncidentState
from bot.domain.incident import Incident
from bot.store import incidents
from bot.store.db import Database

DECLARED = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)


async def an_incident(database: Database, **different: Any) -> Incident:
    """An open one about checkout, with whatever is given instead."""
    values: dict[str, Any] = {
        "title": "checkout is down",
        "severity": "SEV2",
        "rank": 2,
        "state": IncidentState.INVESTIGATING,
        "services": ["checkout"],
        "environment": "prod",
        "impact": "",
        "declared_by": "U1",
        "commander": "U1",
        "drill": False,
        "channel_name": "",
        "began_at": DECLARED,
        "detected_at": DECLARED,
        "declared_at": DECLARED,
        "resolution": "",
    }
    async with database.write() as tx:
        return await incidents.add(tx, **(values | different))
