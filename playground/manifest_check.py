"""What Slack would refuse about an app manifest."""

from playground.json_types import Json
from playground.manifest import EVENT_SCOPES, Manifest

# Longest texts and largest numbers of items, by their place in the manifest (slackapi/manifest-schema).
_MAX_LENGTHS = {
    "display_information.name": 35,
    "display_information.description": 140,
    "features.bot_user.display_name": 80,
}
_MAX_ITEMS = {
    "features.slash_commands": 50,
    "features.shortcuts": 10,
    "settings.event_subscriptions.bot_events": 100,
    "oauth_config.scopes.bot": 255,
}
_ITEM_LENGTHS = {
    "features.slash_commands": {"command": 32, "description": 2000, "usage_hint": 1000},
    "features.shortcuts": {"name": 24, "callback_id": 255, "description": 150},
}
_MAX_SHORTCUTS_OF_A_TYPE = 5


def manifest_problems(manifest: Manifest) -> list[str]:
    """One sentence for each; empty when Slack would accept it."""
    return [
        *_lengths(manifest.raw),
        *_counts(manifest.raw),
        *_item_lengths(manifest.raw),
        *_commands(manifest),
        *_shortcuts(manifest),
        *_events(manifest),
    ]


def _at(raw: Json, place: str) -> object:
    value: object = raw
    for name in place.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _lengths(raw: Json) -> list[str]:
    texts = {place: str(_at(raw, place) or "") for place in _MAX_LENGTHS}
    return [
        f"{place} is longer than {_MAX_LENGTHS[place]} characters"
        for place, text in texts.items()
        if len(text) > _MAX_LENGTHS[place]
    ]


def _items(raw: Json, place: str) -> list[object]:
    found = _at(raw, place)
    return found if isinstance(found, list) else []


def _counts(raw: Json) -> list[str]:
    return [
        f"{place} has more than {maximum} items"
        for place, maximum in _MAX_ITEMS.items()
        if len(_items(raw, place)) > maximum
    ]


def _item_lengths(raw: Json) -> list[str]:
    return [
        f"{place}[{index}].{name} is longer than {maximum} characters"
        for place, limits in _ITEM_LENGTHS.items()
        for index, item in enumerate(_items(raw, place))
        for name, maximum in limits.items()
        if isinstance(item, dict) and len(str(item.get(name, ""))) > maximum
    ]


def _commands(manifest: Manifest) -> list[str]:
    names = [command.command for command in manifest.commands]
    problems = [f"the command {name} does not start with a slash" for name in names if not name.startswith("/")]
    problems += [f"the command {name} is listed twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if (names or manifest.shortcuts) and "commands" not in manifest.scopes:
        problems.append("slash commands and shortcuts need the scope commands")
    return problems


def _shortcuts(manifest: Manifest) -> list[str]:
    kinds = [shortcut.type for shortcut in manifest.shortcuts]
    return [
        f"more than {_MAX_SHORTCUTS_OF_A_TYPE} shortcuts of type {kind}"
        for kind in ("global", "message")
        if kinds.count(kind) > _MAX_SHORTCUTS_OF_A_TYPE
    ]


def _events(manifest: Manifest) -> list[str]:
    return [
        f"the event {event} needs one of the scopes {', '.join(EVENT_SCOPES[event])}"
        for event in manifest.bot_events
        if not manifest.may_have(event)
    ]
