"""Walking through a drawn message or view: its texts as people see them, its controls, its fields."""

import re
from collections.abc import Iterator
from typing import Any

from bot.slack.views.blocks import Message, View

SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]*:")


def payload(drawn: Message | View) -> dict[str, Any]:
    """What is sent to Slack, as plain JSON."""
    return dict(drawn.payload()) if isinstance(drawn, Message) else dict(drawn)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object inside, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from objects(inner)


def texts(value: Any) -> Iterator[dict[str, Any]]:
    """Every text object."""
    return (each for each in objects(value) if each.get("type") in ("mrkdwn", "plain_text"))


def controls(value: Any) -> Iterator[dict[str, Any]]:
    """Everything with an action id."""
    return (each for each in objects(value) if "action_id" in each)


def carried(value: Any) -> Iterator[str]:
    """The values that clicks outside forms bring back."""
    for control in controls(value):
        if "value" in control:
            yield control["value"]
        yield from (option["value"] for option in control.get("options", ()))


def visible(markup: str) -> str:
    """What a person sees: tokens by their label, entities as characters, no formatting."""
    shown = re.sub(r"<!date\^[^|>]*\|([^>]*)>", r"\1", markup)
    shown = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", shown)
    shown = re.sub(r"<([@#])([A-Z0-9]+)>", r"\1\2", shown)
    shown = re.sub(r"[*`]|~(?=<)|(?<=>)~", "", shown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
