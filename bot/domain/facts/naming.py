"""The names by which people call stored things: a prefix and a number, `INC-42`."""

import re
from enum import StrEnum

_NAME = re.compile(r"#?(?:([A-Za-z]+)-)?([0-9]{1,15})")


class Noun(StrEnum):
    """What has a number, and the prefix it is called by."""

    ALERT = "A"
    INCIDENT = "INC"
    RUN = "R"
    PAGE = "P"
    NOTICE = "N"

    def name_of(self, number: int) -> str:
        """`Noun.INCIDENT.name_of(42)` is `INC-42`."""
        return f"{self.value}-{number}"

    def number_of(self, name: str) -> int | None:
        """The number in a name as people write it (`INC-42`, `inc-42`, `#42`, `42`); None where it is no such name."""
        found = _NAME.fullmatch(name.strip())
        if found is None or (found[1] or self.value).upper() != self.value:
            return None
        return int(found[2])
