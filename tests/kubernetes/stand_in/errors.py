"""Refusals as `Status` objects, in the words of the API server (staging/src/k8s.io/apimachinery/pkg/api/errors)."""

from aiohttp import web

from tests.kubernetes.stand_in.json_types import Json, dumped
from tests.kubernetes.stand_in.kinds import Kind

PATCHES = (
    "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, "
    "application/apply-patch+yaml"
)


class ApiError(Exception):
    """An answer that is not a success. `retry_after` in seconds."""

    def __init__(
        self, code: int, reason: str, message: str, details: Json | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
        self.status: Json = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        self.status |= {"message": message, "reason": reason, "code": code}
        if retry_after is not None:
            details = (details or {}) | {"retryAfterSeconds": retry_after}
        if details:
            self.status["details"] = details

    def response(self) -> web.Response:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return web.Response(
            text=dumped(self.status), status=self.code, content_type="application/json", headers=headers
        )


class Unserved(Exception):
    """A path that leads nowhere; the API server answers it without a Status."""


def _of(kind: Kind, name: str) -> Json:
    details = {"name": name, "group": kind.group, "kind": kind.plural}
    return {key: value for key, value in details.items() if value}


def not_found(kind: Kind, name: str) -> ApiError:
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', _of(kind, name))


def already_exists(kind: Kind, name: str) -> ApiError:
    return ApiError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', _of(kind, name))


def conflict(kind: Kind, name: str, why: str = "") -> ApiError:
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, _of(kind, name))


def invalid(kind_and_group: str, name: str, *causes: tuple[str, str, str]) -> ApiError:
    """Each cause is (reason, field, words): ("FieldValueRequired", "spec.selector", "Required value")."""
    told = [f"{field}: {words}" for _, field, words in causes]
    together = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    listed = [{"reason": reason, "message": words, "field": field} for reason, field, words in causes]
    kind, _, group = kind_and_group.partition(".")
    details: Json = {"name": name, "group": group, "kind": kind, "causes": listed}
    message = f'{kind_and_group} "{name}" is invalid: {together}'
    return ApiError(422, "Invalid", message, {key: value for key, value in details.items() if value})


def rejected_patch(why: str) -> ApiError:
    """A JSON patch that does not apply, its `test` included."""
    message = "the server rejected our request due to an error in our request"
    return ApiError(422, "Invalid", message, {"causes": [{"reason": "UnexpectedServerResponse", "message": why}]})


def forbidden(kind: Kind, name: str, why: str) -> ApiError:
    subject = f'{kind.resource} "{name}"' if name else kind.resource
    return ApiError(403, "Forbidden", f"{subject} is forbidden: {why}", _of(kind, name))


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", "Unauthorized")


def bad_request(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


def unsupported_media(accepted: str = PATCHES) -> ApiError:
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return ApiError(415, "UnsupportedMediaType", message)


def method_not_allowed() -> ApiError:
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def too_many_requests(seconds: int) -> ApiError:
    message = "Too many requests, please try again later."
    return ApiError(429, "TooManyRequests", message, retry_after=seconds)


def internal_error(why: str, seconds: int | None = None) -> ApiError:
    message = f"Internal error occurred: {why}"
    return ApiError(500, "InternalError", message, {"causes": [{"message": why}]}, seconds)


def timed_out(seconds: int | None = None) -> ApiError:
    message = "Timeout: request did not complete within requested timeout - context deadline exceeded"
    return ApiError(504, "Timeout", message, retry_after=seconds)


def unavailable(seconds: int | None = None) -> ApiError:
    message = "the server is currently unable to handle the request"
    return ApiError(503, "ServiceUnavailable", message, retry_after=seconds)


def expired() -> ApiError:
    message = (
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        "without the continue parameter."
    )
    return ApiError(410, "Expired", message)


def too_old(version: int, oldest: int) -> ApiError:
    return ApiError(410, "Expired", f"too old resource version: {version} ({oldest})")
