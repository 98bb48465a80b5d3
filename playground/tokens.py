"""The tokens of this workspace: one bot token, one app-level token, and a user token for every person."""

import random
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["bot", "app", "user"]

BOT_PREFIX = "xoxb-playground-"
APP_PREFIX = "xapp-playground-"
USER_PREFIX = "xoxp-playground-"


@dataclass(frozen=True, slots=True)
class Token:
    """What a request presented; `user_id` is the bot user for the bot token, the person for a user token."""

    kind: TokenKind
    user_id: str


class Tokens:
    """Knows the valid tokens. A person's user token is `xoxp-playground-<user id>`."""

    def __init__(self, seed: int, bot_user_id: str) -> None:
        draw = random.Random(f"tokens {seed}")
        self.bot = f"{BOT_PREFIX}{draw.getrandbits(64):016x}"
        self.app = f"{APP_PREFIX}{draw.getrandbits(64):016x}"
        self._bot_user_id = bot_user_id
        self._revoked: set[Token] = set()

    def revoke(self, token: Token) -> None:
        self._revoked.add(token)

    def is_revoked(self, token: Token) -> bool:
        return token in self._revoked

    def restore(self) -> None:
        """All tokens are good again."""
        self._revoked.clear()

    def identify(self, text: str, known_users: set[str]) -> Token | None:
        if text == self.bot:
            return Token("bot", self._bot_user_id)
        if text == self.app:
            return Token("app", self._bot_user_id)
        user_id = text.removeprefix(USER_PREFIX)
        if text.startswith(USER_PREFIX) and user_id in known_users:
            return Token("user", user_id)
        return None
