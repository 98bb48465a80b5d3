"""Text from anywhere inside a Markdown document: it shows as it was written and formats nothing."""

import re
from collections.abc import Sequence

from bot.domain.plaintext import clean, cut

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&])")
_LINE_START = re.compile(r"^(\d+)([.)])|^([-+=])")


def text(raw: str, limit: int = 500) -> str:
    """One line, cut and escaped; also safe in a table cell and at the start of a line."""
    escaped = _SPECIAL.sub(r"\\\1", cut(clean(raw), limit))
    return _LINE_START.sub(lambda start: f"{start[1]}\\{start[2]}" if start[1] else f"\\{start[3]}", escaped)


def link(label: str, url: str) -> str:
    """A link, or the bare label where there is no address of the web."""
    address = clean(url)
    if not address.startswith(("http://", "https://")):
        return text(label)
    encoded = "".join(f"%{ord(char):02X}" if char in '()<> \\"|' else char for char in address)
    return f"[{text(label)}]({encoded})"


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The lines of a table; cells are finished Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, tuple("---" for _ in heads), *rows)]
    return [*lines, ""]


def bullets(items: Sequence[str]) -> list[str]:
    """The lines of a list; items are finished Markdown."""
    return [*(f"- {item}" for item in items), ""] if items else []
