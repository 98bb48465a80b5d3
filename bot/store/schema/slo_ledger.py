"""What SLOs counted, as running sums noted at edges in time; see `bot.domain.slo.layers`.

A ledger stands for what is counted, not for an SLO: several may share one, and a changed indicator begins a new one. It
reaches from `starts` to `ends`; data was seen from `first_at` to `last_at`.
"""

from sqlalchemy import Boolean, Column, Float, Integer, Table, Text

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant

slo_ledgers = Table(
    "slo_ledgers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("grain_s", Integer, nullable=False),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("first_at", Instant),
    Column("last_at", Instant),
    Column("read_in", Boolean, nullable=False, default=False),
    Column("wanted_at", Instant, nullable=False),
)

slo_notes = Table(
    "slo_notes",
    metadata,
    Column("ledger_id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, primary_key=True),
    Column("good", Float, nullable=False),
    Column("total", Float, nullable=False),
    Column("covered_s", Float, nullable=False),
    sqlite_with_rowid=False,
)
