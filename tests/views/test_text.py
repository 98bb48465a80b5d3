"""Text from outside never formats, never pings, never exceeds a limit, and is never cut in the middle of anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plaintext import clean, cut, uncoloured, units
from bot.slack.views.text import code, escape, fallback, fit, link, literal, outside, plain, prose, quoted, within

HOSTILE = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="<>&*_~`:!@#|^ab \n\t\u202e\u200b\u05d0\u0644😀👩\u200d", max_size=200),
    st.sampled_from(
        ["<!channel>", "<@U02ANA>", "*bold*", "```", "&amp;", ":rotating_light:", "x" * 10_000, "שלום " * 50]
    ),
)


@given(HOSTILE, st.integers(2, 200))
def test_outside_text_holds_no_live_token_and_no_bare_special_character(raw: str, limit: int) -> None:
    for text in (outside(raw, limit), code(raw, limit), quoted(raw, limit), prose(raw, limit)):
        assert "<" not in text
        assert ">" not in text
        assert re.sub(r"&(amp|lt|gt);", "", text).count("&") == 0
        assert "\n" not in text


@given(HOSTILE)
def test_outside_text_is_code_wherever_slack_would_format_it(raw: str) -> None:
    text = outside(raw)
    if re.search(r"[*~`]", text):
        assert text.startswith("`")
        assert text.endswith("`")
        assert text.count("`") == 2


@given(HOSTILE, st.integers(4, 100))
def test_plain_text_stays_inside_its_limit_and_names_no_emoji(raw: str, limit: int) -> None:
    text = plain(raw, limit)
    assert units(text) <= limit
    assert not re.search(r":[a-z][a-z0-9_+-]*:", text)


@given(HOSTILE, st.integers(5, 80))
def test_a_hard_limit_holds_after_escaping(raw: str, hard: int) -> None:
    assert units(within(raw, 80, hard)) <= hard


@given(HOSTILE, st.integers(10, 250))
def test_a_topic_says_literally_what_was_written_and_keeps_its_limit_escaped(raw: str, limit: int) -> None:
    text = literal(raw, limit)
    assert units(text) <= limit
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_a_fallback_line_is_short_and_plain_whatever_it_holds(before: str, title: str, after: str) -> None:
    line = fallback(before[:40], title, after[:40])
    assert units(line) <= 120
    assert not re.search(r"[<>*`~\n]", line)


@given(HOSTILE, st.integers(1, 60))
def test_cutting_keeps_whole_characters(raw: str, limit: int) -> None:
    text = cut(clean(raw), limit)
    assert units(text) <= limit
    assert "\ufffd" not in text or "\ufffd" in clean(raw)


@given(st.lists(st.sampled_from(["&amp;", "<https://a.example|b>", "word ", "😀"]), max_size=30), st.integers(1, 60))
def test_our_own_markup_is_cut_between_tokens(pieces: list[str], hard: int) -> None:
    text = fit("".join(pieces), hard)
    assert units(text) <= hard
    assert text.count("<") == text.count(">")
    assert re.sub(r"&amp;", "", text).count("&") == 0


@given(st.text(max_size=300))
def test_a_link_is_one_whole_token_or_bare_words(url: str) -> None:
    drawn = link("Dash|board>", url)
    assert drawn == "Dash¦board&gt;" or re.fullmatch(r"<https?://[^\s<>|]+\|Dash¦board&gt;>", drawn)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://", "http://[", "ftp://a.example", "https://a.example/" + "x" * 3000]
)
def test_an_address_that_may_not_be_followed_is_no_link(url: str) -> None:
    assert link("Dashboard", url) == "Dashboard"


def test_an_address_keeps_its_query_and_loses_what_would_end_its_token() -> None:
    assert link("Query", "https://p.example/graph?a=1&b={x}|y> z") == (
        "<https://p.example/graph?a=1&amp;b=%7Bx%7D%7Cy%3E%20z|Query>"
    )


def test_what_slack_would_format_is_shown_as_it_was_written() -> None:
    assert outside("*bold*") == "`*bold*`"
    assert outside("_x_") == "`_x_`"
    assert outside("> quoted") == "`&gt; quoted`"
    assert outside(":fire: alarm") == "`:fire: alarm`"
    assert outside("```") == "`’’’`"


def test_ordinary_names_are_left_alone() -> None:
    assert outside("checkout_errors_total at 02:10:30, 31\u00a0%") == "checkout_errors_total at 02:10:30, 31\u00a0%"


def test_a_broadcast_shows_as_text() -> None:
    assert outside("<!channel> & co") == "&lt;!channel&gt; &amp; co"
    assert escape("a<b>&") == "a&lt;b&gt;&amp;"


def test_right_to_left_text_does_not_reorder_what_stands_around_it() -> None:
    assert outside("\u202eשלום") == "\u2068שלום\u2069"


def test_invisible_and_control_characters_are_dropped_and_lines_joined() -> None:
    assert clean("a\x00\u200b\u00ad b\n\n\tc\ud800") == "a b c\ufffd"


def test_a_family_is_not_torn_apart() -> None:
    assert cut("ab👩\u200d👩\u200d👧", 6) == "ab…"


def test_a_lock_screen_line_gives_up_the_title_before_the_deadline() -> None:
    line = fallback("Critical: ", "x" * 300, ". Budget gone by 03:52 UTC.")
    assert line.endswith("x…. Budget gone by 03:52 UTC.")


def test_names_marked_in_a_sentence_stay_code_and_the_rest_is_text() -> None:
    assert prose("You may not restart `a<b` in *prod*.") == "You may not restart `a&lt;b` `in *prod*.`"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("\x1b[31mERROR\x1b[0m", "ERROR"),
        ("\x1b[1;38;5;196mred\x1b[m", "red"),
        ("\x1b]0;a title\x07log", "log"),
        ("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("up\x1b[2Kdown\x1bM", "updown"),
        ("[31m is text", "[31m is text"),
        ("a\x1b", "a\x1b"),
    ],
)
def test_what_only_a_terminal_understands_is_taken_out(raw: str, plain: str) -> None:
    assert uncoloured(raw) == plain
