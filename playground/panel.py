"""The side panel of the page: a story with steps, read from a file; a step's action is a call to a local program.

A step may say by what it is known to be done: `"done": {"channel": "inc-1-", "words": ["Better:", "No change"]}`, one
of the words in a channel whose name begins so, as the person at the page sees it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from playground.json_types import Json

_ACTION_SECONDS = 120.0


class PanelError(ValueError):
    """The panel file cannot be used."""


# What a person sees in the channels whose names begin in a certain way, message by message.
Sight = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Panel:
    body: Json

    def done(self, sight: Sight) -> list[bool]:
        """Which steps are done, of those that say by what that is known."""
        signs = [step.get("done") for step in self.body.get("steps") or []]
        return [bool(sign) and _shown(sight(sign["channel"]), sign["words"]) for sign in signs]

    def action(self, step: int) -> Json | None:
        steps = self.body.get("steps") or []
        found: Json | None = steps[step].get("action") if 0 <= step < len(steps) else None
        return found


def load_panel(path: Path) -> Panel:
    """Raises PanelError unless it is a JSON object whose actions all go to this machine."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise PanelError(f"{path}: {error}") from error
    if not isinstance(body, dict):
        raise PanelError(f"{path}: not a JSON object")
    for step in body.get("steps") or []:
        action = step.get("action")
        if action and not is_loopback(str(action.get("url", ""))):
            raise PanelError(f"{path}: the action of step “{step.get('title')}” must call a local address")
    return Panel(body)


def _shown(texts: Iterable[str], words: Sequence[str]) -> bool:
    return any(word in text for text in texts for word in words)


def is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


async def run_action(action: Json) -> Json:
    """Call the action's address; its JSON answer, or words on why there is none."""
    timeout = ClientTimeout(total=_ACTION_SECONDS)
    try:
        async with (
            ClientSession(timeout=timeout) as session,
            session.request(str(action.get("method", "POST")), str(action["url"])) as response,
        ):
            text = await response.text()
    except (ClientError, TimeoutError) as error:
        return {"ok": False, "text": f"{action['url']} did not answer: {error or type(error).__name__}"}
    try:
        answer = json.loads(text)
    except json.JSONDecodeError:
        return {"ok": response.ok, "text": text[:500]}
    return answer if isinstance(answer, dict) else {"ok": response.ok, "text": text[:500]}
