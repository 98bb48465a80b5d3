"""Small typed builders of Block Kit, each inside Slack's limits whatever it is given.

They take finished text: `plain(...)` for plain_text, safe mrkdwn otherwise. The limits are Slack's own (Block Kit
reference); a text too long at this point is our own sentence around outside text, and is cut between tokens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.plaintext import clean, cut, units
from bot.slack.ids import Action, Event, Form, Ref
from bot.slack.views.text import fit

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Block: TypeAlias = dict[str, Json]
Element: TypeAlias = dict[str, Json]
View: TypeAlias = dict[str, Json]

HEADER, SECTION, FIELD, BUTTON, OPTION, LABEL, ALT, FILE = 150, 3000, 2000, 30, 75, 75, 2000, 255
MESSAGE_BLOCKS, VIEW_BLOCKS, MODAL_TITLE, PRIVATE_METADATA, OPTIONS, FIELDS = 50, 100, 24, 3000, 100, 10


@dataclass(frozen=True, slots=True)
class Message:
    """One message: the line for lock screens, the blocks, and for a subject's own, by what it is found again."""

    text: str
    blocks: tuple[Block, ...]
    event: Event | None = None
    subject: Ref | None = None

    def payload(self) -> dict[str, Json]:
        """The arguments of chat.postMessage, chat.update and a response_url, but for the channel."""
        body: dict[str, Json] = {
            "text": self.text,
            "blocks": list(self.blocks[:MESSAGE_BLOCKS]),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if self.event is not None and self.subject is not None:
            known: Json = {"id": self.subject.id, "version": self.subject.version}
            body["metadata"] = {"event_type": self.event.value, "event_payload": known}
        return body


def plain_text(text: str, limit: int) -> Element:
    """A plain_text object. Slack refuses an empty one, so nothing shows as `…`."""
    return {"type": "plain_text", "text": cut(text, limit).strip() or "…", "emoji": True}


def mrkdwn(text: str, limit: int = SECTION) -> Element:
    """An mrkdwn object in which Slack finds no links, channels or people of its own. Nothing shows as `…`."""
    return {"type": "mrkdwn", "text": fit(text, limit).strip() or "…", "verbatim": True}


def header(text: str) -> Block:
    """The first line of a message."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(text: str, accessory: Element | None = None) -> Block:
    """A paragraph, with at most one control beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def fields(*texts: str) -> Block:
    """Up to ten one-line facts; they stack on a phone."""
    return {"type": "section", "fields": [mrkdwn(text, FIELD) for text in texts[:FIELDS]]}


def context(*parts: str) -> Block:
    """The small print: its parts joined by dots."""
    return {"type": "context", "elements": [mrkdwn("  ·  ".join(filter(None, parts)))]}


def slack_image(file: str, alt: str, title: str) -> Block:
    """A picture that was uploaded before, by its file id; `alt` is what a screen reader says."""
    return {
        "type": "image",
        "slack_file": {"id": cut(file, FILE)},
        "alt_text": cut(alt, ALT).strip() or "…",
        "title": plain_text(title, FIELD),
    }


def spoken(drawn: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The same blocks with the words of every uploaded picture in its place."""
    return [_words_of(block) if "slack_file" in block else block for block in drawn]


def _words_of(picture: Mapping[str, object]) -> Mapping[str, object]:
    return {"type": "section", "text": plain_text(str(picture["alt_text"]), SECTION)}


def divider() -> Block:
    """A line between what is urgent and what is not."""
    return {"type": "divider"}


def actions(*elements: Element | None) -> list[Block]:
    """One row of controls; no row at all where none is left."""
    present = [element for element in elements if element is not None]
    return [{"type": "actions", "elements": present}] if present else []


def button(
    label: str,
    action: Action,
    value: str = "",
    *,
    style: str = "",
    confirm: Element | None = None,
    url: str = "",
    spoken: str = "",
) -> Element:
    """A button; `spoken` is what a screen reader says where the label alone does not name its object."""
    element: Element = {"type": "button", "text": plain_text(label, BUTTON), "action_id": action.value}
    if value:
        element["value"] = value
    if url:
        element["url"] = url
    if style:
        element["style"] = style
    if confirm is not None:
        element["confirm"] = confirm
    if spoken:
        element["accessibility_label"] = cut(spoken, LABEL)
    return element


def asking(label: str) -> str:
    """A button's label that opens a form or a plan: it ends in `…` and still fits."""
    return cut(label.removesuffix("…"), BUTTON - 1).removesuffix("…") + "…"


def confirm(title: str, text: str, yes: str, no: str, *, danger: bool = False) -> Element:
    """The dialog before something happens: the title asks, `yes` repeats the verb, `no` says what stays."""
    element: Element = {
        "title": plain_text(title, 100),
        "text": mrkdwn(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }
    if danger:
        element["style"] = "danger"
    return element


def option(label: str, value: str, description: str = "") -> Element:
    """One choice of a menu, in plain text."""
    element: Element = {"text": plain_text(label, OPTION), "value": value}
    if description:
        element["description"] = plain_text(description, OPTION)
    return element


def rich_option(label: str, value: str, description: str = "") -> Element:
    """One choice of radio buttons, in safe mrkdwn."""
    element: Element = {"text": mrkdwn(label, OPTION), "value": value}
    if description:
        element["description"] = mrkdwn(description, OPTION)
    return element


def carried(*options: tuple[str, Ref]) -> list[Element]:
    """Choices that each carry a reference."""
    return [option(label, ref.encode()) for label, ref in options]


def overflow(action: Action, options: Sequence[Element]) -> Element | None:
    """What hides behind `⋯`, up to five things; nothing where there is nothing."""
    return {"type": "overflow", "action_id": action.value, "options": list(options[:5])} if options else None


def select(action: Action, placeholder: str, options: Sequence[Element], initial: Element | None = None) -> Element:
    """A menu that acts when something is picked."""
    element: Element = {
        "type": "static_select",
        "action_id": action.value,
        "placeholder": plain_text(placeholder, 150),
        "options": list(options[:OPTIONS]),
    }
    if initial is not None:
        element["initial_option"] = initial
    return element


def field_input(field: str, label: str, element: Element, hint: str = "", *, optional: bool = False) -> Block:
    """One question of a form; its block id and its element's action id are the field's word: a `Field`, or `PARAM` and
    a parameter's name."""
    block: Block = {
        "type": "input",
        "block_id": str(field),
        "label": plain_text(label, 2000),
        "element": {**element, "action_id": str(field)},
    }
    if hint:
        block["hint"] = plain_text(hint, 2000)
    if optional:
        block["optional"] = True
    return block


def text_input(
    *, initial: str = "", placeholder: str = "", least: int = 0, most: int = 3000, lines: bool = False
) -> Element:
    """A text field; `lines` allows several. What is filled in is cut to `most`, and made one line where it must be."""
    element: Element = {"type": "plain_text_input", "max_length": most}
    if least:
        element["min_length"] = least
    if lines:
        element["multiline"] = True
    if initial:
        element["initial_value"] = cut(initial if lines else clean(initial), most)
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return element


def number_input(
    *, initial: str = "", least: float | None = None, most: float | None = None, whole: bool = True
) -> Element:
    """A number within bounds, which Slack keeps to by itself."""
    element: Element = {"type": "number_input", "is_decimal_allowed": not whole}
    bounds = {"min_value": least, "max_value": most}
    element |= {name: f"{value:g}" for name, value in bounds.items() if value is not None}
    return element | ({"initial_value": initial} if initial else {})


def menu(options: Sequence[Element], initial: Element | None = None) -> Element:
    """One of up to a hundred, as a field of a form."""
    element: Element = {"type": "static_select", "options": list(options[:OPTIONS])}
    return element | ({"initial_option": initial} if initial is not None else {})


def radio(options: Sequence[Element], initial: Element | None = None) -> Element:
    """One of up to ten."""
    element: Element = {"type": "radio_buttons", "options": list(options[:10])}
    if initial is not None:
        element["initial_option"] = initial
    return element


def checkboxes(options: Sequence[Element]) -> Element:
    """Any of up to ten."""
    return {"type": "checkboxes", "options": list(options[:10])}


def modal(
    form: Form, title: str, blocks: Sequence[Block], *, submit: str = "", close: str = "Cancel", private: str = ""
) -> View:
    """A form. Raises ValueError where `private` is too long to be carried."""
    if units(private) > PRIVATE_METADATA:
        raise ValueError(f"private metadata of {form.value} is longer than {PRIVATE_METADATA}")
    view: View = {
        "type": "modal",
        "callback_id": form.value,
        "title": plain_text(title, MODAL_TITLE),
        "close": plain_text(close, MODAL_TITLE),
        "blocks": list(blocks[:VIEW_BLOCKS]),
    }
    if submit:
        view["submit"] = plain_text(submit, MODAL_TITLE)
    if private:
        view["private_metadata"] = private
    return view
