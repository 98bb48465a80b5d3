"""Answers to programs: one line of JSON each."""

from collections.abc import Mapping

from aiohttp import web

BAD_REQUEST, UNAUTHORIZED, TOO_LARGE, UNAVAILABLE = 400, 401, 413, 503


class Declined(Exception):
    """A request is answered with an error; nothing was stored."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error
        self.detail = detail


def declined(why: Declined) -> web.Response:
    """`{"error", "detail"}` with its status, and what HTTP wants beside it."""
    answer = web.json_response({"error": why.error, "detail": why.detail}, status=why.status)
    if why.status == UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if why.status == UNAVAILABLE:
        answer.headers["Retry-After"] = "5"
    return answer


def said(body: Mapping[str, object], status: int = 200) -> web.Response:
    """A plain answer."""
    return web.json_response(body, status=status)
