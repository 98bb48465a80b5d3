"""How one playground is set up."""

from dataclasses import dataclass
from pathlib import Path

from playground.rate_limits import Mode

# Seconds a Socket Mode connection lives; Slack announces five hours.
DEFAULT_CONNECTION_LIFETIME = 18_060.0
# Seconds of real time an app has to acknowledge an envelope.
DEFAULT_ACK_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True)
class Options:
    """`keep` is the file in which the workspace outlives the process; None keeps it in memory alone.

    `bot_may_unarchive` settles one behaviour of Slack that its documents and its users tell differently.
    """

    host: str = "127.0.0.1"
    port: int = 0
    manifest: Path | None = None
    seed: int = 1
    panel: Path | None = None
    keep: Path | None = None
    rate_limits: Mode = "off"
    connection_lifetime: float = DEFAULT_CONNECTION_LIFETIME
    ack_timeout: float = DEFAULT_ACK_TIMEOUT
    bot_may_unarchive: bool = False
