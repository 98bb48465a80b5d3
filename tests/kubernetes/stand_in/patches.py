"""JSON patch (RFC 6902) and JSON merge patch (RFC 7386)."""

from typing import Any

from tests.kubernetes.stand_in.errors import bad_request, rejected_patch
from tests.kubernetes.stand_in.json_types import copied

MISSING = object()


def merged(original: Any, patch: Any) -> Any:
    """RFC 7386: null deletes, lists are replaced as a whole."""
    if not isinstance(patch, dict):
        return copied(patch)
    result = dict(original) if isinstance(original, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def json_patched(original: Any, operations: Any) -> Any:
    """Raises ApiError: 400 where it is no patch, 422 where an operation does not apply or a `test` does not hold."""
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    thing = copied(original)
    for each in operations:
        _apply(thing, each)
    return thing


def _apply(thing: Any, operation: dict[str, Any]) -> None:
    how, path = operation.get("op"), str(operation.get("path", ""))
    if how == "test":
        if _value(thing, path) != operation.get("value"):
            raise rejected_patch(f"testing value {path} failed: test failed")
    elif how in ("add", "replace"):
        _set(thing, path, copied(operation.get("value")), replace=how == "replace")
    elif how == "remove":
        _remove(thing, path)
    elif how in ("move", "copy"):
        value = _value(thing, str(operation.get("from", "")))
        if value is MISSING:
            raise rejected_patch(f"{how} operation does not apply: doc is missing from path: {path}: missing value")
        if how == "move":
            _remove(thing, str(operation["from"]))
        _set(thing, path, copied(value), replace=False)
    else:
        raise rejected_patch(f"Unexpected kind: {how}")


def _steps(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _inside(thing: Any, step: str) -> Any:
    if isinstance(thing, dict):
        return thing.get(step, MISSING)
    if isinstance(thing, list) and step.isdigit() and int(step) < len(thing):
        return thing[int(step)]
    return MISSING


def _value(thing: Any, path: str) -> Any:
    for step in _steps(path):
        thing = _inside(thing, step)
    return thing


def _holder(thing: Any, path: str, how: str) -> tuple[Any, str]:
    *way, last = _steps(path) or [""]
    for step in way:
        thing = _inside(thing, step)
    if not isinstance(thing, dict | list):
        raise rejected_patch(f"{how} operation does not apply: doc is missing path: {path}: missing value")
    return thing, last


def _set(thing: Any, path: str, value: Any, *, replace: bool) -> None:
    how = "replace" if replace else "add"
    holder, last = _holder(thing, path, how)
    if replace and _inside(holder, last) is MISSING:
        raise rejected_patch(f"replace operation does not apply: doc is missing key: {path}: missing value")
    if isinstance(holder, dict):
        holder[last] = value
    elif replace:
        holder[int(last)] = value
    elif last == "-" or (last.isdigit() and int(last) <= len(holder)):
        holder.insert(len(holder) if last == "-" else int(last), value)
    else:
        raise rejected_patch(f"add operation does not apply: Unable to access invalid index: {last}: invalid index")


def _remove(thing: Any, path: str) -> None:
    holder, last = _holder(thing, path, "remove")
    if _inside(holder, last) is MISSING:
        raise rejected_patch(
            f"remove operation does not apply: Unable to remove nonexistent key: {last}: missing value"
        )
    del holder[int(last) if isinstance(holder, list) else last]
