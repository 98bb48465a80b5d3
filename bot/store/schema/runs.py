"""Runs of runbooks, the locks on what they act on, and the audit log of everything asked, done and denied.

`runs.steps` holds every state a run came into, with its instant; `state` and `version` are its last one, for guards.
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text

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
    Column("params", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("incident_id", Id, index=True),
    Column("group_id", Id),
    Column("occasion", Json, nullable=False),
    Column("plan", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("called", Json, nullable=False),
    Column("verification", Json),
    Column("approval", Json),
    Column("planned_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("steps", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("undoable", Boolean, nullable=False),
    Column("undo_of", Id),
    Column("undone_by", Id),
    Column("progress", Json),
    Column("problem", Text, nullable=False, default=""),
    Column("stop_by", Text, nullable=False, default=""),
    Column("share_start", Float),
    Column("share_now", Float),
    Column("verdict", Json),
    Index("ix_runs_target_state", "target", "state"),
    Index("ix_runs_service_state", "service", "state"),
)

WAITING = runs.c.state == "waiting"
"""Open for somebody's decision. Few are, and all that were ever decided are kept: an index of its own finds them."""
Index("ix_runs_waiting", runs.c.id, sqlite_where=WAITING, postgresql_where=WAITING)

target_locks = Table(
    "target_locks",
    metadata,
    Column("target", Text, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

target_looks = Table(
    "target_looks",
    metadata,
    Column("service", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("prospects", Json, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Json, nullable=False),
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
