"""What the drawing program is asked, as JSON: the same types on both sides of its standard input."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from bot.domain.slo.burndown import Burndown


class Theme(StrEnum):
    """Dark brings its own ground to Slack, light or dark; light is for documents, mail and the web."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to draw."""

    picture: Burndown
    theme: Theme = Theme.DARK


ORDER: TypeAdapter[Order] = TypeAdapter(Order)
