"""What is played in the drill, stage by stage; each returns in one line what was seen, or raises Amiss."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence

import httpx

from bot.cli.person import Amiss, Json, Person
from bot.cli.scene import Scene
from bot.slack.ids import Action, Form

CARD_WITHIN = 20.0
"""Seconds from the fault to the alert's card."""
VERDICT_WITHIN = 30.0
"""Seconds from the confirmed rollback to its verdict."""
_OFFER_WITHIN = 30.0
_CALM_WITHIN = 40.0
_ALERTS, _SLO, _INCIDENT = "alerts", "Checkout availability", "INC-1"
_ALERT, _NOTE, _FIX = "Checkout answers with errors", "coupons look broken", "rolled back to v41"
_GOOD, _BAD = "v41", "v42"
_STORY = (_BAD, "declared INC-1", "better", "resolved")
_BUDGET_LEFT = range(55, 66)


class Story:
    """Ana, on call: ships the bad release, finds out, puts it right, and writes it up."""

    def __init__(self, scene: Scene, http: httpx.AsyncClient) -> None:
        self._scene = scene
        self._http = http
        self._ana = Person(http, scene.addresses.control, "ana")
        self._since = 0.0
        self._room = ""

    async def calm(self) -> str:
        answer = await self._ana.command(_ALERTS, "/slo status", until="% left")
        left = re.search(rf"{_SLO}: (\d+) % left", answer["text"].replace("\u00a0", " ").replace("*", ""))
        if not left or int(left[1]) not in _BUDGET_LEFT:
            raise Amiss(f"about 60 % of the budget of {_SLO} left", answer["text"])
        return f"{_SLO} has {left[1]} % of its budget left"

    async def fault(self) -> str:
        self._since = time.monotonic()
        answer = await self._http.post(f"{self._scene.addresses.shop}/pipeline/ship/{_BAD}")
        if not answer.is_success:
            raise Amiss(f"{_BAD} to be shipped", answer.text)
        return str(answer.json()["text"])

    async def alert(self) -> str:
        left = CARD_WITHIN - (time.monotonic() - self._since)
        card = await self._ana.reads(_ALERTS, _ALERT, within=left)
        return f"{time.monotonic() - self._since:.1f} s after the fault: {_first_line(card)}"

    async def budget(self) -> str:
        card = await self._ana.reads(_ALERTS, _ALERT, f"{_SLO}: budget gone by", "% left")
        return _line_with(_SLO, str(card["plain"]))

    async def declare(self) -> str:
        card = await self._ana.reads(_ALERTS, _ALERT)
        await self._ana.click(card, Action.ALERT_DECLARE)
        await self._ana.form(Form.INCIDENT_DECLARE)
        await self._ana.submit()
        room = await self._ana.sees_channel(f"{_INCIDENT.lower()}-")
        self._room = str(room["name"])
        return f"#{self._room}, with Ana in it"

    async def summary(self) -> str:
        return f"pinned: {_first_line(await self._ana.pinned(self._room))}"

    async def status(self) -> str:
        answer = await self._ana.command(self._room, "/slo status", until=_SLO)
        return _line_with(_SLO, str(answer["text"]))

    async def note(self) -> str:
        await self._ana.command(self._room, f"/incident note {_NOTE}", until="Noted")
        return f"“{_NOTE}”"

    async def plan(self) -> str:
        card = await self._ana.pinned(self._room, f"Roll back to {_GOOD}", within=_OFFER_WITHIN)
        await self._ana.click(card, Action.INCIDENT_RUNBOOK)
        form = await self._ana.form(Form.RUN_PLAN, f"{_BAD} → {_GOOD}")
        return _line_with(f"{_BAD} → {_GOOD}", str(form["plain"]))

    async def roll_back(self) -> str:
        self._since = time.monotonic()
        await self._ana.submit()
        return _first_line(await self._ana.reads(self._room, "Rolling back", f"{_BAD} → {_GOOD}"))

    async def verdict(self) -> str:
        left = VERDICT_WITHIN - (time.monotonic() - self._since)
        message = await self._ana.reads(self._room, "Better:", within=left)
        return f"{time.monotonic() - self._since:.1f} s after it was confirmed: {_first_line(message)}"

    async def resolved_alert(self) -> str:
        return _first_line(await self._ana.reads(_ALERTS, f"Resolved: {_ALERT}", within=_CALM_WITHIN))

    async def resolve(self) -> str:
        await self._ana.command(self._room, f"/incident resolve {_FIX}", until="resolved")
        return _first_line(await self._ana.reads(self._room, "Resolved, SEV"))

    async def timeline(self) -> str:
        answer = await self._ana.command(self._room, "/incident timeline", until=f"Timeline of {_INCIDENT}")
        _tells(str(answer["text"]), "the timeline", _STORY)
        return f"it tells of {_BAD}, the declaration, the verdict and the end"

    async def postmortem(self) -> str:
        await self._ana.command(self._room, "/incident postmortem", until="draft")
        await self._ana.reads(self._room, f"The post-mortem draft of {_INCIDENT}")
        names = [str(each["name"]) for each in await self._ana.files()]
        draft = self._scene.state / "postmortems" / f"{_INCIDENT}.md"
        if not names or not draft.exists():
            raise Amiss(f"a file in #{self._room}, and {draft}", f"files: {names}; on disk: {draft.exists()}")
        _tells(draft.read_text(encoding="utf-8"), "the draft", (*_STORY, _NOTE))
        return f"{names[-1]} in #{self._room}, and the same on disk, with the timeline in it"

    async def violations(self) -> str:
        found = await self._ana.violations()
        if found:
            raise Amiss("nothing that Slack would refuse", "\n".join(str(each) for each in found))
        return "nothing that Slack would refuse"


def _tells(text: str, where: str, words: Sequence[str]) -> None:
    missing = [word for word in words if word.lower() not in text.lower()]
    if missing:
        raise Amiss(f"{where} to tell of {', '.join(missing)}", text)


def _line_with(words: str, text: str) -> str:
    return next(line for line in text.splitlines() if words in line)


def _first_line(message: Json) -> str:
    return str(message["plain"]).splitlines()[0]


STAGES: tuple[tuple[str, Callable[[Story], Awaitable[str]]], ...] = (
    ("before the fault", Story.calm),
    ("ship the bad release", Story.fault),
    ("alert card", Story.alert),
    ("budget on the card", Story.budget),
    ("declare", Story.declare),
    ("pinned summary", Story.summary),
    ("/slo status", Story.status),
    ("note", Story.note),
    ("plan", Story.plan),
    ("roll back", Story.roll_back),
    ("verdict", Story.verdict),
    ("alert resolved", Story.resolved_alert),
    ("/incident resolve", Story.resolve),
    ("/incident timeline", Story.timeline),
    ("/incident postmortem", Story.postmortem),
    ("inspector", Story.violations),
)
