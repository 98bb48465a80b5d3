"""All methods by name."""

from playground.web_api import (
    apps,
    canvases,
    chat,
    conversation_reads,
    conversations,
    files,
    marks,
    people,
    views,
)
from playground.web_api.method import Method

_FAMILIES = (apps, canvases, chat, conversation_reads, conversations, files, marks, people, views)

METHODS: dict[str, Method] = {method.name: method for family in _FAMILIES for method in family.api.methods}
