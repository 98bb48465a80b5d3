"""`python -m tests.kubernetes.stand_in`: prints one JSON line {url, token}, serves until stdin ends or SIGTERM."""

import argparse
import asyncio
import json
import os
import signal
import ssl
import sys
import threading

from tests.kubernetes.stand_in.server import Server
from tests.kubernetes.stand_in.state import State


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 ended as asked, 2 an address that is taken or a certificate that cannot be read."""
    parser = argparse.ArgumentParser(prog="stand_in", description="A Kubernetes API server for tests.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--cert", help="PEM file of the server's certificate; with --key it speaks TLS")
    parser.add_argument("--key", help="PEM file of its key")
    parser.add_argument("--client-ca", help="PEM file of the authority whose client certificates are taken")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_serve(options.port, _tls(options.cert, options.key, options.client_ca)))
    except OSError as error:
        print(f"stand_in: {error}", file=sys.stderr)
        return 2
    return 0


async def _serve(port: int, tls: ssl.SSLContext | None) -> None:
    state = State()
    server = Server(state)
    url = await server.start(port, tls)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    threading.Thread(target=_until_the_end, args=(loop, ended), daemon=True).start()
    print(json.dumps({"url": url, "token": state.token}), flush=True)
    await ended.wait()
    await server.stop()


def _until_the_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """Whoever started it holds its stdin; a killed test leaves no server behind."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    if not loop.is_closed():
        loop.call_soon_threadsafe(ended.set)


def _tls(certificate: str | None, key: str | None, clients: str | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if clients is not None:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(clients)
    return context


if __name__ == "__main__":
    raise SystemExit(main())
