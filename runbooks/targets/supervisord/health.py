"""Whether a replica answers for itself: one HTTP GET."""

import httpx

_PATIENCE = 2.0
"""Seconds one answer may take; a replica slower than that is not ready to serve."""


async def answers(url: str) -> bool:
    """Whether a GET of `url` is answered with 2xx in time."""
    verify = url.startswith("https:")  # reading the certificates for a plain URL takes longer than asking it
    async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False, verify=verify) as client:
        try:
            response = await client.get(url)
        except (httpx.TransportError, httpx.InvalidURL):
            return False
    return response.is_success
