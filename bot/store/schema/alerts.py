"""Alerts as they were received, and the groups that people see."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant, Json

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("received_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("left_out", Integer, nullable=False, default=0),
)

alert_groups = Table(
    "alert_groups",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("open_key", Text, unique=True),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("service", Text, nullable=False, default=""),
    Column("environment", Text, nullable=False, default=""),
    Column("priority", Text, nullable=False),
    Column("category", Text, nullable=False, default="application"),
    Column("state", Text, nullable=False, default="firing"),
    Column("holder", Text),
    Column("held_at", Instant),
    Column("held_version", Integer, nullable=False, default=0),
    Column("started_at", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("firing", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("received", Integer, nullable=False, default=0),
    Column("decision", Text, nullable=False, default="log"),
    Column("reason", Text, nullable=False, default=""),
    Column("previous_id", Id),
    Column("incident_id", Id),
    Column("version", Integer, nullable=False, default=1),
    Index("ix_alert_groups_key_id", "key", "id"),
    Index("ix_alert_groups_service_state", "service", "state"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("group_id", ForeignKey("alert_groups.id"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("labels", Json, nullable=False),
    Column("annotations", Json, nullable=False),
    Column("url", Text, nullable=False, default=""),
    Column("reading", Json),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("received", Integer, nullable=False, default=1),
    UniqueConstraint("source", "fingerprint", "starts_at"),
)
