"""The fields of a kubeconfig, read one by one: each mistake is named with the file and where it stands in it."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import process

from bot.ports import Permanent
from runbooks.targets.kubernetes.connection import Pem, wrong


class Part:
    """One mapping of the file, read field by field; `path` is where it stands in it (`users.ana.exec`)."""

    def __init__(self, file: Path, path: str, values: object) -> None:
        if not isinstance(values, Mapping):
            raise wrong(str(file), f"`{path or 'the whole'}` is not a mapping")
        self.file = file
        self.path = path
        self._values: Mapping[Any, Any] = values

    def text(self, name: str, *, needed: bool = False) -> str:
        """A field that holds text; empty where it is absent and not `needed`."""
        value = self._values.get(name)
        if value is None or value == "":
            if needed:
                raise self.wrong(name, "is missing")
            return ""
        if not isinstance(value, str):
            raise self.wrong(name, "is not text: put it in quotes")
        return value

    def sign(self, name: str) -> str:
        """Text that is sent as part of a header."""
        value = self.text(name).strip()
        if not (value.isascii() and value.isprintable()):
            raise self.wrong(name, "holds characters that no header can carry")
        return value

    def yes(self, name: str) -> bool:
        """Whether a field is true."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(name, "is neither true nor false")
        return value is True

    def has(self, name: str) -> bool:
        """Whether a field is there and holds something."""
        return bool(self._values.get(name))

    def part(self, name: str) -> "Part":
        """A mapping inside this one; empty where it is absent."""
        values = self._values.get(name)
        return Part(self.file, self._at(name), {} if values is None else values)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._values.get(name)
        if values is not None and not (isinstance(values, list) and all(isinstance(value, str) for value in values)):
            raise self.wrong(name, "is not a list of texts")
        return tuple(values or ())

    def parts(self, name: str) -> list["Part"]:
        """A list of mappings."""
        values = self._values.get(name)
        if values is not None and not isinstance(values, list):
            raise self.wrong(name, "is not a list")
        return [Part(self.file, f"{self._at(name)}[{at}]", value) for at, value in enumerate(values or ())]

    def named(self, kind: str, name: str) -> "Part":
        """The entry `name` of a list such as `clusters`, where each has a name and a mapping named after its kind."""
        entries = {entry.text("name"): entry for entry in self.parts(f"{kind}s")}
        if name not in entries:
            near = process.extractOne(name, list(entries), score_cutoff=60)
            known = f"perhaps `{near[0]}` is meant" if near else f"those it has: {', '.join(sorted(entries)) or 'none'}"
            raise wrong(str(self.file), f"it has no {kind} `{name}`; {known}")
        return Part(self.file, f"{kind}s.{name}", entries[name].part(kind)._values)

    def pem(self, name: str) -> Pem | None:
        """`<name>-data` in base64, else the file `<name>`, relative to this file; None without either."""
        data, file = self.text(f"{name}-data"), self.text(name)
        if data:
            try:
                return base64.b64decode("".join(data.split()), validate=True)
            except binascii.Error:
                raise self.wrong(f"{name}-data", "is not base64") from None
        return self.beside(file) if file else None

    def beside(self, file: str) -> Path:
        """A path of this file's, which is relative to where the file stands."""
        return self.file.parent / Path(file).expanduser()

    def plain(self, name: str) -> object:
        """A field as it was parsed."""
        return self._values.get(name)

    def wrong(self, name: str, words: str) -> Permanent:
        """The error that this field cannot be used."""
        return wrong(str(self.file), f"`{self._at(name)}` {words}")

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
