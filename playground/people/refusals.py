"""What people are told where an app would get one of Slack's codes."""

_WORDS = {
    "already_archived": "This channel is archived already.",
    "already_pinned": "This message is pinned already.",
    "already_reacted": "You have reacted with this emoji already.",
    "cant_archive_general": "#general cannot be archived: everybody belongs to it.",
    "cant_delete_general": "#general cannot be deleted: everybody belongs to it.",
    "cant_kick_from_general": "Nobody can be removed from #general.",
    "cant_leave_general": "You cannot leave #general: everybody belongs to it.",
    "channel_not_found": "There is no such channel, or you may not see it.",
    "invalid_name_maxlength": "That name is too long. Names have 80 characters at most.",
    "invalid_name_punctuation": "A name needs a letter or a digit.",
    "invalid_name_required": "A channel needs a name.",
    "invalid_name_specials": "Names have only lowercase letters, digits, hyphens and underscores.",
    "is_archived": "This channel is archived: nothing can be changed in it.",
    "name_taken": "Another channel has that name, perhaps an archived or a private one. Take another name.",
    "no_pin": "This message is not pinned any more.",
    "no_reaction": "Your reaction is gone already.",
    "not_archived": "This channel is not archived.",
    "not_in_channel": "Join the channel first.",
    "too_long": "That is too long. 250 characters are the limit.",
    "too_many_emoji": "This message has as many different reactions as it can hold.",
    "too_many_pins": "This channel has 100 pinned messages, the most there can be. Unpin one first.",
}


def refusal(code: str) -> str:
    return _WORDS.get(code) or f"Slack refuses: {code}."
