"""Every limit of the validator: accepted at the limit, refused one beyond, with the right pointer and rule."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from playground.blockkit import Problem, check_message_blocks, check_view
from tests.playground.apps import actions, button, modal, plain, section, text_input
from tests.support.playground import Json

Make = Callable[[int], Json]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def options(count: int, text: str = "o") -> list[Json]:
    return [{"text": plain(text), "value": f"v{number}"} for number in range(count)]


def select(**more: object) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options(1), **more}


def with_accessory(element: Json) -> Json:
    return {**section("x"), "accessory": element}


def field(element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": "b", "label": plain("L"), "element": {"action_id": "a", **element}, **more}


def confirm(**more: object) -> Json:
    dialog = {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n"), **more}
    return actions(button("a", "A", confirm=dialog))


@dataclass(frozen=True)
class Limit:
    """`make(n)` builds a block whose `what` is n long or has n items; n = maximum is fine, one more is not."""

    what: str
    maximum: int
    make: Make
    pointer: str


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
VIDEO = {
    "type": "video",
    "alt_text": "a",
    "title": plain("t"),
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t.png",
}

LIMITS = [
    Limit("section text", 3000, lambda n: section("x" * n), "/text/text"),
    Limit("section fields", 10, lambda n: {"type": "section", "fields": [mrkdwn("f")] * n}, "/fields"),
    Limit("section field", 2000, lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}, "/fields/0/text"),
    Limit("header", 150, lambda n: {"type": "header", "text": plain("x" * n)}, "/text/text"),
    Limit("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, "/elements"),
    Limit(
        "actions elements", 25, lambda n: actions(*(button(f"a{number}", "A") for number in range(n))), "/elements"
    ),
    Limit("input label", 2000, lambda n: {**text_input("b", "x" * n)}, "/label/text"),
    Limit("input hint", 2000, lambda n: {**text_input("b", "L"), "hint": plain("x" * n)}, "/hint/text"),
    Limit("image alt_text", 2000, lambda n: {**IMAGE, "alt_text": "x" * n}, "/alt_text"),
    Limit("image title", 2000, lambda n: {**IMAGE, "title": plain("x" * n)}, "/title/text"),
    Limit("image_url", 3000, lambda n: {**IMAGE, "image_url": "https://e.com/".ljust(n, "x")}, "/image_url"),
    Limit("markdown text", 12_000, lambda n: {"type": "markdown", "text": "x" * n}, "/text"),
    Limit(
        "table rows", 100, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}, "/rows"
    ),
    Limit(
        "table cells", 20, lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}, "/rows/0"
    ),
    Limit(
        "table columns", 20,
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]], "column_settings": [{}] * n},
        "/column_settings",
    ),
    Limit("video title", 200, lambda n: {**VIDEO, "title": plain("x" * n)}, "/title/text"),
    Limit("video author", 50, lambda n: {**VIDEO, "author_name": "x" * n}, "/author_name"),
    Limit("video provider", 50, lambda n: {**VIDEO, "provider_name": "x" * n}, "/provider_name"),
    Limit("video description", 200, lambda n: {**VIDEO, "description": plain("x" * n)}, "/description/text"),
    Limit("block_id", 255, lambda n: {**section("x"), "block_id": "b" * n}, "/block_id"),
    Limit("action_id", 255, lambda n: actions(button("a" * n, "A")), "/elements/0/action_id"),
    Limit("button text", 75, lambda n: actions(button("a", "x" * n)), "/elements/0/text/text"),
    Limit("button value", 2000, lambda n: actions(button("a", "A", value="x" * n)), "/elements/0/value"),
    Limit(
        "button url", 3000, lambda n: actions(button("a", "A", url="https://e.com/".ljust(n, "x"))), "/elements/0/url"
    ),
    Limit(
        "accessibility label", 75, lambda n: actions(button("a", "A", accessibility_label="x" * n)),
        "/elements/0/accessibility_label",
    ),
    Limit("select options", 100, lambda n: actions(select(options=options(n))), "/elements/0/options"),
    Limit(
        "option groups", 100,
        lambda n: actions({
            "type": "static_select", "action_id": "s",
            "option_groups": [
                {"label": plain("g"), "options": [{"text": plain("o"), "value": str(number)}]} for number in range(n)
            ],
        }),
        "/elements/0/option_groups",
    ),
    Limit(
        "group label", 75,
        lambda n: actions({
            "type": "static_select", "action_id": "s",
            "option_groups": [{"label": plain("x" * n), "options": options(1)}],
        }),
        "/elements/0/option_groups/0/label/text",
    ),
    Limit(
        "option text", 75, lambda n: actions(select(options=options(1, "x" * n))), "/elements/0/options/0/text/text"
    ),
    Limit(
        "option value", 150, lambda n: actions(select(options=[{"text": plain("o"), "value": "x" * n}])),
        "/elements/0/options/0/value",
    ),
    Limit(
        "option description", 75,
        lambda n: actions(select(options=[{"text": plain("o"), "value": "v", "description": plain("x" * n)}])),
        "/elements/0/options/0/description/text",
    ),
    Limit("placeholder", 150, lambda n: actions(select(placeholder=plain("x" * n))), "/elements/0/placeholder/text"),
    Limit(
        "overflow options", 5,
        lambda n: with_accessory({"type": "overflow", "action_id": "o", "options": options(n)}), "/accessory/options",
    ),
    Limit(
        "checkboxes", 10,
        lambda n: with_accessory({"type": "checkboxes", "action_id": "o", "options": options(n)}),
        "/accessory/options",
    ),
    Limit(
        "radio buttons", 10,
        lambda n: with_accessory({"type": "radio_buttons", "action_id": "o", "options": options(n)}),
        "/accessory/options",
    ),
    Limit("files", 10, lambda n: field({"type": "file_input", "max_files": n}), "/element/max_files"),
    Limit("max_length", 3000, lambda n: field({"type": "plain_text_input", "max_length": n}), "/element/max_length"),
    Limit("min_length", 3000, lambda n: field({"type": "plain_text_input", "min_length": n}), "/element/min_length"),
    Limit("confirm title", 100, lambda n: confirm(title=plain("x" * n)), "/elements/0/confirm/title/text"),
    Limit("confirm text", 300, lambda n: confirm(text=plain("x" * n)), "/elements/0/confirm/text/text"),
    Limit("confirm button", 30, lambda n: confirm(confirm=plain("x" * n)), "/elements/0/confirm/confirm/text"),
    Limit("deny button", 30, lambda n: confirm(deny=plain("x" * n)), "/elements/0/confirm/deny/text"),
    Limit("card title", 150, lambda n: {"type": "card", "title": mrkdwn("x" * n)}, "/title/text"),
    Limit("card body", 200, lambda n: {"type": "card", "body": mrkdwn("x" * n)}, "/body/text"),
    Limit(
        "carousel cards", 10,
        lambda n: {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("x")}] * n}, "/elements",
    ),
    Limit(
        "plan tasks", 50,
        lambda n: {
            "type": "plan", "title": "p",
            "tasks": [{"type": "task_card", "task_id": str(number), "title": "t"} for number in range(n)],
        },
        "/tasks",
    ),
]  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.what)
def test_a_limit_holds_exactly(limit: Limit) -> None:
    assert check_message_blocks([limit.make(limit.maximum)]) == []

    (problem,) = check_message_blocks([limit.make(limit.maximum + 1)])
    assert problem.pointer == f"/blocks/0{limit.pointer}"
    assert problem.rule in ("too_long", "too_many", "range")


VIEW_LIMITS = [
    ("title", 24, lambda n: modal(section("x"), title="x" * n), "/view/title/text"),
    ("submit", 24, lambda n: modal(section("x"), submit=plain("x" * n)), "/view/submit/text"),
    ("close", 24, lambda n: modal(section("x"), close=plain("x" * n)), "/view/close/text"),
    ("private_metadata", 3000, lambda n: modal(section("x"), private_metadata="x" * n), "/view/private_metadata"),
    ("callback_id", 255, lambda n: modal(section("x"), callback_id="x" * n), "/view/callback_id"),
    ("external_id", 255, lambda n: modal(section("x"), external_id="x" * n), "/view/external_id"),
    ("blocks", 100, lambda n: modal(*(section("x") for _ in range(n))), "/view/blocks"),
]


@pytest.mark.parametrize(("what", "maximum", "make", "pointer"), VIEW_LIMITS, ids=[row[0] for row in VIEW_LIMITS])
def test_a_limit_of_views_holds_exactly(what: str, maximum: int, make: Make, pointer: str) -> None:
    assert check_view(make(maximum), "modal") == []
    (problem,) = check_view(make(maximum + 1), "modal")
    assert problem.pointer == pointer


def test_fifty_blocks_in_a_message() -> None:
    assert check_message_blocks([section("x")] * 50) == []
    (problem,) = check_message_blocks([section("x")] * 51)
    assert problem.line() == "no more than 50 items allowed [json-pointer:/blocks]"


def rules_of(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


REFUSED: list[tuple[str, Json, str]] = [
    ("empty mrkdwn text", section(""), "too_short"),
    ("section of nothing", {"type": "section"}, "one_of"),
    ("no fields", {"type": "section", "fields": []}, "too_few"),
    ("mrkdwn header", {"type": "header", "text": mrkdwn("x")}, "text_type"),
    ("emoji on mrkdwn", {"type": "section", "text": {**mrkdwn("x"), "emoji": True}}, "unknown_field"),
    ("verbatim on plain_text", {"type": "section", "text": {**plain("x"), "verbatim": True}}, "unknown_field"),
    ("unknown field", {**section("x"), "colour": "red"}, "unknown_field"),
    ("unknown block", {"type": "sektion"}, "unsupported_type"),
    ("no type", {"text": mrkdwn("x")}, "required"),
    ("alert outside a modal", {"type": "alert", "text": mrkdwn("x")}, "unsupported_type"),
    ("empty actions", {"type": "actions", "elements": []}, "too_few"),
    ("input element in actions", actions({"type": "plain_text_input", "action_id": "a"}), "unsupported_type"),
    ("button inside input", field({"type": "button", "text": plain("x")}), "unsupported_type"),
    ("bad button style", actions(button("a", "A", style="default")), "choice"),
    ("mrkdwn button", actions({"type": "button", "action_id": "a", "text": mrkdwn("A")}), "text_type"),
    ("script link", actions(button("a", "A", url="javascript:alert(1)")), "url"),
    (
        "options and groups",
        actions(select(option_groups=[{"label": plain("g"), "options": [{"text": plain("o"), "value": "w"}]}])),
        "one_of",
    ),
    ("neither options nor groups", actions({"type": "static_select", "action_id": "s"}), "one_of"),
    ("duplicate option values", actions(select(options=[*options(1), *options(1)])), "duplicate_option"),
    ("foreign preset", actions(select(initial_option={"text": plain("o"), "value": "other"})), "initial_option"),
    ("duplicate action_id", actions(button("a", "A"), button("a", "B")), "duplicate_action_id"),
    ("url in a select option", actions(select(options=[{**options(1)[0], "url": "https://e.com"}])), "unknown_field"),
    ("image of two sources", {**IMAGE, "slack_file": {"id": "F1"}}, "one_of"),
    ("image without alt_text", {"type": "image", "image_url": "https://e.com/a.png"}, "required"),
    ("titled image as accessory", with_accessory({**IMAGE, "title": plain("t")}), "unknown_field"),
    ("bad date", actions({"type": "datepicker", "action_id": "d", "initial_date": "21.11.2026"}), "format"),
    ("bad time", actions({"type": "timepicker", "action_id": "t", "initial_time": "25:00"}), "format"),
    ("datetimepicker as accessory", with_accessory({"type": "datetimepicker", "action_id": "d"}), "unsupported_type"),
    ("number without decimals stated", field({"type": "number_input"}), "required"),
    ("preset too long", field({"type": "plain_text_input", "max_length": 2, "initial_value": "abc"}), "too_long"),
    ("min over max", field({"type": "plain_text_input", "min_length": 5, "max_length": 2}), "range"),
    ("empty rich text", {"type": "rich_text", "elements": []}, "too_few"),
    (
        "mrkdwn in rich text",
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [mrkdwn("x")]}]},
        "unsupported_type",
    ),
    ("empty card", {"type": "card"}, "one_of"),
    ("text that is a number", {"type": "section", "text": {"type": "mrkdwn", "text": 7}}, "type"),
    ("text that is a string", {"type": "section", "text": "x"}, "type"),
]


@pytest.mark.parametrize(("what", "block", "rule"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_slack_refuses_is_refused(what: str, block: Json, rule: str) -> None:
    assert rules_of(check_message_blocks([block])) == [rule]


def test_number_bounds() -> None:
    def number(**more: object) -> Json:
        return field({"type": "number_input", "is_decimal_allowed": True, **more})

    assert check_message_blocks([number(min_value="1", max_value="9", initial_value="5")]) == []
    assert rules_of(check_message_blocks([number(min_value="9", max_value="1")])) == ["range"]
    assert rules_of(check_message_blocks([number(max_value="1", initial_value="2")])) == ["range"]
    assert rules_of(check_message_blocks([number(max_value="many")])) == ["format"]


def test_ids_are_unique_over_the_whole_message() -> None:
    twice = [{**section("x"), "block_id": "same"}, {**section("y"), "block_id": "same"}]

    (problem,) = check_message_blocks(twice)

    assert (problem.rule, problem.pointer) == ("duplicate_block_id", "/blocks/1/block_id")


def test_the_same_action_id_may_appear_in_two_blocks() -> None:
    rows = [actions(button("show", "Show"), block_id="one"), actions(button("show", "Show"), block_id="two")]

    assert check_message_blocks(rows) == []


def test_only_one_table_and_two_charts() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    chart = {"type": "data_visualization", "title": "c", "chart": {"type": "pie"}}

    assert rules_of(check_message_blocks([table, table])) == ["only_one_table_allowed"]
    assert check_message_blocks([chart, chart]) == []
    assert rules_of(check_message_blocks([chart, chart, chart])) == ["too_many"]


def test_markdown_is_counted_in_total() -> None:
    half = {"type": "markdown", "text": "x" * 6_001}

    assert rules_of(check_message_blocks([half])) == []
    assert rules_of(check_message_blocks([half, half])) == ["markdown_total"]


def test_a_form_needs_a_submit_button() -> None:
    form = modal(text_input("t", "T"))
    del form["submit"]

    assert rules_of(check_view(form, "modal")) == ["submit"]
    assert check_view({**form, "blocks": [section("x")]}, "modal") == []


def test_views_have_their_own_fields() -> None:
    home = {"type": "home", "blocks": [section("x")]}

    assert check_view(home, "home") == []
    assert rules_of(check_view({**home, "title": plain("t")}, "home")) == ["unknown_field"]
    assert rules_of(check_view(home, "modal")) == ["view_type"]
    untitled = modal(section("x"))
    del untitled["title"]
    assert rules_of(check_view(untitled, "modal")) == ["required"]
    assert rules_of(check_view(modal({"type": "markdown", "text": "x"}), "modal")) == ["unsupported_type"]


def test_only_one_element_takes_the_focus() -> None:
    form = modal(text_input("a", "A", focus_on_load=True), text_input("b", "B", focus_on_load=True))

    assert rules_of(check_view(form, "modal")) == ["focus"]


def test_all_problems_are_listed_at_once() -> None:
    problems = check_message_blocks([section(""), {"type": "header", "text": plain("x" * 151)}, {"type": "nothing"}])

    assert [problem.pointer for problem in problems] == [
        "/blocks/0/text/text",
        "/blocks/1/text/text",
        "/blocks/2/type",
    ]
