"""A service small enough to be started a hundred times: it notes its start, and answers GET with its release.

Its release is the folder it works in: `broken` there ends it at once, `sick` lets it run without ever being healthy.
It ends with the supervisord that holds its standard input.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

HERE = Path.cwd()


class Handler(BaseHTTPRequestHandler):
    """Says whether it is healthy."""

    def do_GET(self) -> None:
        self.send_response(503 if (HERE / "sick").exists() else 200)
        self.end_headers()
        self.wfile.write(HERE.name.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


def end_with_supervisord() -> None:
    """Leave no replica behind where supervisord was killed."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    started = {"name": os.environ["SUPERVISOR_PROCESS_NAME"], "release": HERE.name, "pid": os.getpid()}
    with Path(sys.argv[1]).open("a") as file:
        file.write(json.dumps(started) + "\n")
    if (HERE / "broken").exists():
        sys.exit(3)
    threading.Thread(target=end_with_supervisord, daemon=True).start()
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
