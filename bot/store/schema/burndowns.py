"""The latest picture of each SLO's error budget, as it lies with the chat."""

from sqlalchemy import Column, Float, Table, Text

from bot.store.schema.base import metadata
from bot.store.types import Instant

slo_burndowns = Table(
    "slo_burndowns",
    metadata,
    Column("slo", Text, primary_key=True),
    Column("definition", Text, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("left", Float, nullable=False),
    Column("file", Text, nullable=False),
    Column("alt", Text, nullable=False),
    Column("drawn_at", Instant, nullable=False),
)
