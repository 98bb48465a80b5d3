"""Pictures in blocks that name an uploaded file: Slack refuses one that it does not hold as an image."""

from collections.abc import Iterator

from playground.blockkit import Problem
from playground.slack import Slack

RULE = "slack_file"


def unknown_files(slack: Slack, value: object, pointer: str) -> Iterator[Problem]:
    """Every `slack_file` below `value`, which is at `pointer`, whose id is that of no complete image."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from unknown_files(slack, each, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "slack_file" and isinstance(each, dict) and not _shown(slack, each.get("id")):
                yield Problem(f"{pointer}/{name}", "invalid slack file", RULE)
            else:
                yield from unknown_files(slack, each, f"{pointer}/{name}")


def _shown(slack: Slack, file_id: object) -> bool:
    """Whether the file can be shown; one that is named by its address instead is taken on trust."""
    file = slack.workspace.files.get(str(file_id)) if file_id is not None else None
    return file_id is None or (file is not None and file.completed and file.is_image)
