"""What never reaches a log."""

import pytest

from bot.logs import without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("token xoxb-123-abc refused", "token xoxb-… refused"),
        ("xapp-1-A1-2-deadbeef", "xapp-…"),
        ("Authorization: Bearer abc.def=", "Authorization: Bearer …"),
        ("postgresql://bot:secret@db/quarterdeck", "postgresql://…@db/quarterdeck"),
        ("wss://host/link?ticket=one-use&app_id=A1", "wss://host/link?ticket=…&app_id=A1"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_tokens_passwords_and_tickets_are_taken_out_of_texts(text: str, shown: str) -> None:
    assert without_secrets(None, "info", {"event": text})["event"] == shown


def test_what_is_called_a_secret_is_not_shown_at_all() -> None:
    assert without_secrets(None, "info", {"password": "hunter2", "user": "ana"}) == {"password": "…", "user": "ana"}
