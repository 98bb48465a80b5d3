"""How each SLO stood when it was last evaluated, and since when it has been so."""

from sqlalchemy import Column, Table, Text

from bot.store.schema.base import metadata
from bot.store.types import Instant, Json

slo_evaluations = Table(
    "slo_evaluations",
    metadata,
    Column("slo", Text, primary_key=True),
    Column("as_of", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("status", Json, nullable=False),
)
