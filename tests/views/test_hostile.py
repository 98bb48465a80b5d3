"""Whatever a label, a title or a name holds, no view breaks, pings anybody or is refused by Slack."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.facts.answer import Refusal, UnknownWord
from bot.domain.facts.budget import SpentFacts
from bot.domain.facts.incident import DeclareFacts
from bot.domain.facts.look import LookFacts
from bot.domain.facts.reading import RunbookOffer
from bot.domain.facts.run import HistoryFacts
from bot.domain.facts.slo_detail import Question
from bot.domain.facts.slo_digest import DigestFacts
from bot.domain.facts.slo_report import ReportFacts
from bot.domain.sla import Sla
from bot.domain.slo import BurnAlert, Slo
from bot.domain.slo.stretch import Stretch
from bot.slack.ids import Field
from bot.slack.views import answers, stale
from bot.slack.views.alert_card import alert_card
from bot.slack.views.answers import refused
from bot.slack.views.blocks import Message, View
from bot.slack.views.declare import declare_errors
from bot.slack.views.help import did_you_mean
from bot.slack.views.incident_forms import note_form
from bot.slack.views.look import look_form
from tests.views import looks, rules, story
from tests.views.cases import CASES
from tests.views.walk import payload, texts

POISONS = (
    "",
    "<!channel> <@U02ANA> <!subteam^S1> @here",
    "*bold* _it_ ~no~ `code` ``` > quote",
    "x" * 10_000,
    "&<>" * 2_000,
    "😀👩\u200d👩\u200d👧" * 500,
    "שלום \u202eevil\u202c مرحبا " * 100,
    "line\nbreak\ttab\x00nul \ud800 :rotating_light: <!date^0^{time}|x>",
    " \n ",
)
IDS = {"id", "url", "key", "draft", "run", "digest", "action", "step", "command", "lines", "scope", "subject", "alert"}
IDS |= {"incident", "merged_into", "undoes", "undone_by", "anew"}
"""Fields that are no free text anywhere: our own ids, addresses, and what is carried back untouched."""
NAMES = {RunbookOffer: {"name", "service"}, Slo: {"name", "service"}, DeclareFacts: {"services", "chosen"}}
NAMES |= {
    LookFacts: {"service", "look", "choices"},
    BurnAlert: {"long", "short"},
    Question: {"part"},
    HistoryFacts: {"service"},
    SpentFacts: {"slo"},
    Stretch: {"word"},
    ReportFacts: {"time_zone"},
    DigestFacts: {"time_zone"},
    Sla: {"time_zone"},
}
"""Names that the catalog's loader keeps short and simple."""


def poisoned(value: Any, poison: str) -> Any:
    """The same facts with every free text replaced."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return poison if value else value
    if isinstance(value, tuple):
        return tuple(poisoned(each, poison) for each in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    kept = IDS | NAMES.get(type(value), set())
    named = {field.name: getattr(value, field.name) for field in fields(value)}
    changed = {
        name: poisoned(each, poison)
        for name, each in named.items()
        if name not in kept or not isinstance(each, str | tuple)
    }
    return replace(value, **changed)


def with_poison(draw: "partial[Message] | partial[View]", poison: str) -> Message | View:
    """The view drawn from poisoned facts; what it is given beside facts stays."""
    given_facts = (poisoned(each, poison) if is_dataclass(each) else each for each in draw.args)
    return draw.func(*given_facts, **draw.keywords)


def complaints(name: str, poison: str) -> list[str]:
    case = CASES[name]
    drawn = with_poison(case.draw, poison)
    return [*rules.broken(drawn), *rules.mentions(payload(drawn), asks=case.asks)]


@pytest.mark.parametrize("name", CASES)
def test_no_text_from_outside_breaks_a_view(name: str) -> None:
    assert {poison: wrong for poison in POISONS if (wrong := complaints(name, poison))} == {}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=400), st.sampled_from(sorted(CASES)))
def test_any_text_at_all_leaves_every_view_whole(poison: str, name: str) -> None:
    assert complaints(name, poison) == []


def test_a_broadcast_in_a_title_is_read_and_rings_nowhere() -> None:
    body = payload(alert_card(replace(story.FIRING, title="<!channel> *down*", impact="<!here> now")))
    shown = [text["text"] for text in texts(body)]
    assert ":rotating_light: Critical: <!channel> *down*" in shown
    assert any("&lt;!here&gt; now" in text for text in shown)
    assert body["text"].startswith("Critical: &lt;!channel&gt; ∗down∗")


def test_a_log_shows_as_it_is_and_ends_no_block_and_rings_nobody() -> None:
    log = "start\n  ``` out\n<!channel> <@U02ANA> *bold* & :bomb:\n\x1b[31mred\u202e\nend"
    (shown,) = [text for text in mrkdwn(look_form(replace(looks.LOG, text=log))) if text.startswith("```")]
    assert shown == ("```\nstart\n  ’’’ out\n&lt;!channel&gt; &lt;@U02ANA&gt; *bold* &amp; :bomb:\n[31mred\nend\n```")


def test_of_a_long_log_the_newest_lines_stay_whole_and_it_is_said_what_is_missing() -> None:
    log = "\n".join(f"line {number} {'<&>' * 40}" for number in range(60))
    shown = mrkdwn(look_form(replace(looks.LOG, text=log)))
    block = next(text for text in shown if text.startswith("```"))
    lines = block.splitlines()[1:-1]
    assert [line.split()[1] for line in lines] == [str(number) for number in range(60 - len(lines), 60)]
    assert all(line.endswith("&lt;&amp;&gt;") for line in lines)
    assert any(f"{60 - len(lines)}\xa0lines before these left out" in text for text in shown)


def mrkdwn(view: View) -> list[str]:
    return [text["text"] for text in texts(payload(view)) if text["type"] == "mrkdwn"]


def test_a_refusal_shows_what_was_typed_without_formatting_it() -> None:
    body = payload(refused(Refusal("No release '*x*' of `checkout`. Nothing was changed.", "unknown release")))
    assert body["blocks"][0]["text"]["text"] == (
        ":no_entry_sign: *`No release '*x*' of` `checkout`.* Nothing was changed."
    )


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: repr(poison[:12]))
def test_words_given_beside_facts_are_as_harmless(poison: str) -> None:
    drawn = (
        stale.card_moved(story.HELD, poison, poison),
        stale.unknown_thing(poison, "incident", "/incident list"),
        answers.done(poison),
        answers.notice_form("Not now", poison),
        note_form(story.OPEN, poison),
    )
    assert [wrong for each in drawn for wrong in rules.broken(each)] == []


def test_the_errors_of_a_form_name_their_fields() -> None:
    answer = declare_errors({Field.TITLE: "Write 8 to 80 characters. This has 94."})
    assert answer == {"response_action": "errors", "errors": {"title": "Write 8 to 80 characters. This has 94."}}


def test_a_suggested_line_comes_back_whole() -> None:
    line = "/incident open checkout is *down* <!channel> sev2"
    body = payload(did_you_mean(UnknownWord("/incident", "opne", near=("open",), lines=(line,))))
    assert body["blocks"][1]["elements"][0]["value"] == line
