"""Slack's refusals and silences, turned once into the three ways in which the outside world can fail.

What decides is whether a call may be repeated: an update or a read that got no answer is simply tried again, while a
post that got none may be there already, and is looked up first (docs.slack.dev: fatal_error, internal_error and lost
connections "may have happened anyway").
"""

from collections.abc import Mapping

from bot.ports import OutsideError, Permanent, Transient, Unsure

ONCE = frozenset(
    {
        "chat.postMessage",
        "chat.postEphemeral",
        "conversations.create",
        "bookmarks.add",
        "files.completeUploadExternal",
        "views.open",
        "views.push",
        "response_url",
    }
)
"""Methods that do something again when they are called again."""

REFUSED_TOKENS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "missing_scope",
        "no_permission",
    }
)
EXPIRED_TRIGGER = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged"}
)
NO_SUCH_CHANNEL = frozenset({"channel_not_found", "is_archived"})

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_NOT_NOW = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
_PERHAPS_DONE = frozenset({"internal_error", "fatal_error"})
_DEFAULT_RETRY_AFTER = 30.0

_MEANING = {
    "account_inactive": "the app was removed from the workspace",
    "already_archived": "the channel is archived",
    "cant_invite": "this person cannot be invited",
    "cant_update_message": "the message is not the app's own",
    "channel_not_found": "there is no such channel, or the app may not see it",
    "edit_window_closed": "the workspace lets nobody edit messages this old",
    "invalid_auth": "the token is not accepted",
    "is_archived": "the channel is archived",
    "message_not_found": "the message was deleted",
    "name_taken": "another channel has that name",
    "not_in_channel": "the app is not in that channel",
    "restricted_action": "the workspace's rules do not let the app do this",
    "token_revoked": "the token was revoked",
    "too_many_bookmarks": "the channel has 100 bookmarks already",
    "ura_max_channels": "this guest may be in one channel only",
    "user_is_restricted": "this guest may not be invited",
    "user_not_found": "there is no such person",
}


def refusal(method: str, status: int, body: Mapping[str, object], headers: Mapping[str, str]) -> OutsideError:
    """What an answer other than ok means to its caller."""
    code = str(body.get("error") or "")
    if status == 429 or code in _RATE_LIMITED:
        return Transient("Slack asks the app to slow down", _retry_after(headers))
    if status >= 500 or code in _PERHAPS_DONE:
        return no_answer(method, code or f"HTTP {status}")
    if code in _NOT_NOW:
        return Transient(f"Slack is not available ({code})")
    return Permanent(_words(code, status, body), code or f"http_{status}")


def no_answer(method: str, why: str) -> OutsideError:
    """The call was sent, and how it ended is not known."""
    if method in ONCE:
        return Unsure(f"Slack did not say whether it was done ({why})")
    return Transient(f"Slack did not answer ({why})")


def not_reached(why: str) -> Transient:
    """Nothing was sent at all."""
    return Transient(f"Slack cannot be reached ({why})")


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return float(headers.get("Retry-After", ""))
    except ValueError:
        return _DEFAULT_RETRY_AFTER


def _words(code: str, status: int, body: Mapping[str, object]) -> str:
    if code == "missing_scope":
        return f"Slack refused: the app lacks the scope {body.get('needed', '')}; add it and reinstall the app"
    meaning = _MEANING.get(code)
    return f"Slack refused: {meaning} ({code})" if meaning else f"Slack refused it ({code or f'HTTP {status}'})"
