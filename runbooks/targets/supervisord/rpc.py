"""supervisord's XML-RPC over its Unix socket, asynchronous and bounded in time.

A client of its own, because supervisor's blocks and sets no timeout: one that hangs would hold a thread for ever.
Reference: http://supervisord.org/api.html
"""

import re
import xmlrpc.client
from pathlib import Path
from xml.parsers.expat import ExpatError

import httpx

from bot.ports import Permanent, Transient, Unsure

FAULTS = {
    1: "UNKNOWN_METHOD",
    2: "INCORRECT_PARAMETERS",
    3: "BAD_ARGUMENTS",
    4: "SIGNATURE_UNSUPPORTED",
    6: "SHUTDOWN_STATE",
    10: "BAD_NAME",
    11: "BAD_SIGNAL",
    20: "NO_FILE",
    21: "NOT_EXECUTABLE",
    30: "FAILED",
    40: "ABNORMAL_TERMINATION",
    50: "SPAWN_ERROR",
    60: "ALREADY_STARTED",
    70: "NOT_RUNNING",
    90: "ALREADY_ADDED",
    91: "STILL_RUNNING",
    92: "CANT_REREAD",
}
"""Fault codes and their names (supervisor.xmlrpc.Faults); `Permanent.code` holds the name."""

_NOT_XML = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What a log may hold (colours) and XML 1.0 may not, not even escaped; supervisord sends it as it is."""

Param = str | int | bool


class Supervisor:
    """One supervisord. Parameters and answers are what XML-RPC can carry."""

    def __init__(self, socket: Path, timeout: float, username: str = "", password: str = "") -> None:
        self.socket = socket
        self.timeout = timeout
        self._auth = httpx.BasicAuth(username, password) if username else None

    async def read(self, method: str, *params: Param) -> object:
        """Ask for something. Raises Transient where there is no answer, Permanent where the answer is no."""
        try:
            return await self._call(method, params)
        except httpx.TransportError as error:
            raise Transient(f"supervisord does not answer on {self.socket} ({_reason(error)}).") from error

    async def change(self, method: str, *params: Param) -> object:
        """Ask for a change. As `read`, and Unsure where the request went out and no answer came back."""
        try:
            return await self._call(method, params)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Transient(f"supervisord cannot be reached on {self.socket} ({_reason(error)}).") from error
        except httpx.TransportError as error:
            asked = " ".join([method, *(param for param in params if isinstance(param, str))])
            raise Unsure(f"supervisord was asked for {asked} and has not answered ({_reason(error)}).") from error

    async def _call(self, method: str, params: tuple[Param, ...]) -> object:
        body = xmlrpc.client.dumps(params, f"supervisor.{method}").encode()
        transport = httpx.AsyncHTTPTransport(uds=str(self.socket), verify=False)  # a local socket: no TLS to verify
        async with httpx.AsyncClient(transport=transport, timeout=self.timeout, auth=self._auth) as client:
            response = await client.post("http://supervisord/RPC2", content=body, headers={"Content-Type": "text/xml"})
        if response.status_code == 401:
            raise Permanent(f"supervisord on {self.socket} refuses the user name and password.", "UNAUTHORIZED")
        if response.status_code != 200:
            raise Permanent(f"supervisord on {self.socket} answered HTTP {response.status_code}.", "HTTP")
        return _answer(method, response.content)


def _answer(method: str, content: bytes) -> object:
    try:
        values, _ = xmlrpc.client.loads(_NOT_XML.sub(b"", content))
    except xmlrpc.client.Fault as fault:
        code = FAULTS.get(fault.faultCode, str(fault.faultCode))
        if code == "SHUTDOWN_STATE":
            raise Transient("supervisord is shutting down.") from fault
        raise Permanent(f"supervisord says no to {method}: {fault.faultString}.", code) from fault
    except (ExpatError, xmlrpc.client.Error) as error:
        raise Permanent(f"supervisord's answer to {method} is not XML-RPC.", "PROTOCOL") from error
    return values[0]


def _reason(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__
