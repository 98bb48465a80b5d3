"""Strategic merge patch: lists of objects are merged by a key, with the directives that kubectl sends.

Source of the rules: the design document strategic-merge-patch.md of sig-api-machinery; of the keys: k8s.io/api.
"""

from typing import Any

from tests.kubernetes.stand_in.json_types import Json, copied

MERGE_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "ports": ("containerPort", "port"),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "conditions": ("type",),
    "ownerReferences": ("uid",),
    "secrets": ("name",),
}
"""By the name of the list; of several keys that one counts which the elements have."""

SETS = ("finalizers",)
"""Lists of texts that are merged as sets."""

_ORDER, _DELETE_FROM = "$setElementOrder/", "$deleteFromPrimitiveList/"


def strategic(original: Any, patch: Json) -> Any:
    """`original` after the patch. Directives: $patch, $retainKeys, $setElementOrder, $deleteFromPrimitiveList."""
    directive = patch.get("$patch")
    if directive == "delete":
        return {}
    kept = dict(original) if isinstance(original, dict) and directive != "replace" else {}
    if "$retainKeys" in patch:
        kept = {key: value for key, value in kept.items() if key in patch["$retainKeys"]}
    for key, value in patch.items():
        if key.startswith(_DELETE_FROM):
            name = key.removeprefix(_DELETE_FROM)
            kept[name] = [each for each in kept.get(name, []) if each not in value]
        elif not key.startswith("$"):
            _merge_field(kept, key, value)
    for key, order in patch.items():
        name = key.removeprefix(_ORDER)
        if key.startswith(_ORDER) and isinstance(kept.get(name), list):
            kept[name] = _ordered(name, kept[name], order)
    return kept


def _merge_field(kept: Json, key: str, value: Any) -> None:
    if value is None:
        kept.pop(key, None)
    elif isinstance(value, dict):
        kept[key] = strategic(kept.get(key), value)
    elif isinstance(value, list):
        kept[key] = _merged_list(key, kept.get(key) or [], value)
    else:
        kept[key] = value


def _merged_list(name: str, original: list[Any], patch: list[Any]) -> list[Any]:
    if name in SETS:
        return [*original, *(each for each in patch if each not in original)]
    key = _key_of(name, patch)
    if key is None:
        return [strategic({}, each) if isinstance(each, dict) else each for each in copied(patch)]
    if any(each.get("$patch") == "replace" for each in patch):
        return [strategic({}, each) for each in patch if each.get("$patch") != "replace" or len(each) > 1]
    result = list(original)
    for each in patch:
        place = next((n for n, old in enumerate(result) if old.get(key) == each.get(key)), None)
        if each.get("$patch") == "delete":
            result = [old for old in result if old.get(key) != each.get(key)]
        elif place is None:
            result.append(strategic({}, each))
        else:
            result[place] = strategic(result[place], each)
    return result


def _key_of(name: str, elements: list[Any]) -> str | None:
    if not elements or not all(isinstance(each, dict) for each in elements):
        return None
    return next((key for key in MERGE_KEYS.get(name, ()) if any(key in each for each in elements)), None)


def _ordered(name: str, elements: list[Any], order: list[Any]) -> list[Any]:
    """As the patch orders them; what the patch does not name stays about where it was."""
    key = _key_of(name, order)
    ranks = {str(each[key] if key else each): rank for rank, each in enumerate(order)}

    def rank(element: Any) -> int | None:
        return ranks.get(str(element.get(key) if key else element))

    result = sorted((each for each in elements if rank(each) is not None), key=lambda each: rank(each) or 0)
    for place, each in enumerate(elements):
        if rank(each) is None:
            result.insert(min(place, len(result)), each)
    return result
