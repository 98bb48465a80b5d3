"""What a bad release does to the shop, and what taking it back does."""

import json
import shutil
from itertools import pairwise

from tests.shop.running import RunningShop, command, eventually

OTHER = {"v41": "v42", "v42": "v41"}


def test_a_bad_release_breaks_31_percent_of_checkouts_and_taking_it_back_heals_them(shop: RunningShop) -> None:
    shop.ship("v41")
    good = shop.next_served("checkout", 60)
    assert good["500"] <= 1

    assert shop.ship("v42") == {"from": "v41", "to": "v42", "restarted": ["checkout-1", "checkout-2"]}
    eventually(lambda: shop.samples("shop_release_info") == {("v42", "checkout"): 1, ("v42", "cart"): 1})
    fast = shop.samples("shop_request_duration_seconds_bucket")["0.25", "checkout"]
    bad = shop.next_served("checkout", 200)
    assert 0.28 < bad["500"] / sum(bad.values()) < 0.34
    assert shop.samples("shop_request_duration_seconds_bucket")["0.25", "checkout"] == fast

    assert shop.call("/pipeline/ship/v41", "POST")[0] == 202
    eventually(lambda: shop.live() == {"checkout-1": "v41", "checkout-2": "v41"})
    healed = shop.next_served("checkout", 60)
    assert healed["500"] <= 1


def test_every_switch_is_in_the_journal_and_shipping_the_current_release_changes_nothing(shop: RunningShop) -> None:
    current = shop.current
    assert shop.ship(current) == {"from": current, "to": current, "restarted": []}
    journal = [json.loads(line) for line in (shop.dir / "deploys.jsonl").read_text().splitlines()]
    assert journal[0].keys() == {"at", "from", "to", "by", "note"}
    assert (journal[0]["from"], journal[0]["to"]) == (None, "v41")
    assert all(later["from"] == earlier["to"] != later["to"] for earlier, later in pairwise(journal))


def test_a_ship_that_was_cut_short_is_finished_by_running_it_again(shop: RunningShop) -> None:
    before = shop.current
    after = OTHER[before]
    (shop.dir / "next").symlink_to(f"releases/{after}")
    (shop.dir / "next").replace(shop.dir / "current")
    shop.supervisor.stopProcess("checkout-1")
    shop.supervisor.startProcess("checkout-1")
    eventually(lambda: shop.live() == {"checkout-1": after, "checkout-2": before})
    assert shop.ship(after)["restarted"] == ["checkout-2"]


def test_a_release_that_does_not_start_stops_at_the_first_replica(shop: RunningShop) -> None:
    before = shop.current
    shutil.copytree(shop.dir / "releases" / before, shop.dir / "releases" / "v43")
    (shop.dir / "releases" / "v43" / "orders.py").write_text("raise SystemExit('no payment provider configured')\n")
    failed = command("ship", "v43", "--dir", shop.dir)
    assert failed.returncode == 1
    assert "checkout-1 did not start" in failed.stderr
    assert "logs/checkout-1.log" in failed.stderr
    assert shop.live() == {"checkout-2": before}
    assert shop.ship(before)["restarted"] == ["checkout-1"]
    shutil.rmtree(shop.dir / "releases" / "v43")


def test_an_unknown_release_is_refused_with_the_ones_there_are(shop: RunningShop) -> None:
    before = shop.current
    refused = command("ship", "v99", "--dir", shop.dir)
    assert refused.returncode == 1
    assert "There are: v41, v42." in refused.stderr
    assert shop.current == before


def test_the_pipeline_refuses_an_unknown_release_and_the_current_one(shop: RunningShop) -> None:
    assert shop.call("/pipeline/ship/v99", "POST")[0] == 404
    status, body = shop.call(f"/pipeline/ship/{shop.current}", "POST")
    assert (status, json.loads(body)["ok"]) == (409, False)


def test_a_release_says_what_it_is(shop: RunningShop) -> None:
    status, body = shop.call("/version", port=shop.facts["port_base"] + 1)
    release = json.loads((shop.dir / "current" / "release.json").read_text())
    assert release.keys() == {"version", "released_at", "author", "note"}
    assert (status, json.loads(body)) == (200, {**release, "replica": "checkout-1"})
