"""The files of the page: their types, what a browser need not fetch again, and nothing from anywhere else."""

import httpx
import pytest

from tests.support.playground import Playground


async def fetch(slack: Playground, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"{slack.url}{path}", headers=headers)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/app.js", "text/javascript"),
        ("/static/css/base.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/static/vendor/fonts/lato-400-normal.woff2", "font/woff2"),
    ],
)
async def test_each_kind_is_named(slack: Playground, path: str, kind: str) -> None:
    answer = await fetch(slack, path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content


async def test_what_a_browser_has_is_not_sent_again(slack: Playground) -> None:
    mark = (await fetch(slack, "/static/app.js")).headers["etag"]
    again = await fetch(slack, "/static/app.js", **{"If-None-Match": mark})

    assert (again.status_code, again.content) == (304, b"")
    assert (await fetch(slack, "/static/app.js", **{"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/none.js", "/static/..%2fserver.py", "/static/%2e%2e/server.py", "/static/css"]
)
async def test_nothing_else_is_sent(slack: Playground, path: str) -> None:
    assert (await fetch(slack, path)).status_code == 404
