"""Incidents, their timeline, and the pages that wake people."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant, Json

incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("services", Json, nullable=False, default=list),
    Column("environment", Text, nullable=False, default=""),
    Column("impact", Text, nullable=False, default=""),
    Column("declared_by", Text, nullable=False),
    Column("commander", Text),
    Column("drill", Boolean, nullable=False, default=False),
    Column("group_id", Id, unique=True),
    Column("channel_id", Text, unique=True),
    Column("channel_name", Text, nullable=False, default=""),
    Column("began_at", Instant, nullable=False),
    Column("detected_at", Instant, nullable=False),
    Column("declared_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("mitigated_at", Instant),
    Column("resolved_at", Instant),
    Column("resolution", Text, nullable=False, default=""),
    Column("postmortem_at", Instant),
    Column("version", Integer, nullable=False, default=1),
    Index("ix_incidents_state", "state"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("data", Json, nullable=False, default=dict),
    Column("channel", Text, nullable=False, default=""),
    Column("ts", Text, nullable=False, default=""),
    UniqueConstraint("incident_id", "key"),
    Index("ix_timeline_incident_at", "incident_id", "at"),
)

pages = Table(
    "pages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("group_id", Id, index=True),
    Column("incident_id", Id, index=True),
    Column("person", Text, nullable=False),
    Column("level", Integer, nullable=False, default=1),
    Column("state", Text, nullable=False, default="paged"),
    Column("service", Text, nullable=False, default=""),
    Column("owed_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("ended_at", Instant),
    Column("reference", Text, nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
)
