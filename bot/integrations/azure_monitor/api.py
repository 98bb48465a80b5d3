"""Azure's HTTP APIs: JSON in, JSON out, throttling honoured, and words for each way to fail."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.integrations.access import Access, transport_words
from bot.ports import Permanent, Transient

SKEW = timedelta(minutes=2)
"""Clocks further apart than this are told: windows end at the wrong instant, and tokens are refused."""
_PAUSE = 30.0
"""Seconds to wait after a throttled request that does not say how long: the span over which Azure counts."""
_ACCESS = (
    "Azure refuses: {words}. The identity needs the role Monitoring Reader (or Log Analytics Reader) there; "
    "a new role takes up to an hour"
)


class Refused(Permanent):
    """Azure answered, and does not do this very thing; `code` is its own name for why, `status` the HTTP one."""

    def __init__(self, message: str, code: str = "", status: int = 400) -> None:
        super().__init__(message, code)
        self.status = status


class AzureApi:
    """One API at `url`. `title` names it to people."""

    def __init__(
        self,
        title: str,
        url: str,
        access: Access,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title = title
        self.url = url.rstrip("/")
        self.skew = timedelta(0)
        self._access = access
        self._clock = clock
        self._ticks = ticks
        self._pause_until = 0.0

    def now(self) -> datetime:
        """The present instant by this machine's clock."""
        return self._clock()

    async def close(self) -> None:
        await self._access.close()

    async def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a JSON body. Raises `Refused` or `Transient`."""
        return await self._ask("POST", path, json=body, headers=headers)

    async def get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a query string. Raises `Refused` or `Transient`."""
        return await self._ask("GET", path, params=params)

    @property
    def remark(self) -> str:
        """What must be said of the two clocks; empty while they agree."""
        if abs(self.skew) <= SKEW:
            return ""
        which = "behind" if self.skew < timedelta(0) else "ahead of"
        return f"This machine's clock is {abs(self.skew) / timedelta(minutes=1):.0f}\u00a0min {which} Azure's."

    async def _ask(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        wait = self._pause_until - self._ticks()
        if wait > 0:
            raise Transient(
                f"{self.title} asks to be left alone: too many requests. Next try in {wait:.0f}\u00a0s.", wait
            )
        try:
            response = await self._access.client().request(method, self.url + path, **sent)
        except httpx.TimeoutException:
            raise Transient(f"{self.title} did not answer in time.") from None
        except httpx.TransportError as error:
            raise Transient(f"{self.title} at {self.url} cannot be reached: {transport_words(error)}.") from None
        self._note_clock(response)
        if response.status_code == 429:
            raise self._throttled(response.headers.get("Retry-After", ""))
        return self._read(response)

    def throttled(self, retry_after: str) -> Transient:
        """Azure counts too many requests: nothing is asked until `retry_after` seconds have passed."""
        return self._throttled(retry_after)

    def _throttled(self, retry_after: str) -> Transient:
        wait = float(retry_after) if retry_after.isdecimal() else _PAUSE
        self._pause_until = self._ticks() + wait
        return Transient(f"{self.title} has too many requests and asks to wait {wait:.0f}\u00a0s.", wait)

    def _note_clock(self, response: httpx.Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, ValueError):
            return
        self.skew = self._clock() - theirs

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        status = response.status_code
        if status in (200, 204) and not response.content:
            raise Transient(f"{self.title} answered with nothing (status {status}).")
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            kind = response.headers.get("content-type", "").partition(";")[0] or "nothing"
            words = f"{self.url} answered with {kind} (status {status}), not as Azure does; a proxy or a wrong address?"
            raise Transient(words)
        if response.is_success:
            return body
        raise self.failure(status, body)

    def failure(self, status: int, body: Mapping[str, Any]) -> Refused | Transient:
        """The error that a status and its body stand for."""
        code, words = reason(body)
        words = words or f"status {status}"
        if status == 403:
            return Refused(_ACCESS.format(words=words), code, status)
        if status in (400, 404, 413):
            return Refused(words, code, status)
        if status == 504:
            return Refused(f"Azure gave up on it ({words}): ask for less", code, status)
        if status == 401:
            return Transient(f"{self.title} refused the token: {words}.")
        if status == 429:
            return self._throttled("")
        return Transient(f"{self.title} answered with an error: {words} (status {status}).")


def reason(body: Mapping[str, Any]) -> tuple[str, str]:
    """Azure's code, and the words of the innermost error, which alone says what is wrong."""
    error = body.get("error")
    if not isinstance(error, dict):
        return str(body.get("code") or ""), str(body.get("message") or error or "").rstrip(".")[:300]
    code, words = str(error.get("code") or ""), str(error.get("message") or "")
    details = error.get("details")
    if isinstance(details, list) and details and isinstance(details[0], dict):
        error = details[0]
        words = str(error.get("message") or words)
    while isinstance(error.get("innererror"), dict):
        error = error["innererror"]
        words = str(error.get("message") or words)
    return code, words.strip().rstrip(".")[:300]
