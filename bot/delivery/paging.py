"""Pages sent: the one call to the gateway that wakes a person, in a lane of its own, tried again until it is taken."""

import asyncio
from collections.abc import Callable

from bot.catalog import Catalog
from bot.catalog.model import PagerSpec
from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.ports import Pager, Permanent
from bot.services.page_facts import PagePictures
from bot.services.paging import PagingService
from bot.store.db import Tx


class PageSending:
    """Performs `page.send`. `make` builds the gateway that the catalog describes; it is kept until the catalog changes.

    An attempt of unknown end is repeated under the same key, by which a gateway tells that it is the same page.
    """

    def __init__(
        self,
        pictures: PagePictures,
        service: PagingService,
        catalog: Callable[[], Catalog],
        make: Callable[[PagerSpec], Pager],
    ) -> None:
        self._pictures = pictures
        self._service = service
        self._catalog = catalog
        self._make = make
        self._kept: tuple[PagerSpec, Pager] | None = None
        self._making = asyncio.Lock()

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:  # noqa: ARG002 - one short call
        """Send it, unless somebody has it by now. Raises `ports.OutsideError`."""
        message = await self._pictures.message(_number(claimed))
        if message is None:
            return {}
        pager = await self._pager()
        return {"reference": await pager.page(message)}

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        if "reference" in result:
            await self._service.sent(tx, _number(claimed), str(result["reference"]))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        await self._service.not_sent(tx, _number(claimed), words)

    async def _pager(self) -> Pager:
        spec = self._catalog().pager
        if spec is None:
            raise Permanent("the catalog names no paging gateway any more")
        async with self._making:
            if self._kept is None or self._kept[0] != spec:
                self._kept = spec, await asyncio.to_thread(self._make, spec)  # it may read certificates
            return self._kept[1]


def _number(claimed: Claimed) -> int:
    return int(claimed.payload["page"] or 0)
