"""Files in three steps, people, user groups, canvases and calls."""

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, BEN, GENERAL, error_of, refusal
from tests.support.playground import Json, Playground

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


async def upload(client: AsyncWebClient, content: bytes = b"hello", name: str = "note.md") -> str:
    """The first two steps; the file's id."""
    target = await client.files_getUploadURLExternal(filename=name, length=len(content))
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(target["upload_url"], content=content)
    assert answer.text == f"OK - {len(content)}"
    return str(target["file_id"])


async def test_a_file_in_three_steps(client: AsyncWebClient, slack: Playground) -> None:
    file_id = await upload(client)
    done = await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": "Post-mortem"}], channel_id=ALERTS, initial_comment="draft"
    )

    assert done["files"][0]["title"] == "Post-mortem"
    (message,) = await slack.messages("alerts")
    assert message["plain"] == "draft\n[file: Post-mortem]"
    assert message["files"][0]["size"] == 5
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(message["files"][0]["url_private"])).content == b"hello"


async def test_the_sdks_one_call_upload_works(client: AsyncWebClient, slack: Playground) -> None:
    await client.files_upload_v2(channel=ALERTS, content=PNG, filename="burn.png", title="Burn-down")

    (message,) = await slack.messages("alerts")
    assert message["files"][0]["mimetype"] == "image/png"
    assert message["files"][0]["thumb_url"]
    assert [file["title"] for file in await slack.look("files")] == ["Burn-down"]


async def test_a_block_shows_an_uploaded_picture_only_once_it_is_complete(
    client: AsyncWebClient, slack: Playground
) -> None:
    file_id = await upload(client, PNG, "burn.png")
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "Half is left"}
    refused = await refusal(client.chat_postMessage(channel=ALERTS, text="Budget", blocks=[image]))
    assert refused["error"] == "invalid_blocks"
    assert refused["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    view = {"type": "home", "blocks": [image]}
    assert await error_of(client.views_publish(user_id=ANA, view=view)) == "invalid_arguments"

    await client.files_completeUploadExternal(files=[{"id": file_id}])
    await client.chat_postMessage(channel=ALERTS, text="Budget", blocks=[image])
    (message,) = await slack.messages("alerts")
    assert message["blocks"][0]["slack_file"] == {"id": file_id}


async def test_a_file_that_is_no_picture_is_shown_in_no_block(client: AsyncWebClient) -> None:
    file_id = await upload(client)
    await client.files_completeUploadExternal(files=[{"id": file_id}])
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "A note"}
    assert await error_of(client.chat_postMessage(channel=ALERTS, text="Note", blocks=[image])) == "invalid_blocks"


async def test_an_upload_is_completed_once_and_only_after_its_bytes(client: AsyncWebClient) -> None:
    file_id = await upload(client)
    files: list[Json] = [{"id": file_id}]
    await client.files_completeUploadExternal(files=files, channel_id=ALERTS)
    assert await error_of(client.files_completeUploadExternal(files=files, channel_id=ALERTS)) == "file_not_found"

    empty = (await client.files_getUploadURLExternal(filename="a", length=3))["file_id"]
    assert await error_of(client.files_completeUploadExternal(files=[{"id": empty}])) == "file_not_found"


async def test_sharing_needs_membership(client: AsyncWebClient) -> None:
    files: list[Json] = [{"id": await upload(client)}]

    assert await error_of(client.files_completeUploadExternal(files=files, channel_id=GENERAL)) == "not_in_channel"
    assert await error_of(client.files_completeUploadExternal(files=files, channel_id="C0NONE")) == "channel_not_found"


async def test_a_wrong_length_is_a_violation(client: AsyncWebClient, slack: Playground) -> None:
    target = await client.files_getUploadURLExternal(filename="a", length=3)
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.post(target["upload_url"], content=b"longer")

    assert "length" in (await slack.violations())[0]["message"]


async def test_pages_are_never_served_as_pages(client: AsyncWebClient, slack: Playground) -> None:
    file_id = await upload(client, b"<script>alert(1)</script>", "evil.html")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{slack.url}/files/{file_id}/evil.html")

    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-security-policy"] == "sandbox"


async def test_file_information_and_deletion(client: AsyncWebClient) -> None:
    file_id = await upload(client)
    await client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=ALERTS)

    info = (await client.files_info(file=file_id))["file"]
    assert list(info["shares"]["public"]) == [ALERTS]
    assert len((await client.files_list(channel=ALERTS))["files"]) == 1
    await client.files_delete(file=file_id)
    assert await error_of(client.files_info(file=file_id)) == "file_not_found"


async def test_people_are_found_by_id_and_address(client: AsyncWebClient) -> None:
    ana = (await client.users_info(user=ANA))["user"]

    assert (ana["real_name"], ana["profile"]["title"]) == ("Ana Ruiz", "Site reliability engineer")
    assert (await client.users_lookupByEmail(email="ben@example.com"))["user"]["id"] == BEN
    assert await error_of(client.users_lookupByEmail(email="no@example.com")) == "users_not_found"
    assert await error_of(client.users_info(user="U0NONE")) == "user_not_found"
    assert (await client.users_profile_get(user=ANA))["profile"]["email"] == "ana@example.com"
    assert len((await client.users_list())["members"]) == 6


async def test_user_groups(client: AsyncWebClient) -> None:
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    oncall = groups[0]

    assert (oncall["handle"], oncall["users"]) == ("payments-oncall", [ANA, BEN])
    changed = await client.usergroups_users_update(usergroup=oncall["id"], users=[BEN])
    assert changed["usergroup"]["users"] == [BEN], "it is a full replacement"
    assert (await client.usergroups_users_list(usergroup=oncall["id"]))["users"] == [BEN]
    empty = client.usergroups_users_update(usergroup=oncall["id"], users=[])
    assert await error_of(empty) == "no_users_provided"
    assert await error_of(client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"
    created = (await client.usergroups_create(name="Search on call", handle="search-oncall"))["usergroup"]
    assert await error_of(client.usergroups_create(name="Search on call")) == "name_already_exists"
    await client.usergroups_disable(usergroup=created["id"])
    assert "search-oncall" not in [group["handle"] for group in (await client.usergroups_list())["usergroups"]]


async def test_canvases(client: AsyncWebClient, slack: Playground) -> None:
    content = {"type": "markdown", "markdown": "# Runbook"}
    canvas = (await client.canvases_create(title="Notes", document_content=content))["canvas_id"]
    more = {"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": "more"}}
    await client.canvases_edit(canvas_id=canvas, changes=[more])

    assert (await slack.look("canvases"))[0]["markdown"] == "# Runbook\n\nmore"
    two = await refusal(client.canvases_edit(canvas_id=canvas, changes=[more, more]))
    assert two["error"] == "canvas_editing_failed"
    assert await error_of(client.canvases_edit(canvas_id="F0NONE", changes=[more])) == "canvas_not_found"
    await client.conversations_canvases_create(channel_id=ALERTS, document_content=content)
    again = client.conversations_canvases_create(channel_id=ALERTS, document_content=content)
    assert await error_of(again) == "channel_canvas_already_exists"


async def test_calls_need_somebody_who_created_them(client: AsyncWebClient) -> None:
    arguments: Json = {"external_unique_id": "1", "join_url": "https://meet.example.com/1"}

    assert await error_of(client.calls_add(**arguments)) == "invalid_arguments"
    call = (await client.calls_add(**arguments, created_by=ANA))["call"]
    posted = await client.chat_postMessage(channel=ALERTS, text="c", blocks=[{"type": "call", "call_id": call["id"]}])
    assert posted["ok"]
