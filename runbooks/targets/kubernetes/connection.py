"""How one cluster is reached, and as whom: what a kubeconfig or a pod's service account says, before any of it is used.

Everything here can be compared and hashed, so what was made of equal settings (TLS contexts, tokens) is kept for them.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.ports import Permanent

CODE = "Kubeconfig"
"""`Permanent.code` of what is wrong with the settings of this machine, not with the cluster."""

Pem = Path | bytes
"""Where PEM text stands: in a file, or here."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Plugin:
    """A program that prints credentials (client.authentication.k8s.io). `cluster` is what it is told of it, as JSON."""

    command: str
    arguments: tuple[str, ...] = field(default=(), repr=False)
    environment: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    version: str = "client.authentication.k8s.io/v1"
    hint: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """As whom the cluster is asked. A token file goes before a token, either before a plugin, as with kubectl."""

    name: str = ""
    token: str = field(default="", repr=False)
    token_file: Path | None = None
    username: str = ""
    password: str = field(default="", repr=False)
    certificate: Pem | None = field(default=None, repr=False)
    key: Pem | None = field(default=None, repr=False)
    plugin: Plugin | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """One cluster and one user. `title` is its name, empty for the bot's own; `origin` is where all this is written.

    `authority` None: the public ones. `server_name`: what its certificate says, where that is not in its address.
    `impersonate` and `groups` are in whose name it is asked.
    """

    title: str
    origin: str
    server: str
    user: User
    namespace: str = "default"
    authority: Pem | None = field(default=None, repr=False)
    server_name: str = ""
    proxy: str = field(default="", repr=False)
    impersonate: str = ""
    groups: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The cluster as a sentence begins."""
        return f"The cluster {self.title}" if self.title else "The bot's own cluster"


def address(text: str, field_name: str, origin: str) -> str:
    """The address of an API server without its last slash. Raises `Permanent` where it cannot be used as it is."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise wrong(origin, f"`{field_name}` is not an address such as https://10.0.0.1:6443")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise wrong(origin, f"`{field_name}` has more in it than an address: give credentials under `users`")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise wrong(origin, f"`{field_name}` would send credentials in the clear: write https://")
    return text.rstrip("/")


def wrong(origin: str, words: str) -> Permanent:
    """The error that the settings at `origin` cannot be used; `words` are a sentence without its full stop."""
    return Permanent(f"{origin}: {words}.", CODE)
