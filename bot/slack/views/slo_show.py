"""`/slo show`: one SLO in full: what holds, what is left, how fast it goes and what spent it."""

from bot.domain import figures
from bot.domain.facts.person import Person
from bot.domain.facts.slo import SloFacts, SloPicture, SloShowFacts, Spender
from bot.domain.plaintext import capital
from bot.domain.sla import Promise, Sla, looser
from bot.domain.slo import BURN_WINDOWS, Budgeting, State
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message
from bot.slack.views.slo_outlook import outlook_words, too_young
from bot.slack.views.slo_picture import picture_block
from bot.slack.views.slo_words import over, promise, standing
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import SLO_SHAPES

_BURNS_SHOWN = ("5m", "1h", "6h", "1d")
_SPENDERS_SHOWN = 5
_PROMISES_SHOWN = 3
_COUNTING = {
    Budgeting.OCCURRENCES: "counted by events",
    Budgeting.TIMESLICES: "counted by time slices",
    Budgeting.RATIO_TIMESLICES: "counted by the mean of time slices",
}


def slo_show(facts: SloShowFacts, *, shown_by: Person | None = None, picture: SloPicture | None = None) -> Message:
    """One SLO. `shown_by` has put it before the whole channel; `picture` is that of its budget, where it is drawn."""
    slo = facts.slo
    here = Ref(slo.status.slo.name).encode()
    controls = (
        blocks.button("What if…", Action.SLO_WHAT_IF, here),
        blocks.button("Explain", Action.SLO_EXPLAIN, here),
        blocks.button("Last month", Action.SLO_REPORT, Ref("last-month", extra=slo.status.slo.name).encode()),
        blocks.button("Show to channel", Action.SLO_SHARE_ONE, here),
    )
    return Message(
        fallback("", slo.status.slo.display_name, f": {standing(slo)}. {_rate_words(slo)}".rstrip()),
        (
            blocks.header(f"{SLO_SHAPES[slo.status.state]} {plain(slo.status.slo.display_name, 45)}: {standing(slo)}"),
            *_deadline(facts),
            blocks.fields(*_facts(facts)),
            *_remarks(facts),
            *([picture_block(facts, picture)] if picture else []),
            *_spent(facts),
            *([blocks.section(phrases.links(facts.links))] if facts.links else []),
            *([] if shown_by else blocks.actions(*controls)),
            blocks.context(*_small_print(facts, shown_by)),
        ),
    )


def _rate_words(slo: SloFacts) -> str:
    burn = slo.status.burn()
    if burn is None:
        return ""
    return "Not burning now." if burn < 0.05 else f"Burning {figures.multiple(burn)}."


def _deadline(facts: SloShowFacts) -> list[Block]:
    """When the budget is gone, or since when something is wrong; nothing where all is well."""
    slo, status = facts.slo, facts.slo.status
    since = f" since {times.clock(slo.since, facts.as_of)}" if slo.since else ""
    if status.state in (State.NO_DATA, State.ERROR):
        return [blocks.section(f"*{capital(standing(slo))}{since}.* Not counted as healthy.")]
    if status.state is State.EXHAUSTED:
        return [blocks.section(f"*Budget gone{since}.*")]
    if status.state is State.STALE:
        again = f" Next try {times.clock(slo.next_try, facts.as_of)}." if slo.next_try else ""
        return [blocks.section(f"*Last value at {times.clock(status.data.last or status.as_of, facts.as_of)}.*{again}")]
    if status.state is State.AT_RISK and status.exhaustion:
        return [blocks.section(f"*Budget gone by {times.clock(status.exhaustion, facts.as_of)}* at this rate.")]
    return []


def _facts(facts: SloShowFacts) -> list[str]:
    slo, status = facts.slo, facts.slo.status
    value = f"{figures.sli(status.sli, status.slo.target)} {over(status.slo)}" if status.sli is not None else "no data"
    budget = status.budget
    size = "no data" if budget.left is None else phrases.budget_left(budget.left, budget.minutes)
    burns = [(window, status.burn(window)) for window in _BURNS_SHOWN]
    rates = [
        f"{figures.multiple(rate)} over {figures.window(BURN_WINDOWS[window])}"
        for window, rate in burns
        if rate is not None
    ]
    known = [f"*Now:* {value}", f"*Target:* {promise(slo)}", f"*Budget:* {size}"]
    burning = [f"*Burning:* {', '.join(rates)}"] if rates else []
    return [*known, *burning, *(_promised(facts, *each) for each in facts.promises[:_PROMISES_SHOWN])]


def _promised(facts: SloShowFacts, sla: Sla, promised: Promise) -> str:
    """What an agreement says of it; a looser target may be met while the agreement is broken."""
    looser_words = ", more than this target" if looser(facts.slo.status.slo, promised) else ""
    what = f"{figures.target(promised.target)} {outside(promised.name, 40)}"
    return f"*Promised:* {what} in {outside(sla.shown_name, 60)}{looser_words}"


def _remarks(facts: SloShowFacts) -> list[Block]:
    """What a reader must know about the data beside the figures, and what the figures lead one to expect."""
    reason = facts.slo.status.reason
    words = (phrases.sentence(reason, 300) if reason else "", outlook_words(facts.outlook, facts.slo.status.as_of))
    return [blocks.section(each) for each in words if each]


def _spent(facts: SloShowFacts) -> list[Block]:
    lines = [_spender(spender) for spender in facts.spenders[:_SPENDERS_SHOWN]]
    hidden = len(facts.spenders) - len(lines)
    if hidden > 0:
        lines.append(f"and {figures.count(hidden)} smaller ones")
    if facts.unattributed >= 0.05:
        lines.append(f"{figures.minutes(facts.unattributed)}  below any alert, {over(facts.slo.status.slo)}")
    return [blocks.section("*What spent it*\n" + "\n".join(lines))] if lines else []


def _spender(spender: Spender) -> str:
    return f"{figures.minutes(spender.minutes)}  {outside(spender.what)}, {times.day(spender.at)}"


def _small_print(facts: SloShowFacts, shown_by: Person | None) -> list[str]:
    slo, status = facts.slo, facts.slo.status
    whole = slo.source and status.data.complete and status.counts is not None
    complete = f"{outside(slo.source, 40)}, complete" if whole else outside(slo.source, 40)
    generated = f"{figures.share(slo.generated)} of the history is generated for the demo" if slo.generated > 0 else ""
    shown = f"shown by {phrases.name(shown_by)}" if shown_by else ""
    young = too_young(facts.outlook)
    return [complete, _COUNTING[status.slo.budgeting], generated, young, shown, phrases.as_of(facts.as_of)]
