"""The validator against two independent libraries: what they build we accept, what they refuse we refuse."""

from collections.abc import Callable
from typing import Any

import pytest
import slackblocks as sb
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View
from slackblocks.errors import InvalidUsageError

from playground.blockkit import check_message_blocks, check_view
from tests.support.playground import Json

SDK_OPTIONS = [sdk.Option(value=f"v{number}", text=f"Option {number}") for number in range(3)]
SDK_CONFIRM = sdk.ConfirmObject(title="Sure?", text="Really", confirm="Yes", deny="No", style="danger")

SDK_VALID: list[sdk.Block] = [
    sdk.SectionBlock(text="*hello*", fields=["a", "b"]),
    sdk.SectionBlock(text="x", accessory=sdk.ButtonElement(text="B", action_id="a", value="v", confirm=SDK_CONFIRM)),
    sdk.SectionBlock(text="x", accessory=sdk.OverflowMenuElement(action_id="o", options=SDK_OPTIONS)),
    sdk.SectionBlock(text="x", accessory=sdk.ImageElement(image_url="https://e.com/a.png", alt_text="a")),
    sdk.HeaderBlock(text="Header"),
    sdk.DividerBlock(),
    sdk.ImageBlock(image_url="https://e.com/a.png", alt_text="a", title="T"),
    sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x", verbatim=True), sdk.PlainTextObject(text="y")]),
    sdk.ActionsBlock(
        elements=[
            sdk.StaticSelectElement(action_id="s", options=SDK_OPTIONS, initial_option=SDK_OPTIONS[0], placeholder="p"),
            sdk.UserSelectElement(action_id="u", initial_user="U1"),
            sdk.ConversationSelectElement(action_id="c", filter=sdk.ConversationFilter(include=["public"])),
            sdk.ChannelSelectElement(action_id="ch"),
            sdk.ExternalDataSelectElement(action_id="e", min_query_length=0),
            sdk.DatePickerElement(action_id="d", initial_date="2026-11-21"),
            sdk.TimePickerElement(action_id="t", initial_time="14:05"),
            sdk.DateTimePickerElement(action_id="dt", initial_date_time=1795226520),
            sdk.CheckboxesElement(action_id="cb", options=SDK_OPTIONS, initial_options=SDK_OPTIONS[:1]),
            sdk.RadioButtonsElement(action_id="r", options=SDK_OPTIONS),
        ]
    ),
    sdk.InputBlock(label="L", element=sdk.PlainTextInputElement(action_id="p", multiline=True, max_length=200)),
    sdk.InputBlock(label="L", element=sdk.EmailInputElement(action_id="m"), hint="h", optional=True),
    sdk.InputBlock(label="L", element=sdk.UrlInputElement(action_id="u")),
    sdk.InputBlock(label="L", element=sdk.NumberInputElement(action_id="n", is_decimal_allowed=False, min_value="1")),
    sdk.InputBlock(label="L", element=sdk.StaticMultiSelectElement(action_id="ms", options=SDK_OPTIONS)),
    sdk.InputBlock(label="L", element=sdk.UserMultiSelectElement(action_id="mu", max_selected_items=3)),
    sdk.InputBlock(label="L", element=sdk.RichTextInputElement(action_id="rt")),
    sdk.MarkdownBlock(text="# Title"),
    sdk.VideoBlock(alt_text="a", title="t", video_url="https://e.com/v", thumbnail_url="https://e.com/t.png"),
    sdk.RichTextBlock(
        elements=[
            sdk.RichTextSectionElement(
                elements=[
                    sdk.RichTextElementParts.Text(text="bold", style={"bold": True}),
                    sdk.RichTextElementParts.User(user_id="U1"),
                    sdk.RichTextElementParts.Link(url="https://e.com", text="link"),
                    sdk.RichTextElementParts.Emoji(name="eyes"),
                    sdk.RichTextElementParts.Broadcast(range="here"),
                ]
            ),
            sdk.RichTextListElement(
                style="bullet",
                elements=[sdk.RichTextSectionElement(elements=[sdk.RichTextElementParts.Text(text="item")])],
            ),
            sdk.RichTextPreformattedElement(elements=[sdk.RichTextElementParts.Text(text="code")], border=0),
            sdk.RichTextQuoteElement(elements=[sdk.RichTextElementParts.Text(text="quoted")]),
        ]
    ),
    sdk.TableBlock(rows=[[sdk.RawTextObject(text="a"), sdk.RawTextObject(text="b")]]),
    sdk.FileBlock(external_id="f", source="remote"),
]


@pytest.mark.parametrize("block", SDK_VALID, ids=lambda block: f"{block.type}")
def test_what_the_sdk_builds_is_accepted(block: sdk.Block) -> None:
    assert check_message_blocks([block.to_dict()]) == []


def test_a_view_of_the_sdk_is_accepted() -> None:
    inputs = [block for block in SDK_VALID if isinstance(block, sdk.InputBlock)]
    view = View(type="modal", title="T", submit="S", close="C", callback_id="c", blocks=inputs)

    assert check_view(view.to_dict(), "modal") == []


def sdk_button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "B"}, **more}


def sdk_actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def numbered(count: int) -> list[Json]:
    return [{"text": {"type": "plain_text", "text": "o"}, "value": str(number)} for number in range(count)]


LONG = {"type": "plain_text", "text": "x" * 151}

# Blocks of raw JSON that the SDK's models refuse once they have parsed them.
SDK_REFUSED: dict[str, Json] = {
    "section text": {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
    "section fields": {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11},
    "header": {"type": "header", "text": LONG},
    "context": {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
    "actions": sdk_actions(*(sdk_button(action_id=f"a{number}") for number in range(26))),
    "button": sdk_actions(sdk_button(text=LONG)),
    "style": sdk_actions(sdk_button(style="bad")),
    "value": sdk_actions(sdk_button(value="x" * 2001)),
    "options": sdk_actions({"type": "static_select", "action_id": "s", "options": numbered(101)}),
    "overflow": sdk_actions({"type": "overflow", "action_id": "s", "options": numbered(6)}),
    "label": {
        "type": "input",
        "label": {"type": "plain_text", "text": "x" * 2001},
        "element": {"type": "plain_text_input", "action_id": "p"},
    },
    "markdown": {"type": "markdown", "text": "x" * 12_001},
}


@pytest.mark.parametrize("what", SDK_REFUSED)
def test_what_the_sdk_refuses_is_refused(what: str) -> None:
    with pytest.raises(SlackObjectFormationError):
        _ = [block.to_dict() for block in sdk.Block.parse_all([SDK_REFUSED[what]])]

    assert check_message_blocks([SDK_REFUSED[what]])


def sb_json(value: Any) -> Json:
    return dict(value._resolve())


SB_OPTIONS = [sb.Option(sb.PlainText(f"Option {number}"), f"v{number}") for number in range(3)]

SB_VALID: list[Any] = [
    sb.SectionBlock("*hello*", fields=["a", "b"]),
    sb.SectionBlock("x", accessory=sb.Button("B", "a", value="v", style="primary")),
    sb.HeaderBlock("Header"),
    sb.ContextBlock([sb.Text("small")]),
    sb.ActionsBlock([sb.Button("B", "a"), sb.StaticSelectMenu("s", SB_OPTIONS), sb.OverflowMenu("o", SB_OPTIONS)]),
    sb.InputBlock("L", sb.PlainTextInput("p", max_length=10)),
    sb.InputBlock("L", sb.NumberInput(False, "n", min_value="1")),
    sb.InputBlock("L", sb.CheckboxGroup("c", SB_OPTIONS)),
    sb.ImageBlock("https://e.com/a.png", "alt"),
    sb.MarkdownBlock("# x"),
    sb.TableBlock([[sb.RawText("a"), sb.RawText("b")]]),
    sb.RichTextBlock(sb.RichTextSection([sb.RichText("x", bold=True)])),
    sb.VideoBlock("a", "https://e.com/t.png", "t", "https://e.com/v"),
    sb.CardBlock(title="t", body="b"),
    sb.CarouselBlock([sb.CardBlock(title="t")]),
    sb.ContainerBlock([sb.DividerBlock()], title="t"),
    sb.DataTableBlock([[sb.RawText("a")], [sb.RawNumber(1, "1")]], "caption"),
    sb.TaskCardBlock("t", "T", status="in_progress"),
    sb.PlanBlock("p", [sb.TaskCardBlock("t", "T", status="complete")]),
    sb.ContextActionsBlock([sb.FeedbackButtons(sb.FeedbackButton("y", "1"), sb.FeedbackButton("n", "0"))]),
]


@pytest.mark.parametrize("block", SB_VALID, ids=lambda block: type(block).__name__)
def test_what_slackblocks_builds_is_accepted(block: Any) -> None:
    assert check_message_blocks([sb_json(block)]) == []


def test_a_modal_of_slackblocks_is_accepted() -> None:
    view = sb.ModalView(title="T", submit="S", blocks=[sb.AlertBlock("a"), sb.InputBlock("L", sb.PlainTextInput("p"))])

    assert check_view(sb_json(view), "modal") == []


SB_REFUSED: dict[str, tuple[Callable[[], Any], Json]] = {
    "checkboxes": (
        lambda: sb.CheckboxGroup("c", [SB_OPTIONS[0]] * 11),
        {"type": "checkboxes", "action_id": "c", "options": [sb_json(SB_OPTIONS[0])] * 11},
    ),
    "text input": (
        lambda: sb.PlainTextInput("p", max_length=3001),
        {"type": "plain_text_input", "action_id": "p", "max_length": 3001},
    ),
    "placeholder": (
        lambda: sb.PlainTextInput("p", placeholder="x" * 151),
        {
            "type": "plain_text_input", "action_id": "p",
            "placeholder": {"type": "plain_text", "text": "x" * 151},
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SB_REFUSED)
def test_what_slackblocks_refuses_is_refused(what: str) -> None:
    build, element = SB_REFUSED[what]

    with pytest.raises(InvalidUsageError):
        build()
    label = {"type": "plain_text", "text": "L"}
    assert check_message_blocks([{"type": "input", "label": label, "element": element}])
