"""Cards of open alerts, kept true while nothing happens to them: what they say of the error budget changes anyway."""

from collections.abc import Mapping

from bot.domain.work import Due
from bot.services.alerts import AlertService

CARDS = "alert.cards"


class Redrawing:
    """The look of the one watch of kind `alert.cards`: it only marks the cards; the publisher draws them."""

    def __init__(self, alerts: AlertService) -> None:
        self._alerts = alerts

    async def look(self, due: Due) -> Mapping[str, object] | None:  # noqa: ARG002 - all cards are one watch
        await self._alerts.redraw()
        return None
