"""The JSON that all of it is made of."""

import json
from typing import Any, cast

Json = dict[str, Any]


def copied(value: Any) -> Any:
    """A deep copy of JSON, several times quicker than copy.deepcopy."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [copied(each) for each in value]
    return value


def section(holder: Json, *names: str) -> Json:
    """The object at this place, made where it is missing or null."""
    for name in names:
        if holder.get(name) is None:
            holder[name] = {}
        holder = holder[name]
    return holder


def dumped(value: object) -> str:
    """Keys sorted and no spaces: kubectl compares the data of a ControllerRevision byte by byte."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def metadata(thing: Json) -> Json:
    return cast(Json, thing["metadata"])
