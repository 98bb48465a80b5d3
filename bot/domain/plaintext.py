"""Text from anywhere as one clean line of a bounded length; what is drawn around it escapes it further.

Length is counted in UTF-16 units, as chat clients count it.
"""

import re
import unicodedata

_KEPT_JOINERS = "\u200c\u200d"
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
"""What tells a terminal to change colours, titles and the like (ECMA-48)."""


def clean(raw: str) -> str:
    """One line without control, bidi and other invisible characters; runs of white space become one space.

    No-break spaces stay, and so do the joiners that Persian and emoji need. Lone surrogates become U+FFFD.
    """
    spaced = re.sub(r"[^\S\u00a0]+", " ", raw)
    if not spaced.replace("\u00a0", " ").isprintable():
        spaced = re.sub(r" {2,}", " ", "".join(map(_visible, spaced)))
    return spaced.strip()


def uncoloured(raw: str) -> str:
    """The text of a log without what only a terminal understands, which would stand between a name and its value."""
    return _TERMINAL.sub("", raw)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    return "" if category in ("Cc", "Cf") and char not in _KEPT_JOINERS else char


def units(text: str) -> int:
    """The length as Slack's clients count it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` units, ending in `…` where something was left out; never cut inside a composed character."""
    if units(text) <= limit:
        return text
    end = 0
    room = limit - 1
    for char in text:
        room -= units(char)
        if room < 0:
            break
        end += 1
    while end > 0 and _joined(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` are drawn as one."""
    after = text[at]
    return bool(unicodedata.combining(after)) or after in "\u200d\ufe0f" or text[at - 1] == "\u200d"


def capital(text: str) -> str:
    """The first letter as a sentence starts."""
    return text[:1].upper() + text[1:]
