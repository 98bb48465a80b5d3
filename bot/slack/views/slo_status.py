"""`/slo status`: one line that answers, a row for each SLO in trouble, one block for all that are healthy."""

from dataclasses import dataclass, replace

from bot.domain import figures
from bot.domain.facts.person import Person
from bot.domain.facts.slo import SloFacts, SloStatusFacts
from bot.domain.plaintext import capital
from bot.domain.slo import State, worst_first
from bot.domain.slo.choosing import STATES
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.slo_look import Look
from bot.slack.views.slo_words import covered, over, promise, title
from bot.slack.views.text import fallback, plain, quoted
from bot.slack.views.words import DONE, SLO_COUNTED, SLO_SHAPES

_ROWS, _HEALTHY_NAMED, _FEW = 10, 12, 3
_EXPLAINED = "Burning 1× spends the budget exactly by the end of its window"


def slo_status(facts: SloStatusFacts, look: Look = Look(), *, shown_by: Person | None = None) -> Message:  # noqa: B008
    """Worst first, one page of them. `shown_by` has put it before the whole channel.

    Where there are but a few SLOs they all get rows: there is room for them.
    """
    ordered = _worst_first(facts)
    if not ordered:
        return _undefined(facts)
    trouble = [slo for slo in ordered if slo.status.state is not State.OK]
    healthy = [slo for slo in ordered if slo.status.state is State.OK]
    few = len(ordered) <= _FEW
    if not trouble and not look.everything and not few:
        return _quiet(facts, healthy, look, shown_by)
    rows = ordered if look.everything or few else trouble
    page = _Page.of(rows, look.page)
    return Message(
        _lock_screen(ordered),
        (
            blocks.section(_headline(ordered)),
            *[_row(slo, facts, alone=shown_by is not None) for slo in page.rows],
            *page.words(),
            *([blocks.section(_healthy(healthy))] if healthy and rows is trouble and page.number == 1 else []),
            *([] if shown_by else _controls(facts, look, page, ordered)),
            _small_print(facts, ordered, shown_by),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows on one page, and how many pages there are."""

    rows: list[SloFacts]
    number: int
    pages: int
    total: int

    @staticmethod
    def of(rows: list[SloFacts], wanted: int) -> "_Page":
        pages = max(1, -(-len(rows) // _ROWS))
        number = min(max(1, wanted), pages)
        return _Page(rows[(number - 1) * _ROWS : number * _ROWS], number, pages, len(rows))

    def words(self) -> list[Block]:
        if self.pages == 1:
            return []
        first = (self.number - 1) * _ROWS + 1
        span = f"{first} to {first + len(self.rows) - 1} of {figures.count(self.total)}"
        return [blocks.section(f"{span}, worst first. Page {self.number} of {self.pages}")]


def _worst_first(facts: SloStatusFacts) -> list[SloFacts]:
    by_name = {slo.status.slo.name: slo for slo in facts.slos}
    return [by_name[status.slo.name] for status in worst_first([slo.status for slo in by_name.values()])]


def _undefined(facts: SloStatusFacts) -> Message:
    if facts.scope:
        words = f"*No SLO fits {quoted(facts.scope, 60)}* at the moment. `/slo status` shows all of them."
        return Message(fallback("No SLO fits “", facts.scope, "” at the moment."), (blocks.section(words),))
    words = "*No SLOs are defined.* They are OpenSLO files in the catalog's `slos` folder."
    return Message(fallback("No SLOs are defined."), (blocks.section(words),))


def _quiet(facts: SloStatusFacts, healthy: list[SloFacts], look: Look, shown_by: Person | None) -> Message:
    """Everything is healthy: one line."""
    tightest = healthy[0]
    many = f"All {figures.count(len(healthy))} SLOs are healthy"
    left = f"{figures.share(tightest.status.budget.left or 0)} of budget left"
    fastest = max(slo.status.burn() or 0 for slo in healthy)
    burn = f"nothing burns faster than {figures.multiple(fastest)}" if fastest >= 0.05 else "nothing burns"
    line = f"{DONE} *{many}.* Tightest: {title(tightest)}, {left}; {burn}."
    buttons = (
        blocks.button("Show all", Action.SLO_ALL, replace(look, everything=True).ref()),
        blocks.button("Show to channel", Action.SLO_SHARE, look.ref()),
    )
    return Message(
        fallback(f"{many}. Tightest: ", plain(tightest.status.slo.display_name), f", {left}."),
        (
            blocks.section(line),
            *([] if shown_by else blocks.actions(*buttons)),
            _small_print(facts, healthy, shown_by),
        ),
    )


def _tally(slos: list[SloFacts]) -> list[tuple[State, str]]:
    """How many are in each state that occurs, worst first."""
    states = [slo.status.state for slo in slos]
    return [(state, f"{states.count(state)} {SLO_COUNTED[state]}") for state in SLO_COUNTED if state in states]


def _lock_screen(slos: list[SloFacts]) -> str:
    tally = ", ".join(words for _, words in _tally(slos))
    if slos[0].status.state is not State.OK:
        return fallback(f"SLOs: {tally}.")
    left = figures.share(slos[0].status.budget.left or 0)
    return fallback(f"SLOs: {tally}. Tightest: ", slos[0].status.slo.display_name, f", {left} of budget left.")


def _headline(slos: list[SloFacts]) -> str:
    """The answer in one line; what spends or has spent its budget is bold."""
    if all(slo.status.state is State.OK for slo in slos):
        return f"*{figures.count(len(slos))} healthy*, none at risk"
    loud = [words for state, words in _tally(slos) if state in (State.EXHAUSTED, State.AT_RISK)]
    calm = [words for state, words in _tally(slos) if state not in (State.EXHAUSTED, State.AT_RISK)]
    return ", ".join(filter(None, [f"*{', '.join(loud)}*" if loud else "", *calm]))


def _row(slo: SloFacts, facts: SloStatusFacts, *, alone: bool) -> Block:
    name = slo.status.slo.name
    spoken = plain(f"Show {slo.status.slo.display_name}", 75)
    show = None if alone else blocks.button("Show", Action.SLO_SHOW, Ref(name).encode(), spoken=spoken)
    return blocks.section(f"{SLO_SHAPES[slo.status.state]} {_first(slo, facts)}\n{_second(slo, facts)}", show)


def _first(slo: SloFacts, facts: SloStatusFacts) -> str:
    """How it stands, and the deadline or since when."""
    status, name = slo.status, title(slo)
    since = f" since {times.clock(slo.since, facts.as_of)}" if slo.since else ""
    left = figures.share(status.budget.left) if status.budget.left is not None else ""
    if status.state is State.EXHAUSTED:
        return f"*{name}: budget gone*{since}"
    if status.state is State.NO_DATA:
        return f"*{name}: no data*{since}"
    if status.state is State.ERROR:
        return f"*{name}: cannot be evaluated*{since}"
    if status.state is State.STALE:
        last = status.data.last or status.as_of
        return f"*{name}: stale.* {left} left at {times.clock(last, facts.as_of)}"
    gone = status.exhaustion
    deadline = f", gone by {times.clock(gone, facts.as_of)}" if gone else ""
    return f"*{name}: {left} left{deadline}*"


def _second(slo: SloFacts, facts: SloStatusFacts) -> str:
    status = slo.status
    reason = phrases.sentence(status.reason)
    again = f"Next try {times.clock(slo.next_try, facts.as_of)}." if slo.next_try else ""
    if status.state is State.NO_DATA:
        return phrases.joined(reason, "Not counted as healthy.", again)
    if status.state is State.ERROR:
        return phrases.joined(reason or "Its query could not be answered.", "Not counted as healthy.", again)
    if status.state is State.STALE:
        return phrases.joined(reason, again)
    return f"{_sli(slo)}{over(status.slo)}{covered(slo)}, target {promise(slo)}. {_size(slo)}."


def _sli(slo: SloFacts) -> str:
    """`99.4 % `, or nothing where there was no event to count."""
    value = slo.status.sli
    return f"{figures.sli(value, slo.status.slo.target)} " if value is not None else "no events "


def _size(slo: SloFacts) -> str:
    """`177 of 432 min. Burning 6.3×, falling`."""
    budget, burn, trend = slo.status.budget, slo.status.burn(), slo.status.trend
    left = budget.left or 0
    if left < 0:
        size = f"Overspent by {figures.overspent(left * budget.minutes, budget.minutes)}"
    else:
        size = figures.minutes_of(left * budget.minutes, budget.minutes)
    if burn is None:
        return size
    rate = "Not burning" if burn < 0.05 else f"Burning {figures.multiple(burn)}"
    return f"{size}. {rate}, {trend}" if trend and burn >= 0.05 else f"{size}. {rate}"


def _healthy(healthy: list[SloFacts]) -> str:
    """One block for all of them, tightest first."""
    named = [
        f"{title(slo)} {figures.share(slo.status.budget.left or 0)}{covered(slo)}" for slo in healthy[:_HEALTHY_NAMED]
    ]
    hidden = len(healthy) - len(named)
    more = f" and {figures.count(hidden)} more" if hidden else ""
    return f"{DONE} *{figures.count(len(healthy))} healthy*, budget left: {', '.join(named)}{more}"


def _controls(facts: SloStatusFacts, look: Look, page: _Page, ordered: list[SloFacts]) -> list[Block]:
    """What can be done with the list, and where there is more of it, how to turn the page."""
    others = _others(page, ordered)
    choices = [
        blocks.option(plain(slo.status.slo.display_name, 75), Ref(slo.status.slo.name).encode()) for slo in others
    ]
    now = replace(look, at=None).ref()
    return [
        *blocks.actions(
            blocks.button("Show now", Action.SLO_REFRESH, now)
            if facts.past
            else blocks.button("Refresh", Action.SLO_REFRESH, look.ref()),
            blocks.button("Show to channel", Action.SLO_SHARE, look.ref()),
            blocks.button("Last month", Action.SLO_REPORT, Ref("last-month", extra=_report_scope(look)).encode()),
            blocks.select(Action.SLO_PICK, "Show one…", choices) if choices else None,
        ),
        *blocks.actions(*_turning(look, page, len(ordered))),
    ]


def _report_scope(look: Look) -> str:
    """The words that choose SLOs; states are those of now and say nothing of last month."""
    return " ".join(word for word in look.scope.split() if word.casefold() not in STATES)


def _others(page: _Page, ordered: list[SloFacts]) -> list[SloFacts]:
    """Those without a row on this page, beginning with what follows it; a menu holds so many and no more."""
    if not page.rows:
        return ordered[: blocks.OPTIONS]
    after = ordered.index(page.rows[-1]) + 1
    turned = [*ordered[after:], *ordered[:after]]
    return [slo for slo in turned if slo not in page.rows][: blocks.OPTIONS]


def _turning(look: Look, page: _Page, total: int) -> list[Element | None]:
    more = min(_ROWS, page.total - page.number * _ROWS)
    hidden = not look.everything and (page.pages > 1 or total - page.total > _HEALTHY_NAMED) and page.total < total
    return [
        blocks.button(f"Next {more}", Action.SLO_PAGE, look.turned(page.number + 1).ref()) if more > 0 else None,
        blocks.button(f"Previous {_ROWS}", Action.SLO_PAGE_BACK, look.turned(page.number - 1).ref())
        if page.number > 1
        else None,
        blocks.button("Show all", Action.SLO_ALL, Look(look.scope, everything=True, at=look.at).ref())
        if hidden
        else None,
    ]


def _small_print(facts: SloStatusFacts, slos: list[SloFacts], shown_by: Person | None) -> Block:
    burning = any((slo.status.burn() or 0) >= 0.05 and slo.status.state is not State.OK for slo in slos)
    made_up = max(slo.generated for slo in slos)
    generated = f"{figures.share(made_up)} of the history is generated for the demo" if made_up > 0 else ""
    shown = f"shown by {phrases.name(shown_by)}" if shown_by else ""
    explained = _EXPLAINED if burning else ""
    return blocks.context(_dated(facts), explained, generated, shown)


def _dated(facts: SloStatusFacts) -> str:
    """As of when the figures are, and whether newer ones are on their way."""
    if facts.past:
        return f"As of {times.date_and_clock(facts.as_of)}, a past time that was asked for"
    dated = capital(phrases.as_of(facts.as_of))
    if facts.age is None:
        return dated
    old = f", {figures.duration(facts.age)} old" if facts.age else ""
    return f"{dated}{old}; newer figures follow"
