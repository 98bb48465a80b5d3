"""Addresses of messages and rooms, built from the workspace's own address: no call to the chat is needed."""


def message_url(workspace: str, channel: str, ts: str) -> str:
    """The permalink of a message; empty where any part is unknown. `workspace` ends with a slash."""
    return f"{workspace}archives/{channel}/p{ts.replace('.', '')}" if workspace and channel and ts else ""


def room_url(workspace: str, channel: str) -> str:
    """The address of a channel; empty where any part is unknown."""
    return f"{workspace}archives/{channel}" if workspace and channel else ""
