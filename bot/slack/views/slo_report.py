"""`/slo report`: how the SLOs came out over a month; those that were missed first, each with its worst days."""

from datetime import timedelta

from bot.domain import figures
from bot.domain.facts.person import Person
from bot.domain.facts.slo_report import IncidentLine, ReportFacts, SettledSla
from bot.domain.plaintext import capital
from bot.domain.sla import Settlement
from bot.domain.sla_words import chain_words
from bot.domain.slo.attainment import Attainment, worst_first
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Block, Message
from bot.slack.views.slo_words import called
from bot.slack.views.text import fallback, outside
from bot.slack.views.words import DONE, UNSURE, WARNING, WRONG

_ROWS, _KEPT_NAMED, _INCIDENTS, _SLAS = 8, 12, 5, 4


def slo_report(facts: ReportFacts, *, shown_by: Person | None = None, posted: bool = False) -> Message:
    """`posted` stands in a channel with its files in the thread; `shown_by` has put it there."""
    ordered = worst_first(facts.rows)
    missed = [row for row in ordered if row.met is False]
    return Message(
        fallback(f"{capital(facts.stretch.title)}: {_answer(facts, missed)}."),
        (
            blocks.header(
                f"{capital(facts.stretch.title)}{'' if facts.stretch.over else ' so far'}: {_answer(facts, missed)}"
            ),
            *[blocks.section(missed_row(row)) for row in missed[:_ROWS]],
            *_more(missed),
            *_others(ordered),
            *_incidents(facts),
            *_slas(facts),
            *([] if posted else _controls(facts)),
            _small_print(facts, shown_by),
        ),
    )


def missed_row(row: Attainment) -> str:
    """What was attained against what was aimed for, what it cost, and on which days."""
    worst = ", ".join(f"{figures.date_of(day.day)} ({figures.percent(day.spent)})" for day in row.worst)
    days = f" Worst days: {worst}." if worst else ""
    return f"{WRONG} *{called(row.slo)}: target missed*\n{attained(row)}. {spent(row)}.{days}"


def attained(row: Attainment) -> str:
    """`99.82 %, target 99.9 %`, with a remark where data is missing."""
    if row.sli is None:
        return capital(_why(row))
    gaps = "" if row.complete else f" ({figures.duration(row.covered)} of data)"
    return f"{figures.sli(row.sli, row.slo.target)}{gaps}, target {figures.target(row.slo.target)}"


def spent(row: Attainment) -> str:
    """The share of the stretch's own budget that went."""
    return f"{figures.percent(row.spent)} of its budget spent" if row.spent is not None else "What it spent is unknown"


def _answer(facts: ReportFacts, missed: list[Attainment]) -> str:
    if not facts.rows:
        return "no SLOs"
    known = [row for row in facts.rows if row.met is not None]
    if not known:
        return "nothing is known of any SLO"
    if missed:
        return f"{figures.count(len(missed))} of {figures.plural(len(facts.rows), 'SLO')} missed"
    unknown = len(facts.rows) - len(known)
    return f"{figures.plural(len(known), 'SLO')} kept" + (f", {unknown} unknown" if unknown else "")


def _more(missed: list[Attainment]) -> list[Block]:
    hidden = len(missed) - _ROWS
    return (
        [blocks.section(f"and {figures.count(hidden)} more missed: the document has all of them")] if hidden > 0 else []
    )


def _others(ordered: list[Attainment]) -> list[Block]:
    kept = sorted((row for row in ordered if row.met), key=lambda row: -(row.spent or 0.0))
    dark = [row for row in ordered if row.met is None]
    sections = []
    if kept:
        named = [f"{called(row.slo)} {figures.percent(row.spent or 0.0)}" for row in kept]
        sections.append(blocks.section(f"{DONE} *{figures.count(len(kept))} kept*, budget spent: {_named(named)}"))
    if dark:
        many = f"{UNSURE} *{figures.count(len(dark))} unknown*, not counted as kept"
        sections.append(blocks.section(f"{many}: {_named([f'{called(row.slo)} ({_why(row)})' for row in dark])}"))
    return sections


def _named(names: list[str]) -> str:
    hidden = len(names) - _KEPT_NAMED
    return ", ".join(names[:_KEPT_NAMED]) + (f" and {figures.count(hidden)} more" if hidden > 0 else "")


def _why(row: Attainment) -> str:
    """Why it is not known whether the target was kept."""
    return "no events" if row.counts is not None else outside(row.problem.rstrip(".") or "no data", 100)


def _incidents(facts: ReportFacts) -> list[Block]:
    if not facts.incidents:
        return [blocks.section("*Incidents:* none")]
    ended = [line.lasted for line in facts.incidents if line.lasted is not None]
    total = f", {figures.duration(sum(ended, timedelta(0)))} in all" if ended else ""
    lines = [_incident(line) for line in facts.incidents[:_INCIDENTS]]
    hidden = len(facts.incidents) - len(lines)
    more = [f"and {figures.count(hidden)} shorter ones"] if hidden > 0 else []
    return [blocks.section("\n".join([f"*Incidents:* {figures.count(len(facts.incidents))}{total}", *lines, *more]))]


def _incident(line: IncidentLine) -> str:
    lasted = figures.duration(line.lasted) if line.lasted is not None else "still open"
    return f"{outside(line.id, 20)} {outside(line.severity, 20)}  {outside(line.title)}, {lasted}"


def _slas(facts: ReportFacts) -> list[Block]:
    lines = [line for settled in facts.slas[:_SLAS] for line in _sla(settled)]
    return [blocks.section("\n".join(["*Agreements*", *lines]))] if lines else []


def _sla(settled: SettledSla) -> list[str]:
    lines = [
        f"{_shape(each)} {outside(settled.sla.shown_name, 60)}, {outside(each.promise.name, 40)}: {settlement(each)}"
        for each in settled.settlements
    ]
    return [*lines, *filter(None, [chain_words(settled.sla)])]


def _shape(each: Settlement) -> str:
    return UNSURE if each.kept is None else DONE if each.kept else WARNING


def settlement(each: Settlement) -> str:
    """`promised 99 %, attained 99.24 %, 0.24 points above`, and what is owed where it was broken."""
    promised = f"promised {figures.target(each.promise.target)}"
    if each.attained is None or each.deviation is None:
        return f"{promised}, not known how it came out"
    points = f"{abs(each.deviation) * 100:.3f}".rstrip("0").rstrip(".")
    side = "above" if each.deviation >= 0 else "below"
    owed = f"; owes {figures.percent(each.penalty.credit)} of the fee" if each.penalty else ""
    return f"{promised}, attained {figures.sli(each.attained, each.promise.target)}, {points} points {side}{owed}"


def _controls(facts: ReportFacts) -> list[Block]:
    here = Ref(facts.stretch.word, extra=facts.scope).encode()
    other = "this-month" if facts.stretch.over else "last-month"
    label = "This month so far" if facts.stretch.over else "Last month"
    return blocks.actions(
        blocks.button("Post with document", Action.SLO_REPORT_POST, here),
        blocks.button(label, Action.SLO_REPORT_TURN, Ref(other, extra=facts.scope).encode()),
    )


def _small_print(facts: ReportFacts, shown_by: Person | None) -> Block:
    scope = f"only {outside(facts.scope, 60)}" if facts.scope else ""
    shown = f"asked for by {phrases.name(shown_by)}" if shown_by else ""
    budget = "budgets are those of this time alone"
    return blocks.context(scope, budget, f"days of {facts.time_zone}", shown, phrases.as_of(facts.as_of))
