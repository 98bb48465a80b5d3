"""Shipping a release as a team's pipeline would: switch the `current` link, then restart the replicas one by one."""

import json
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any

from playground.shop import supervise
from playground.shop.inifiles import replica_ports
from playground.shop.layout import Shop, ShopError, point_current_at

_REPLICA_UP_S = 10.0


def ship(shop: Shop, release: str, by: str) -> dict[str, object]:
    """Brings `release` to every running replica; one that serves it already is left alone: a broken ship can be rerun.

    Returns {from, to, restarted: [program]}. ShopError: unknown release, shop not running, a replica does not come up.
    """
    require(shop, release)
    if supervise.running_pid(shop) is None:
        raise ShopError(
            f"The shop in {shop.dir} is not running. Start it: python -m playground.shop up --dir {shop.dir}"
        )
    before = shop.current_release()
    switch(shop, release, by)
    restarted = [name for name, port in _running_replicas(shop) if _bring(shop, name, port, release)]
    return {"from": before, "to": release, "restarted": restarted}


def require(shop: Shop, release: str) -> None:
    """ShopError unless `release` lies ready."""
    known = shop.release_names()
    if release not in known:
        raise ShopError(f"There is no release {release!r} in {shop.releases}. There are: {', '.join(known)}.")


def switch(shop: Shop, release: str, by: str) -> None:
    """Points `current` at `release` and notes it in deploys.jsonl; nothing when it points there already."""
    before = shop.current_release()
    if before == release:
        return
    note = json.loads((shop.releases / release / "release.json").read_text())["note"]
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    point_current_at(shop, release)
    with shop.deploys.open("a") as journal:
        journal.write(json.dumps({"at": at, "from": before, "to": release, "by": by, "note": note}) + "\n")


def ask(port: int, path: str) -> Any:
    """The JSON a local server answers a GET with, whatever the status; None when it does not answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()


def _running_replicas(shop: Shop) -> list[tuple[str, int]]:
    """Name and port of the replicas that run or should, in order; one that somebody stopped stays stopped."""
    wanted = {program.name for program in supervise.programs(shop) if program.state != "STOPPED"}
    ports = replica_ports(shop.programs)
    return sorted(((name, port) for name, port in ports.items() if name in wanted), key=lambda replica: replica[1])


def _bring(shop: Shop, program: str, port: int, release: str) -> bool:
    if _serves(port, release):
        return False
    supervise.restart(shop, program)
    supervise.wait_until(lambda: _serves(port, release), _REPLICA_UP_S, f"{program} did not serve {release}")
    return True


def _serves(port: int, release: str) -> bool:
    health = ask(port, "/healthz")
    return health is not None and health["status"] == "ok" and health["release"] == release
