"""Whom a connection to a cluster trusts, and the certificate it presents.

Made off the event loop, since reading the public authorities takes a tenth of a second, and kept for equal contents:
a certificate that was renewed in its file is taken up by the next session.
"""

import ssl
import tempfile
from functools import lru_cache
from pathlib import Path

from bot.ports import Permanent
from runbooks.targets.kubernetes.connection import CODE, Pem


def contents(pem: Pem, what: str) -> bytes:
    """The PEM text itself. Raises `Permanent`; `what` names it to people."""
    if isinstance(pem, bytes):
        return pem
    try:
        return pem.read_bytes()
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise Permanent(f"The {what} cannot be read from {pem} ({why}).", CODE) from None


@lru_cache(maxsize=64)
def context(authority: bytes | None, certificate: bytes | None, key: bytes | None) -> ssl.SSLContext:
    """A context that trusts `authority` alone (None: the public ones). Raises `Permanent` where one is no PEM text."""
    try:
        made = ssl.create_default_context(cadata=authority.decode("ascii") if authority else None)
    except (ssl.SSLError, UnicodeDecodeError):
        raise Permanent("The cluster's `certificate-authority` is no PEM certificate.", CODE) from None
    if authority:
        # as Go does: what the kubeconfig names is trusted as it is, whoever signed it and whatever it leaves out
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate and key:
        _present(made, certificate, key)
    return made


def _present(made: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """OpenSSL reads a client's certificate from files alone: this one is the owner's only, and gone at once."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
        file = Path(folder, "client.pem")
        file.touch(mode=0o600)
        file.write_bytes(certificate.rstrip() + b"\n" + key)
        try:
            made.load_cert_chain(file, password="")  # without a password OpenSSL would ask the terminal for it
        except (ssl.SSLError, OSError):
            raise Permanent("The client certificate is no PEM certificate with its own key.", CODE) from None
