"""Replicas that come, go and break, and how the front and supervisord take it."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.shop.running import RunningShop, eventually


@contextmanager
def customers(shop: RunningShop, count: int) -> Iterator[None]:
    """So many customers in the shop, each with one request under way at a time."""
    gone = threading.Event()

    def buy() -> None:
        while not gone.is_set():
            shop.call("/checkout")

    with ThreadPoolExecutor(count) as people:
        buying = [people.submit(buy) for _ in range(count)]
        try:
            yield
        finally:
            gone.set()
    for customer in buying:
        customer.result()


def test_a_replica_added_by_hand_is_served_and_one_taken_away_is_not(shop: RunningShop) -> None:
    pattern = (shop.dir / "programs" / "checkout-1.ini").read_text()
    base = shop.facts["port_base"]
    fourth = shop.dir / "programs" / "checkout-4.ini"
    fourth.write_text(pattern.replace("program:checkout-1", "program:checkout-4").replace(str(base + 1), str(base + 4)))
    assert shop.supervisor.reloadConfig() == [[["checkout-4"], [], []]]
    shop.supervisor.addProcessGroup("checkout-4")
    eventually(lambda: shop.live().keys() == {"checkout-1", "checkout-2", "checkout-4"})
    eventually(lambda: b'path="/checkout"' in shop.call("/metrics", port=base + 4)[1])
    assert shop.samples("shop_replicas") == {("checkout",): 3, ("cart",): 3}

    before = shop.served("checkout")
    shop.supervisor.stopProcess("checkout-4")
    shop.supervisor.removeProcessGroup("checkout-4")
    fourth.unlink()
    assert shop.supervisor.reloadConfig() == [[[], [], []]]
    eventually(lambda: shop.live().keys() == {"checkout-1", "checkout-2"})
    assert shop.served("checkout")["502"] == before["502"]


def test_a_killed_replica_is_routed_around_and_started_again(shop: RunningShop) -> None:
    shop.supervisor.stopProcess("buyers")
    before = shop.served("checkout")
    with customers(shop, 3):
        killed = shop.pids()["checkout-1"]
        eventually(lambda: shop.served("checkout")["200"] > before["200"])
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: shop.pids().get("checkout-1", killed) != killed)
        eventually(lambda: shop.live().keys() == {"checkout-1", "checkout-2"})
    after = shop.served("checkout")
    shop.supervisor.startProcess("buyers", False)
    assert after["200"] > before["200"]
    assert after["502"] - before["502"] <= 3  # what was under way in it, and no more
    assert after["503"] == before["503"]


def test_restarting_a_replica_while_another_is_up_costs_no_request(shop: RunningShop) -> None:
    before = {service: shop.served(service) for service in ("checkout", "cart")}
    shop.supervisor.stopProcess("checkout-1")
    shop.supervisor.startProcess("checkout-1")
    for service in ("checkout", "cart"):
        after = shop.served(service)
        assert after["200"] > before[service]["200"]
        assert all(after[code] == before[service][code] for code in ("502", "503", "504"))


def test_without_a_replica_the_front_answers_503_and_says_so(shop: RunningShop) -> None:
    replicas = {"checkout-1", "checkout-2"}
    for name in replicas:
        shop.supervisor.stopProcess(name, False)
    eventually(lambda: replicas.isdisjoint(shop.pids()))
    eventually(lambda: shop.call("/checkout")[0] == 503)
    assert shop.call("/healthz")[0] == 503
    assert shop.samples("shop_replicas") == {("checkout",): 0, ("cart",): 0}
    assert shop.samples("shop_release_info") == {}
    for name in replicas:
        shop.supervisor.startProcess(name, False)
    eventually(lambda: shop.live().keys() == replicas)


def test_counters_of_known_codes_exist_before_their_first_event(shop: RunningShop) -> None:
    shop.supervisor.stopProcess("buyers")
    shop.supervisor.stopProcess("front")
    shop.supervisor.startProcess("front")
    assert shop.served("checkout") == {"200": 0, "500": 0, "502": 0, "503": 0, "504": 0}
    assert shop.served("checkout") == shop.served("cart")
    assert len(shop.samples("process_start_time_seconds")) == 1
    shop.supervisor.startProcess("buyers", False)


def test_programs_do_not_inherit_the_secrets_of_who_started_the_shop(shop: RunningShop) -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs /proc to read another process's environment")
    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in shop.pids().values()]
    assert len(environments) == 5
    assert not any(b"SLACK_BOT_TOKEN" in environment for environment in environments)
