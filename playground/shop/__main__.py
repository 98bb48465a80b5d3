"""The shop's command line; the package's docstring says what it makes. JSON on stdout, troubles in words on stderr."""

import argparse
import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playground.shop import deploy, history, inifiles, layout, supervise
from playground.shop.layout import MAX_REPLICAS, Shop, ShopError

_HEALTHY_S = 20.0
_RPC_TIMEOUT_S = 30.0  # the XML-RPC transport has no timeout of its own


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 done, 1 it failed and stderr says why, 2 bad use."""
    options = _parser().parse_args(arguments)
    socket.setdefaulttimeout(_RPC_TIMEOUT_S)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ShopError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def up(options: argparse.Namespace) -> None:
    """Lays the shop out and starts it, or finds it running; returns once it is healthy."""
    directory = layout.shop_dir(options.dir)
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory):
        known = layout.load(directory)
        if known and (pid := supervise.running_pid(known)):
            return _say({**known.describe(), "pid": pid, "already": True})
        if known:
            supervise.stop(known)  # one that runs, but whose socket somebody removed
        shop = layout.plan(directory, options.port)
        layout.lay_out(shop)
        deploy.require(shop, options.release)
        inifiles.write_all(shop, options.replicas, options.rate)
        deploy.switch(shop, options.release, by="setup")
        supervise.start(shop)
        try:
            supervise.wait_until(
                lambda: _live(shop) == options.replicas, _HEALTHY_S, f"Not every replica answered (logs: {shop.logs})"
            )
        except ShopError:
            supervise.stop(shop)
            raise
        return _say({**shop.describe(), "pid": supervise.running_pid(shop), "already": False})


def down(options: argparse.Namespace) -> None:
    """Stops the shop and all its processes; its files stay."""
    with _existing(options.dir) as shop:
        _say({"dir": str(shop.dir), "stopped": supervise.stop(shop)})


def ship(options: argparse.Namespace) -> None:
    """Deploys a release."""
    with _existing(options.dir) as shop:
        _say(deploy.ship(shop, options.release, options.by))


def status(options: argparse.Namespace) -> None:
    """What runs, which release is current, which replicas serve."""
    shop = _load(options.dir)
    pid = supervise.running_pid(shop)
    programs = {program.name: program.state for program in supervise.programs(shop)} if pid else {}
    front = deploy.ask(shop.front_port, "/status") if pid else None
    replicas = front["replicas"] if front else []
    _say(
        {
            "running": pid is not None,
            "pid": pid,
            "release": shop.current_release(),
            "programs": programs,
            "replicas": replicas,
        }
    )


def past(options: argparse.Namespace) -> None:
    """Prints generated history."""
    slis = [
        history.Sli("availability", options.spent, options.target),
        history.Sli("latency", options.latency_spent, options.latency_target),
    ]
    for record in history.generate(slis, options.end, options.days, options.rate, options.seed):
        _say(record)


def _live(shop: Shop) -> int:
    health = deploy.ask(shop.front_port, "/healthz")
    return health["replicas"] if health else 0


def _say(answer: dict[str, object]) -> None:
    print(json.dumps(answer))


def _load(path: Path) -> Shop:
    directory = layout.shop_dir(path)
    shop = layout.load(directory)
    if shop is None:
        raise ShopError(f"There is no shop in {directory}. Make one: python -m playground.shop up --dir {directory}")
    return shop


@contextmanager
def _existing(path: Path) -> Iterator[Shop]:
    shop = _load(path)
    with _alone(shop.dir):
        yield shop


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Waits until no other command works on this shop."""
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m playground.shop", description="A small real service to watch and to break."
    )
    commands = parser.add_subparsers(required=True, metavar="up | down | ship | status | history")
    in_dir = argparse.ArgumentParser(add_help=False)
    in_dir.add_argument("--dir", type=Path, required=True, help="the shop's directory")

    command = commands.add_parser("up", parents=[in_dir], help="lay a shop out and start it in the background")
    command.add_argument("--port", type=port_number, default=0, help="of the front; 0: one that is free (%(default)s)")
    command.add_argument("--replicas", type=replica_count, default=3, help=f"1 to {MAX_REPLICAS} (%(default)s)")
    command.add_argument("--release", default="v41", help="to begin with (%(default)s)")
    command.add_argument(
        "--rate", type=positive_number, default=60.0, help="requests a second from the buyers (%(default)g)"
    )
    command.set_defaults(run=up)

    command = commands.add_parser("down", parents=[in_dir], help="stop a shop")
    command.set_defaults(run=down)

    command = commands.add_parser("ship", parents=[in_dir], help="deploy a release")
    command.add_argument("release", help="v41 or v42")
    command.add_argument("--by", default="delivery pipeline", help="who deploys, for deploys.jsonl (%(default)s)")
    command.set_defaults(run=ship)

    command = commands.add_parser("status", parents=[in_dir], help="what runs")
    command.set_defaults(run=status)
    _add_history(commands.add_parser("history", help="print generated history as JSON lines"))
    return parser


def _add_history(command: argparse.ArgumentParser) -> None:
    command.add_argument("--days", type=int, default=30, help="(%(default)s)")
    command.add_argument("--spent", type=float, default=0.40, help="share of the availability budget (%(default)s)")
    command.add_argument("--target", type=float, default=0.995, help="of availability (%(default)s)")
    command.add_argument("--latency-spent", type=float, default=0.25, help="share of the latency budget (%(default)s)")
    command.add_argument("--latency-target", type=float, default=0.99, help="of latency (%(default)s)")
    command.add_argument(
        "--rate",
        type=positive_number,
        default=45.0,
        help="mean events a second (%(default)g, as the buyers' checkouts)",
    )
    command.add_argument("--end", type=iso_time, default="now", help="ISO time or now; rounded down to five minutes")
    command.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    command.set_defaults(run=past)


def replica_count(text: str) -> int:
    if not 1 <= int(text) <= MAX_REPLICAS:
        raise argparse.ArgumentTypeError(f"{text} is not within 1 and {MAX_REPLICAS}")
    return int(text)


def port_number(text: str) -> int:
    if not 0 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def positive_number(text: str) -> float:
    if not float(text) > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return float(text)


def iso_time(text: str) -> datetime:
    """An ISO time, UTC where it names no zone, or `now`."""
    if text == "now":
        return datetime.now(UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
