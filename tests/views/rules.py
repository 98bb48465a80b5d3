"""The rules of messages that a machine can check. Each yields what is wrong, in words."""

import re
from collections.abc import Iterator
from typing import Any

from bot.slack.ids import PARAM, Action, Field, Ref
from bot.slack.views.blocks import Message, View
from playground.blockkit import check_message_blocks, check_view
from tests.views.walk import SHORTCODE, carried, controls, objects, payload, texts, visible

BROADCAST = re.compile(r"<!(?:here|channel|everyone|subteam)|@(?:here|channel|everyone)\b")
FORBIDDEN_EMOJI = (":white_small_square:", ":grey_question:", ":heavy_minus_sign:", ":heavy_check_mark:")
_CARRIES_WORDS = {Action.HELP_RUN, Action.HELP_SHOW}


def broken(drawn: Message | View) -> list[str]:
    """What no facts whatsoever may make a view do: break Slack's limits, ping anybody, or lose a click."""
    rules = (limits, fallback_text, broadcasts, verbatim, action_ids, values, fields)
    return [problem for rule in rules for problem in rule(drawn)]


def limits(drawn: Message | View) -> Iterator[str]:
    body = payload(drawn)
    problems = check_message_blocks(body["blocks"]) if isinstance(drawn, Message) else check_view(body, body["type"])
    yield from (str(problem) for problem in problems)


def fallback_text(drawn: Message | View) -> Iterator[str]:
    if not isinstance(drawn, Message):
        return
    if not drawn.text.strip():
        yield "no fallback text"
    if len(drawn.text) > 120:
        yield f"fallback text has {len(drawn.text)} characters: {drawn.text}"
    if re.search(r"[<>*`~\n]", drawn.text) or SHORTCODE.search(drawn.text):
        yield f"fallback text holds markup: {drawn.text!r}"


def broadcasts(drawn: Message | View) -> Iterator[str]:
    """In mrkdwn; a plain_text object shows the same characters and does nothing."""
    for text in texts(payload(drawn)):
        if text["type"] == "mrkdwn" and "<!" in re.sub(r"<!date\^\d+\^[^|<>]*\|[^<>]*>", "", text["text"]):
            yield f"a ping in {text['text']!r}"


def verbatim(drawn: Message | View) -> Iterator[str]:
    for text in texts(payload(drawn)):
        if text["type"] == "mrkdwn" and text.get("verbatim") is not True:
            yield f"not verbatim: {text['text']!r}"


def action_ids(drawn: Message | View) -> Iterator[str]:
    """Outside inputs every action id is one of ours."""
    for block in payload(drawn)["blocks"]:
        if block["type"] == "input":
            continue
        known = {action.value for action in Action}
        yield from (
            f"unknown action {control['action_id']}" for control in controls(block) if control["action_id"] not in known
        )


def values(drawn: Message | View) -> Iterator[str]:
    for block in payload(drawn)["blocks"]:
        if block["type"] == "input" or any(control["action_id"] in _CARRIES_WORDS for control in controls(block)):
            continue
        yield from (f"a click nobody can read: {value!r}" for value in carried(block) if Ref.decode(value) is None)


def fields(drawn: Message | View) -> Iterator[str]:
    """Errors find their field only where block id and action id are the same word."""
    for block in payload(drawn)["blocks"]:
        if block["type"] != "input":
            continue
        known = block["block_id"] in set(Field) or block["block_id"].startswith(PARAM)
        if block["block_id"] != block["element"]["action_id"] or not known:
            yield f"input {block['block_id']} is not a field"


def manners(drawn: Message | View, *, asks: bool, live: bool) -> list[str]:
    """How a view speaks, where its facts are reasonable."""
    body = payload(drawn)
    return [
        *mentions(body, asks=asks),
        *_dates(body),
        *_as_of(body, live=live),
        *_buttons(body),
        *_emoji(body),
        *_lengths(body),
        *_tone(body),
    ]


def mentions(body: dict[str, Any], *, asks: bool) -> Iterator[str]:
    mentioned = [text["text"] for text in texts(body) if text["type"] == "mrkdwn" and "<@" in text["text"]]
    if len(mentioned) > (1 if asks else 0):
        yield f"mentions somebody: {mentioned}"


def _dates(body: dict[str, Any]) -> Iterator[str]:
    for text in texts(body):
        if text["type"] == "plain_text" and "<!date" in text["text"]:
            yield f"a date token where none works: {text['text']!r}"
        if BROADCAST.search(text["text"]):
            yield f"pings a crowd: {text['text']!r}"


def _as_of(body: dict[str, Any], *, live: bool) -> Iterator[str]:
    if live and not any("as of <!date" in text["text"].lower() for text in texts(body)):
        yield "is redrawn and does not say as of when it is"


def _buttons(body: dict[str, Any]) -> Iterator[str]:
    buttons = [each for each in objects(body) if each.get("type") == "button"]
    if sum(each.get("style") == "primary" for each in buttons) > 1:
        yield "has more than one primary button"
    for each in buttons:
        label = each["text"]["text"]
        if each.get("style") == "danger" and "confirm" not in each:
            yield f"{label}: danger without confirm"
        if "confirm" in each and not label.endswith("…"):
            yield f"{label}: asks, and does not say so with …"
        if SHORTCODE.search(label):
            yield f"{label}: an emoji on a button"
    for row in (block for block in body["blocks"] if block["type"] == "actions"):
        if len(row["elements"]) > 5:
            yield "has more than five controls in a row"
        if len(row["elements"]) > 1 and row["elements"][0].get("style") == "danger":
            yield "danger in the first slot"


def _emoji(body: dict[str, Any]) -> Iterator[str]:
    """At most one a line, first in it, and never the only sign."""
    for text in texts(body):
        for line in text["text"].splitlines():
            found = SHORTCODE.findall(line)
            if any(code in FORBIDDEN_EMOJI for code in found):
                yield f"an emoji that cannot be seen: {line}"
            middle = len(found) == 1 and not line.startswith(found[0]) and ": :warning:" not in line
            if len(found) > 1 or middle:
                yield f"emoji not once and first: {line}"
            if found and not re.search(r"\w", SHORTCODE.sub("", line)):
                yield f"nothing is left without its emoji: {line}"


def _lengths(body: dict[str, Any]) -> Iterator[str]:
    blocks = body["blocks"]
    if body.get("type") is None and len(blocks) > 20:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        limit = {"header": 75, "context": 330}.get(block["type"])
        for text in texts(block):
            shown = SHORTCODE.sub("", visible(text["text"])).strip()
            if limit and len(shown) > limit:
                yield f"{block['type']} of {len(shown)}: {shown}"
            if block["type"] == "section" and max(map(len, shown.splitlines())) > 330:
                yield f"a line of {len(shown)}: {shown}"


def _tone(body: dict[str, Any]) -> Iterator[str]:
    shown = " ".join(visible(text["text"]) for text in texts(body)) + str(body.get("text", ""))
    for word in ("!", "successfully", "please", "unfortunately", "oops", " sorry", "{{", "None", "  ,", ".."):
        if word in shown.replace("<!", "").lower() if word.islower() else word in shown:
            yield f"says {word!r}: {shown}"
    if re.search(r"\bI\b(?!’)", shown):
        yield f"speaks as a person: {shown}"
