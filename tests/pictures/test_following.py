"""A picture on its way to whoever asked: after the words, once for all who ask, and never instead of them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.catalog.model import Catalog
from bot.command import Caller, Click, Later, Say
from bot.domain.slo import Counts, Measurement, SliQuery
from bot.domain.slo.ledger import Account, Tally
from bot.integrations.drawing import ProcessArtist
from bot.ports import Permanent
from bot.services.burndowns import Burndowns
from bot.services.slos import SloService
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks
from bot.store.db import Database
from tests.pictures.desk import AVAILABILITY, Clock, ShowDesk, Sketcher, Unable
from tests.support.incidents import an_incident

LEFT = "50\u00a0% of budget left"


def images(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for message in messages for block in message.get("blocks", []) if block["type"] == "image"]


async def test_the_words_come_first_and_the_picture_follows(desk: ShowDesk, cache: Path) -> None:
    await desk.served(Counts(995, 1000))
    asked = asyncio.create_task(
        desk.slack.command("ana", "alerts", "/slo", "show checkout-availability", until="Budget left over", wait=60)
    )
    async with asyncio.timeout(30):
        while not await desk.owed():
            await asyncio.sleep(0.05)
    desk.deliver(desk.burndowns_with(ProcessArtist(cache)))
    seen = await asked
    assert seen.ephemerals[0]["blocks"][0]["text"]["text"].endswith(LEFT)
    assert images(seen.ephemerals[:1]) == []
    (picture,) = images(seen.ephemerals)
    assert picture["alt_text"].startswith("Error budget of Checkout availability over 2\u00a0h: 50\u00a0% is left.")
    (file,) = await desk.files()
    assert file["id"] == picture["slack_file"]["id"]
    assert file["alt_txt"] == picture["alt_text"]
    assert file["channels"] == []
    async with httpx.AsyncClient(trust_env=False) as http:
        png = (await http.get(f"{desk.slack.url}/files/{file['id']}/image")).content
    assert png.startswith(b"\x89PNG")


async def shown(desk: ShowDesk, user: str = "ana", until: str = "Budget left over") -> list[dict[str, Any]]:
    """What a person sees of `/slo show`, once `until` is among it."""
    seen = await desk.slack.command(user, "alerts", "/slo", "show checkout-availability", until=until, wait=60)
    return seen.ephemerals


async def test_the_next_one_to_ask_finds_the_picture_among_the_words(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    await shown(desk)
    (message,) = await shown(desk, "ben")
    assert message["blocks"][0]["text"]["text"].endswith(LEFT)
    assert len(images([message])) == len(await desk.files()) == 1


async def test_however_many_ask_at_once_it_is_brought_once(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    seen = await asyncio.gather(*(shown(desk, user) for user in ("ana", "ben", "eva")))
    assert {images(each)[0]["slack_file"]["id"] for each in seen} == {file["id"] for file in await desk.files()}
    assert len(await desk.files()) == 1


async def test_a_budget_that_has_moved_is_drawn_anew(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    await shown(desk)
    await desk.served_now(Counts(0, 4))
    (_, follows) = await shown(desk)
    assert images([follows])[0]["alt_text"].startswith("Error budget of Checkout availability over 2\u00a0h: 10")
    assert len(await desk.files()) == 2


async def test_whoever_saw_older_figures_gets_the_picture_that_is_true_by_now(desk: ShowDesk) -> None:
    """Its figures moved between the words and the drawing, and somebody else had it drawn already."""
    await desk.served(Counts(995, 1000))
    (older,) = await desk.slos.evaluate()
    await desk.served_now(Counts(0, 4))
    desk.deliver()
    await shown(desk)
    async with asyncio.timeout(20):
        found = await desk.burndowns.awaited(older)
    assert found is not None
    assert [found.file] == [file["id"] for file in await desk.files()]


async def test_an_incident_declared_since_is_drawn_too(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    await shown(desk)
    now = desk.database.clock()
    await an_incident(desk.database, began_at=now, detected_at=now, declared_at=now)
    (_, follows) = await shown(desk, until="Marked")
    assert "Marked: INC-1" in images([follows])[0]["alt_text"]


async def test_what_cannot_be_drawn_is_told_in_words(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver(desk.burndowns_with(Unable()))
    (_, follows) = await shown(desk, until="could not be drawn")
    assert follows["blocks"][0]["text"]["text"].startswith("Error budget of Checkout availability over 2\u00a0h: 50")
    assert await desk.files() == []


async def test_a_picture_that_slack_will_not_show_is_told_in_words_beside_the_rest(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    await shown(desk)
    await desk.slack.fault("error", method="response_url", error="invalid_blocks")
    (message,) = await shown(desk, until="Error budget of")
    assert images([message]) == []
    assert message["blocks"][0]["text"]["text"].endswith(LEFT)


async def test_an_app_without_the_scope_for_files_tells_the_picture_in_words(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    await desk.slack.fault("error", method="files.getUploadURLExternal", error="missing_scope")
    desk.deliver()
    (_, follows) = await shown(desk, until="could not be drawn")
    assert images([follows]) == []


async def test_an_app_that_may_not_ask_for_files_waits_a_moment_and_shows_the_picture(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    await desk.slack.fault("error", method="files.info", error="missing_scope", times=2)
    desk.deliver()
    assert len(images(await shown(desk))) == 1


async def test_where_nothing_is_known_nothing_is_drawn(desk: ShowDesk) -> None:
    seen = await shown(desk, until="no data")
    assert images(seen) == []
    assert await desk.owed() == []


async def test_a_picture_that_a_killed_bot_had_brought_is_drawn_again_and_shown_once(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    await desk.slack.fault("hold_after", method="files.completeUploadExternal")
    desk.deliver()
    asked = asyncio.create_task(shown(desk))
    await desk.slack.wait_held()
    await desk.kill()
    await desk.slack.release()
    desk.deliver()
    seen = await asked
    (effect,) = await desk.owed()
    assert (effect.state, effect.attempts) == ("done", 2)
    assert len(images(seen)) == 1


async def test_in_a_form_the_picture_comes_among_the_words(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    click = Click("key", Caller("U02ANA"), Action.SLO_SHOW, (Ref(AVAILABILITY.name).encode(),))
    reply = await desk.command.shown(click)
    assert isinstance(reply, Later)
    said = await reply.then()
    assert isinstance(said, Say)
    assert said.then is not None
    filled = await said.then()
    assert filled is not None
    assert [block["type"] for block in filled.blocks].count("image") == 1


class Whole:
    """A source that evaluates an expression over whole windows, and has nothing to say of their parts."""

    name = "sampler"
    delay = timedelta(0)

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        return [Measurement(query, Counts(99.5, 100), at - query.window, at, covered=query.window) for query in queries]

    def grain(self, tally: Tally) -> timedelta | None:
        return None

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        return [Account((), "an expression") for _ in tallies]


async def test_an_slo_that_is_known_only_as_a_whole_has_no_picture(database: Database) -> None:
    catalog = Catalog(slos=(AVAILABILITY,))
    slos = SloService(lambda: catalog, {"sampler": Whole()}, Clock(database), database)
    drawn = Burndowns(database, lambda: catalog, slos, Sketcher())
    assert await drawn.drawing(AVAILABILITY.name) is None
    with pytest.raises(Permanent, match="not hour by hour"):
        await drawn.image(AVAILABILITY.name)


async def home_with_a_button(desk: ShowDesk) -> None:
    button = blocks.button("Show", Action.SLO_SHOW, Ref(AVAILABILITY.name).encode())
    view = {"type": "home", "blocks": blocks.actions(button)}
    await desk.client.call("views.publish", user_id="U02ANA", view=view)


async def test_from_the_home_tab_a_form_takes_the_words_and_then_the_picture(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    await home_with_a_button(desk)
    seen = await desk.slack.click("ana", home=True, action_id=Action.SLO_SHOW, until="Budget left over", wait=60)
    assert seen.view["blocks"][0]["text"]["text"].endswith(LEFT)
    assert len(images([seen.view])) == 1


async def test_a_picture_that_slack_will_not_show_in_a_form_is_told_in_words(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    desk.deliver()
    await shown(desk)
    await home_with_a_button(desk)
    await desk.slack.fault("error", method="views.update", error="invalid_arguments")
    seen = await desk.slack.click("ana", home=True, action_id=Action.SLO_SHOW, until="Error budget of", wait=60)
    assert seen.view["blocks"][0]["text"]["text"].endswith(LEFT)
    assert images([seen.view]) == []


async def test_a_document_gets_the_same_picture_in_light(desk: ShowDesk) -> None:
    await desk.served(Counts(995, 1000))
    png, words = await desk.burndowns.image(AVAILABILITY.name)
    assert png.endswith(b"Checkout availability in light")
    assert words.startswith("Error budget of Checkout availability over 2\u00a0h: 50\u00a0% is left.")
