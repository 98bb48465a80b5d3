"""What the views of a run share: its name in words, its undo, and its small print."""

from bot.domain import figures
from bot.domain.facts.run import RunFacts
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Element
from bot.slack.views.text import code, outside, plain
from bot.slack.views.words import Verb, verb


def verb_of(run: RunFacts) -> Verb:
    """The verb; a run that takes another one back is called by that."""
    if not run.undoes:
        return verb(run.action)
    back = f"take back {run.undoes}:"
    return Verb(back, f"taking{back[4:]}", f"took{back[4:]}", f"undo of {run.undoes}", verb(run.action).moves)


def change(run: RunFacts) -> str:
    """`checkout v42 → v41` for headers and dialogs; only the service where nothing moves from here to there."""
    if not verb(run.action).moves:
        return plain(run.service, 40)
    return f"{plain(run.service, 24)} {plain(run.before, 20)} → {plain(run.after, 20)}"


def change_said(run: RunFacts) -> str:
    """`checkout v42 to v41`, for lock screens."""
    return f"{run.service} {run.before} to {run.after}" if verb_of(run).moves else run.service


def change_marked(run: RunFacts) -> str:
    """The same inside a sentence."""
    if not verb(run.action).moves:
        return code(run.service, 60)
    return f"{code(run.service, 60)} {outside(run.before, 40)} → {outside(run.after, 40)}"


def progress(run: RunFacts) -> str:
    """`2 of 3 replicas` in plain text, empty where nothing is counted."""
    return f"{figures.count(run.done)} of {total(run)}" if run.total else ""


def total(run: RunFacts) -> str:
    """`3 replicas`, in plain text."""
    return figures.plural(run.total, plain(run.one, 20), plain(run.many, 20))


def small_print(run: RunFacts) -> list[str]:
    """The id, who asked, who approved, and why."""
    wanted = run.approval
    yes = f"approved by {phrases.name(wanted.decided_by)}" if wanted and wanted.decided_by and run.started_at else ""
    why = f"why: “{outside(run.reason)}”" if run.reason else ""
    return [outside(run.id, 20), f"asked by {phrases.name(run.asked_by)}", yes, outside(run.incident, 20), why]


def undo_button(run: RunFacts) -> Element | None:
    """Opens the plan of the way back."""
    if run.undo is None or run.undone_by:
        return None
    return blocks.button(blocks.asking(plain(run.undo.label)), Action.RUN_UNDO, Ref(run.id, run.version).encode())


def undo_until(run: RunFacts) -> str:
    """Until when the way back is open, or that there is none."""
    if run.undo is None:
        return f"a {outside(verb(run.action).noun, 30)} has no undo"
    if run.undo.until is None:
        return ""
    return f"undo in one click until {times.clock(run.undo.until, run.as_of)}"


def lock_screen(run: RunFacts) -> str:
    """`the rollback of checkout`."""
    return f"the {verb(run.action).noun} of {run.service}"
