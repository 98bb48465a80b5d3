"""Amounts as Kubernetes writes them (kubernetes.io, "Quantity"): `250m`, `25331842n`, `128Mi`, `1.5`, `1e3`."""

import re

from bot.domain.figures import NBSP, count

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)")
_SCALE = {"n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3} | {
    letter: 1000.0**power for power, letter in enumerate("MGTPE", start=2)
}
_SCALE |= {f"{letter}i": 1024.0**power for power, letter in enumerate("KMGTPE", start=1)}
_MIB = 1024.0**2


def amount(text: object) -> float | None:
    """In cores or bytes; None where it is absent or cannot be read."""
    found = _QUANTITY.fullmatch(str(text)) if text is not None else None
    if found is None:
        return None
    number, exponent, unit = found.groups()
    return float(f"{number}{exponent or ''}") * _SCALE.get(unit or "", 1.0)


def cpu(cores: float) -> str:
    """`250m`: thousandths of a core, as kubectl tells them."""
    return f"{round(cores * 1000):,}m"


def memory(octets: float) -> str:
    """`128 MiB`."""
    return f"{count(round(octets / _MIB))}{NBSP}MiB"
