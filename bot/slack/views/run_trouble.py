"""A run that did not end as planned: not sure, failed, aborted, or never begun."""

from bot.domain.facts.run import RunFacts
from bot.domain.plaintext import capital
from bot.domain.run import RunState
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message
from bot.slack.views.run_words import change, change_marked, lock_screen, progress, small_print, undo_button, verb_of
from bot.slack.views.text import code, fallback, prose
from bot.slack.views.words import CHANGED, REFUSED, UNSURE, WRONG


def unsure(run: RunFacts) -> Message:
    """What was sent, that it is not sent again, how to look, and a button to look."""
    sent = f"The change was sent at {times.clock_seconds(run.sent_at)}." if run.sent_at else "The change was sent."
    doubt = "It may or may not have been applied. *It is not sent again by itself.*"
    look = f"\n{code(run.look, 120)}" if run.look else ""
    here = Ref(run.id, run.version).encode()
    return _message(
        run,
        fallback(f"Not sure whether {lock_screen(run)} happened. A person has to look."),
        blocks.header(f"{UNSURE} Not sure: {verb_of(run).base} {change(run)}"),
        blocks.section(phrases.joined(sent, prose(run.problem), doubt)),
        blocks.section(f"*Next:* look again; that reads the live state and changes nothing.{look}"),
        *blocks.actions(blocks.button("Look again", Action.RUN_LOOK, here, style="primary")),
        blocks.context(*small_print(run), f"{code(run.service, 40)} stays locked meanwhile", phrases.as_of(run.as_of)),
    )


def failed(run: RunFacts) -> Message:
    """How far it came, what serves now, and the two ways on."""
    return _stopped(run, "Failed")


def aborted(run: RunFacts) -> Message:
    """Stopped by a person, where it was."""
    return _stopped(run, "Aborted")


def _stopped(run: RunFacts, word: str) -> Message:
    far = f" after {progress(run)}" if run.total else ""
    way_on = "plan it again to finish it, or undo it." if run.undo else "plan it again to finish it."
    again = blocks.button("Plan it again…", Action.RUN_AGAIN, Ref(run.id, run.version).encode(), style="primary")
    return _message(
        run,
        fallback(f"{word}: {lock_screen(run)}{far}. {run.id} waits for a decision."),
        blocks.header(f"{WRONG} {word}: {verb_of(run).base} {change(run)}{far}"),
        blocks.section(prose(run.problem) or f"{change_marked(run)} is not finished."),
        blocks.section(f"*Next:* {way_on}"),
        *blocks.actions(again, undo_button(run)),
        blocks.context(*small_print(run), phrases.as_of(run.as_of)),
    )


def never_ran(run: RunFacts) -> Message:
    """Withdrawn, or no longer fitting the world: two lines, and that nothing was changed."""
    void = run.state is RunState.VOID
    word = "No longer fits" if void else "Withdrawn"
    first = f"{CHANGED if void else REFUSED} *{word}: {verb_of(run).base} {change_marked(run)}*"
    return _message(
        run,
        fallback(f"{word}: {lock_screen(run)}. Nothing was changed."),
        blocks.section(f"{first}\n{phrases.joined('*Nothing was changed.*', prose(run.problem))}"),
        blocks.context(*small_print(run)),
    )


def _message(run: RunFacts, text: str, *drawn: Block) -> Message:
    return Message(capital(text), drawn, Event.RUN, Ref(run.id, run.version))
