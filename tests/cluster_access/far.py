"""The far side of the client: a small real server that answers as it is told and keeps what it was asked, over TLS too.

It knows nothing of Kubernetes but its Status objects; the stand-in for a whole cluster is tests/kubernetes.
"""

import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from runbooks.targets.kubernetes.cluster import Cluster
from runbooks.targets.kubernetes.options import parse
from tests.support.gateway import served

DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
CHECKOUT = f"{DEPLOYMENTS}/checkout"
DEPLOYMENT = {"kind": "Deployment", "metadata": {"name": "checkout"}}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    presented: bool = False
    """Whether a client certificate came with it."""


@dataclass
class Far:
    """Answers one after another, the last one again and again; an answer may be a whole handler."""

    answers: list[web.Response | Handler]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                dict(request.headers),
                json.loads(body) if body else None,
                bool(request.get_extra_info("peercert")),
            )
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, web.Response):
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        return await answer(request)

    @property
    def last(self) -> Asked:
        return self.asked[-1]


@asynccontextmanager
async def far(*answers: web.Response | Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[Far]:
    """A server on a loopback port; without an answer it gives the deployment."""
    side = Far(list(answers) or [said(DEPLOYMENT)])
    async with served(side.handle, tls) as url:
        side.url = url
        yield side


def said(body: object, status: int = 200, **headers: str) -> web.Response:
    """JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(text=json.dumps(body), status=status, content_type="application/json", headers=named)


def status(
    code: int, reason: str, message: str, details: Mapping[str, Any] | None = None, **headers: str
) -> web.Response:
    """A refusal in the API server's own form."""
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details or {},
        "code": code,
    }
    return said(body, code, **headers)


def plain(text: str, code: int, kind: str = "text/plain", **headers: str) -> web.Response:
    """What is no JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(text=text, status=code, content_type=kind, headers=named)


def kubeconfig(
    folder: Path,
    server: str,
    user: Mapping[str, Any] | None = None,
    cluster: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> Path:
    """A kubeconfig with one context `prod` in namespace `shop`; JSON is YAML."""
    file = folder / "kubeconfig"
    whole = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "clusters": [{"name": "c1", "cluster": {"server": server, **(cluster or {})}}],
        "users": [{"name": "bot", "user": {"token": "t0ken"} if user is None else user}],
        "contexts": [
            {"name": "prod", "context": {"cluster": "c1", "user": "bot", "namespace": "shop", **(context or {})}}
        ],
    }
    file.write_text(json.dumps(whole))
    return file


def cluster_of(file: Path, **options: str) -> Cluster:
    """The cluster that a catalog with this kubeconfig means."""
    return Cluster(parse({"name": "checkout", "kubeconfig": str(file), "answer_timeout_s": "5", **options}))
