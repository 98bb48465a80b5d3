"""One exchange with a cluster over HTTP: TLS, the credentials of the moment, time and size limits.

No redirect is followed, so no credential goes elsewhere. A proxy is the kubeconfig's, never the environment's.
"""

import asyncio
import ssl

import httpx

from runbooks.targets.kubernetes import tls
from runbooks.targets.kubernetes.calls import Answer, Call
from runbooks.targets.kubernetes.connection import Connection
from runbooks.targets.kubernetes.credentials import Proof
from runbooks.targets.kubernetes.reaching import unanswered

CONNECT = 3.0
"""Seconds to connect at most; less where an answer may take less."""
AGENT = "quarterdeck"

_Pair = tuple[bytes | None, bytes | None]


class Wire:
    """The connections of one session. `timeout` is seconds for one whole answer, beyond those to connect."""

    def __init__(self, connection: Connection, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._connect = min(CONNECT, timeout)
        self._clients: dict[_Pair, httpx.AsyncClient] = {}

    async def exchange(self, call: Call, proof: Proof) -> Answer:
        """The answer to one request, whatever it says. Raises `Transient`, or `Unsure` for a change that was sent."""
        client = await self._client((proof.certificate, proof.key))
        request = self._request(client, call, proof)
        try:
            async with asyncio.timeout(self._connect + self._timeout):
                response = await client.send(request, stream=True)
                try:
                    return await _answer(response, call)
                finally:
                    await response.aclose()
        except (httpx.RequestError, TimeoutError) as error:
            raise unanswered(self._connection, call, error) from None

    async def close(self) -> None:
        """Close what is open."""
        for client in self._clients.values():
            await client.aclose()

    async def _client(self, pair: _Pair) -> httpx.AsyncClient:
        """The client that presents this certificate."""
        if pair in self._clients:
            return self._clients[pair]
        secure = self._connection.server.startswith("https:")
        verify = await asyncio.to_thread(self._context, pair) if secure else False
        if pair not in self._clients:  # another call may have been faster
            self._clients[pair] = httpx.AsyncClient(
                verify=verify,
                timeout=httpx.Timeout(self._timeout, connect=self._connect),
                proxy=self._connection.proxy or None,
                trust_env=False,
                follow_redirects=False,
            )
        return self._clients[pair]

    def _context(self, pair: _Pair) -> ssl.SSLContext:
        authority = self._connection.authority
        return tls.context(tls.contents(authority, "cluster's authority") if authority else None, *pair)

    def _request(self, client: httpx.AsyncClient, call: Call, proof: Proof) -> httpx.Request:
        connection = self._connection
        headers = [("Accept", call.accept), ("User-Agent", AGENT)]
        headers += [("Authorization", proof.header)] if proof.header else []
        headers += [("Content-Type", call.kind)] if call.content is not None else []
        headers += [("Impersonate-User", connection.impersonate)] if connection.impersonate else []
        headers += [("Impersonate-Group", group) for group in connection.groups]
        return client.build_request(
            call.method,
            connection.server + call.path,
            params={name: _written(value) for name, value in call.query.items()},
            content=call.content,
            headers=headers,
            extensions={"sni_hostname": connection.server_name} if connection.server_name else {},
        )


async def _answer(response: httpx.Response, call: Call) -> Answer:
    kept, whole = bytearray(), True
    async for more in response.aiter_bytes():
        kept += more
        if len(kept) > call.most:
            whole = False
            if not call.tail:
                break
            del kept[: -call.most]
    wait = response.headers.get("Retry-After", "")
    return Answer(
        status=response.status_code,
        kind=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        body=bytes(kept[: call.most]),
        retry_after=float(wait) if wait.isdecimal() else None,
        whole=whole,
    )


def _written(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
