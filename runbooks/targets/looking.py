"""What looks at any kind of target have in common: how logs are read, and how ages are told."""

from datetime import datetime

from bot.domain import figures
from bot.domain.plaintext import uncoloured
from bot.domain.redaction import redacted

LINES = 40
"""Lines of a log that are read."""


def log_text(raw: str, lines: int = LINES) -> str:
    """The last lines of a log, without colours and without what looks like a secret."""
    return "\n".join(redacted(uncoloured(raw)).splitlines()[-lines:])


def ago(at: datetime | None, now: datetime) -> str:
    """`5 min ago`; empty where it is not known when."""
    return f"{figures.duration(now - at)} ago" if at else ""
