"""Answers about alerts: which fire, and handing one back."""

from bot.domain import figures
from bot.domain.facts.alert import AlertFacts, AlertListFacts
from bot.domain.plaintext import capital
from bot.slack.ids import Action, Form, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message, View
from bot.slack.views.text import fallback, link, outside, plain
from bot.slack.views.words import DONE, HELD, SILENCED, shape

_SHOWN = 10


def alert_list(facts: AlertListFacts) -> Message:
    """The open ones, worst first; where there is none, the one that ended last."""
    if not facts.alerts:
        return Message("No alert fires.", (blocks.section(_quiet(facts)), blocks.context(phrases.as_of(facts.as_of))))
    shown = facts.alerts[:_SHOWN]
    total = len(facts.alerts) + facts.more
    hidden = total - len(shown)
    head = figures.plural(total, "alert group", "alert groups")
    return Message(
        fallback(f"{head} open. Worst, {shown[0].priority}: ", shown[0].title, "."),
        (
            blocks.section(f"*{head} open*"),
            *[_row(alert) for alert in shown],
            *([blocks.section(f"and {figures.count(hidden)} more, less severe or newer")] if hidden > 0 else []),
            blocks.context(phrases.as_of(facts.as_of)),
        ),
    )


def _quiet(facts: AlertListFacts) -> str:
    last = facts.last
    if last is None or last.end is None:
        return f"{DONE} *No alert fires.* There has not been one yet."
    ended = times.clock(last.end.at, facts.as_of)
    return f"{DONE} *No alert fires.* The last one, {outside(last.id, 20)} ({outside(last.title)}), ended {ended}."


def _row(alert: AlertFacts) -> Block:
    title = f"{_shape(alert)} *{capital(alert.priority)}: {outside(alert.title)}*"
    place = f"{phrases.where(alert.service, alert.environment)}, since {times.clock(alert.since, alert.as_of)}"
    size = figures.plural(alert.firing, "alert") if alert.firing > 1 else ""
    name = link(alert.id, alert.url) if alert.url else outside(alert.id, 20)
    line = f"{title}\n{', '.join(filter(None, [place, _held(alert), size]))}.  {name}"
    if alert.holder is not None or alert.silence is not None:
        return blocks.section(line)
    spoken = plain(f"Acknowledge {alert.id}: {alert.title}", 75)
    return blocks.section(line, blocks.button("Acknowledge", Action.ALERT_ACK, _here(alert), spoken=spoken))


def _shape(alert: AlertFacts) -> str:
    if alert.silence is not None:
        return SILENCED
    return HELD if alert.holder is not None else shape(alert.priority.rank)


def _held(alert: AlertFacts) -> str:
    if alert.silence is not None:
        return f"silenced until {times.clock(alert.silence.until, alert.as_of)}"
    return f"{phrases.name(alert.holder.person)} has it" if alert.holder else "nobody has it yet"


def _here(alert: AlertFacts) -> str:
    return Ref(alert.id, alert.version).encode()


def hand_back_form(alert: AlertFacts) -> View:
    """Handing back starts the paging again, so it is asked first."""
    title = f"*{outside(alert.id, 20)}: {outside(alert.title)}*"
    follows = f" {phrases.name(alert.paging.person)} is paged." if alert.paging else ""
    return blocks.modal(
        Form.ALERT_HAND_BACK,
        "Hand the alert back?",
        [blocks.section(f"{title}\nNobody has it then, and paging starts again.{follows} No reason is asked.")],
        submit="Hand back",
        close="Keep it",
        private=_here(alert),
    )
