"""The embedded sampler's eyes: it probes pages and reads the counters of `/metrics` pages, and stores what it saw.

One target is one address, whoever asks for it: two services on one page are one look, so nothing counts twice.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

import httpx

from bot.domain.sampling import PROBES, SECONDS, SUCCESSES, Look, ProbeTarget, ScrapeTarget
from bot.integrations.exposition import NotMetrics, counters
from bot.integrations.trust import public_authorities
from bot.ports import Sample, SampleStore, Scrape, Transient

PAGE_LIMIT = 16 * 1024 * 1024


class HttpSampler:
    """A `Sampler` over HTTP: it looks at a target once each time it is told to."""

    def __init__(self, store: SampleStore, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._store = store
        self._transport = transport

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """Made for the first look: reading the certificates takes a tenth of a second of the start."""
        return httpx.AsyncClient(verify=public_authorities(), follow_redirects=False, transport=self._transport)

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def scrape(self, target: ScrapeTarget, at: datetime) -> Look:
        """Read the page and keep how much its counters grew; a page that cannot be read is remembered as such."""
        begun = time.monotonic()
        try:
            samples = counted(await self._page(target), target)
        except (Transient, NotMetrics) as error:
            await self._store.failed(target.url, str(error))
            return Look(False, time.monotonic() - begun, str(error))
        seconds = time.monotonic() - begun
        scrape = Scrape(target.url, at, target.every, counters=samples, limit=target.series_limit)
        left_out = await self._store.record(scrape)
        if left_out:
            words = f"{left_out:,} series of {target.url} are not kept: its limit is {target.series_limit:,}."
            return Look(True, seconds, words)
        return Look(True, seconds)

    async def probe(self, target: ProbeTarget, at: datetime) -> Look:
        """Ask for the page; that it does not answer is a result, and is stored like any other."""
        look = await self._knock(target)
        events = [sample for service in target.services for sample in _probed(service, look)]
        await self._store.record(Scrape(probe_name(target.url), at, target.every, events=events, limit=len(events)))
        return look

    async def _knock(self, target: ProbeTarget) -> Look:
        begun = time.monotonic()
        try:
            response = await self._client.get(target.url, timeout=target.timeout.total_seconds())
        except httpx.TimeoutException:
            waited = f"{target.timeout.total_seconds():g}\u00a0s"
            return Look(False, time.monotonic() - begun, f"{target.url} did not answer within {waited}.")
        except httpx.TransportError as error:
            return Look(False, time.monotonic() - begun, f"{target.url} cannot be reached: {_reason(error)}.")
        ok = response.status_code < 400
        words = "" if ok else f"{target.url} answered with status {response.status_code}."
        return Look(ok, time.monotonic() - begun, words)

    async def _page(self, target: ScrapeTarget) -> str:
        """The page's text. Raises `Transient` with the reason where there is none."""
        try:
            async with self._client.stream("GET", target.url, timeout=target.timeout.total_seconds()) as response:
                if response.status_code != 200:
                    raise Transient(f"{target.url} answered with status {response.status_code}.")
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > PAGE_LIMIT:
                        raise Transient(f"{target.url} is larger than {PAGE_LIMIT // 1024 // 1024}\u00a0MiB.")
        except httpx.TimeoutException:
            raise Transient(f"{target.url} did not answer in time.") from None
        except httpx.TransportError as error:
            raise Transient(f"{target.url} cannot be reached: {_reason(error)}.") from None
        return body.decode("utf-8", errors="replace")


def counted(page: str, target: ScrapeTarget) -> list[Sample]:
    """The counters kept of a page, each with the `instance` that Prometheus would give it.

    Raises `NotMetrics` where the page is none, or has none of the metrics that are asked for.
    """
    instance = urlsplit(target.url).netloc
    samples = [
        Sample(each.name, {"instance": instance, **each.labels}, each.value) for each in counters(page, target.metrics)
    ]
    if not samples and target.metrics:
        raise NotMetrics(f"{target.url} shows none of {', '.join(sorted(target.metrics)[:3])}.")
    return samples


def probe_name(url: str) -> str:
    """What the probes of a page are stored under: the page may be scraped too."""
    return f"probe {url}"


def _probed(service: str, look: Look) -> Sequence[Sample]:
    labels = {"service": service}
    counts = {PROBES: 1.0, SUCCESSES: float(look.ok), SECONDS: look.seconds}
    return [Sample(name, labels, value) for name, value in counts.items()]


def _reason(error: httpx.TransportError) -> str:
    return str(error).rstrip(".") or type(error).__name__
