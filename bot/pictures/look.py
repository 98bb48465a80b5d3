"""How pictures look: their size, their type and their colours, in a dark and a light twin.

The colours are of Okabe and Ito's palette, which people with any colour vision can tell apart; every one of them is
readable on its ground by WCAG 2.2 (4.5 to 1). Meaning never rests on colour alone: lines are named where they end.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.pictures.order import Theme

PIXELS = (800, 400)
DPI = 100
TYPE_PIXELS = 28.6
"""1/28 of the width: 10 pixels on a phone, where a picture is 280 wide."""
TYPE_POINTS = TYPE_PIXELS * 72 / DPI


@dataclass(frozen=True, slots=True)
class Look:
    """Colours: of the ground, of words, of grid and axes, of the data, of what is overspent, of what happened."""

    ground: str
    words: str
    quiet: str
    grid: str
    data: str
    over: str
    event: str


LOOKS: Mapping[Theme, Look] = {
    Theme.DARK: Look("#1E2329", "#E6E8EB", "#A7AEB8", "#4A525C", "#56B4E9", "#FF8A5C", "#E69F00"),
    Theme.LIGHT: Look("#FFFFFF", "#1D1C1D", "#5E5D60", "#C9CBCF", "#0072B2", "#B33A00", "#B35900"),
}
