"""OpenSLO's duration shorthand: a whole number and one letter, whose case matters (1m is a minute, 1M a month)."""

import re
from dataclasses import dataclass
from datetime import timedelta

_SHORTHAND = re.compile(r"([1-9][0-9]*)([mhdwMQY])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks", "M": "months", "Q": "quarters", "Y": "years"}
_MONTH = timedelta(days=30.44)
_LENGTHS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "M": _MONTH,
    "Q": 3 * _MONTH,
    "Y": timedelta(days=365.25),
}
"""Months, quarters and years are means where the window rolls: 99.9 % over a month is 43.8 minutes of 30.44 days."""

EXPLAINED = "a whole number and one of " + ", ".join(f"{unit} ({name})" for unit, name in _UNITS.items())


@dataclass(frozen=True, slots=True)
class Duration:
    """`count` of `unit`."""

    count: int
    unit: str

    @property
    def length(self) -> timedelta:
        return self.count * _LENGTHS[self.unit]

    @property
    def words(self) -> str:
        """Such as '1 minute' or '4 weeks'."""
        name = _UNITS[self.unit]
        return f"{self.count} {name.removesuffix('s') if self.count == 1 else name}"


def parse_duration(text: str) -> Duration:
    """The duration a shorthand stands for. Raises ValueError with what is allowed."""
    match = _SHORTHAND.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no duration: write {EXPLAINED}")
    duration = Duration(int(match[1]), match[2])
    if duration.count > 1_000_000:
        raise ValueError(f"{text!r} is too long a duration")
    return duration
