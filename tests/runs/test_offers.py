"""Which runbooks are offered, to whom, and with which words."""

from dataclasses import replace

from bot.action import Observation
from bot.catalog.model import Chat, Rule
from bot.command import Caller
from bot.delivery.target_watch import LOOK, TargetWatch, watch_targets
from bot.domain.permission import Right
from bot.domain.run import RunState
from bot.domain.work import Due
from bot.services.runs import Bench, Limits, Occasion, OfferService
from bot.store import audit, people, target_looks
from bot.store.schema.work import watches
from runbooks import ACTIONS
from runbooks.targets.supervisord.options import parse
from runbooks.targets.supervisord.target import SupervisordTarget
from tests.runbooks.machine import Machine
from tests.runs.desk import Desk, asked, frozen
from tests.support.work import row, rows


async def test_a_card_offers_what_was_written_for_the_alert_with_its_change(desk: Desk, machine: Machine) -> None:
    await desk.offers.look_at("checkout")
    with frozen(machine):
        offer = await desk.offers.best("checkout", "checkout-errors", {"service": "checkout"})
    assert offer is not None
    assert (offer.name, offer.label, offer.change) == ("rollback", "Roll back to v41", "v42 → v41")
    assert offer.reason == "written for checkout-errors"


async def test_the_runbook_that_the_alerts_own_rule_names_comes_first(desk: Desk) -> None:
    rule = Rule(name="checkout-down", kind="down", service="checkout", title="Down", priority="high", runbook="restart")
    desk.catalog = replace(desk.catalog, rules=(rule,))
    names = [offer.name for offer in await desk.offers.fitting("checkout", "checkout-down")]
    assert names == ["restart", "purge"], "the rollback is for another alert, scaling asks for a number"


async def test_before_the_first_look_an_offer_names_no_releases(desk: Desk) -> None:
    offer = await desk.offers.best("checkout", "checkout-errors")
    assert offer is not None
    assert (offer.label, offer.change) == ("Roll back", "")


async def test_what_the_target_would_refuse_is_not_offered(desk: Desk, machine: Machine) -> None:
    await desk.done(await desk.confirmed(), RunState.BETTER)
    await desk.offers.look_at("checkout")
    names = [offer.name for offer in await desk.offers.fitting("checkout", "checkout-errors")]
    assert "rollback" not in names
    picker = await desk.offers.offers(asked("ana"), Occasion("checkout"))
    assert (
        "`checkout` has nothing to roll back to"
        in {each.label: each.why for each in picker.refusals}["Roll back (checkout)"]
    )


async def test_what_helped_before_is_said(desk: Desk) -> None:
    await desk.done(await desk.confirmed(), RunState.BETTER)
    await desk.done((await desk.runs.undo_now(asked("ana"), 1)).run.number, RunState.BETTER)
    offer = await desk.offers.best("checkout", "checkout-errors")
    assert offer is not None
    assert offer.reason == "helped 1 of 1 times here"


async def test_what_has_to_be_told_something_first_is_no_button_of_a_card(desk: Desk) -> None:
    assert "scale" not in [offer.name for offer in await desk.offers.fitting("checkout")]


async def test_the_picker_says_what_is_not_offered_and_why(desk: Desk) -> None:
    picker = await desk.offers.offers(asked("ana"), Occasion("checkout", "checkout-errors", key="A-1"))
    assert [offer.label for offer in picker.offers] == ["Roll back to v41", "Restart", "Scale"]
    assert {each.label: each.why for each in picker.refusals} == {
        "Restart by force (checkout)": "rule permissions.yaml grant 3"
    }
    assert (picker.environment, picker.key) == ("prod", "A-1")


async def test_who_may_not_act_is_offered_nothing(desk: Desk) -> None:
    picker = await desk.offers.offers(asked("chloe"), Occasion())
    assert picker.offers == ()
    assert {each.why for each in picker.refusals} >= {"rule permissions.yaml grant 2"}


async def test_a_picker_opens_while_the_target_is_silent(desk: Desk, machine: Machine) -> None:
    desk.catalog.services["checkout"].target.options["answer_timeout_s"] = "0.3"  # type: ignore[union-attr, index]
    with frozen(machine):
        picker = await desk.offers.offers(asked("ana"), Occasion("checkout"))
    assert "Roll back" in [offer.label for offer in picker.offers]


async def test_one_look_at_a_target_serves_every_runbook(desk: Desk) -> None:
    looks = []

    class Counted(SupervisordTarget):
        async def observe(self) -> Observation:
            looks.append(self)
            return await super().observe()

    bench = Bench(lambda: desk.catalog, ACTIONS, {"supervisord": lambda options: Counted(parse(options))})
    await OfferService(desk.database, lambda: desk.catalog, desk.permissions, bench).look_at("checkout")
    assert len(looks) == 1
    async with desk.database.read() as tx:
        seen = (await target_looks.last(tx, ["checkout"]))["checkout"].prospects
    assert (seen["rollback"].after, seen["restart"].after) == ("v41", "all started anew")


async def test_targets_are_looked_at_as_the_catalog_says(desk: Desk) -> None:
    await watch_targets(desk.database, desk.catalog, Limits())
    found = await rows(desk.database, watches)
    assert [(each.subject, each.every_s) for each in found.values() if each.kind == LOOK] == [("checkout", 10.0)]
    often = replace(desk.catalog, chat=Chat(card_refresh_s=5))
    await watch_targets(desk.database, often, Limits())
    assert (await row(desk.database, watches, f"{LOOK}:checkout")).every_s == 5.0
    await TargetWatch(desk.offers).look(Due(1, LOOK, LOOK, "checkout", 1.0, {}))
    offer = await desk.offers.best("checkout")
    assert offer is not None
    assert offer.change == "v42 → v41"


async def test_a_command_is_open_to_whoever_may_use_it_on_some_service(desk: Desk) -> None:
    assert await desk.permissions.gate(Caller("U0ANA", "ana", "T1"), Right.ACT, "/runbook run") is None
    refusal = await desk.permissions.gate(Caller("U0CHLOE", "chloe", "T1"), Right.ACT, "/runbook run")
    assert refusal is not None
    assert refusal.words.startswith("You may not use /runbook run. Nothing was changed. Rule permissions.yaml grant 2")
    async with desk.database.read() as tx:
        (entry,) = await audit.entries(tx)
    assert (entry.who, entry.what, entry.outcome) == ("U0CHLOE", "use /runbook run", "denied")


async def test_members_of_a_group_have_its_role_and_guests_have_none(desk: Desk) -> None:
    async with desk.database.write() as tx:
        await people.keep_groups(tx, {"sre": ["U0NOOR", "U0GUEST"]})
        guest = {"id": "U0GUEST", "handle": "guest", "name": "A guest", "is_guest": True}
        await people.learn(tx, [guest])
    assert await desk.permissions.gate(Caller("U0NOOR", "noor", "T1"), Right.ACT, "/runbook run") is None
    refused = await desk.permissions.gate(Caller("U0GUEST", "guest", "T1"), Right.ACT, "/runbook run")
    assert refused is not None
    assert refused.rule == "guests"
