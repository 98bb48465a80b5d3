"""A run that needs a second person's yes: waiting for it, approved, refused, expired, or overtaken by the world."""

from bot.domain import figures
from bot.domain.facts.person import Person
from bot.domain.facts.run import ApprovalFacts, RunFacts
from bot.domain.plaintext import capital
from bot.slack.ids import Action, Event, Ref, RunMore
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.run_words import change, change_marked, change_said, verb_of
from bot.slack.views.text import fallback, outside, plain, prose, quoted
from bot.slack.views.words import CHANGED, DONE, EXPIRED, REFUSED, WAITING

_WORDS_MOST = 200


def waiting(run: RunFacts, wanted: ApprovalFacts) -> Message:
    """The question: what, until when, of whom; the one place where somebody is called by @."""
    base, for_what = verb_of(run).base, f", for {run.incident}" if run.incident else ""
    until = figures.utc(wanted.until, run.as_of)
    return _message(
        run,
        fallback(f"Approve? {capital(base)} {change_said(run)} in {run.environment}{for_what}. Until {until}."),
        blocks.header(f"{WAITING} Approve? {capital(base)} {change(run)}"),
        blocks.section(_asks(run, wanted)),
        blocks.section(_hits(run, wanted)),
        *blocks.actions(
            _approve(run, wanted),
            blocks.button("Refuse…", Action.RUN_REFUSE, _here(run)),
            blocks.button("Whole plan", Action.RUN_WHOLE, _here(run)),
            blocks.overflow(Action.RUN_MORE, blocks.carried(*_more(run))),
        ),
        blocks.context(
            outside(run.id, 20),
            outside(run.environment, 40),
            f"{phrases.name(run.asked_by)} cannot approve it",
            outside(run.incident, 20),
            f"plan {outside(wanted.digest, 20)}",
            phrases.as_of(run.as_of),
        ),
    )


def _asks(run: RunFacts, wanted: ApprovalFacts) -> str:
    until = f"Open until {times.clock(wanted.until, run.as_of)}."
    who = figures.listed([_called(person) for person in wanted.asked], 3)
    asker = phrases.name(run.asked_by)
    if who:
        return f"{who}, *{asker} asks for your yes*; one is enough. {until}"
    names = figures.listed([outside(name, 40) for name in wanted.called], 4) or "nobody known here"
    return f"*{asker} asks for a second yes*, of one of: {names}. {until}"


def _called(person: Person) -> str:
    return f"<@{person.id}>" if person.id else phrases.name(person)


def _hits(run: RunFacts, wanted: ApprovalFacts) -> str:
    why = f"\nWhy: {phrases.sentence(run.reason)}" if run.reason else ""
    return f"{phrases.joined(_sentence(wanted.hits), _undo(run))}{why}"


def _sentence(words: str) -> str:
    return f"{prose(words.rstrip('.'), 240)}." if words else ""


def _undo(run: RunFacts) -> str:
    if run.undo is None:
        return "There is no undo."
    return f"Undo: {outside(run.undo.label.removesuffix('…').removeprefix('Undo: '), 60)}."


def _approve(run: RunFacts, wanted: ApprovalFacts) -> Element:
    from_to = f"goes from *{outside(run.before, 40)}* to *{outside(run.after, 40)}*"
    moves = from_to if verb_of(run).moves else f"gets a *{outside(verb_of(run).noun, 30)}*"
    text = phrases.joined(
        f"*{outside(run.service, 40)}* in {outside(run.environment, 30)} {moves}.",
        f"{prose(wanted.hits.rstrip('.'), 110)}. It starts at once.",
        _undo(run),
    )
    noun = plain(verb_of(run).noun, 40)
    dialog = blocks.confirm(f"Start the {noun}?", text, "Approve and start", "Not yet")
    value = Ref(run.id, run.version, wanted.digest).encode()
    return blocks.button("Approve…", Action.RUN_APPROVE, value, style="primary", confirm=dialog)


def _more(run: RunFacts) -> list[tuple[str, Ref]]:
    return [
        (f"Withdraw ({plain(run.asked_by.name, 40)})", Ref(run.id, run.version, RunMore.WITHDRAW.value)),
        ("Which rule asks for this?", Ref(run.id, run.version, RunMore.RULE.value)),
    ]


def approved(run: RunFacts, wanted: ApprovalFacts) -> Message:
    """Decided, and about to start; until then it can be stopped."""
    by = wanted.decided_by
    who = phrases.name(by) if by else "Somebody"
    at = f" at {times.clock_seconds(wanted.decided_at)}" if wanted.decided_at else ""
    base = verb_of(run).base
    return _message(
        run,
        fallback("Approved by ", by.name if by else "", f": {base} {change_said(run)}. Starting."),
        blocks.header(f"{DONE} Approved: {base} {change(run)}"),
        blocks.section(
            phrases.joined(
                f"*{who} approved*{at}; {phrases.name(run.asked_by)} asked.",
                prose(run.problem),
                "It starts by itself, once the live state was read again; *nothing was started yet*.",
            )
        ),
        blocks.section(_hits(run, wanted)),
        *blocks.actions(
            blocks.button("Stop before it starts", Action.RUN_ABORT, _here(run)),
            blocks.button("Whole plan", Action.RUN_WHOLE, _here(run)),
        ),
        blocks.context(outside(run.id, 20), outside(run.environment, 40), phrases.as_of(run.as_of)),
    )


def refused(run: RunFacts, wanted: ApprovalFacts) -> Message:
    """Two lines: who said no and why, and what next."""
    by = wanted.decided_by
    who, base = (phrases.name(by) if by else "somebody"), verb_of(run).base
    why = f"\n{quoted(wanted.words, _WORDS_MOST)}" if wanted.words else ""
    line = f"{REFUSED} *Refused by {who}, nothing was changed:* {base} {change_marked(run)}{why}"
    others = blocks.button("Other runbooks…", Action.RUN_PICK, _here(run))
    return _message(
        run,
        fallback("Refused by ", by.name if by else "", f": {base} {run.service}. Nothing was changed."),
        blocks.section(line),
        blocks.section("*Next:* do what the reason says, or pick another runbook."),
        *blocks.actions(others, _again(run)),
        blocks.context(*_asked(run, wanted, "refused")),
    )


def expired(run: RunFacts, wanted: ApprovalFacts) -> Message:
    """Nobody decided in time."""
    base, took = verb_of(run).base, figures.duration(wanted.until - wanted.asked_at)
    who = figures.listed([outside(name, 40) for name in wanted.called], 4) or "those who may"
    line = (
        f"{EXPIRED} *Expired at {times.clock(wanted.until, run.as_of)}, nothing was changed:* "
        f"{base} {change_marked(run)}\nNobody of {who} decided in {took}."
    )
    return _message(
        run,
        fallback(f"Expired, nobody decided: {base} {run.service}. Nothing was changed."),
        blocks.section(line),
        blocks.section("*Next:* plan it again, which asks again; or page who may approve it."),
        *blocks.actions(_again(run, style="primary")),
        blocks.context(*_asked(run, wanted, "")),
    )


def overtaken(run: RunFacts, wanted: ApprovalFacts) -> Message:
    """Approved, and void before it began: the world changed, or the approver lost the right. Both worlds are shown."""
    by = phrases.name(wanted.decided_by) if wanted.decided_by else "The approver"
    base = verb_of(run).base
    over = "The plan no longer fits" if wanted.anew else "The approval no longer counts"
    line = f"{CHANGED} *{over}, nothing was changed:* {base} {change_marked(run)}"
    truth = prose(run.problem.replace("Nothing was changed.", "").strip(), 240)
    counts = f"{by}’s yes was for {outside(run.before, 40)} → {outside(run.after, 40)} and no longer counts."
    if not verb_of(run).moves:
        counts = f"{by}’s yes no longer counts."
    if wanted.anew:
        next_step = f"{outside(wanted.anew_change, 60)} is planned as {outside(wanted.anew, 20)}, and asked for anew."
    else:
        next_step = "look what has changed, then plan it again."
    text = f"{over}: {base} {run.service}. Nothing was changed."
    return _message(
        run,
        fallback(f"{text} {wanted.anew} asks anew." if wanted.anew else f"{text} Make a new plan."),
        blocks.section(f"{line}\n{phrases.joined(truth, counts)}"),
        blocks.section(f"*Next:* {next_step}"),
        *blocks.actions(None if wanted.anew else _again(run, style="primary")),
        blocks.context(*_asked(run, wanted, "approved"), "checked again before the start"),
    )


def _again(run: RunFacts, style: str = "") -> Element:
    return blocks.button("Plan it again…", Action.RUN_AGAIN, _here(run), style=style)


def _asked(run: RunFacts, wanted: ApprovalFacts, decided: str) -> list[str]:
    at = times.clock(wanted.decided_at, run.as_of) if wanted.decided_at else ""
    asked = f"asked by {phrases.name(run.asked_by)} {times.clock(wanted.asked_at, run.as_of)}"
    return [outside(run.id, 20), asked, f"{decided} {at}" if decided and at else "", outside(run.incident, 20)]


def _here(run: RunFacts) -> str:
    return Ref(run.id, run.version).encode()


def _message(run: RunFacts, text: str, *drawn: Block) -> Message:
    return Message(text, drawn, Event.RUN, Ref(run.id, run.version))
