"""The one message of a run, from its start to its verdict."""

from collections.abc import Callable, Mapping

from bot.domain import figures
from bot.domain.facts.run import ApprovalFacts, RunFacts, Step, StepState
from bot.domain.plaintext import capital
from bot.domain.run import NEVER_RAN, RunState
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, run_approval, times
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.run_trouble import aborted, failed, never_ran, unsure
from bot.slack.views.run_words import (
    change,
    change_marked,
    change_said,
    lock_screen,
    progress,
    small_print,
    undo_button,
    verb_of,
)
from bot.slack.views.text import fallback, outside, prose
from bot.slack.views.verdict import verdict_message
from bot.slack.views.words import DONE, RUNNING, STALE, WRONG

_STEPS_SHOWN = 12
_DECIDING: Mapping[RunState, Callable[[RunFacts, ApprovalFacts], Message]] = {
    RunState.WAITING: run_approval.waiting,
    RunState.CONFIRMED: run_approval.approved,
    RunState.REFUSED: run_approval.refused,
    RunState.EXPIRED: run_approval.expired,
    RunState.VOID: run_approval.overtaken,
}
"""How a run that needs a second yes is drawn until it begins; from then on it is drawn as every run."""


def run_message(run: RunFacts) -> Message:
    """The run in every state; redrawn in place."""
    decided = _DECIDING.get(run.state)
    if run.approval is not None and decided is not None:
        return decided(run, run.approval)
    draw = {
        RunState.PLANNED: _waiting,
        RunState.WAITING: _waiting,
        RunState.CONFIRMED: _waiting,
        RunState.RUNNING: _running,
        RunState.VERIFYING: _verifying,
        RunState.UNSURE: unsure,
        RunState.FAILED: failed,
        RunState.ABORTED: aborted,
        **dict.fromkeys(NEVER_RAN, never_ran),
    }.get(run.state, verdict_message)
    return draw(run)


def _message(run: RunFacts, text: str, *drawn: Block) -> Message:
    return Message(text, drawn, Event.RUN, Ref(run.id, run.version))


def _waiting(run: RunFacts) -> Message:
    stop = blocks.button("Stop before it starts", Action.RUN_ABORT, Ref(run.id, run.version).encode())
    return _message(
        run,
        fallback(f"{run.id}, {lock_screen(run)}, waits. Nothing was started."),
        blocks.header(f"{STALE} Waiting: {verb_of(run).base} {change(run)}"),
        blocks.section(phrases.joined(prose(run.problem), "It starts by itself; *nothing was started yet*.")),
        *blocks.actions(stop),
        blocks.context(*small_print(run), phrases.as_of(run.as_of)),
    )


def _running(run: RunFacts) -> Message:
    doing, many = capital(verb_of(run).doing), progress(run)
    return _message(
        run,
        fallback(f"{doing} {change_said(run)}{f': {many} done' if many else ''}."),
        blocks.header(f"{RUNNING} {doing} {change(run)}{f': {many}' if many else ''}"),
        *_steps(run),
        *_outcome_now(run),
        *blocks.actions(_abort_button(run)),
        blocks.context(*small_print(run), phrases.as_of(run.as_of)),
    )


def _verifying(run: RunFacts) -> Message:
    past = capital(verb_of(run).past)
    return _message(
        run,
        fallback(f"{past} {change_said(run)}. Whether it helped is being measured."),
        blocks.header(f"{RUNNING} {past} {change(run)}: measuring"),
        *_steps(run),
        *_outcome_now(run),
        blocks.section(f"*Next:* nothing to do. {_verdict_by(run)}"),
        *blocks.actions(undo_button(run)),
        blocks.context(*small_print(run), phrases.as_of(run.as_of)),
    )


def _verdict_by(run: RunFacts) -> str:
    if run.applied_at is None or run.check is None:
        return "The verdict follows here."
    return f"The verdict follows here by {times.clock_seconds(run.applied_at + run.check.after)}."


def _steps(run: RunFacts) -> list[Block]:
    if not run.steps:
        return [blocks.section(change_marked(run))]
    return [blocks.section("\n".join(_step(step) for step in run.steps[:_STEPS_SHOWN]))]


def _step(step: Step) -> str:
    title = outside(step.title)
    if step.state is StepState.WAITING:
        return f"Then: {title}"
    detail = f": {prose(step.detail, 120)}" if step.detail else ""
    if step.state is StepState.DONE:
        ended = f"  ·  {times.clock_seconds(step.ended)}" if step.ended else ""
        return f"{DONE}  {title}{detail}{ended}"
    if step.state is StepState.FAILED:
        return f"{WRONG}  *{title}*{detail}"
    since = f"  ·  since {times.clock_seconds(step.since)}" if step.since else ""
    usual = f", usually {figures.duration(step.usually)}" if step.usually else ""
    return f"{RUNNING}  *{title}*{detail}{since}{usual}"


def _outcome_now(run: RunFacts) -> list[Block]:
    """The outcome that matters, while it runs."""
    if run.now is None:
        return []
    start = f" ({figures.value(run.start.value, run.start.unit)} at the start)" if run.start else ""
    now = figures.value(run.now.value, run.now.unit)
    return [blocks.section(f"{capital(outside(run.now.what))} now *{now}*{start}.")]


def _abort_button(run: RunFacts) -> Element:
    noun = verb_of(run).noun
    so_far = f"Changed so far: *{outside(progress(run))}*" if run.total else ""
    done = f"{so_far}; the rest stay as they are, and all serve customers." if so_far else ""
    left = outside(run.abort, 160) or phrases.joined("It stops where it is.", done)
    back = "To go back afterwards, use Undo." if run.undo else "What is done stays done."
    words = phrases.joined(left, back)
    dialog = blocks.confirm(f"Abort the {noun}?", words, "Abort here", "Keep going", danger=True)
    here = Ref(run.id, run.version).encode()
    return blocks.button("Abort…", Action.RUN_ABORT, here, style="danger", confirm=dialog)
