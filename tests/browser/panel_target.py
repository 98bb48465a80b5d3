"""What the steps of the story panel call in these tests: a local HTTP server that counts."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.support.playground import Json


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        self.server.calls.append(self.path)
        ok = self.path == "/break"
        body = json.dumps({"ok": ok, "text": "v42 is out." if ok else "There is nothing to mend."}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stays quiet."""


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[str] = []


class PanelTarget:
    """Serves while it is entered; `calls` are the paths asked for."""

    def __init__(self) -> None:
        self._server = _Server()
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def calls(self) -> list[str]:
        return self._server.calls

    def panel(self) -> Json:
        """A story of two steps that act here and one to read."""
        url = f"http://127.0.0.1:{self._server.server_port}"
        return {
            "title": "A bad release",
            "intro": "Everything here is *real*.",
            "steps": [
                {
                    "title": "Break it",
                    "text": "Release `v42`.",
                    "action": {"label": "Release v42", "url": f"{url}/break", "method": "POST", "confirm": "Really?"},
                },
                {
                    "title": "Mend it",
                    "text": "Roll back.",
                    "action": {"label": "Mend", "url": f"{url}/mend", "method": "POST"},
                },
                {
                    "title": "Read on",
                    "text": "Type `/slo status`.",
                    "action": None,
                    "done": {"channel": "rand", "words": ["budget gone", "budget left"]},
                },
            ],
            "links": [{"label": "The shop", "url": url}],
        }
