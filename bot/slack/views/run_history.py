"""What was run or asked for, newest first: who asked, who approved, how it ended."""

from bot.domain import figures
from bot.domain.facts.run import HistoryFacts, HistoryRow
from bot.domain.plaintext import capital
from bot.domain.run import WORDS
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Element, Message
from bot.slack.views.text import code, fallback, outside

EVERY_SERVICE = "all"
"""The id of a reference to the history of all services."""


def run_history(facts: HistoryFacts) -> Message:
    """One page; each run is two lines."""
    whose = f" on {code(facts.service, 60)}" if facts.service else ""
    if not facts.total:
        return Message(
            fallback("Nothing was run", f" on {facts.service}" if facts.service else "", " yet."),
            (blocks.section(f"*Nothing was run{whose} yet.* What could be is in `/runbook list`."),),
        )
    first = (facts.page - 1) * facts.size + 1
    last = first + len(facts.rows) - 1
    some = f", {figures.count(first)} to {figures.count(last)}" if len(facts.rows) < facts.total else ""
    many = figures.plural(facts.total, "run")
    return Message(
        fallback(f"{many}{some}, newest first."),
        (
            blocks.section(f"*{many}{whose}*{some}, newest first."),
            *[blocks.section(_row(row, facts)) for row in facts.rows],
            *blocks.actions(*_turn(facts, last)),
            blocks.context(phrases.as_of(facts.as_of)),
        ),
    )


def _row(row: HistoryRow, facts: HistoryFacts) -> str:
    place = outside(row.environment, 30)
    what = f"*{phrases.thing(row.run)}*  {capital(outside(row.doing, 60))}, {code(row.service, 40)} in {place}"
    yes = f", approved by {phrases.name(row.approved_by)}" if row.approved_by else ""
    back = f", taken back by {outside(row.undone_by, 20)}" if row.undone_by else ""
    verdict = outside(row.verdict, 120) or WORDS[row.state]
    asked = f"asked by {phrases.name(row.asked_by)} {times.clock(row.at, facts.as_of)}"
    return f"{what}\n{capital(verdict)}{back}  ·  {asked}{yes}"


def _turn(facts: HistoryFacts, last: int) -> list[Element | None]:
    whose = facts.service or EVERY_SERVICE
    more = min(facts.size, facts.total - last)
    older = blocks.button(f"Next {more}", Action.RUN_HISTORY, Ref(whose, facts.page + 1).encode()) if more > 0 else None
    if facts.page == 1:
        return [older]
    newer = Ref(whose, facts.page - 1).encode()
    return [older, blocks.button(f"Previous {facts.size}", Action.RUN_HISTORY_BACK, newer)]
