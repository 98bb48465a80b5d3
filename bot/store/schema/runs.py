"""Runs of runbooks, the locks on what they act on, and the audit log of everything asked, done and denied."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant, Json

runs = Table(
    "runs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("runbook", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("plan", Json, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("incident_id", Id, index=True),
    Column("group_id", Id),
    Column("undo_of", Id),
    Column("planned_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("started_at", Instant),
    Column("applied_at", Instant),
    Column("finished_at", Instant),
    Column("progress", Json, nullable=False, default=dict),
    Column("verdict", Json),
    Column("error", Text, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=1),
    Index("ix_runs_state", "state"),
)

target_locks = Table(
    "target_locks",
    metadata,
    Column("target", Text, primary_key=True),
    Column("run_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("rule", Text, nullable=False, default=""),
    Column("detail", Json, nullable=False, default=dict),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("handle", Text, nullable=False, default=""),
    Column("name", Text, nullable=False, default=""),
    Column("is_guest", Boolean, nullable=False, default=False),
    Column("asked_at", Instant),
    Column("fetched_at", Instant),
)

user_groups = Table(
    "user_groups",
    metadata,
    Column("handle", Text, primary_key=True),
    Column("members", Json, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

workspace = Table(
    "workspace",
    metadata,
    Column("team_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("bot_user_id", Text, nullable=False),
    Column("bot_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    Column("name", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

home_tabs = Table(
    "home_tabs",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)
