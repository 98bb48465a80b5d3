"""The draft is written from the record; what the record cannot know is a question, and nobody is blamed."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import markdown as md
from bot.domain.facts.incident import IncidentState
from bot.domain.facts.postmortem import PostmortemFacts
from bot.domain.postmortem import markdown, standing_questions
from bot.slack.views.blocks import Message
from tests.views import records, story
from tests.views.story import at

GOLDEN = Path(__file__).parent / "golden" / "postmortem.md"
BARE = PostmortemFacts(
    incident=replace(
        story.NEW, alert="", clocks=replace(story.NEW.clocks, detected=None, acknowledged=None), services=()
    ),
    moments=(),
    spent=(),
    changes=(),
    runs=(),
    alerts=(),
    written_at=at(3, 0),
)


def section(text: str, heading: str) -> list[str]:
    """The lines under a heading that hold anything."""
    after = text.split(f"## {heading}\n", 1)[1]
    return [line for line in after.split("\n## ", 1)[0].splitlines() if line]


def test_the_draft_reads_as_its_golden() -> None:
    text = markdown(records.POSTMORTEM)
    if os.environ.get("QUARTERDECK_UPDATE_GOLDENS"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_section_is_there_even_of_an_empty_record() -> None:
    headings = [line[3:] for line in markdown(BARE).splitlines() if line.startswith("## ")]
    assert headings == [
        "Summary",
        "Impact",
        "Times",
        "Timeline",
        "Contributing changes",
        "What went well, what went badly, where we were lucky",
        "Five whys",
        "Action items",
        "Questions to people",
    ]


def test_every_line_of_the_timeline_has_its_time_and_its_permalink() -> None:
    lines = section(markdown(records.POSTMORTEM), "Timeline")
    assert len(lines) == len(records.MOMENTS)
    for line, moment in zip(lines, records.MOMENTS, strict=True):
        assert line.startswith(f"- {moment.at:%Y-%m-%d %H:%M:%S} UTC: ")
        assert line.endswith(f"]({story.CARD})")


def test_a_corrected_time_shows_both_times_and_who_corrected_it() -> None:
    corrected = next(line for line in markdown(records.POSTMORTEM).splitlines() if "corrected" in line)
    assert "02:10:00 UTC" in corrected
    assert "time corrected from 2026-11-21 02:15:00 UTC by Ana Ruiz" in corrected


def test_the_four_times_count_from_the_first_error() -> None:
    rows = section(markdown(records.POSTMORTEM), "Times")
    assert [row.split(" | ")[1].replace("\u00a0", " ") for row in rows[3:]] == ["2 min", "5 min", "24 min", "40 min"]


def test_a_time_that_is_not_known_is_said_not_to_be() -> None:
    rows = section(markdown(BARE), "Times")
    assert [row.split(" | ")[1] for row in rows[3:]] == ["not on record"] * 4


def test_impact_is_in_minutes_and_budget() -> None:
    impact = "\n".join(section(markdown(records.POSTMORTEM), "Impact")).replace("\u00a0", " ")
    assert "Duration: 24.0 min from the first error" in impact
    assert "Error budget of Checkout availability: 4.3 min of 43.2 min spent, 70 % left" in impact


def test_without_an_slo_the_draft_says_so() -> None:
    assert "no SLO covers the services named" in "\n".join(section(markdown(BARE), "Impact"))


def test_what_the_record_cannot_know_is_asked() -> None:
    for heading in ("Summary", "Impact", "Contributing changes", "Five whys", "Action items"):
        assert any("**Question:**" in line for line in section(markdown(BARE), heading)), heading
    assert len(section(markdown(BARE), "Five whys")) == 5


def test_an_incident_nobody_alerted_is_asked_for_its_alert() -> None:
    asked = [question.text for question in standing_questions(BARE)]
    assert any("Which alert would have caught this" in text for text in asked)
    assert not any("Which alert" in question.text for question in standing_questions(records.POSTMORTEM))


def test_a_person_is_never_named_as_a_cause() -> None:
    text = markdown(records.POSTMORTEM)
    for heading in ("Contributing changes", "Five whys", "What went well, what went badly, where we were lucky"):
        assert not any(name in line for line in section(text, heading) for name in ("Ana", "Ben", "Chloe"))


def test_a_false_alarm_is_called_one() -> None:
    facts = replace(records.POSTMORTEM, incident=replace(story.RESOLVED, state=IncidentState.FALSE_ALARM))
    assert "It was a false alarm" in markdown(facts)


def test_short_incidents_keep_their_seconds() -> None:
    clocks = replace(story.RESOLVED.clocks, mitigated=story.RESOLVED.clocks.began + timedelta(seconds=45))
    facts = replace(records.POSTMORTEM, incident=replace(story.RESOLVED, clocks=clocks))
    assert "0.8 min (45 s)" in markdown(facts).replace("\u00a0", " ")


@given(st.text(max_size=200))
def test_outside_text_stays_one_line_of_plain_words(raw: str) -> None:
    text = md.text(raw)
    assert "\n" not in text
    for index, char in enumerate(text):
        if char in "*_`<>[]|#~&":
            assert text[index - 1] == "\\"


def test_markup_in_a_title_is_shown_and_not_followed() -> None:
    facts = replace(records.POSTMORTEM, incident=replace(story.RESOLVED, title="<!channel> *x* [a](http://b) | `c`"))
    assert markdown(facts).startswith("# Post-mortem of INC-42: \\<!channel\\> \\*x\\* \\[a\\](http://b) \\| \\`c\\`")


def test_a_link_is_only_made_of_an_address_of_the_web() -> None:
    assert md.link("here", "javascript:alert(1)") == "here"
    assert md.link("here", "https://a.example/x (1)") == "[here](https://a.example/x%20%281%29)"


def test_a_message_knows_its_own_payload() -> None:
    payload = Message("text", ({"type": "divider"},)).payload()
    assert json.loads(json.dumps(payload)) == {
        "text": "text",
        "blocks": [{"type": "divider"}],
        "unfurl_links": False,
        "unfurl_media": False,
    }
