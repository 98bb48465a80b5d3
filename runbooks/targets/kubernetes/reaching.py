"""Why a cluster cannot be reached, with what to check."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from bot.ports import Transient, Unsure
from runbooks.targets.kubernetes.calls import Call
from runbooks.targets.kubernetes.connection import Connection

UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""Errors that come before a request leaves."""


def unanswered(connection: Connection, call: Call, error: httpx.RequestError | TimeoutError) -> Transient | Unsure:
    """The error of a request without an answer: `Unsure` where it went out and asked for a change."""
    why = _why(connection, error)
    if call.changes and not isinstance(error, UNSENT):
        return Unsure(f"{connection.subject} was asked for a change and has not answered ({why}).")
    return Transient(f"{connection.subject} at {connection.server} cannot be reached: {why}.")


def _why(connection: Connection, error: httpx.RequestError | TimeoutError) -> str:
    causes = list(_causes(error))
    where = f"in {connection.origin}"
    if isinstance(error, httpx.ProxyError):
        return f"its proxy says {error}. Check `proxy-url` {where}"
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _distrust(cause, where)
        if isinstance(cause, ssl.SSLError):
            return _handshake(cause, where)
        if isinstance(cause, socket.gaierror):
            return f"its name is not known here. Check `server` {where}, and DNS"
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing listens there. Check `server` {where}, and whether the cluster runs"
        if isinstance(cause, ConnectionError | httpx.RemoteProtocolError):
            return "the connection was cut"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "no answer in time. Check the way there (VPN, firewall, private link)"
    return str(causes[-1]).rstrip(".") or type(error).__name__


def _distrust(error: ssl.SSLCertVerificationError, where: str) -> str:
    why = error.verify_message.rstrip(".") or "no reason given"
    if "mismatch" in why or "doesn't match" in why or "not valid for" in why:
        return f"its certificate is made out to another name ({why}). Give `tls-server-name` {where}"
    return f"its certificate is not trusted ({why}). Check `certificate-authority` {where}"


def _handshake(error: ssl.SSLError, where: str) -> str:
    reason = (error.reason or str(error)).replace("_", " ").lower()
    if "wrong version number" in reason or "record layer" in reason:
        return f"it does not speak TLS. Check `server` {where}"
    return f"it ends the TLS handshake ({reason}). Check the client certificate {where}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those below it, of which httpx keeps only the chain."""
    while error is not None:
        yield error
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = inner or error.__cause__ or error.__context__
