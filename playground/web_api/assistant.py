"""assistant.threads.*: what an app shows in a thread besides its messages."""

from playground.json_types import Json
from playground.operations import assistant, thread_status
from playground.operations.errors import SlackError
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.web_api.args import invalid_arguments
from playground.web_api.method import Call, Family

api = Family()

MAX_PROMPTS, MAX_LOADING = 4, 10


@api.method("assistant.threads.setStatus", tier="special", scopes=("assistant:write", "chat:write"))
def set_status(call: Call) -> Json:
    """In any thread. An empty status takes it away."""
    channel, root = _thread(call)
    if "status" not in call.args:
        raise invalid_arguments(["missing required field: status"])
    loading = call.args.items("loading_messages")
    if len(loading) > MAX_LOADING:
        raise invalid_arguments([f"no more than {MAX_LOADING} items allowed [json-pointer:/loading_messages]"])
    thread_status.set_status(call.slack, channel, root.ts, call.args.text("status"), loading)
    return {}


@api.method("assistant.threads.setTitle", tier="4", scopes=("assistant:write",))
def set_title(call: Call) -> Json:
    """Only of a thread that a person began with the app."""
    channel, root = _thread(call)
    (title,) = call.args.require("title")
    if root.content.get("subtype") != "assistant_app_thread":
        raise SlackError("invalid_thread_ts")
    assistant.name(call.slack, channel, root, title)
    return {}


@api.method("assistant.threads.setSuggestedPrompts", tier="4", scopes=("assistant:write",))
def set_suggested_prompts(call: Call) -> Json:
    channel, root = _thread(call)
    prompts = call.args.decoded("prompts")
    if not isinstance(prompts, list) or not all(_is_prompt(prompt) for prompt in prompts):
        raise invalid_arguments(["must be a list of prompts with title and message [json-pointer:/prompts]"])
    if len(prompts) > MAX_PROMPTS:
        raise SlackError("too_many_prompts")
    thread_status.suggest(call.slack, channel, root.ts, call.args.text("title"), prompts)
    return {}


def _thread(call: Call) -> tuple[Channel, Message]:
    """Raises channel_not_found or invalid_thread_ts."""
    channel = call.channel("channel_id")
    root = channel.log.get(call.args.text("thread_ts"))
    if root is None:
        raise SlackError("invalid_thread_ts")
    return channel, root


def _is_prompt(value: object) -> bool:
    return isinstance(value, dict) and bool(value.get("title")) and bool(value.get("message"))
