"""What goes over the wire, and what comes back: lists, patches, logs, and writes of which the end is not known."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from bot.ports import Permanent, Transient, Unsure
from runbooks.targets.kubernetes.api import KubeApi, Patch
from runbooks.targets.kubernetes.calls import Call
from runbooks.targets.kubernetes.connection import Connection, User
from runbooks.targets.kubernetes.reaching import unanswered
from tests.cluster_access.far import (
    CHECKOUT,
    DEPLOYMENT,
    DEPLOYMENTS,
    Far,
    Handler,
    cluster_of,
    far,
    kubeconfig,
    plain,
    said,
    status,
)

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
LOG = "/api/v1/namespaces/shop/pods/checkout-1/log"


@asynccontextmanager
async def talking(folder: Path, *answers: web.Response | Handler, **options: str) -> AsyncIterator[tuple[KubeApi, Far]]:
    async with far(*answers) as side, cluster_of(kubeconfig(folder, side.url), **options).session() as api:
        yield api, side


async def cut(request: web.Request) -> web.Response:
    """The connection is gone once the request has arrived."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def silent(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def endless(request: web.Request) -> web.StreamResponse:
    """An answer that comes drop by drop and never ends."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)


async def test_an_object_is_asked_for_as_json_by_name(tmp_path: Path) -> None:
    async with talking(tmp_path) as (api, side):
        assert await api.get(CHECKOUT, pretty=False, timeoutSeconds=5) == DEPLOYMENT
    assert (side.last.method, side.last.path) == ("GET", CHECKOUT)
    assert side.last.query == {"pretty": "false", "timeoutSeconds": "5"}
    assert side.last.headers["Accept"] == "application/json"
    assert side.last.headers["User-Agent"] == "quarterdeck"


async def test_a_list_is_read_page_by_page(tmp_path: Path) -> None:
    first = said({"items": [{"n": 1}, {"n": 2}], "metadata": {"continue": "next"}})
    async with talking(tmp_path, first, said({"items": [{"n": 3}], "metadata": {}})) as (api, side):
        found = await api.list(DEPLOYMENTS, "app=checkout,tier in (a,b)", "metadata.name=x")
    assert [item["n"] for item in found] == [1, 2, 3]
    asked = {"labelSelector": "app=checkout,tier in (a,b)", "fieldSelector": "metadata.name=x", "limit": "500"}
    assert [one.query for one in side.asked] == [asked, {**asked, "continue": "next"}]


async def test_a_list_whose_page_has_expired_is_read_from_its_start(tmp_path: Path) -> None:
    first = said({"items": [{"n": 1}], "metadata": {"continue": "old"}})
    expired = status(410, "Expired", "The provided continue parameter is too old")
    whole = said({"items": [{"n": 1}, {"n": 2}]})
    async with talking(tmp_path, first, expired, whole) as (api, side):
        assert [item["n"] for item in await api.list(DEPLOYMENTS)] == [1, 2]
    assert [one.query.get("continue") for one in side.asked] == [None, "old", None]


async def test_a_list_that_expires_each_time_is_given_up(tmp_path: Path) -> None:
    async with talking(tmp_path, status(410, "Expired", "too old")) as (api, side):
        with pytest.raises(Permanent, match="does not finish its list") as failed:
            await api.list(DEPLOYMENTS)
    assert failed.value.code == "Expired"
    assert len(side.asked) == 3


async def test_a_list_without_items_is_empty(tmp_path: Path) -> None:
    async with talking(tmp_path, said({"kind": "PodList", "items": None, "metadata": None})) as (api, _):
        assert await api.list(DEPLOYMENTS) == []


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (Patch.JSON, "application/json-patch+json"),
        (Patch.MERGE, "application/merge-patch+json"),
        (Patch.STRATEGIC, "application/strategic-merge-patch+json"),
        (Patch.APPLY, "application/apply-patch+yaml"),
    ],
)
async def test_a_patch_says_what_kind_it_is_and_who_makes_it(tmp_path: Path, how: Patch, kind: str) -> None:
    async with talking(tmp_path) as (api, side):
        assert await api.patch(CHECKOUT, how, {"spec": {"paused": True}}, dryRun="All") == DEPLOYMENT
    assert side.last.method == "PATCH"
    assert side.last.headers["Content-Type"] == kind
    assert side.last.query == {"fieldManager": "quarterdeck", "dryRun": "All"}
    assert side.last.body == {"spec": {"paused": True}}


async def test_what_is_created_says_who_creates_it(tmp_path: Path) -> None:
    async with talking(tmp_path, said({"status": {"allowed": True}}, 201)) as (api, side):
        assert (await api.post(REVIEWS, {"spec": {}}))["status"] == {"allowed": True}
    assert (side.last.method, side.last.path) == ("POST", REVIEWS)
    assert side.last.query == {"fieldManager": "quarterdeck"}
    assert side.last.headers["Content-Type"] == "application/json"


async def test_a_log_is_text_with_the_options_it_was_asked_with(tmp_path: Path) -> None:
    async with talking(tmp_path, plain("one\nzwei – 2\n", 200)) as (api, side):
        assert await api.text(LOG, container="app", previous=True, tailLines=50) == "one\nzwei – 2\n"
    assert side.last.query == {"container": "app", "previous": "true", "tailLines": "50"}


async def test_of_a_long_log_the_end_is_kept_from_the_beginning_of_a_line(tmp_path: Path) -> None:
    lines = "".join(f"line {number}\n" for number in range(100_000))
    async with talking(tmp_path, plain(lines, 200)) as (api, _):
        assert await api.text(LOG, most=30) == "line 99998\nline 99999\n"
        assert len(await api.text(LOG)) <= 64_000


async def test_a_line_that_is_longer_than_what_is_kept_is_cut(tmp_path: Path) -> None:
    async with talking(tmp_path, plain("x" * 500, 200)) as (api, _):
        assert await api.text(LOG, most=100) == "x" * 100


async def test_why_there_is_no_log_is_said_in_the_clusters_words(tmp_path: Path) -> None:
    said_so = 'previous terminated container "app" in pod "checkout-1" not found'
    async with talking(tmp_path, status(400, "BadRequest", said_so)) as (api, _):
        with pytest.raises(Permanent, match=said_so) as failed:
            await api.text(LOG)
    assert failed.value.code == "BadRequest"


async def test_a_sign_in_page_is_no_log(tmp_path: Path) -> None:
    async with talking(tmp_path, plain("<html>", 200, "text/html")) as (api, _):
        with pytest.raises(Permanent, match="a proxy or a sign-in page"):
            await api.text(LOG)


@pytest.mark.parametrize("fault", [cut, silent, endless])
async def test_a_change_that_was_sent_and_not_answered_is_unsure_and_a_question_is_asked_again(
    tmp_path: Path, fault: Handler
) -> None:
    async with talking(tmp_path, fault, answer_timeout_s="0.1") as (api, side):
        with pytest.raises(Unsure, match="was asked for a change and has not answered"):
            await api.patch(CHECKOUT, Patch.MERGE, {})
        assert len(side.asked) == 1
        with pytest.raises(Transient, match="cannot be reached: "):
            await api.get(CHECKOUT)
        with pytest.raises(Transient):
            await api.patch(CHECKOUT, Patch.MERGE, {}, dryRun="All")
        with pytest.raises(Transient):
            await api.post(REVIEWS, {})


async def test_a_change_that_could_not_be_sent_has_not_happened(tmp_path: Path) -> None:
    async with far() as side:
        file = kubeconfig(tmp_path, side.url)
    async with cluster_of(file).session() as api:
        with pytest.raises(Transient, match=r"nothing listens there. Check `server` in .*kubeconfig, and whether"):
            await api.patch(CHECKOUT, Patch.MERGE, {})


def test_a_name_that_is_not_known_is_said() -> None:
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    connection = Connection("prod", "/etc/kube/prod", "https://cluster.invalid", User())
    told = unanswered(connection, Call("PATCH", CHECKOUT, changes=True), error)
    assert isinstance(told, Transient)
    assert str(told) == (
        "The cluster prod at https://cluster.invalid cannot be reached: its name is not known here. "
        "Check `server` in /etc/kube/prod, and DNS."
    )


async def test_a_server_without_tls_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    async with far() as side:
        file = kubeconfig(tmp_path, side.url.replace("http:", "https:"))
        async with cluster_of(file).session() as api:
            with pytest.raises(Transient, match=r"it does not speak TLS\. Check `server` in"):
                await api.get(CHECKOUT)


@pytest.mark.parametrize("body", ["[1, 2]", "{", "ok", "[" * 100_000])
async def test_an_answer_that_is_no_object_is_said(tmp_path: Path, body: str) -> None:
    async with talking(tmp_path, plain(body, 200, "application/json")) as (api, _):
        with pytest.raises(Transient, match=r"answered with what is not JSON \(status 200\)"):
            await api.get(CHECKOUT)
        with pytest.raises(Unsure, match="The change was probably made"):
            await api.patch(CHECKOUT, Patch.MERGE, {})


async def test_an_answer_that_is_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    async def long(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" " * 1_000_000)

    async with talking(tmp_path, long) as (api, _):
        with pytest.raises(Transient, match="answered with more than 32 MB"):
            await api.get(CHECKOUT)


async def test_what_is_refused_for_old_credentials_is_not_asked_a_third_time(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("one")

    async def renews(request: web.Request) -> web.Response:
        (tmp_path / "token").write_text(f"{request.headers['Authorization'][-3:]}x")
        return status(401, "Unauthorized", "Unauthorized")

    async with far(renews) as side, cluster_of(kubeconfig(tmp_path, side.url, {"tokenFile": "token"})).session() as api:
        with pytest.raises(Permanent, match="expired or wrong"):
            await api.patch(CHECKOUT, Patch.MERGE, {"spec": 1})
    assert [one.body for one in side.asked] == [{"spec": 1}, {"spec": 1}]


async def test_no_redirect_is_followed_with_credentials(tmp_path: Path) -> None:
    async with far() as elsewhere:
        away = web.Response(status=302, headers={"Location": elsewhere.url})
        async with talking(tmp_path, away) as (api, _):
            with pytest.raises(Permanent, match=r"Something other than Kubernetes answers at .*status 302"):
                await api.get(CHECKOUT)
        assert elsewhere.asked == []


async def test_sessions_and_calls_side_by_side_do_not_mix(tmp_path: Path) -> None:
    async def named(request: web.Request) -> web.Response:
        return web.Response(text=json.dumps({"name": request.path[-1]}), content_type="application/json")

    async with far(named) as side:
        file = kubeconfig(tmp_path, side.url)

        async def one(number: int) -> str:
            async with cluster_of(file).session() as api:
                return str((await api.get(f"{DEPLOYMENTS}/{number}"))["name"])

        assert await asyncio.gather(*map(one, range(8))) == [str(number) for number in range(8)]
        async with cluster_of(file).session() as api:
            several = await asyncio.gather(*(api.get(f"{DEPLOYMENTS}/{number}") for number in range(8)))
        assert [answer["name"] for answer in several] == [str(number) for number in range(8)]
