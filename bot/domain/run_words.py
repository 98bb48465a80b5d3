"""Runs as plain sentences, for records and lists: what was done in the past tense, and what is being done as a noun."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Forms:
    """`moves`: it goes from something to something else, which belongs into the sentence."""

    past: str
    noun: str
    moves: bool = True


_FORMS: Mapping[str, _Forms] = {
    "restart": _Forms("restarted", "restart", moves=False),
    "scale": _Forms("scaled", "scaling"),
    "rollback": _Forms("rolled back", "rollback"),
}


def done(action: str, service: str, before: str, after: str) -> str:
    """`rolled back checkout v42 → v41`, `restarted checkout`."""
    forms = _forms(action)
    return f"{forms.past} {service} {before} → {after}" if forms.moves else f"{forms.past} {service}"


def doing(action: str, service: str, after: str) -> str:
    """A noun phrase: `rollback to v41`, `restart of checkout`."""
    forms = _forms(action)
    return f"{forms.noun} to {after}" if forms.moves else f"{forms.noun} of {service}"


def _forms(action: str) -> _Forms:
    return _FORMS.get(action) or _Forms(f"ran {action} on", action, moves=False)
