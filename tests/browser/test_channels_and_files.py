"""What people do with channels and files: topics, archives, group messages, canvases, attachments, file inputs."""

import pytest
from playwright.async_api import FilePayload, expect
from slack_bolt.async_app import AsyncAck

from tests.browser.window import Windows
from tests.playground.apps import ALERTS, ANA, BEN, DEV, RANDOM, Bolt, modal, plain, web_client
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOG = FilePayload(name="checkout.log", mimeType="text/plain", buffer=b"503 from payments\n503 again\n")


async def test_a_file_is_attached_with_what_was_typed(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    await window.composer.fill("the log of checkout")
    await window.page.get_by_test_id("attach").set_input_files(LOG)

    await expect(window.message("the log of checkout").get_by_test_id("file")).to_contain_text("503 again")
    await expect(window.composer).to_have_value("")
    files = (await slack.message_with("random", "the log"))["files"]
    assert [file["name"] for file in files] == ["checkout.log"]


async def test_files_of_a_form_reach_the_app(bolt: Bolt, windows: Windows) -> None:
    received: list[Json] = []
    element = {"type": "file_input", "action_id": "files", "filetypes": ["log"], "max_files": 1}
    block = {"type": "input", "block_id": "evidence", "label": plain("Evidence"), "element": element}

    @bolt.app.command("/incident")
    async def show(ack: AsyncAck, body: Json) -> None:
        await ack()
        await bolt.client.views_open(trigger_id=body["trigger_id"], view=modal(block))

    @bolt.app.view("declare")
    async def keep(ack: AsyncAck, view: Json) -> None:
        received.append(view["state"]["values"]["evidence"]["files"])
        await ack()

    await bolt.connect()
    window = await windows.open()
    await window.write("/incident open")
    await window.page.get_by_test_id("modal-submit").click()
    await expect(window.modal.get_by_role("alert")).to_be_visible()
    await window.action("files").set_input_files(LOG)
    await expect(window.modal).to_contain_text("checkout.log")
    await window.page.get_by_test_id("modal-submit").click()

    await expect(window.modal).to_have_count(0)
    assert [file["name"] for file in received[0]["files"]] == ["checkout.log"]


async def test_a_topic_formats_nothing_and_rings_nobody(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    await client.conversations_join(channel=RANDOM)
    await client.conversations_setTopic(channel=RANDOM, topic="SEV1 <!channel> *carts* &amp; coupons, <@U02ANA> leads")
    window = await windows.open()
    shown = "SEV1 @channel *carts* & coupons, @Ana Ruiz leads"

    await expect(window.page.locator(".topic")).to_have_text(shown)
    notice = window.message("set the channel topic")
    await expect(notice.locator(".message-text")).to_have_text(f"set the channel topic: {shown}")
    await expect(window.page.locator(".alarm")).to_have_count(0)


async def test_nobody_is_offered_to_leave_or_archive_the_channel_of_all(windows: Windows) -> None:
    window = await windows.open("eva", "channel=general")
    await window.page.get_by_test_id("channel-menu").click()
    await expect(window.page.get_by_role("menuitem", name="Rename channel…")).to_be_visible()

    await expect(window.page.get_by_role("menuitem", name="Archive channel…")).to_have_count(0)
    await expect(window.page.get_by_role("menuitem", name="Leave channel")).to_have_count(0)


async def test_a_name_that_is_taken_is_refused_in_words(windows: Windows) -> None:
    window = await windows.open()
    await window.page.get_by_role("button", name="Create a channel").click()
    await window.page.get_by_label("Name").fill("incidents")
    await window.page.get_by_role("button", name="Create", exact=True).click()

    await expect(window.toast).to_contain_text("Another channel has that name")


async def test_a_direct_message_of_several_stands_in_the_sidebar(bolt: Bolt, windows: Windows) -> None:
    window = await windows.open()
    opened = await bolt.client.conversations_open(users=[ANA, BEN, DEV])
    await bolt.client.chat_postMessage(channel=opened["channel"]["id"], text="you three are paged")

    row = window.page.get_by_test_id(f"group-{opened['channel']['id']}")
    await expect(row).to_contain_text("Ben Okafor, Dev Patel, Quarterdeck")
    await row.click()
    await expect(window.message("you three are paged")).to_be_visible()


async def test_the_canvas_of_a_channel_is_a_tab_of_it(bolt: Bolt, windows: Windows) -> None:
    window = await windows.open(place="channel=alerts")
    made = await bolt.client.conversations_canvases_create(
        channel_id=ALERTS, title="Timeline", document_content={"type": "markdown", "markdown": "# INC-1\n- 10:02 begun"}
    )
    addition = {"type": "markdown", "markdown": "- 10:09 mitigated"}
    await bolt.client.canvases_edit(
        canvas_id=made["canvas_id"], changes=[{"operation": "insert_at_end", "document_content": addition}]
    )

    await window.page.get_by_test_id("canvas").click()
    await expect(window.page.get_by_test_id("document")).to_contain_text("10:09 mitigated")


async def test_a_topic_is_changed_from_the_menu(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    await window.page.get_by_test_id("channel-menu").click()
    await window.page.get_by_role("menuitem", name="Edit the topic…").click()
    await window.page.get_by_role("textbox", name="Topic").fill("Payments are slow")
    await window.page.keyboard.press("Enter")

    await expect(window.page.locator(".topic")).to_have_text("Payments are slow")
    channel = await slack.channel("random")
    assert channel is not None
    assert channel["topic"] == "Payments are slow"


async def test_an_admin_unarchives_and_deletes_a_channel(slack: Playground, windows: Windows) -> None:
    await slack.act("archive", "eva", channel="random")
    window = await windows.open("eva")
    await window.page.get_by_test_id("channel-menu").click()
    await window.page.get_by_role("menuitem", name="Unarchive channel").click()
    await expect(window.composer).to_be_visible()

    await window.page.get_by_test_id("channel-menu").click()
    await window.page.get_by_role("menuitem", name="Delete channel…").click()
    await window.page.get_by_role("button", name="Delete", exact=True).click()

    await expect(window.page.get_by_role("heading", name="general").first).to_be_visible()
    await expect(window.channel("random")).to_have_count(0)


async def test_a_new_user_group_is_known_at_once(bolt: Bolt, windows: Windows) -> None:
    window = await windows.open()
    made = await bolt.client.usergroups_create(name="Night shift", handle="night-shift")
    await bolt.client.chat_postMessage(channel=RANDOM, text=f"calling <!subteam^{made['usergroup']['id']}>")

    await expect(window.message("calling")).to_contain_text("@night-shift")
