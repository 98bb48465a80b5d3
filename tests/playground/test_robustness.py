"""Nonsense never breaks the playground: it is refused with a code, and the next call works."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.blockkit import check_message_blocks, check_view
from tests.playground.apps import ALERTS
from tests.support.playground import Json, Playground

WORDS = st.sampled_from([
    "type", "text", "blocks", "elements", "accessory", "element", "options", "fields", "value", "label", "rows",
    "section", "actions", "input", "button", "static_select", "plain_text", "mrkdwn", "rich_text", "modal", "view",
    "initial_option", "option_groups", "image", "table", "markdown", "card", "confirm", "title", "block_id",
])  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | WORDS | st.text(max_size=3)
JUNK = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=20
)
TYPED = st.fixed_dictionaries(
    {"type": WORDS}, optional={"elements": JUNK, "text": JUNK, "accessory": JUNK, "rows": JUNK}
)


@settings(max_examples=300, deadline=None)
@given(st.lists(JUNK | TYPED, max_size=4))
def test_the_validator_answers_anything(blocks: list[Json]) -> None:
    for problem in check_message_blocks(blocks):
        assert problem.pointer.startswith("/blocks")
        assert problem.message


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(WORDS, JUNK, max_size=6), st.sampled_from(["modal", "home"]))
def test_the_validator_answers_any_view(view: Json, kind: str) -> None:
    assert check_view(view, kind)


NONSENSE = [
    {},
    {"channel": ALERTS, "ts": "x", "timestamp": "x", "name": "💥", "users": ["?"], "user": "U02ANA", "text": "x"},
    {"channel": ALERTS, "blocks": [1], "view": "[]", "metadata": "1", "attachments": [{"fields": "x"}], "text": "x"},
    {"channel_id": ALERTS, "title": "x", "type": "link", "link": 7, "files": "{}", "filename": "a", "length": "many"},
    {"limit": "-1", "cursor": "💥", "types": "none", "oldest": "x", "channel": ALERTS},
    {"limit": 10**9, "channel": {"a": 1}, "users": {"b": 2}, "user": ["c"], "usergroup": 4, "trigger_id": []},
    {"canvas_id": "F", "changes": "[[]]", "criteria": "1", "document_content": 7, "post_at": "soon", "channel": ALERTS},
    {"user_id": "U02ANA", "view": {"type": "home", "blocks": "x"}, "hash": 3, "view_id": {}, "external_id": []},
]


def bodies() -> Iterator[tuple[str, Json]]:
    for arguments in NONSENSE:
        yield "json", arguments
        yield "form", {key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()}


async def test_every_method_survives_nonsense(slack: Playground) -> None:
    methods = [method["name"] for method in await slack.look("methods")]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        for method in methods:
            for style, arguments in bodies():
                sent = {"json": arguments} if style == "json" else {"data": arguments}
                answer = await http.post(f"{slack.api_url}{method}", **sent)
                assert answer.status_code == 200, f"{method} {arguments}"
                assert "ok" in answer.json()
    assert len(await slack.messages()) > 0, "it can still be read after all that"


@pytest.mark.parametrize(
    "body",
    [
        {"values": [1]},
        {"channel": 7, "text": {}, "ts": []},
        {"channel": "alerts", "ts": "1", "name": None},
        {"kind": "latency", "times": "x", "ms": []},
        {"id": "x", "mode": 3, "speed": [], "seed": "x", "name": {}, "is_admin": "yes"},
    ],
)
async def test_every_action_survives_nonsense(slack: Playground, body: Json) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        unknown = (await http.post(f"{slack.url}/control/nothing", json={})).json()["text"]
        names = unknown.split("There is: ")[1].rstrip(".").split(", ")
        for name in names:
            answer = await http.post(f"{slack.url}/control/{name}", json={"user": "ana", "wait": 0, **body})
            assert answer.status_code in (200, 400), f"{name}: {answer.text}"
            assert "ok" in answer.json()
