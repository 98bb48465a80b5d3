"""What was probably meant by a word that names no SLO, service, team, tag or state."""

from collections.abc import Sequence

from rapidfuzz import process

from bot.command import Reply, Say
from bot.domain.facts.answer import UnknownWord
from bot.slack.views import help

_NEAR = 60.0
"""How alike two words must be, from 0 to 100, for one to be suggested for the other."""


def did_you_mean(typed: str, wrong: str, kind: str, known: Sequence[str], line: str) -> Reply:
    """The nearest of `known` words. `typed` is the command as far as it was right, `line` what followed it."""
    near = tuple(str(word) for word, _, _ in process.extract(wrong, known, limit=2, score_cutoff=_NEAR))
    lines = tuple(f"{typed} {line.replace(wrong, word, 1)}" for word in near) or ("/slo status",)
    return Say(help.did_you_mean(UnknownWord(typed.partition(" ")[0], wrong, kind, near, lines)))
