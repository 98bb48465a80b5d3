"""Paging through any gateway that takes a JSON POST (SMS and voice gateways, ntfy, an own endpoint)."""

from collections.abc import Mapping

import httpx

from bot.integrations.trust import public_authorities
from bot.ports import PageMessage, Permanent, Transient, Unsure

_ACCEPTED = range(200, 300)


class WebhookPager:
    """Posts `{key, to, subject, text, url, details}`; the same `Idempotency-Key` on every attempt of one page."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float) -> None:
        self._url = url
        self._client = httpx.AsyncClient(
            verify=public_authorities(), timeout=timeout, headers=dict(headers), follow_redirects=False
        )

    async def page(self, message: PageMessage) -> str:
        """The gateway's own reference (`id` of its JSON answer), or an empty text.

        Raises Transient (5xx, 429, no connection), Permanent (other answers) or Unsure (sent, nothing heard).
        """
        body = {
            "key": message.key,
            "to": message.to,
            "subject": message.subject,
            "text": message.text,
            "url": message.url,
            "details": dict(message.details),
        }
        try:
            answer = await self._client.post(self._url, json=body, headers={"Idempotency-Key": message.key})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Transient("the paging gateway cannot be reached") from error
        except httpx.HTTPError as error:
            raise Unsure("the paging gateway did not answer; it may have paged") from error
        if answer.status_code in _ACCEPTED:
            return _reference(answer)
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Transient(f"the paging gateway answered {answer.status_code}", _retry_after(answer))
        raise Permanent(f"the paging gateway refused with {answer.status_code}", str(answer.status_code))

    async def close(self) -> None:
        await self._client.aclose()


def _retry_after(answer: httpx.Response) -> float | None:
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None


def _reference(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    reference = body.get("id", "") if isinstance(body, dict) else ""
    return str(reference)[:200]
