"""The report on a month of SLOs as a Markdown document: everything that the message in the channel leaves out."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain import figures
from bot.domain.facts.slo_report import ReportFacts, SettledSla
from bot.domain.markdown import bullets, table, text
from bot.domain.sla import Settlement
from bot.domain.sla_words import chain_words
from bot.domain.slo.attainment import Attainment, worst_first

_UNKNOWN = "unknown"


def document(facts: ReportFacts) -> str:
    """The whole document."""
    return "\n".join(_lines(facts)).rstrip() + "\n"


def _lines(facts: ReportFacts) -> Iterator[str]:
    so_far = "" if facts.stretch.over else " so far"
    yield f"# SLOs in {text(facts.stretch.title)}{so_far}"
    yield ""
    scope = f" Only: {text(facts.scope)}." if facts.scope else ""
    yield (
        f"From {facts.stretch.start:%Y-%m-%d %H:%M} to {facts.stretch.end:%Y-%m-%d %H:%M} UTC;"
        f" days are those of {text(facts.time_zone)}.{scope} Written {facts.as_of:%Y-%m-%d %H:%M} UTC."
    )
    yield ""
    yield "## Attainment"
    yield ""
    yield "The budget is that of this time alone: its target's share of all events. No data is never counted as kept."
    yield ""
    heads = ("SLO", "Service", "Target", "Attained", "Kept", "Budget spent", "Bad events", "Data", "Worst days")
    yield from table(heads, [_row(row) for row in worst_first(facts.rows)])
    if facts.slas:
        yield "## Agreements"
        yield ""
        settled = [row for each in facts.slas for row in _settled(each)]
        yield from table(("Agreement", "Promise", "Promised", "Attained", "Deviation", "Kept", "Penalty"), settled)
        yield from bullets(
            [f"{text(each.sla.shown_name)}: {words}" for each in facts.slas if (words := chain_words(each.sla))]
        )
    yield "## Incidents"
    yield ""
    yield from _incidents(facts)


def _row(row: Attainment) -> tuple[str, ...]:
    slo, counts = row.slo, row.counts
    share = row.covered / row.length if row.length > timedelta(0) else 0.0
    return (
        text(slo.display_name or slo.name),
        text(slo.service),
        figures.target(slo.target),
        figures.sli(row.sli, slo.target) if row.sli is not None else _UNKNOWN,
        _kept(row.met),
        figures.percent(row.spent) if row.spent is not None else _UNKNOWN,
        f"{counts.bad:,.0f} of {counts.total:,.0f}" if counts is not None else text(row.problem) or _UNKNOWN,
        figures.share(min(1.0, share)),
        ", ".join(f"{day.day:%Y-%m-%d} ({figures.percent(day.spent)})" for day in row.worst),
    )


def _settled(settled: SettledSla) -> list[tuple[str, ...]]:
    return [(text(settled.sla.shown_name), text(each.promise.name), *_outcome(each)) for each in settled.settlements]


def _outcome(each: Settlement) -> tuple[str, ...]:
    promised = figures.target(each.promise.target)
    if each.attained is None or each.deviation is None:
        return (promised, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN)
    deviation = f"{each.deviation * 100:+.4f} points"
    penalty = f"{figures.percent(each.penalty.credit)} of the fee" if each.penalty else "none"
    return (promised, figures.sli(each.attained, each.promise.target), deviation, _kept(each.kept), penalty)


def _kept(kept: bool | None) -> str:
    return _UNKNOWN if kept is None else "yes" if kept else "**no**"


def _incidents(facts: ReportFacts) -> Iterator[str]:
    if not facts.incidents:
        yield "None."
        return
    yield from bullets(
        [
            f"{text(line.id)} {text(line.severity)}, {line.began:%Y-%m-%d %H:%M} UTC, "
            f"{figures.duration(line.lasted) if line.lasted is not None else 'still open'}: {text(line.title)} "
            f"({', '.join(text(service) for service in line.services)})"
            for line in facts.incidents
        ]
    )
