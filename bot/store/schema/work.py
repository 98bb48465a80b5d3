"""What is owed to the world: effects (once), surfaces (redrawn until they match), watches (on time), and who asked."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text, UniqueConstraint

from bot.store.schema.base import metadata
from bot.store.types import Id, Instant, Json

requests = Table(
    "requests",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("answer", Json, nullable=False, default=dict),
    Index("ix_requests_actor_at", "actor", "at"),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("received_at", Instant, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("payload", Json, nullable=False, default=dict),
    Column("state", Text, nullable=False, default="ready"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("intent_at", Instant),
    Column("lease_until", Instant),
    Column("owner", Text),
    Column("settled_at", Instant),
    Column("result", Json),
    Column("error", Text, nullable=False, default=""),
    Index("ix_effects_state_not_before", "state", "not_before"),
    Index("ix_effects_subject", "subject"),
)

BEGUN = ("claimed", "unsure")
"""States of an effect whose attempt began and has no known end; each lane holds at most one of them."""
_begun = effects.c.state.in_(BEGUN)
Index("uq_effects_lane_begun", effects.c.lane, unique=True, sqlite_where=_begun, postgresql_where=_begun)

UNSETTLED = effects.c.settled_at.is_(None)
"""Still owed. Few are, and all that were ever done are kept: an index of its own finds them."""
Index("ix_effects_unsettled", effects.c.lane, effects.c.id, sqlite_where=UNSETTLED, postgresql_where=UNSETTLED)

surfaces = Table(
    "surfaces",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread", Text),
    Column("ts", Text),
    Column("priority", Integer, nullable=False, default=5),
    Column("wanted", Integer, nullable=False, default=1),
    Column("shown", Integer, nullable=False, default=0),
    Column("state", Text, nullable=False, default="ready"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Instant, nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("intent_at", Instant),
    Column("lease_until", Instant),
    Column("owner", Text),
    Column("posted_at", Instant),
    Column("error", Text, nullable=False, default=""),
    Index("ix_surfaces_subject", "subject"),
    UniqueConstraint("channel", "ts"),
)

OUTDATED = surfaces.c.wanted > surfaces.c.shown
"""It shows less than is wanted. Few do, and all that were ever posted are kept: an index of its own finds them."""
Index(
    "ix_surfaces_outdated",
    surfaces.c.channel,
    surfaces.c.priority,
    surfaces.c.wanted_at,
    sqlite_where=OUTDATED,
    postgresql_where=OUTDATED,
)

pace = Table(
    "pace",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("next_send_at", Instant, nullable=False),
)

watches = Table(
    "watches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("every_s", Float, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("owner", Text),
    Column("memory", Json, nullable=False, default=dict),
    Column("error", Text, nullable=False, default=""),
    Index("ix_watches_active_due_at", "active", "due_at"),
)
