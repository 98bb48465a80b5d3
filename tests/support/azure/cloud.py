"""The whole of it on one loopback port."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from tests.support.azure.entra import CLIENT, SECRET, TENANT, Entra
from tests.support.azure.logs import WORKSPACE, Logs
from tests.support.azure.metrics import Metrics
from tests.support.gateway import running


@dataclass
class Cloud:
    """One Azure at `url`, with the options by which a source signs in to it."""

    url: str
    entra: Entra
    logs: Logs
    metrics: Metrics

    @property
    def sign_in(self) -> dict[str, str]:
        identity = {"tenantId": TENANT, "clientId": CLIENT, "clientSecret": SECRET, "identity": "secret"}
        return identity | {"authority": self.url, "scope": f"{self.url}/.default"}

    @property
    def workspace(self) -> dict[str, str]:
        return self.sign_in | {"workspace": WORKSPACE}


@asynccontextmanager
async def cloud(tls: ssl.SSLContext | None = None) -> AsyncIterator[Cloud]:
    """An Azure that knows nothing yet."""
    entra = Entra()
    logs, metrics = Logs(entra), Metrics(entra)
    app = web.Application()
    app.add_routes([*logs.routes(), *metrics.routes(), *entra.routes()])
    async with running(app, tls) as url:
        yield Cloud(url, entra, logs, metrics)
