"""What a run changed: better, no change, worse, or too little data to tell; the test in words, and what next."""

from bot.domain import figures
from bot.domain.facts.person import Person
from bot.domain.facts.reading import Unit
from bot.domain.facts.run import RunFacts
from bot.domain.plaintext import capital
from bot.domain.verdict import Outcome, Verdict
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.run_words import (
    change_marked,
    lock_screen,
    progress,
    small_print,
    total,
    undo_button,
    undo_until,
    verb_of,
)
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import DONE, VERDICTS, WRONG


def verdict_message(run: RunFacts) -> Message:
    """A finished run. Without a verdict it says so; taken back by another run it is two lines."""
    if run.undone_by:
        return _message(run, f"{_words(run)} It was taken back by {run.undone_by}.", *_undone(run))
    if run.verdict is None:
        return _message(run, f"{capital(lock_screen(run))} is done. Nothing was measured.", *_unmeasured(run))
    return _message(run, _words(run), *_judged(run, run.verdict))


def _message(run: RunFacts, text: str, *drawn: Block) -> Message:
    return Message(fallback(text), drawn, Event.RUN, Ref(run.id, run.version))


def _what(run: RunFacts) -> str:
    return run.check.what if run.check else "errors"


def _words(run: RunFacts) -> str:
    verdict = run.verdict
    if verdict is None:
        return f"{capital(lock_screen(run))} is done."
    word = VERDICTS[verdict.outcome][1]
    was, now = verdict.share_before, verdict.share_after
    if verdict.outcome is Outcome.NOT_ENOUGH_DATA or was is None or now is None:
        return f"{word} to say whether {lock_screen(run)} helped."
    return f"{word}: {_what(run)} {figures.percent(was)} to {figures.percent(now)} after {lock_screen(run)}."


def headline(run: RunFacts) -> str:
    """`Better: checkout errors 31 % → 0.2 %`, for headers."""
    verdict = run.verdict
    if verdict is None:
        return f"{capital(verb_of(run).past)} {plain(run.service, 40)}"
    word = VERDICTS[verdict.outcome][1]
    was, now = verdict.share_before, verdict.share_after
    if verdict.outcome is Outcome.NOT_ENOUGH_DATA or was is None or now is None:
        return f"{word}: {plain(_what(run), 40)}"
    return f"{word}: {plain(_what(run), 40)} {figures.from_to(was, now, Unit.RATIO)}"


def _done(run: RunFacts) -> str:
    """`Rolled back checkout v42 → v41 at 02:14 (all 3 replicas).`"""
    at = f" at {times.clock(run.applied_at, run.as_of)}" if run.applied_at else ""
    all_of = f" ({'all ' if run.done == run.total else ''}{_changed(run)})" if run.total else ""
    return f"{capital(verb_of(run).past)} {change_marked(run)}{at}{all_of}."


def _changed(run: RunFacts) -> str:
    return outside(total(run) if run.done == run.total else progress(run))


def _judged(run: RunFacts, verdict: Verdict) -> list[Block]:
    return [
        blocks.header(f"{VERDICTS[verdict.outcome][0]} {headline(run)}"),
        blocks.section(phrases.joined(_done(run), _test(run, verdict))),
        blocks.section(f"*Next:* {_next(run, verdict.outcome)}"),
        *blocks.actions(*_buttons(run, verdict.outcome)),
        blocks.context(*small_print(run), _took(run), _events(verdict), undo_until(run)),
    ]


def _test(run: RunFacts, verdict: Verdict) -> str:
    """The windows, and what the interval of the difference says."""
    windows = ""
    if run.check is not None:
        windows = f"{figures.window(run.check.before)} before against {figures.window(run.check.after)} after"
    if verdict.low is None or verdict.high is None:
        least = figures.plural(verdict.rule.min_events, "event")
        return f"{capital(windows)}: too few events to tell, each side needs {least}." if windows else ""
    bounds = f"the difference lies between {figures.difference(verdict.low, verdict.high, Unit.RATIO)}"
    if verdict.outcome is Outcome.SAME:
        meaning = "within what chance does, or too small to matter"
    else:
        meaning = "more than chance does"
    return f"{capital(f'{windows}: ' if windows else '')}{bounds}, {meaning}."


def _next(run: RunFacts, outcome: Outcome) -> str:
    if outcome is Outcome.BETTER:
        asked = f"Mark {outside(run.incident, 20)} mitigated?" if run.incident and run.mitigable else ""
        return phrases.joined("customers are better off." if asked else "nothing, it helped.", asked)
    if outcome is Outcome.WORSE:
        return (
            "undo it." if run.undo else "there is no undo for it. Try another runbook, or page who knows the service."
        )
    if outcome is Outcome.SAME:
        return _next_same(run)
    return "look at the dashboard; undo it if it does not get better." if run.undo else "look at the dashboard."


def _next_same(run: RunFacts) -> str:
    if run.other is not None:
        reason = phrases.sentence(capital(run.other.reason))
        return phrases.joined(f"{outside(run.other.label, 60)} may fit better.", reason)
    return "it did not help; the cause is likely elsewhere."


def _buttons(run: RunFacts, outcome: Outcome) -> list[Element | None]:
    """Slots: the safe step, then the way back."""
    if outcome is Outcome.BETTER:
        return [_mitigate(run), undo_button(run)]
    return [_others(run), _undo_now(run) if outcome is Outcome.WORSE else undo_button(run)]


def _mitigate(run: RunFacts) -> Element | None:
    if not run.incident or not run.mitigable:
        return None
    value = Ref(run.incident, run.incident_version).encode()
    return blocks.button("Mark mitigated…", Action.INCIDENT_MITIGATE, value, style="primary")


def _others(run: RunFacts) -> Element:
    return blocks.button("Other runbooks…", Action.RUN_PICK, Ref(run.id, run.version).encode())


def _undo_now(run: RunFacts) -> Element | None:
    """The way back from something worse: from → to in the dialog, so no further plan is asked."""
    undo = run.undo
    if undo is None:
        return None
    label = blocks.asking(plain(undo.label))
    text = f"{outside(run.service, 40)} in {outside(run.environment, 40)} goes from *{outside(undo.before, 40)}* to "
    dialog = blocks.confirm(
        f"{label.removesuffix('…')}?",
        f"{text}*{outside(undo.after, 40)}*, as it was before {outside(run.id, 20)}.",
        "Undo it now",
        plain(f"Leave it at {undo.before}", 30),
        danger=True,
    )
    return blocks.button(label, Action.RUN_UNDO_NOW, Ref(run.id, run.version).encode(), style="danger", confirm=dialog)


def _took(run: RunFacts) -> str:
    if run.started_at is None or run.applied_at is None:
        return ""
    return f"took {figures.duration(run.applied_at - run.started_at)}"


def _events(verdict: Verdict) -> str:
    return (
        f"{figures.count(round(verdict.before.total))} events before, {figures.count(round(verdict.after.total))} after"
    )


def _unmeasured(run: RunFacts) -> list[Block]:
    return [
        blocks.header(f"{DONE} {headline(run)}"),
        blocks.section(phrases.joined(_done(run), "Whether it helped was not measured.")),
        blocks.section("*Next:* look at the dashboard."),
        *blocks.actions(undo_button(run)),
        blocks.context(*small_print(run), _took(run), undo_until(run)),
    ]


def _undone(run: RunFacts) -> list[Block]:
    shape = VERDICTS[run.verdict.outcome][0] if run.verdict else DONE
    back = f"Taken back by {outside(run.undone_by, 20)}."
    return [
        blocks.section(f"{shape} *{outside(headline(run))}*\n{_done(run)} {back}"),
        blocks.context(*small_print(run)),
    ]


def worse_notice(run: RunFacts, to: Person) -> Message:
    """Calls the asker back: in the run's thread, shown to the channel, once."""
    who = f"<@{to.id}>" if to.id else phrases.name(to)
    way = "Undo is one click, on the message above." if run.undo else "There is no undo for it."
    verdict = run.verdict
    was, now = (verdict.share_before, verdict.share_after) if verdict else (None, None)
    moved = f" {figures.from_to(was, now, Unit.RATIO)}" if was is not None and now is not None else ""
    line = f"{WRONG} *{who}, it got worse:* {outside(_what(run))}{moved} since {outside(lock_screen(run))}. {way}"
    text = fallback("", _words(run).rstrip("."), f". {to.name}, {'undo is one click' if run.undo else 'look at it'}.")
    return Message(text, (blocks.section(line),), Event.NOTICE, Ref(f"{run.id}/worse", 1))
