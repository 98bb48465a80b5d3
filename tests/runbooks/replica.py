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

HERE = os.getcwd()  # noqa: PTH109 - as above


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
            status = "503 Service Unavailable" if os.path.exists("sick") else "200 OK"  # noqa: PTH110
            asked.sendall(f"HTTP/1.0 {status}\r\n\r\n{os.path.basename(HERE)}".encode())  # noqa: PTH119
        except OSError:
            return


if __name__ == "__main__":
    release = os.path.basename(HERE)  # noqa: PTH119
    started = {"name": os.environ["SUPERVISOR_PROCESS_NAME"], "release": release, "pid": os.getpid()}
    with open(sys.argv[1], "a") as file:  # noqa: PTH123
        file.write(json.dumps(started) + "\n")
    if os.path.exists("broken"):  # noqa: PTH110
        sys.exit(3)
    threading.Thread(target=end_with_supervisord, daemon=True).start()
    with socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=64) as server:
        while True:
            answer(server.accept()[0])
