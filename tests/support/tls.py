"""Certificates for a test: an authority of its own, a server's certificate for 127.0.0.1 and a client's."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Where the PEM files stand, and how a server presents its own (asking clients for theirs, where `mutual`)."""

    directory: Path
    authority: trustme.CA

    @property
    def ca(self) -> str:
        return str(self.directory / "ca.pem")

    def client(self, name: str = "client") -> tuple[str, str]:
        """Certificate and key of a client, made anew."""
        return self._issued(name, f"{name}@quarterdeck.test")

    def server(self) -> tuple[str, str]:
        """Certificate and key of a server at 127.0.0.1, made anew."""
        return self._issued("server", "127.0.0.1")

    def server_context(self, *, mutual: bool = False) -> ssl.SSLContext:
        certificate, key = self.server()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if mutual:
            context.verify_mode = ssl.CERT_REQUIRED
            self.authority.configure_trust(context)
        return context

    def _issued(self, name: str, identity: str) -> tuple[str, str]:
        issued = self.authority.issue_cert(identity)
        certificate, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        issued.private_key_pem.write_to_path(str(key))
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return str(certificate), str(key)


def certificates(directory: Path) -> Certificates:
    """A new authority, whose certificate stands in `directory`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    return Certificates(directory, authority)
