"""A small client of the Kubernetes API: JSON in, JSON out, and each way to fail as an error that says what to do.

It repeats nothing but what was refused for old credentials, which the cluster has not looked at.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.ports import Permanent
from runbooks.targets.kubernetes.answers import object_of, refusal
from runbooks.targets.kubernetes.calls import Answer, Call, Query
from runbooks.targets.kubernetes.connection import Connection
from runbooks.targets.kubernetes.credentials import Credentials
from runbooks.targets.kubernetes.wire import Wire

MANAGER = "quarterdeck"
"""Who changed it, as `managedFields` of the objects say."""
PAGE = 500
"""Objects that a list brings at a time."""
LOG = 64_000
"""Bytes of a log that are kept unless the caller says otherwise."""
_ATTEMPTS = 3
_EXPIRED = ("Expired", "Gone", "HTTP 410")
_ONLY_ASKS = "/apis/authorization.k8s.io/"
"""What is created here is a question (SelfSubjectAccessReview), which leaves nothing behind."""

Json = dict[str, Any]
Objects = list[Json]


class Patch(StrEnum):
    """How a patch is meant: its content type."""

    JSON = "application/json-patch+json"
    MERGE = "application/merge-patch+json"
    STRATEGIC = "application/strategic-merge-patch+json"
    APPLY = "application/apply-patch+yaml"


class KubeApi:
    """One conversation with a cluster. Paths begin with /api or /apis; `namespace` is meant where none is named.

    Every call raises `Transient` (not reached, overloaded) or `Permanent`, with the code Unauthorized, Forbidden,
    NotFound, Conflict, AlreadyExists, Invalid or the cluster's own word. A change also raises `Unsure`: it was sent and
    not answered, or answered with a failure that may have come after the effect.
    """

    def __init__(self, connection: Connection, credentials: Credentials, wire: Wire, namespace: str = "") -> None:
        self.cluster = connection.title or "the bot's own cluster"
        self.namespace = namespace or connection.namespace
        self._connection = connection
        self._credentials = credentials
        self._wire = wire

    async def get(self, path: str, **query: Query) -> Json:
        """One object."""
        return await self._object(Call("GET", path, query))

    async def list(self, path: str, selector: str = "", fields: str = "") -> Objects:
        """All objects that match a label and a field selector, page by page; anew where a page has expired."""
        query: dict[str, Query] = {"labelSelector": selector} if selector else {}
        query |= {"fieldSelector": fields} if fields else {}
        for _ in range(_ATTEMPTS):
            try:
                return await self._pages(path, query)
            except Permanent as error:
                if error.code not in _EXPIRED:
                    raise
        raise Permanent(f"{self._connection.subject} does not finish its list {path}: it expires each time.", "Expired")

    async def patch(self, path: str, how: Patch, body: object, **query: Query) -> Json:
        """The object after the change. With `dryRun="All"` it is shown and not made."""
        changes = "dryRun" not in query
        query = {"fieldManager": MANAGER, **query}
        return await self._object(Call("PATCH", path, query, changes, json.dumps(body).encode(), how))

    async def post(self, path: str, body: object) -> Json:
        """The object that was created, or the answer to a question that is asked by creating one."""
        changes = not path.startswith(_ONLY_ASKS)
        return await self._object(Call("POST", path, {"fieldManager": MANAGER}, changes, json.dumps(body).encode()))

    async def text(self, path: str, most: int = LOG, **query: Query) -> str:
        """Plain text such as a log: its last `most` bytes, from the beginning of a line. It may hold secrets."""
        call = Call("GET", path, query, accept="text/plain, */*", most=most, tail=True)
        answer = await self._asked(call)
        if not answer.fine or answer.kind == "text/html":
            raise refusal(self._connection, call, answer)
        text = answer.body.decode("utf-8", "replace")
        return text if answer.whole else text.partition("\n")[2] or text

    async def _pages(self, path: str, query: Mapping[str, Query]) -> Objects:
        items: Objects = []
        at = ""
        while True:
            following = {"continue": at} if at else {}
            page = await self._object(Call("GET", path, {**query, "limit": PAGE, **following}))
            items += page.get("items") or []
            at = str((page.get("metadata") or {}).get("continue") or "")
            if not at:
                return items

    async def _object(self, call: Call) -> Json:
        return object_of(self._connection, call, await self._asked(call))

    async def _asked(self, call: Call) -> Answer:
        """One answer; where the credentials were refused and there are newer ones, the answer to those."""
        proof = await self._credentials.proof()
        answer = await self._wire.exchange(call, proof)
        if answer.status != 401:
            return answer
        newer = await self._credentials.proof(instead_of=proof)
        return answer if newer == proof else await self._wire.exchange(call, newer)
