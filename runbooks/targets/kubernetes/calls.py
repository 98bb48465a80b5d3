"""What is asked of a cluster, and what comes back, before it is known what it means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NAMESPACE = re.compile(r"/namespaces/([^/]+)/")

Query = str | int | bool
MOST = 32_000_000
"""Bytes of one answer that are read; some ten times what 500 large pods take."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `changes`: a lost answer leaves open whether the cluster did it.

    `content` is sent as `kind`. Of the answer `most` bytes are kept: the first ones, or the last where `tail`.
    """

    method: str
    path: str
    query: Mapping[str, Query] = field(default_factory=dict)
    changes: bool = False
    content: bytes | None = field(default=None, repr=False)
    kind: str = "application/json"
    accept: str = "application/json"
    most: int = MOST
    tail: bool = False

    @property
    def where(self) -> str:
        """The namespace it is about, as the end of a sentence."""
        found = _NAMESPACE.search(self.path)
        return f" in namespace {found[1]}" if found else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `kind` is the content type without parameters. `whole` is False where more came than is kept."""

    status: int
    kind: str
    body: bytes = field(repr=False)
    retry_after: float | None = None
    whole: bool = True

    @property
    def fine(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300
