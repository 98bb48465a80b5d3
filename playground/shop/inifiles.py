"""The texts supervisord reads: its own configuration and one ini a program."""

import re
import sys
from pathlib import Path

from playground.shop.layout import Shop, write_whole

_CODE_ROOT = Path(__file__).resolve().parents[2]

_PORT = re.compile(r'^environment=.*\bPORT="?(\d+)', re.MULTILINE)

_SUPERVISORD = """\
; The shop's supervisord. Programs are one file each in programs/: add or remove a file, then reread.
[unix_http_server]
file={shop.supervisor_socket}
chmod=0700

[supervisord]
logfile={shop.logs}/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile={shop.pidfile}
directory={shop.dir}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[include]
files = programs/*.ini
"""

_REPLICA_NOTE = """\
; A replica of the checkout service; a program of its own, because supervisord restarts a whole numprocs group at once.
; Replica N listens on 127.0.0.1:({shop.port_base} + N). To add one, copy this file under its name, write its name into
; the section and its port into PORT, then let supervisord reread and add the group of that name.
"""

_PROGRAM = """\
[program:{name}]
command={command}
directory={directory}
environment={environment}
autostart=true
autorestart=true
startsecs=1
startretries=5
stopsignal=TERM
stopwaitsecs=5
priority={priority}
redirect_stderr=true
stdout_logfile={shop.logs}/%(program_name)s.log
stdout_logfile_maxbytes=1MB
stdout_logfile_backups=1
"""


def write_all(shop: Shop, replicas: int, rate: float) -> None:
    """Writes supervisord.conf and the ini of every program; an ini of another replica left from before is removed."""
    write_whole(shop.conf, _SUPERVISORD.format(shop=shop))
    for leftover in shop.programs.glob("*.ini"):
        leftover.unlink()
    for number in range(1, replicas + 1):
        write_whole(shop.programs / f"checkout-{number}.ini", replica(shop, number))
    write_whole(shop.programs / "front.ini", _module(shop, "front", f'"{shop.dir}"', priority=200))
    write_whole(shop.programs / "buyers.ini", _module(shop, "buyers", f"{shop.front_url} {rate:g}", priority=300))


def replica(shop: Shop, number: int) -> str:
    """The ini of replica `number`."""
    program = _PROGRAM.format(
        shop=shop,
        name=f"checkout-{number}",
        command=f'"{sys.executable}" "{shop.current}/app.py"',
        directory=shop.current,
        environment=f'PORT="{shop.port_base + number}"',
        priority=100,
    )
    return _REPLICA_NOTE.format(shop=shop) + program


def replica_ports(programs: Path) -> dict[str, int]:
    """The replicas by name with their ports, as their ini files in `programs` state them."""
    ports = {}
    for path in programs.glob("checkout-*.ini"):
        try:
            port = _PORT.search(path.read_text())
        except FileNotFoundError:  # removed between the listing and the reading
            continue
        if port:
            ports[path.stem] = int(port[1])
    return ports


def _module(shop: Shop, name: str, arguments: str, priority: int) -> str:
    return _PROGRAM.format(
        shop=shop,
        name=name,
        command=f'"{sys.executable}" -m playground.shop.{name} {arguments}',
        directory=shop.dir,
        environment=f'PYTHONPATH="{_CODE_ROOT}"',
        priority=priority,
    )
