"""`${NAME}` and `${NAME:-default}` in the catalog's texts, so that addresses and secrets stay out of its files."""

import re
from collections.abc import Mapping
from pathlib import Path

_REFERENCE = re.compile(r"(?P<escape>\$)?\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<has_default>:-(?P<default>[^}]*))?\}")


class Unset(Exception):
    """A text names a variable that is not set and has no default; the message says so."""


def expand(text: str, env: Mapping[str, str]) -> str:
    """`text` with every reference filled in; an empty variable takes the default, and `$${NAME}` stays `${NAME}`.

    `NAME_FILE` may name a file that holds the value. Raises `Unset`.
    """
    if "${" not in text:
        return text
    return _REFERENCE.sub(lambda match: _value(match, env), text)


def _value(match: re.Match[str], env: Mapping[str, str]) -> str:
    if match["escape"]:
        return match[0][1:]
    name = match["name"]
    value = env.get(name) or _from_file(name, env)
    if value:
        return value
    if match["has_default"]:
        return match["default"]
    if name in env:
        return ""
    raise Unset(f"${{{name}}}: {name} is not set in the environment. Set it, or write ${{{name}:-default}}.")


def _from_file(name: str, env: Mapping[str, str]) -> str:
    path = env.get(f"{name}_FILE")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unset(f"${{{name}}}: {name}_FILE names {path!r}, which cannot be read: {error}") from None
