"""One replica of the shop's checkout service; standard library only, so that it starts fast and stays small.

A release directory holds this file, `orders.py` (what differs between releases) and `release.json` (what the release
says of itself). It is started as `PORT=… python <release>/app.py` and ends on SIGTERM after a short drain, or when the
process that started it is gone, so that a killed supervisor leaves no orphan on the port. While draining, answers carry
`Connection: close` and /healthz says 503: the front then sends it nothing more.
"""

import importlib
import itertools
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_DRAIN_S = 0.5  # longer than the slowest request, and than the front needs to notice
_ORPHAN_CHECK_S = 1.0

_place_order: Callable[[int], int] = importlib.import_module("orders").place_order
_release: dict[str, str] = json.loads((Path(__file__).resolve().parent / "release.json").read_text())
_replica = os.environ.get("SUPERVISOR_PROCESS_NAME", "checkout")

_order_numbers = itertools.count(1)  # next() on it is atomic
_answers: Counter[tuple[str, int]] = Counter()
_answers_lock = threading.Lock()
_draining = threading.Event()


def _checkout() -> tuple[int, dict[str, object]]:
    order = next(_order_numbers)
    try:
        cents = _place_order(order)
    except (LookupError, TimeoutError) as failure:
        print(f"order {order} failed: {failure!r}", flush=True)
        return 500, {"error": "order failed", "detail": repr(failure)}
    return 200, {"order": order, "total_cents": cents}


def _cart() -> tuple[int, dict[str, object]]:
    return 200, {"items": 3}


def _healthz() -> tuple[int, dict[str, object]]:
    state = "draining" if _draining.is_set() else "ok"
    return (503 if _draining.is_set() else 200), {"status": state, "release": _release["version"], "replica": _replica}


def _version() -> tuple[int, dict[str, object]]:
    return 200, {**_release, "replica": _replica}


_SHOP = {"/checkout": _checkout, "/cart": _cart}
_OPERATIONS = {"/healthz": _healthz, "/version": _version}


def _metrics() -> str:
    with _answers_lock:
        counts = sorted(_answers.items())
    lines = ["# HELP replica_requests_total Requests this replica answered.", "# TYPE replica_requests_total counter"]
    lines += [f'replica_requests_total{{path="{path}",code="{code}"}} {count}' for (path, code), count in counts]
    return "\n".join(lines) + "\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body leave in two writes
    timeout = 60  # an idle kept-alive connection gives its thread back

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            return self._answer(200, _metrics(), "text/plain; version=0.0.4; charset=utf-8")
        if path in _OPERATIONS:
            status, body = _OPERATIONS[path]()
        elif path in _SHOP:
            status, body = _SHOP[path]()
            with _answers_lock:
                _answers[path, status] += 1
        else:
            status, body = (
                404,
                {"error": "not found", "detail": f"{path} is none of {', '.join([*_SHOP, *_OPERATIONS])}"},
            )
        return self._answer(status, json.dumps(body), "application/json")

    def _answer(self, status: int, text: str, content_type: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if _draining.is_set():
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Logs nothing: a line per request would only fill the disk."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def main() -> None:
    """Serves 127.0.0.1:$PORT until SIGTERM or until the parent is gone."""
    parent = os.getppid()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    server = _Server(("127.0.0.1", int(os.environ["PORT"])), _Handler)
    threading.Thread(target=server.serve_forever, name="serve", daemon=True).start()
    print(f"{_replica} {_release['version']} listens on 127.0.0.1:{server.server_port}", flush=True)
    while not stop.wait(_ORPHAN_CHECK_S) and os.getppid() == parent:
        pass
    _draining.set()
    time.sleep(_DRAIN_S)


if __name__ == "__main__":
    main()
