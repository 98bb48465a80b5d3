"""`python -m playground`: start a local Slack, print one JSON line with its addresses and tokens, serve until ended."""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from playground.keeping import KeepingError
from playground.manifest import ManifestError
from playground.options import DEFAULT_ACK_TIMEOUT, DEFAULT_CONNECTION_LIFETIME, Options
from playground.panel import PanelError
from playground.rate_limits import MODES
from playground.server import Server

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 ended by a signal, 2 bad use, a bad file or an address that is taken."""
    options = _read_options(arguments)
    if any(os.environ.get(name) for name in _PROXIES):
        print(
            "playground: a proxy is set in the environment. slack_sdk sends even local calls through it: "
            "unset HTTP_PROXY and HTTPS_PROXY for your app.",
            file=sys.stderr,
        )
    try:
        server = Server(options)
        asyncio.run(_serve(server))
    except (KeepingError, ManifestError, PanelError, OSError) as error:
        print(f"playground: {error}", file=sys.stderr)
        return 2
    return 0


async def _serve(server: Server) -> None:
    await server.start()
    print(json.dumps(server.address()), flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    await server.stop()


def _read_options(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="playground", description="A local Slack: Web API, Socket Mode and a page, for any Bolt app."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--manifest", type=Path, help="the app's manifest (YAML or JSON); then it is enforced")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same ids (default %(default)s)")
    parser.add_argument("--panel", type=Path, help="JSON file with a story for the page's side panel")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="go on from this file, and keep the workspace in it")
    parser.add_argument("--rate-limits", choices=MODES, default="off", help="default %(default)s")
    parser.add_argument(
        "--connection-lifetime", type=float, default=DEFAULT_CONNECTION_LIFETIME, metavar="SECONDS",
        help="how long a Socket Mode connection lives (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--ack-timeout", type=float, default=DEFAULT_ACK_TIMEOUT, metavar="SECONDS",
        help="how long the app has to acknowledge an envelope (default %(default)s, as in Slack)",
    )  # fmt: skip
    parser.add_argument("--bot-may-unarchive", action="store_true", help="let bot tokens unarchive channels")
    return Options(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    raise SystemExit(main())
