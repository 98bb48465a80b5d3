"""What a request shows to be let in: a token, a password, a client certificate, renewed before they end."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from bot.ports import Permanent, Transient
from runbooks.targets.kubernetes.connection import CODE, User
from runbooks.targets.kubernetes.tls import contents

AGE = 60.0
"""Seconds after which a token is read from its file again, as client-go does; Kubernetes renews it about hourly."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What one request shows: the Authorization header, and a certificate with its key as PEM."""

    header: str = field(default="", repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)


class Credentials(Protocol):
    """Where proofs come from."""

    async def proof(self, instead_of: Proof | None = None) -> Proof:
        """One that should be valid now; `instead_of` was refused, and is answered again where there is no other.

        Raises `Transient` or `Permanent` where none can be had.
        """
        ...


class Fixed:
    """What stands in the kubeconfig, or in the certificate files that it names."""

    def __init__(self, user: User, header: str) -> None:
        self._user = user
        self._header = header

    async def proof(self, instead_of: Proof | None = None) -> Proof:  # noqa: ARG002
        certificate, key = pair_of(self._user)
        return Proof(self._header, certificate, key)


class FromFile:
    """A token that stands in a file and is renewed there."""

    def __init__(self, user: User, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._user = user
        self._file = file
        self._clock = clock
        self._token = ""
        self._read_at = 0.0

    async def proof(self, instead_of: Proof | None = None) -> Proof:
        """The file is read where that was more than `AGE` ago, or where its last token was refused."""
        now = self._clock()
        if not self._token or instead_of is not None or now >= self._read_at + AGE:
            self._token, self._read_at = self._read(), now
        certificate, key = pair_of(self._user)
        return Proof(bearer(self._token), certificate, key)

    def _read(self) -> str:
        try:
            token = self._file.read_text(encoding="ascii").strip()
        except UnicodeDecodeError:
            raise Permanent(f"{self._file} holds no token.", CODE) from None
        except OSError as error:
            why = (error.strerror or "no reason given").lower()
            raise Transient(f"The token cannot be read from {self._file} ({why}).") from None
        if not token or not token.isprintable() or " " in token:
            raise Transient(f"{self._file} holds no token.")
        return token


def bearer(token: str) -> str:
    """The header that shows a token."""
    return f"Bearer {token}"


@lru_cache(maxsize=256)
def written(user: User) -> Credentials | None:
    """The credentials that are written down for `user`, kept for as long; None where a plugin must be asked."""
    if user.token_file is not None:
        return FromFile(user, user.token_file)
    if user.token:
        return Fixed(user, bearer(user.token))
    if user.username:
        return Fixed(user, f"Basic {base64.b64encode(f'{user.username}:{user.password}'.encode()).decode()}")
    return None if user.plugin else Fixed(user, "")


def pair_of(user: User) -> tuple[bytes | None, bytes | None]:
    """The client certificate and its key as PEM, read anew where they stand in files."""
    if user.certificate is None or user.key is None:
        return None, None
    return contents(user.certificate, "client certificate"), contents(user.key, "client certificate's key")
