"""All methods by name."""

from playground.web_api import (
    apps,
    assistant,
    calls,
    canvases,
    chat,
    conversation_reads,
    conversations,
    files,
    marks,
    people,
    streams,
    unfurls,
    usergroups,
    views,
)
from playground.web_api.method import Method

_FAMILIES = (
    apps, assistant, calls, canvases, chat, conversation_reads, conversations, files, marks, people, streams, unfurls,
    usergroups, views,
)  # fmt: skip

METHODS: dict[str, Method] = {method.name: method for family in _FAMILIES for method in family.api.methods}
