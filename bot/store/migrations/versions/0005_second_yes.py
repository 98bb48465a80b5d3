"""What a run needs of a second person, and which runs wait for one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column("runs", sa.Column("approval", JSON, nullable=True))
    op.create_index("ix_runs_waiting", "runs", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)
