"""`POST /webhooks/<source>`: who may send, how much, what it says; taken in, or declined with nothing stored.

An overloaded bot or an absent database is a 503, which every sender repeats; a 500 or 429 some do not.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog
from aiohttp import web

from bot.domain.alert import Alert, Delivery, Taken, Told, Unreadable
from bot.http.answers import BAD_REQUEST, TOO_LARGE, UNAUTHORIZED, UNAVAILABLE, Declined, said
from bot.services.health import OutcomeUnknown, StoreUnavailable

log = structlog.get_logger()
MOST_BYTES = 8 * 1024 * 1024
"""A storm of 1,000 alerts is about an eighth of it."""
AT_ONCE = 8
"""Deliveries being taken in at the same time; more wait in their senders."""
WITHIN = 10.0
"""Seconds for one delivery, after which it counts as overload."""
_DELIVERY_ID = "Idempotency-Key"
_LONGEST_ID = 200

Parser = Callable[[bytes], Told]


class Intake(Protocol):
    """What takes alerts in."""

    async def take_in(self, delivery: Delivery, told: Sequence[Alert]) -> Taken:
        """Raises `StoreUnavailable`."""
        ...


class Webhooks:
    """The routes of all sources. `token` empty means that nobody may send; `parsers` are by source."""

    def __init__(self, intake: Intake, parsers: Mapping[str, Parser], token: str) -> None:
        self._intake = intake
        self._parsers = parsers
        self._token = token.encode()
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/webhooks/{source}", self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        source = request.match_info["source"]
        parser = self._parsers.get(source)
        self._authenticate(request)
        if parser is None:
            known = ", ".join(f"/webhooks/{name}" for name in sorted(self._parsers))
            raise Declined(404, "not found", f"there is no /webhooks/{source}; there is {known}")
        return await self._take_in(source, parser, request)

    def _authenticate(self, request: web.Request) -> None:
        """Compared in constant time. Raises `Declined`."""
        if not self._token:
            raise Declined(UNAUTHORIZED, "unauthorized", "QUARTERDECK_INTAKE_TOKEN is not set, so nothing is taken in")
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        matches = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), self._token)
        if scheme.casefold() != "bearer" or not matches:
            raise Declined(UNAUTHORIZED, "unauthorized", "send 'Authorization: Bearer <QUARTERDECK_INTAKE_TOKEN>'")

    async def _take_in(self, source: str, parser: Parser, request: web.Request) -> web.Response:
        body = await _body(request)
        try:
            told = parser(body)
            text = body.decode()
        except Unreadable as error:
            raise Declined(BAD_REQUEST, "unreadable", str(error)) from None
        except UnicodeDecodeError:
            raise Declined(BAD_REQUEST, "unreadable", "the body is not UTF-8") from None
        key = request.headers.get(_DELIVERY_ID, "")[:_LONGEST_ID] or hashlib.sha256(body).hexdigest()
        if self._room.locked():
            raise Declined(UNAVAILABLE, "overloaded", f"{AT_ONCE} deliveries are being taken in; send it again")
        async with self._room:
            taken = await self._store(Delivery(source, key, text, told.left_out), told.alerts)
        if told.left_out:
            log.warning("sender left alerts out of a delivery", source=source, left_out=told.left_out)
        return said({"accepted": taken.accepted, "new": taken.new, "duplicates": taken.duplicates})

    async def _store(self, delivery: Delivery, alerts: Sequence[Alert]) -> Taken:
        try:
            async with asyncio.timeout(WITHIN):
                return await self._intake.take_in(delivery, alerts)
        except OutcomeUnknown as error:
            log.warning("delivery may or may not be stored", source=delivery.source, why=str(error))
            raise Declined(UNAVAILABLE, "not confirmed", "it may or may not be stored; send it again") from None
        except StoreUnavailable as error:
            log.warning("delivery not stored", source=delivery.source, why=str(error))
            raise Declined(UNAVAILABLE, "unavailable", "the database does not answer; send it again") from None
        except TimeoutError:
            raise Declined(UNAVAILABLE, "overloaded", f"not stored within {WITHIN:g} s; send it again") from None


async def _body(request: web.Request) -> bytes:
    """Raises `Declined` for one that is too large, or that does not come."""
    try:
        async with asyncio.timeout(WITHIN):
            return await request.read()
    except TimeoutError:
        raise Declined(BAD_REQUEST, "unreadable", f"the body did not come within {WITHIN:g} s") from None
    except web.HTTPRequestEntityTooLarge:
        raise Declined(TOO_LARGE, "too large", f"at most {MOST_BYTES} bytes are taken in at once") from None
