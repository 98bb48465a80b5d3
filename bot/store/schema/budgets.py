"""What spent budgets lead to: crossings of thresholds, notices of them, how each service stands, and freezes."""

from sqlalchemy import Column, Index, Integer, Table, Text

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant, Json

slo_crossings = Table(
    "slo_crossings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("slo", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("well_since", Instant),
    Column("ended_at", Instant),
    Index("ix_slo_crossings_slo_began_at", "slo", "began_at"),
)

OPEN_CROSSING = slo_crossings.c.ended_at.is_(None)
"""A rule of an SLO is crossed at most once at a time, whatever two processes believe."""
Index(
    "uq_slo_crossings_open",
    slo_crossings.c.slo,
    slo_crossings.c.rule,
    unique=True,
    sqlite_where=OPEN_CROSSING,
    postgresql_where=OPEN_CROSSING,
)

budget_notices = Table(
    "budget_notices",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("items", Json, nullable=False),
)

service_budgets = Table(
    "service_budgets",
    metadata,
    Column("service", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

freezes = Table(
    "freezes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("by_user", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("until", Instant),
    Column("ended_at", Instant),
    Column("ended_by", Text, nullable=False, default=""),
)

STANDING_FREEZE = freezes.c.ended_at.is_(None)
"""A service is frozen at most once at a time."""
Index(
    "uq_freezes_standing",
    freezes.c.service,
    unique=True,
    sqlite_where=STANDING_FREEZE,
    postgresql_where=STANDING_FREEZE,
)
