"""What each person's client is told as it happens: browser pages and the control API both listen here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playground.json_types import Json

Listener = Callable[[Json], None]


class Feed:
    """Frames by person. A listener must not block; it gets frames in the order they were published."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    @contextmanager
    def listen(self, user_id: str, listener: Listener) -> Iterator[None]:
        mine = self._listeners.setdefault(user_id, [])
        mine.append(listener)
        try:
            yield
        finally:
            mine.remove(listener)

    def listening(self) -> list[str]:
        return [user_id for user_id, listeners in self._listeners.items() if listeners]

    def publish(self, user_id: str, frame: Json) -> None:
        for listener in list(self._listeners.get(user_id, ())):
            listener(frame)

    def publish_to_all(self, frame: Json) -> None:
        for user_id in self.listening():
            self.publish(user_id, frame)
