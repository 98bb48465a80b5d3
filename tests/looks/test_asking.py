"""Who may look at what runs a service, what is read, and that nothing of it stays."""

from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from bot.action import Refused
from bot.services.permissions import Forbidden
from bot.store import audit
from tests.kubernetes.acting import two_releases
from tests.kubernetes.cluster import Cluster
from tests.looks.desk import Desk, asked
from tests.support.alerting import Desk as AlertDesk


async def test_the_first_look_is_the_status_and_names_the_others(desk: Desk, cluster: Cluster) -> None:
    await two_releases(cluster)
    seen = await desk.looks.look(asked(), "checkout")
    assert (seen.look, seen.title, seen.environment) == ("status", "3 of 3 pods are ready", "prod")
    assert [name for name, _ in seen.choices] == ["status", "logs", "describe", "top"]
    assert seen.problem == ""


async def test_a_viewer_is_refused_with_the_rule_before_anything_is_read(desk: Desk, cluster: Cluster) -> None:
    await two_releases(cluster)
    before = len(await cluster.requests())
    with pytest.raises(Forbidden) as refused:
        await desk.looks.look(asked("chloe"), "checkout", "logs")
    assert refused.value.rule == "permissions.yaml grant 1"
    words = str(refused.value)
    assert words.startswith("You may not read the state and the logs of `checkout` in prod. Nothing was changed.")
    assert [person.name for person in refused.value.may] == ["Ana", "Ben"]
    assert len(await cluster.requests()) == before
    async with desk.database.read() as tx:
        (entry,) = await audit.entries(tx)
    assert (entry.who, entry.what, entry.outcome) == ("U02CHLOE", "look at checkout", "denied")


@pytest.mark.parametrize(
    ("service", "look", "rule", "words"),
    [
        ("chekout", "", "unknown service", "There is no service `chekout`. Nothing was changed."),
        ("checkout", "exec", "unknown look", "There are: status, logs, describe, top."),
        ("shop", "", "no looks", "Targets of kind helm cannot be looked at. Nothing was changed."),
        ("cart", "", "no target", "`cart` has no target in services.yaml."),
    ],
)
async def test_what_cannot_be_looked_at_is_refused_with_its_rule(
    desk: Desk, service: str, look: str, rule: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        await desk.looks.look(asked(), service, look)
    assert refused.value.rule == rule
    assert words in str(refused.value)


async def test_what_the_cluster_does_not_answer_is_told_in_its_place(desk: Desk, cluster: Cluster) -> None:
    await two_releases(cluster)
    await cluster.fault("forbidden", path="*/log")
    seen = await desk.looks.look(asked(), "checkout", "logs")
    assert "It lacks the verb get on pods/log" in seen.problem
    assert (seen.title, seen.facts, seen.text) == ("", (), "")
    assert len(seen.choices) == 4


async def test_nothing_of_what_was_seen_is_kept_or_logged(desk: Desk, cluster: Cluster, tmp_path: Path) -> None:
    await two_releases(cluster)
    await cluster.log("a very particular line", container="checkout")
    with capture_logs(processors=[structlog.processors.format_exc_info]) as logged:
        seen = await desk.looks.look(asked(), "checkout", "logs")
    assert seen.text == "a very particular line"
    assert "particular" not in str(logged)
    alerts = AlertDesk(desk.database)
    for table in ("audit", "effects", "surfaces", "runs"):
        assert "particular" not in str(await alerts.rows(table))


def test_only_what_can_be_looked_at_has_a_word_for_it(desk: Desk) -> None:
    words = {service: desk.looks.word(service) for service in ("checkout", "shop", "cart", "nothing", "")}
    assert words == {"checkout": "pods", "shop": "", "cart": "", "nothing": "", "": ""}


@pytest.mark.parametrize(
    ("line", "here", "meant"),
    [
        ("checkout", "", ("checkout", "")),
        ("logs checkout", "", ("checkout", "logs")),
        ("checkout logs", "", ("checkout", "logs")),
        ("logs", "checkout", ("checkout", "logs")),
        ("", "checkout", ("checkout", "")),
        ("cart", "checkout", ("cart", "")),
        ("chekout", "", ("chekout", "")),
        ("logs chekout", "checkout", ("chekout", "logs")),
    ],
)
def test_a_line_names_a_service_and_perhaps_a_look(desk: Desk, line: str, here: str, meant: tuple[str, str]) -> None:
    assert desk.looks.typed(line.split(), here) == meant


@pytest.mark.parametrize(("line", "words"), [("", "Which service?"), ("logs checkout now", "“now” is one word")])
def test_a_line_that_says_too_little_or_too_much_is_refused(desk: Desk, line: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        desk.looks.typed(line.split(), "")


async def test_the_card_of_an_alert_offers_it_where_there_is_something(desk: Desk) -> None:
    assert (await desk.alert("checkout")).look == "pods"


async def test_the_card_of_an_alert_offers_nothing_where_there_is_nothing(desk: Desk) -> None:
    assert (await desk.alert("cart")).look == ""
