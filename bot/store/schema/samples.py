"""What the sampler saw: targets, when they were watched, their series, and how much each counted, in layers.

A target is watched since `span_started` until `last_at`; `sample_spans` holds the stretches before that.
"""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant, Json

sample_targets = Table(
    "sample_targets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("last_at", Instant),
    Column("span_started", Instant),
    Column("metrics", Json, nullable=False, default=list),
    Column("left_out", Integer, nullable=False, default=0),
    Column("problem", Text, nullable=False, default=""),
)

sample_spans = Table(
    "sample_spans",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("target_id", ForeignKey("sample_targets.id"), nullable=False),
    Column("started", Instant, nullable=False),
    Column("ended", Instant, nullable=False),
    Index("ix_sample_spans_target_id_ended", "target_id", "ended"),
)

sample_series = Table(
    "sample_series",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("target_id", ForeignKey("sample_targets.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False, index=True),
    Column("labels", Json, nullable=False),
    Column("value", Float),
    UniqueConstraint("target_id", "key"),
)

sample_points = Table(
    "sample_points",
    metadata,
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, primary_key=True),
    Column("amount", Float, nullable=False),
    sqlite_with_rowid=False,
)

sample_buckets = Table(
    "sample_buckets",
    metadata,
    Column("series_id", Id, primary_key=True, autoincrement=False),
    Column("width_s", Integer, primary_key=True),
    Column("start", Instant, primary_key=True),
    Column("amount", Float, nullable=False),
    sqlite_with_rowid=False,
)
