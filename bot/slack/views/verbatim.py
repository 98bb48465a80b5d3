"""Outside text as it stands, line by line: nothing in it is formatted, and nobody is rung."""

from collections.abc import Sequence

from bot.domain.plaintext import clean, cut, units
from bot.slack.views import blocks
from bot.slack.views.blocks import Block
from bot.slack.views.text import escape

ROOM = 2900
"""Units of one section: Slack takes 3,000."""
_INDENT = 12
_LINE = 240


def line(raw: str) -> str:
    """One line, indented as it was; backticks, which would end the block, become apostrophes."""
    spread = raw.expandtabs(4)
    indent = min(len(spread) - len(spread.lstrip(" ")), _INDENT)
    return escape(" " * indent + cut(clean(spread).replace("`", "’"), _LINE))


def fitting(lines: Sequence[str]) -> list[str]:
    """As many of the first lines as there is room for."""
    shown: list[str] = []
    room = ROOM
    for each in lines:
        room -= units(each) + 1
        if room < 0:
            break
        shown.append(each)
    return shown


def block(lines: Sequence[str]) -> Block:
    """Lines that `line` made, in a block of their own."""
    return blocks.section("```\n" + "\n".join(lines) + "\n```")
