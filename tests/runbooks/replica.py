"""A service small enough to be started a hundred times: it notes its start, and answers GET with its release.

Its release is the folder it works in: `broken` there ends it at once, `sick` lets it run without ever being healthy.
It ends with the supervisord that holds its standard input. It speaks HTTP by hand: importing a server would take
longer than all else that it does.
"""

import json
import os
import socket
import sys
import threading
from pathlib import Path

HERE = Path.cwd()


def end_with_supervisord() -> None:
    """Leave no replica behind where supervisord was killed."""
    sys.stdin.read()
    os._exit(0)


def answer(asked: socket.socket) -> None:
    """One request, one answer; whoever hangs up before has it."""
    with asked:
        asked.settimeout(5)
        try:
            asked.recv(65_536)
            status = "503 Service Unavailable" if (HERE / "sick").exists() else "200 OK"
            asked.sendall(f"HTTP/1.0 {status}\r\n\r\n{HERE.name}".encode())
        except OSError:
            return


if __name__ == "__main__":
    started = {"name": os.environ["SUPERVISOR_PROCESS_NAME"], "release": HERE.name, "pid": os.getpid()}
    with Path(sys.argv[1]).open("a") as file:
        file.write(json.dumps(started) + "\n")
    if (HERE / "broken").exists():
        sys.exit(3)
    threading.Thread(target=end_with_supervisord, daemon=True).start()
    with socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=64) as server:
        while True:
            answer(server.accept()[0])
