"""What stands before a Prometheus in earnest: TLS, client certificates, a password or a token."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from aiohttp import web

Admits = Callable[[web.Request], bool]
_PASSED_ON = ("content-type", "x-scope-orgid")


@asynccontextmanager
async def gateway(
    upstream: str, admits: Admits = lambda _: True, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Passes on what `admits` lets in and answers 401 otherwise; yields its address."""
    async with httpx.AsyncClient() as client:

        async def pass_on(request: web.Request) -> web.Response:
            if not admits(request):
                return web.Response(status=401, text="who are you?")
            headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
            url = f"{upstream}{request.path_qs}"
            answer = await client.request(request.method, url, content=await request.read(), headers=headers)
            return web.Response(status=answer.status_code, body=answer.content, content_type="application/json")

        async with served(pass_on, tls) as address:
            yield address


@asynccontextmanager
async def served(handler: Callable[..., object], tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """One handler for every path on a free loopback port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)  # type: ignore[arg-type]
    async with running(app, tls) as address:
        yield address


@asynccontextmanager
async def running(app: web.Application, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The application on a free loopback port."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
