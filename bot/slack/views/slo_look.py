"""What of the SLOs somebody looks at: the same words whether they are typed or carried by a button."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.slo.record import rfc3339
from bot.slack.ids import Ref

EVERYTHING = "all"
"""The id of a reference to a list of SLOs; which of them stands in its words."""
_WORDS_MOST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """`scope` narrows the SLOs down, `everything` gives the healthy ones rows too, `at` is a past instant."""

    scope: str = ""
    everything: bool = False
    page: int = 1
    at: datetime | None = None

    @property
    def words(self) -> str:
        """What is typed behind `/slo status` for the same look."""
        flags = (
            "--all" if self.everything else "",
            f"--page {self.page}" if self.page > 1 else "",
            f"--at {rfc3339(self.at)}" if self.at else "",
        )
        return " ".join(filter(None, (self.scope[:_WORDS_MOST], *flags)))

    def ref(self) -> str:
        """What a click carries."""
        return Ref(EVERYTHING, extra=self.words).encode()

    def turned(self, page: int) -> "Look":
        return replace(self, page=page)
