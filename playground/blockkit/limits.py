"""Every limit of Block Kit that Slack publishes, as one table (docs.slack.dev, read in November 2026)."""

from playground.blockkit.rules import (
    any_of,
    cell_text_total,
    number_bounds,
    one_of,
    preset_is_an_option,
    text_bounds,
    unique_action_ids,
    unique_option_values,
)
from playground.blockkit.schema import Anything, Bool, Int, Items, Object, Shape, Spec, Str, Table, Text, Typed, Url

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MARKDOWN_TOTAL = 12_000
MAX_DATA_VISUALIZATIONS = 2
MAX_PLAN_TASKS = 50
MAX_SUGGESTIONS = 100
_MANY = 10_000

_ID = Str(255)
_DATE = Str(pattern=r"\d{4}-\d{2}-\d{2}")
_TIME = Str(pattern=r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = Str(30)
_LABEL = Text(75, plain=True)
_PLACEHOLDER = Text(150, plain=True)
_ACTION: dict[str, Spec] = {"action_id": _ID}
_FOCUS: dict[str, Spec] = {"focus_on_load": Bool()}
_CONFIRM: dict[str, Spec] = {"confirm": Object("confirm")}
_SELECT: dict[str, Spec] = {**_ACTION, **_FOCUS, **_CONFIRM, "placeholder": _PLACEHOLDER}
_MULTI: dict[str, Spec] = {**_SELECT, "max_selected_items": Int(1, 100)}
_FILTERED: dict[str, Spec] = {"default_to_current_conversation": Bool(), "filter": Object("conversation_filter")}
_STATIC: dict[str, Spec] = {
    "options": Items(Object("option"), 1, 100),
    "option_groups": Items(Object("option_group"), 1, 100),
}
_STATIC_RULES = (one_of("options", "option_groups"), unique_option_values, preset_is_an_option)
_EXTERNAL: dict[str, Spec] = {"min_query_length": Int(0, 255)}
_DISPATCH: dict[str, Spec] = {"dispatch_action_config": Object("dispatch_action_config")}
_STYLE: dict[str, Spec] = {"style": Anything()}

OBJECTS: Table = {
    "confirm": Shape(
        {"title": Text(100, plain=True), "text": Text(300), "confirm": Text(30, plain=True),
         "deny": Text(30, plain=True), "style": Str(choices=("primary", "danger"))},
        required=("title", "text", "confirm", "deny"),
    ),
    "option": Shape(
        {"text": _LABEL, "value": Str(150), "description": _LABEL}, required=("text", "value")
    ),
    "overflow_option": Shape(
        {"text": _LABEL, "value": Str(150), "description": _LABEL, "url": Url(3000)}, required=("text", "value")
    ),
    "marked_option": Shape(
        {"text": Text(75), "value": Str(150), "description": Text(75)}, required=("text", "value")
    ),
    "option_group": Shape(
        {"label": _LABEL, "options": Items(Object("option"), 1, 100)}, required=("label", "options")
    ),
    "conversation_filter": Shape(
        {"include": Items(Str(choices=("im", "mpim", "private", "public")), 1, 4),
         "exclude_external_shared_channels": Bool(), "exclude_bot_users": Bool()},
    ),
    "dispatch_action_config": Shape(
        {"trigger_actions_on": Items(Str(choices=("on_enter_pressed", "on_character_entered")), 1, 2)},
    ),
    "slack_file": Shape({"id": Str(255), "url": Url(3000)}, rules=(one_of("id", "url"),)),
    "column_setting": Shape({"align": Str(choices=("left", "center", "right")), "is_wrapped": Bool()}),
    "feedback_button": Shape(
        {"text": _LABEL, "value": Str(2000), "accessibility_label": Str(75)}, required=("text", "value")
    ),
    "slack_icon": Shape({"type": Str(), "name": Str()}, required=("name",)),
    "workflow": Shape({"trigger": Anything()}, required=("trigger",)),
}  # fmt: skip

ELEMENTS: Table = {
    "button": Shape(
        {**_ACTION, **_CONFIRM, "text": _LABEL, "value": Str(2000),
         "url": Url(3000, ("http", "https", "mailto", "slack")), "style": Str(choices=("primary", "danger")),
         "accessibility_label": Str(75)},
        required=("text",),
    ),
    "workflow_button": Shape(
        {**_ACTION, "text": _LABEL, "workflow": Object("workflow"), "style": Str(choices=("primary", "danger")),
         "accessibility_label": Str(75)},
        required=("text", "workflow"),
    ),
    "static_select": Shape({**_SELECT, **_STATIC, "initial_option": Object("option")}, rules=_STATIC_RULES),
    "multi_static_select": Shape(
        {**_MULTI, **_STATIC, "initial_options": Items(Object("option"), 1, 100)}, rules=_STATIC_RULES
    ),
    "external_select": Shape({**_SELECT, **_EXTERNAL, "initial_option": Object("option")}),
    "multi_external_select": Shape({**_MULTI, **_EXTERNAL, "initial_options": Items(Object("option"), 1, 100)}),
    "users_select": Shape({**_SELECT, "initial_user": Str()}),
    "multi_users_select": Shape({**_MULTI, "initial_users": Items(Str(), 1)}),
    "conversations_select": Shape(
        {**_SELECT, **_FILTERED, "initial_conversation": Str(), "response_url_enabled": Bool()}
    ),
    "multi_conversations_select": Shape({**_MULTI, **_FILTERED, "initial_conversations": Items(Str(), 1)}),
    "channels_select": Shape({**_SELECT, "initial_channel": Str(), "response_url_enabled": Bool()}),
    "multi_channels_select": Shape({**_MULTI, "initial_channels": Items(Str(), 1)}),
    "overflow": Shape(
        {**_ACTION, **_CONFIRM, "options": Items(Object("overflow_option"), 1, 5)}, required=("options",),
        rules=(unique_option_values,),
    ),
    "checkboxes": Shape(
        {**_ACTION, **_FOCUS, **_CONFIRM, "options": Items(Object("marked_option"), 1, 10),
         "initial_options": Items(Object("marked_option"), 1, 10)},
        required=("options",), rules=(unique_option_values, preset_is_an_option),
    ),
    "radio_buttons": Shape(
        {**_ACTION, **_FOCUS, **_CONFIRM, "options": Items(Object("marked_option"), 1, 10),
         "initial_option": Object("marked_option")},
        required=("options",), rules=(unique_option_values, preset_is_an_option),
    ),
    "datepicker": Shape({**_SELECT, "initial_date": _DATE}),
    "timepicker": Shape({**_SELECT, "initial_time": _TIME, "timezone": Str(100)}),
    "datetimepicker": Shape({**_ACTION, **_FOCUS, **_CONFIRM, "initial_date_time": Int(10**9, 10**10 - 1)}),
    "plain_text_input": Shape(
        {**_ACTION, **_FOCUS, **_DISPATCH, "placeholder": _PLACEHOLDER, "initial_value": Str(3000, 0),
         "multiline": Bool(), "min_length": Int(0, 3000), "max_length": Int(1, 3000)},
        rules=(text_bounds,),
    ),
    "email_text_input": Shape({**_ACTION, **_FOCUS, **_DISPATCH, "placeholder": _PLACEHOLDER, "initial_value": Str()}),
    "url_text_input": Shape({**_ACTION, **_FOCUS, **_DISPATCH, "placeholder": _PLACEHOLDER, "initial_value": Url()}),
    "number_input": Shape(
        {**_ACTION, **_FOCUS, **_DISPATCH, "placeholder": _PLACEHOLDER, "is_decimal_allowed": Bool(),
         "initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
        required=("is_decimal_allowed",), rules=(number_bounds,),
    ),
    "rich_text_input": Shape(
        {**_ACTION, **_FOCUS, **_DISPATCH, "placeholder": _PLACEHOLDER, "initial_value": Typed(("rich_text",))}
    ),
    "file_input": Shape({**_ACTION, "filetypes": Items(Str(20), 1), "max_files": Int(1, 10)}),
    "feedback_buttons": Shape(
        {**_ACTION, "positive_button": Object("feedback_button"), "negative_button": Object("feedback_button")},
        required=("positive_button", "negative_button"),
    ),
    "icon_button": Shape(
        {**_ACTION, **_CONFIRM, "icon": Str(choices=("trash",)), "text": _LABEL, "value": Str(2000),
         "visible_to_user_ids": Items(Str(), 1, 10), "accessibility_label": Str(75)},
        required=("icon", "text"),
    ),
}  # fmt: skip

_INLINE = ("text", "link", "user", "usergroup", "emoji", "channel", "broadcast", "date", "color", "team")

RICH_TEXT: Table = {
    "rich_text_section": Shape({"elements": Items(Typed(_INLINE), 0)}, required=("elements",)),
    "rich_text_list": Shape(
        {"elements": Items(Typed(("rich_text_section",)), 1), "style": Str(choices=("bullet", "ordered")),
         "indent": Int(0, 8), "offset": Int(0, _MANY), "border": Int(0, 1)},
        required=("elements", "style"),
    ),
    "rich_text_preformatted": Shape(
        {"elements": Items(Typed(("text", "link")), 0), "border": Int(0, 1), "language": Str(50)},
        required=("elements",),
    ),
    "rich_text_quote": Shape({"elements": Items(Typed(_INLINE), 0), "border": Int(0, 1)}, required=("elements",)),
    "text": Shape({"text": Str(), **_STYLE}, required=("text",)),
    "link": Shape({"url": Url(3000, ("http", "https", "mailto", "tel")), "text": Str(), "unsafe": Bool(), **_STYLE},
                  required=("url",)),
    "user": Shape({"user_id": Str(), **_STYLE}, required=("user_id",)),
    "usergroup": Shape({"usergroup_id": Str(), **_STYLE}, required=("usergroup_id",)),
    "channel": Shape({"channel_id": Str(), **_STYLE}, required=("channel_id",)),
    "team": Shape({"team_id": Str(), **_STYLE}, required=("team_id",)),
    "emoji": Shape({"name": Str(), "unicode": Str(), "skin_tone": Int(2, 6), **_STYLE}, required=("name",)),
    "broadcast": Shape({"range": Str(choices=("here", "channel", "everyone")), **_STYLE}, required=("range",)),
    "date": Shape(
        {"timestamp": Int(0, 10**11), "format": Str(), "url": Url(), "fallback": Str(), **_STYLE},
        required=("timestamp", "format"),
    ),
    "color": Shape({"value": Str(), **_STYLE}, required=("value",)),
    "raw_text": Shape({"text": Str()}, required=("text",)),
    "raw_number": Shape({"value": Anything(), "text": Str()}, required=("value",)),
    "url": Shape({"url": Url(), "text": Str()}, required=("url",)),
}  # fmt: skip

_SELECTS = (
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
    "multi_channels_select",
)  # fmt: skip
_PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
ACCESSORIES = ("button", "workflow_button", "image", "overflow", *_SELECTS, *_PICKERS)
ACTIONS = ("button", "workflow_button", "overflow", "datetimepicker", *_SELECTS, *_PICKERS)
INPUTS = (
    *_SELECTS, *_PICKERS, "datetimepicker", "plain_text_input", "email_text_input", "url_text_input", "number_input",
    "rich_text_input", "file_input",
)  # fmt: skip
_RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
_BLOCK: dict[str, Spec] = {"block_id": _ID}
_IMAGE: dict[str, Spec] = {"image_url": Url(3000), "slack_file": Object("slack_file"), "alt_text": Str(2000)}
_PICTURE = Typed(("image",))
_TASK: dict[str, Spec] = {
    "task_id": Str(),
    "title": Str(),
    "details": Typed(("rich_text",)),
    "output": Typed(("rich_text",)),
    "status": Str(choices=("pending", "in_progress", "complete", "error")),
    "sources": Items(Typed(("url",)), 0),
}
_CELL = Typed(("raw_text", "raw_number", "rich_text"))
_IN_CONTAINER = ("actions", "context", "divider", "header", "image", "rich_text", "section", "table", "video")

BLOCKS: Table = {
    "section": Shape(
        {**_BLOCK, "text": Text(3000), "fields": Items(Text(2000), 1, 10), "accessory": Typed(ACCESSORIES),
         "expand": Bool()},
        rules=(any_of("text", "fields"),),
    ),
    "header": Shape({**_BLOCK, "text": Text(150, plain=True)}, required=("text",)),
    "divider": Shape({**_BLOCK}),
    "context": Shape(
        {**_BLOCK, "elements": Items(Typed(("image", "mrkdwn", "plain_text")), 1, 10)}, required=("elements",)
    ),
    "actions": Shape(
        {**_BLOCK, "elements": Items(Typed(ACTIONS), 1, 25)}, required=("elements",), rules=(unique_action_ids,)
    ),
    "context_actions": Shape(
        {**_BLOCK, "elements": Items(Typed(("feedback_buttons", "icon_button")), 1, 5)}, required=("elements",),
        rules=(unique_action_ids,),
    ),
    "input": Shape(
        {**_BLOCK, "label": Text(2000, plain=True), "hint": Text(2000, plain=True), "element": Typed(INPUTS),
         "optional": Bool(), "dispatch_action": Bool()},
        required=("label", "element"),
    ),
    # `title` belongs to the block form of an image; as an accessory or context element it has none.
    "image": Shape(
        {**_BLOCK, **_IMAGE, "title": Text(2000, plain=True)}, required=("alt_text",),
        rules=(one_of("image_url", "slack_file"),),
    ),
    "markdown": Shape({**_BLOCK, "text": Str(MAX_MARKDOWN_TOTAL)}, required=("text",)),
    "rich_text": Shape({**_BLOCK, "elements": Items(Typed(_RICH_PARTS), 1)}, required=("elements",)),
    "table": Shape(
        {**_BLOCK, "rows": Items(Items(_CELL, 1, 20), 1, 100),
         "column_settings": Items(Object("column_setting"), 1, 20)},
        required=("rows",),
    ),
    "video": Shape(
        {**_BLOCK, "alt_text": Str(2000), "title": Text(200, plain=True), "title_url": Url(), "video_url": Url(),
         "thumbnail_url": Url(), "description": Text(200, plain=True), "author_name": Str(50),
         "provider_name": Str(50), "provider_icon_url": Url()},
        required=("alt_text", "title", "video_url", "thumbnail_url"),
    ),
    "file": Shape(
        {**_BLOCK, "external_id": Str(), "source": Str(choices=("remote",))}, required=("external_id", "source")
    ),
    "call": Shape(
        {**_BLOCK, "call_id": Str(), "api_decoration_available": Bool(), "call": Anything()}, required=("call_id",)
    ),
    "alert": Shape(
        {**_BLOCK, "text": Text(200), "level": Str(choices=("default", "info", "warning", "error", "success"))},
        required=("text",),
    ),
    "card": Shape(
        {**_BLOCK, "hero_image": _PICTURE, "icon": _PICTURE, "slack_icon": Object("slack_icon"), "title": Text(150),
         "subtitle": Text(150), "body": Text(200), "subtext": Text(200), "actions": Items(Typed(("button",)), 1, 3)},
        rules=(any_of("hero_image", "title", "actions", "body"),),
    ),
    "carousel": Shape({**_BLOCK, "elements": Items(Typed(("card",)), 1, 10)}, required=("elements",)),
    "container": Shape(
        {**_BLOCK, "title": Text(150), "rich_text_title": Typed(("rich_text",)), "subtitle": Text(150),
         "width": Str(), "icon": _PICTURE, "is_collapsible": Bool(), "default_collapsed": Bool(),
         "has_header_divider": Bool(), "child_blocks": Items(Typed(_IN_CONTAINER), 1, 10)},
        required=("child_blocks",),
    ),
    "data_table": Shape(
        {**_BLOCK, "rows": Items(Items(_CELL, 1, 20), 2, 201), "caption": Str(), "page_size": Int(1, 100),
         "row_header_column_index": Int(0, 19)},
        required=("rows", "caption"), rules=(cell_text_total,),
    ),
    "data_visualization": Shape({**_BLOCK, "title": Str(50), "chart": Anything()}, required=("title", "chart")),
    "plan": Shape(
        {**_BLOCK, "title": Str(), "tasks": Items(Object("plan_task"), 0, MAX_PLAN_TASKS)}, required=("title",)
    ),
    "task_card": Shape({**_BLOCK, **_TASK}, required=("task_id", "title")),
    # Inside a plan the type may be left out.
    "plan_task": Shape({**_BLOCK, **_TASK, "type": Str(choices=("task_card",))}, required=("task_id", "title")),
}  # fmt: skip

TABLE: Table = {**OBJECTS, **ELEMENTS, **RICH_TEXT, **BLOCKS}

_EVERYWHERE = ("actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video")
_WIDE = ("carousel", "container", "data_table", "data_visualization", "table")
MESSAGE_BLOCKS = (*_EVERYWHERE, *_WIDE, "call", "context_actions", "file", "markdown", "plan", "task_card")
MODAL_BLOCKS = (*_EVERYWHERE, "alert")
HOME_BLOCKS = (*_EVERYWHERE, *_WIDE)

_VIEW: dict[str, Spec] = {
    "type": Str(choices=("modal", "home")),
    "private_metadata": Str(3000, 0),
    "callback_id": Str(255, 0),
    "external_id": Str(255, 0),
}
VIEWS: Table = {
    "home": Shape(
        {**_VIEW, "blocks": Items(Typed(HOME_BLOCKS), 0, MAX_VIEW_BLOCKS)}, required=("type", "blocks")
    ),
    "modal": Shape(
        {**_VIEW, "blocks": Items(Typed(MODAL_BLOCKS), 0, MAX_VIEW_BLOCKS), "title": Text(24, plain=True),
         "submit": Text(24, plain=True), "close": Text(24, plain=True),
         "clear_on_close": Bool(), "notify_on_close": Bool(), "submit_disabled": Bool()},
        required=("type", "title", "blocks"),
    ),
}  # fmt: skip
