"""An evaluated status as JSON and back, so that the last one can be shown before the next one is there."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.slo.burn import BurnAlert, Urgency
from bot.domain.slo.definition import Slo
from bot.domain.slo.measurement import Counts
from bot.domain.slo.status import DataCover, SloStatus, State

_FORMAT = 1
"""Raised with every change to what is written, so that what an older version wrote is not misread."""


def snapshot(status: SloStatus) -> dict[str, Any]:
    """Everything of `status` but its SLO, which the catalog holds; `definition` tells whether it still is the same."""
    data = status.data
    return {
        "definition": definition(status.slo),
        "as_of": status.as_of.isoformat(),
        "state": status.state.value,
        "counts": _pair(status.counts),
        "burns": {window: _pair(counts) for window, counts in status.burns.items()},
        "alerts": [[each.severity.value, each.factor, each.long, each.short, each.at_least] for each in status.alerts],
        "data": {
            "covers": None if data.covers is None else data.covers.total_seconds(),
            "stale_for": None if data.stale_for is None else data.stale_for.total_seconds(),
            "complete": data.complete,
            "first": None if data.first is None else data.first.isoformat(),
            "last": None if data.last is None else data.last.isoformat(),
            "generated": data.generated,
        },
        "reason": status.reason,
    }


def restored(slo: Slo, kept: Mapping[str, Any]) -> SloStatus | None:
    """The status that `snapshot` wrote; None where `slo` has been changed since, so that it says nothing any more."""
    if kept["definition"] != definition(slo):
        return None
    data = kept["data"]
    return SloStatus(
        slo=slo,
        as_of=datetime.fromisoformat(kept["as_of"]),
        state=State(kept["state"]),
        counts=_counts(kept["counts"]),
        burns={window: _counts(pair) for window, pair in kept["burns"].items()},
        alerts=tuple(BurnAlert(Urgency(severity), *rest) for severity, *rest in kept["alerts"]),
        data=DataCover(
            covers=_duration(data["covers"]),
            stale_for=_duration(data["stale_for"]),
            complete=data["complete"],
            first=_instant(data["first"]),
            last=_instant(data["last"]),
            generated=data["generated"],
        ),
        reason=kept["reason"],
    )


def definition(slo: Slo) -> str:
    """Sixteen hex digits that stand for all that decides an SLO's figures."""
    decisive = (
        _FORMAT,
        slo.indicator.source,
        slo.indicator.metric,
        slo.target,
        slo.window,
        slo.budgeting,
        slo.slice_target,
        slo.slice_window,
        slo.alerts,
    )
    return hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]


def _pair(counts: Counts | None) -> list[float] | None:
    return None if counts is None else [counts.good, counts.total]


def _counts(pair: list[float] | None) -> Counts | None:
    return None if pair is None else Counts(*pair)


def _duration(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
