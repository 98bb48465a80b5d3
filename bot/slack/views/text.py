"""Text that may have come from anybody, made safe for Slack: cleaned, cut, escaped, never formatted, never a ping.

Slack's mrkdwn has no escape for `*`, `_`, `~` and backticks; text that would be formatted is shown in backticks, where
nothing is. Outside text is always cut before it is escaped, so no entity is ever cut in two.
"""

import re
import unicodedata
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from bot.domain.plaintext import clean, cut, units

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_ZERO_WIDTH_SPACE = "\u200b"
_SHORTCODE = re.compile(r":(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)", re.IGNORECASE)
_FORMATTED = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|^\s*>")
_TOKEN = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|.", re.DOTALL)
_URL_LIMIT = 1500
FALLBACK_LIMIT = 120


def escape(text: str) -> str:
    """The three characters that mean something to Slack, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(raw: str, limit: int = 80) -> str:
    """Outside text for a plain_text object: nothing is formatted there but emoji, which stay what was written."""
    return _isolated(_SHORTCODE.sub(":" + _ZERO_WIDTH_SPACE, clean(raw)), limit)


def outside(raw: str, limit: int = 80) -> str:
    """Outside text inside an mrkdwn sentence: escaped, and in backticks where Slack would format it."""
    text = _isolated(clean(raw), limit)
    if _FORMATTED.search(text) or _SHORTCODE.search(text):
        return code(raw, limit)
    return escape(text)


def code(raw: str, limit: int = 80) -> str:
    """A name or literal text in backticks; the backticks in it become apostrophes. Empty where there is none."""
    text = _isolated(clean(raw).replace("`", "’"), limit)
    return f"`{escape(text)}`" if text else ""


def quoted(raw: str, limit: int = 80) -> str:
    """Somebody's own words, in quotation marks."""
    return f"“{outside(raw, limit)}”"


def prose(raw: str, limit: int = 300) -> str:
    """Sentences that mark names with backticks themselves, such as refusals: names as code, the rest as text."""
    parts = cut(clean(raw), limit).split("`")
    return "".join(_prose_part(part, marked=index % 2 == 1) for index, part in enumerate(parts))


def _prose_part(part: str, *, marked: bool) -> str:
    words = part.strip()
    if not words:
        return part
    drawn = code(words, len(part) + 2) if marked else outside(words, len(part) + 2)
    before, _, after = part.partition(words)
    return f"{before}{drawn}{after}"


def within(raw: str, limit: int, hard: int) -> str:
    """`outside`, cut further until it is at most `hard` units after escaping, for the places that Slack keeps short."""
    cleaned = cut(clean(raw), limit)
    for room in range(limit, 0, -1):
        text = outside(cleaned, room)
        if units(text) <= hard:
            return text
    return "…"


def literal(raw: str, limit: int) -> str:
    """Outside text for a topic, where Slack formats nothing but makes mentions live; `limit` holds after escaping."""
    cleaned, room = clean(raw), limit
    while (over := units(escape(cut(cleaned, room))) - limit) > 0:
        room -= over
    return escape(cut(cleaned, room))


def fit(markup: str, hard: int) -> str:
    """Our own mrkdwn as a last resort cut to `hard` units, between tokens and entities, never inside one."""
    if units(markup) <= hard:
        return markup
    kept: list[str] = []
    room = hard - 1
    for token in _TOKEN.findall(markup):
        room -= units(token)
        if room < 0:
            break
        kept.append(token)
    return "".join(kept).rstrip() + "…"


def fallback(before: str, title: str = "", after: str = "") -> str:
    """The line for lock screens: plain words, at most 120 characters even escaped; only the `title` gives way.

    All three may hold outside text. Formatting characters become look-alikes or go, since nothing else stops them.
    """
    start, middle, end = _unformatted(before), _unformatted(title), _unformatted(after)
    room = FALLBACK_LIMIT - units(escape(start)) - units(escape(end))
    for limit in range(max(room, 12), 0, -1):
        line = escape(start + cut(middle, limit) + end)
        if units(line) <= FALLBACK_LIMIT:
            return line if line.strip() else "…"
    return fit(escape(start + end), FALLBACK_LIMIT)


def _unformatted(raw: str) -> str:
    lead = " " if raw.startswith(" ") else ""
    tail = " " if raw.endswith(" ") and raw.strip() else ""
    calmed = _SHORTCODE.sub(":" + _ZERO_WIDTH_SPACE, clean(raw))
    return lead + calmed.translate({ord("*"): "∗", ord("~"): "∼", ord("`"): None}) + tail


def link(label: str, url: str) -> str:
    """A link, or the bare label where the address is none that may be followed (http and https only)."""
    words = escape(_unformatted(cut(label, 40))).replace("|", "¦")
    address = _followable(clean(url))
    return f"<{escape(address)}|{words}>" if address else words


def _followable(url: str) -> str:
    """The address, encoded so that it cannot end its token early; empty where it may not be followed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    encoded = percent_encode(url, safe=":/?#[]@!$&'()+,;=%~-._")
    followable = parts.scheme in ("http", "https") and parts.netloc and len(encoded) <= _URL_LIMIT
    return encoded if followable else ""


def _isolated(text: str, limit: int) -> str:
    """The text cut to `limit`; right-to-left text is kept from reordering what stands around it."""
    kept = cut(text, limit)
    if not any(unicodedata.bidirectional(char) in ("R", "AL") for char in kept):
        return kept
    return f"{_FIRST_STRONG_ISOLATE}{cut(text, limit - 2)}{_POP_ISOLATE}"
