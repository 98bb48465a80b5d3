"""Reading and checking what a message may hold: text, blocks, attachments, metadata."""

import json

from playground.blockkit import ONLY_ONE_TABLE, Problem, check_message_blocks
from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.slack import Slack
from playground.web_api.args import Args
from playground.web_api.slack_files import unknown_files

MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
MAX_ATTACHMENTS = 100
# Slack does not publish this one; messages are refused somewhat above 13,000 characters over all texts.
MAX_BLOCK_TEXT = 13_000
MAX_METADATA_BYTES = 16_000
MAX_MARKDOWN = 12_000


def read_blocks(slack: Slack, args: Args, where: str) -> list[Json] | None:
    """The blocks argument, checked. Raises invalid_blocks_format or invalid_blocks with the list of problems."""
    value = args.decoded("blocks", "invalid_blocks_format")
    return check_blocks(slack, value, where)


def check_blocks(slack: Slack, value: object, where: str) -> list[Json] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
        refuse(slack, where, "blocks is not a list of objects", {"blocks": value})
        raise SlackError("invalid_blocks_format")
    problems = check_message_blocks(value)
    if any(problem.rule == ONLY_ONE_TABLE for problem in problems):
        raise blocks_error(slack, where, "invalid_attachments", problems)
    problems = problems or list(unknown_files(slack, value, "/blocks"))
    if problems:
        raise blocks_error(slack, where, "invalid_blocks", problems)
    if text_length(value) > MAX_BLOCK_TEXT:
        refuse(slack, where, f"the texts of all blocks exceed {MAX_BLOCK_TEXT} characters", {})
        raise SlackError("msg_blocks_too_long")
    return value


def text_length(value: object) -> int:
    """The sum of all `text` strings below a JSON value."""
    if isinstance(value, list):
        return sum(text_length(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(text_length(part) for part in value.values())


def blocks_error(slack: Slack, where: str, code: str, problems: list[Problem]) -> SlackError:
    """Slack's answer to illegal blocks; each problem is also listed on the inspector."""
    for problem in problems:
        refuse(slack, where, problem.message, {"pointer": problem.pointer, "rule": problem.rule})
    lines = [problem.line() for problem in problems]
    metadata = {"messages": [f"[ERROR] {line}" for line in lines]}
    extra: Json = {"response_metadata": metadata}
    if code == "invalid_blocks":
        extra["errors"] = lines
    return SlackError(code, extra)


def refuse(slack: Slack, where: str, message: str, detail: Json) -> None:
    slack.inspector.violation(where, message, {"method": where, **detail})


def read_attachments(slack: Slack, args: Args, where: str) -> list[Json] | None:
    """Legacy attachments, and the blocks in them. Raises invalid_attachments or too_many_attachments."""
    value = args.decoded("attachments", "invalid_attachments")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SlackError("invalid_attachments")
    if len(value) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, item in enumerate(value):
        fields = item.get("fields") or []
        if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
            raise SlackError("invalid_attachments")
        problems = check_message_blocks(item.get("blocks") or [], f"/attachments/{index}/blocks")
        if problems:
            raise blocks_error(slack, where, "invalid_attachments", problems)
    return value


def read_metadata(args: Args) -> Json | None:
    """Raises invalid_metadata_format unless it is {event_type, event_payload}; metadata_too_large.

    Slack's own Bolt sends a payload of null for a chat without a context: it counts as an empty one.
    """
    value = args.decoded("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise SlackError("invalid_metadata_format")
    if not value:
        return {}
    if "event_payload" in value and value["event_payload"] is None:
        value = {**value, "event_payload": {}}
    if not isinstance(value.get("event_type"), str) or not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value).encode()) > MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return value


def message_content(slack: Slack, args: Args, where: str) -> tuple[str, Json]:
    """Text and remaining content of a new message. Raises no_text when there is nothing to show."""
    text = args.text("text")
    markdown = args.text("markdown_text")
    blocks = read_blocks(slack, args, where)
    attachments = read_attachments(slack, args, where)
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    if markdown:
        blocks, text = [{"type": "markdown", "text": markdown}], markdown
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    content: Json = {}
    if blocks:
        content["blocks"] = blocks
    if attachments:
        content["attachments"] = attachments
    return _shown_text(slack, text, where), content


def _shown_text(slack: Slack, text: str, where: str) -> str:
    if len(text) > MAX_TEXT:
        refuse(slack, where, f"text is cut at {MAX_TEXT} characters", {"length": len(text)})
    return text[:MAX_TEXT]
