"""Label and field selectors, in text and as objects."""

import re
from collections.abc import Callable
from typing import Any

from tests.kubernetes.stand_in.errors import bad_request
from tests.kubernetes.stand_in.json_types import Json, metadata

Holds = Callable[[Json], bool]

_SETS = re.compile(r"^\s*(?P<key>[\w./-]+)\s+(?P<how>in|notin)\s*\((?P<values>[^()]*)\)\s*$")
_EQUAL = re.compile(r"^\s*(?P<key>[\w./-]+)\s*(?P<how>==|=|!=)\s*(?P<value>[\w.-]*)\s*$")
_EXISTS = re.compile(r"^\s*(?P<not>!?)\s*(?P<key>[\w./-]+)\s*$")
_COMMA = re.compile(r",(?![^()]*\))")

FIELDS = (
    "metadata.name", "metadata.namespace", "status.phase", "spec.nodeName", "type", "reason",
    "involvedObject.name", "involvedObject.kind", "involvedObject.uid", "involvedObject.namespace",
    "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
)  # fmt: skip


def by_labels(text: str) -> Holds:
    """`app=checkout,tier in (web, api),!canary`. Raises ApiError (400) for what cannot be read."""
    parts = [_requirement(part, text) for part in _COMMA.split(text)] if text.strip() else []
    return lambda thing: all(part(metadata(thing).get("labels") or {}) for part in parts)


def _requirement(part: str, text: str) -> Callable[[dict[str, str]], bool]:
    if matched := _SETS.match(part):
        values = {value.strip() for value in matched["values"].split(",")}
        return _one(matched["key"], "In" if matched["how"] == "in" else "NotIn", values)
    if matched := _EQUAL.match(part):
        return _one(matched["key"], "NotIn" if matched["how"] == "!=" else "In", {matched["value"]})
    if matched := _EXISTS.match(part):
        return _one(matched["key"], "DoesNotExist" if matched["not"] else "Exists", set())
    raise bad_request(f'unable to parse requirement: found {part.strip()!r} in "{text}"')


def _one(key: str, how: str, values: set[str]) -> Callable[[dict[str, str]], bool]:
    if how == "In":
        return lambda labels: labels.get(key) in values
    if how == "NotIn":  # a label that is absent is not in any set
        return lambda labels: labels.get(key) not in values
    return lambda labels: (key in labels) is (how == "Exists")


def by_selector(selector: Json | None) -> Callable[[dict[str, str]], bool]:
    """Of labels, for a LabelSelector object with matchLabels and matchExpressions; None selects nothing."""
    if selector is None:
        return lambda labels: False
    parts = [_one(key, "In", {value}) for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or []:
        parts.append(_one(each["key"], each["operator"], set(each.get("values") or [])))
    return lambda labels: all(part(labels) for part in parts)


def in_text(selector: Json) -> str:
    """A LabelSelector as the text in a Scale's status."""
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or []:
        values = ",".join(sorted(each.get("values") or []))
        told = {"Exists": each["key"], "DoesNotExist": f"!{each['key']}"}
        parts.append(told.get(each["operator"], f"{each['key']} {each['operator'].lower()} ({values})"))
    return ",".join(sorted(parts))


def by_fields(text: str) -> Holds:
    """`metadata.name=checkout,status.phase!=Running`. Raises ApiError (400) for fields that cannot be selected by."""
    parts = [_field(part) for part in text.split(",") if part.strip()]
    return lambda thing: all(part(thing) for part in parts)


def _field(part: str) -> Holds:
    matched = re.match(r"^\s*(?P<key>[\w.]+)\s*(?P<how>==|=|!=)\s*(?P<value>.*)$", part)
    if matched is None:
        raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    key, value, equal = matched["key"], matched["value"].strip(), matched["how"] != "!="
    if key not in FIELDS:
        raise bad_request(f'field label not supported: "{key}"')
    return lambda thing: (str(_at(thing, key)) == value) is equal


def _at(thing: Any, path: str) -> Any:
    for name in path.split("."):
        thing = thing.get(name, "") if isinstance(thing, dict) else ""
    return thing
