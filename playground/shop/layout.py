"""Where everything of one shop lies: its paths, its ports, its shop.json, and the copying of its releases."""

import json
import os
import random
import re
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

MAX_REPLICAS = 15
_FIRST_BLOCK, _LAST_BLOCK = 20_000, 32_000  # below the ports a kernel hands out by itself
_BLOCK = MAX_REPLICAS + 1
_SOCKET_LIMIT = 107 - len(".1234567")  # sun_path is 108 bytes with its NUL; supervisord first binds "<path>.<pid>"
_UNSAFE_IN_INI = re.compile(r"[^\w ./+,@=~-]")
_SERVICE = Path(__file__).parent / "service"


class ShopError(Exception):
    """Something the person at the command line has to know; the text says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop in directory `dir`: the front listens on `front_port`, replica N on `port_base` + N."""

    dir: Path
    front_port: int
    port_base: int
    supervisor_socket: Path

    @property
    def front_url(self) -> str:
        return f"http://127.0.0.1:{self.front_port}"

    @property
    def conf(self) -> Path:
        return self.dir / "supervisord.conf"

    @property
    def pidfile(self) -> Path:
        return self.dir / "supervisord.pid"

    @property
    def programs(self) -> Path:
        return self.dir / "programs"

    @property
    def releases(self) -> Path:
        return self.dir / "releases"

    @property
    def current(self) -> Path:
        return self.dir / "current"

    @property
    def deploys(self) -> Path:
        return self.dir / "deploys.jsonl"

    @property
    def logs(self) -> Path:
        return self.dir / "logs"

    def release_names(self) -> list[str]:
        """The releases that lie ready, by name."""
        return sorted(path.name for path in self.releases.iterdir() if path.is_dir() and not path.name.startswith("."))

    def current_release(self) -> str | None:
        """The name of the release `current` points at; None before the first deploy."""
        return self.current.readlink().name if self.current.is_symlink() else None

    def describe(self) -> dict[str, str | int]:
        """The content of shop.json: what a tool beside the shop needs to know about it."""
        return {
            "dir": str(self.dir),
            "front_url": self.front_url,
            "front_port": self.front_port,
            "port_base": self.port_base,
            "max_replicas": MAX_REPLICAS,
            "supervisor_socket": str(self.supervisor_socket),
            "supervisord_conf": str(self.conf),
            "programs_dir": str(self.programs),
            "releases_dir": str(self.releases),
            "current": str(self.current),
            "deploys": str(self.deploys),
            "logs_dir": str(self.logs),
            "python": sys.executable,
        }


def shop_dir(path: Path) -> Path:
    """`path` made absolute; ShopError where it holds a character that supervisord would misread in its ini files."""
    absolute = path.expanduser().absolute()
    odd = _UNSAFE_IN_INI.search(str(absolute))
    if odd:
        raise ShopError(
            f"The directory {str(absolute)!r} holds {odd[0]!r}, which supervisord's files cannot."
            " Choose another with --dir."
        )
    return absolute


def load(directory: Path) -> Shop | None:
    """The shop laid out in `directory` earlier, or None."""
    try:
        known = json.loads((directory / "shop.json").read_text())
    except FileNotFoundError:
        return None
    return Shop(directory, known["front_port"], known["port_base"], Path(known["supervisor_socket"]))


def plan(directory: Path, front_port: int) -> Shop:
    """A shop for `directory`, on the ports it had before where they are free; `front_port` 0 leaves the choice open."""
    if front_port and not _is_free(front_port):
        raise ShopError(f"Port {front_port} is taken. Choose another with --port, or leave --port out.")
    earlier = load(directory)
    base = earlier.port_base if earlier and _block_is_free(earlier.port_base) else _free_block(front_port)
    if not front_port and earlier and _is_free(earlier.front_port):
        front_port = earlier.front_port
    return Shop(directory, front_port or base, base, _socket_path(directory, earlier))


def lay_out(shop: Shop) -> None:
    """Makes the directories, copies the releases in, and writes shop.json last."""
    for directory in (shop.programs, shop.releases, shop.logs):
        directory.mkdir(parents=True, exist_ok=True)
    for source in sorted(_SERVICE.glob("v*/release.json")):
        _copy_release(source.parent, shop.releases / source.parent.name)
    write_whole(shop.dir / "shop.json", json.dumps(shop.describe(), indent=2) + "\n")


def point_current_at(shop: Shop, release: str) -> None:
    """Switches the `current` link in one step: a reader sees the old release or the new one, never none."""
    fresh = shop.dir / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / release)
    fresh.replace(shop.current)


def write_whole(path: Path, text: str) -> None:
    """Writes `path` in one step, so that a reader (supervisord, the front) never sees half a file."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.replace(path)


def remove_socket(shop: Shop) -> None:
    """Removes the socket, and its temporary directory where it has one."""
    shop.supervisor_socket.unlink(missing_ok=True)
    if shop.supervisor_socket.parent != shop.dir:
        shutil.rmtree(shop.supervisor_socket.parent, ignore_errors=True)


def _copy_release(source: Path, target: Path) -> None:
    if target.exists():
        return
    staging = target.with_name(f".{target.name}.new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    shutil.copy(_SERVICE / "app.py", staging)
    shutil.copy(source / "orders.py", staging)
    release = json.loads((source / "release.json").read_text())
    released_at = datetime.now(UTC) - timedelta(hours=release.pop("released_hours_ago"))
    release["released_at"] = released_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    (staging / "release.json").write_text(json.dumps(release, indent=2) + "\n")
    staging.replace(target)


def _socket_path(directory: Path, earlier: Shop | None) -> Path:
    inside = directory / "supervisor.sock"
    if len(os.fsencode(inside)) <= _SOCKET_LIMIT:
        return inside
    if earlier and earlier.supervisor_socket.parent.is_dir():
        return earlier.supervisor_socket
    short = tempfile.mkdtemp(prefix="shop-")
    if len(os.fsencode(short)) + len("/supervisor.sock") > _SOCKET_LIMIT:
        Path(short).rmdir()
        short = tempfile.mkdtemp(prefix="shop-", dir="/tmp")
    return Path(short) / "supervisor.sock"


def _free_block(front_port: int) -> int:
    blocks = [base for base in range(_FIRST_BLOCK, _LAST_BLOCK, _BLOCK) if not base <= front_port < base + _BLOCK]
    for base in random.SystemRandom().sample(blocks, k=50):
        if _block_is_free(base):
            return base
    raise ShopError(f"Found no {_BLOCK} free ports in a row between {_FIRST_BLOCK} and {_LAST_BLOCK}. Free some.")


def _block_is_free(base: int) -> bool:
    return all(_is_free(base + offset) for offset in range(_BLOCK))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: TIME_WAIT does not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
