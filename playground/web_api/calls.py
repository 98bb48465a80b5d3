"""calls.*: calls of other systems (a video meeting), registered so that a message can show them."""

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.web_api.args import invalid_arguments
from playground.web_api.method import Call, Family

api = Family()


@api.method("calls.add", tier="2", scopes=("calls:write",))
def calls_add(call: Call) -> Json:
    """`created_by` is required with bot tokens."""
    external_id, join_url = call.args.require("external_unique_id", "join_url")
    if call.token.kind == "bot" and "created_by" not in call.args:
        raise invalid_arguments(["missing required field: created_by"])
    call_id = call.slack.ids.entity("R")
    record: Json = {
        "id": call_id,
        "date_start": call.args.integer("date_start", call.slack.now_seconds()),
        "external_unique_id": external_id,
        "join_url": join_url,
        "desktop_app_join_url": call.args.text("desktop_app_join_url"),
        "external_display_id": call.args.text("external_display_id"),
        "title": call.args.text("title"),
        "users": _participants(call) if "users" in call.args else [],
    }
    call.slack.workspace.calls[call_id] = record
    return {"call": record}


@api.method("calls.info", tier="2", scopes=("calls:read",))
def calls_info(call: Call) -> Json:
    return {"call": _call_record(call)}


@api.method("calls.update", tier="2", scopes=("calls:write",))
def calls_update(call: Call) -> Json:
    record = _call_record(call)
    for key in ("title", "join_url", "desktop_app_join_url"):
        record[key] = call.args.text(key, record[key])
    return {"call": record}


@api.method("calls.end", tier="2", scopes=("calls:write",))
def calls_end(call: Call) -> Json:
    record = _call_record(call)
    record["date_end"] = call.slack.now_seconds()
    record["duration"] = call.args.integer("duration", 0)
    return {}


@api.method("calls.participants.add", tier="2", scopes=("calls:write",))
def participants_add(call: Call) -> Json:
    record = _call_record(call)
    known = [_identity(user) for user in record["users"]]
    record["users"] += [user for user in _participants(call) if _identity(user) not in known]
    return {}


@api.method("calls.participants.remove", tier="2", scopes=("calls:write",))
def participants_remove(call: Call) -> Json:
    record = _call_record(call)
    gone = [_identity(user) for user in _participants(call)]
    record["users"] = [user for user in record["users"] if _identity(user) not in gone]
    return {}


def _participants(call: Call) -> list[Json]:
    """People of Slack by slack_id, others by external_id. Raises invalid_arguments or user_not_found."""
    users = call.args.decoded("users")
    if not isinstance(users, list) or not all(isinstance(user, dict) and _identity(user) for user in users):
        raise invalid_arguments(["must be a list of users with slack_id or external_id [json-pointer:/users]"])
    for user in users:
        if "slack_id" in user:
            call.user_by_id(str(user["slack_id"]))
    return users


def _identity(user: Json) -> str:
    return str(user.get("slack_id") or user.get("external_id") or "")


def _call_record(call: Call) -> Json:
    (call_id,) = call.args.require("id")
    record = call.slack.workspace.calls.get(call_id)
    if record is None:
        raise SlackError("not_found")
    return record
