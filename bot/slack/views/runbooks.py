"""Choosing a runbook, and the plan of what it will change. Nothing runs before the plan is confirmed."""

import json
from collections.abc import Iterator, Sequence

from bot.domain import figures
from bot.domain.facts.reading import RunbookOffer, RunbookRefusal
from bot.domain.facts.run import Check, PickerFacts, PlanFacts
from bot.domain.plaintext import capital, units
from bot.domain.slo.policy import Answer
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views import blocks, phrases, times, verbatim
from bot.slack.views.blocks import Block, Element, Message, View
from bot.slack.views.text import code, fallback, link, outside, plain, prose, within
from bot.slack.views.words import REFUSED, WAITING, verb

_REASON_MOST = 200
_DETAILS = 16
_LONG = 170
"""Units of a detail that no longer fits half the width of a form."""
_HEAD_OF_A_DIFF = 2
"""Lines of a unified diff that name the two ends, which the plan does by itself."""
_POLICY = {Answer.ALLOWED: "allowed", Answer.NEEDS_APPROVAL: "asks for a second yes", Answer.REFUSED: "refuses it"}
_REFUSALS_SHOWN = 3
_LISTED = 10


def picker_form(facts: PickerFacts) -> View:
    """What fits, best first and preselected. An option's value is a `Ref` of service and runbook; `key` comes back."""
    offers = [_option(offer) for offer in facts.offers[:10]]
    if not offers:
        none = blocks.section(
            f"*No runbook fits.*{_about(facts)} Runbooks are files in the catalog's `runbooks` folder."
        )
        return blocks.modal(Form.NOTICE, "What should run?", [none, *_refusals(facts.refusals)], close="Close")
    question = blocks.field_input(Field.RUNBOOK, "Best fit first", blocks.radio(offers, offers[0]))
    return blocks.modal(
        Form.RUN_PICK,
        "What should run?",
        [
            *([blocks.section(f"For{_about(facts)}")] if facts.service else []),
            question,
            blocks.context("Nothing runs yet: a plan comes first."),
            *_refusals(facts.refusals),
        ],
        submit="Show the plan",
        private=facts.key,
    )


def _about(facts: PickerFacts) -> str:
    subject = f" {outside(facts.subject, 20)}:" if facts.subject else ""
    title = f" *{outside(facts.title)}*," if facts.title else ""
    return f"{subject}{title} {phrases.where(facts.service, facts.environment)}." if facts.service else ""


def _option(offer: RunbookOffer) -> Element:
    change = f"  {within(offer.change, 24, 26)}" if offer.change else ""
    value = Ref(offer.service, 0, offer.name).encode()
    return blocks.rich_option(f"*{within(offer.label, 40, 43)}*{change}", value, within(offer.reason, 75, 75))


def runbook_list(facts: PickerFacts) -> Message:
    """What could run, each with a button to its plan; where there is nothing, how to add some."""
    many = figures.plural(len(facts.offers), "runbook")
    for_what = f" for {outside(facts.service, 60)}" if facts.service else ""
    if not facts.offers:
        words = f"*No runbooks{for_what}.* They are files in the catalog's `runbooks` folder."
        whose = f" for {facts.service}" if facts.service else ""
        return Message(fallback("No runbooks", whose, "."), (blocks.section(words),))
    hidden = len(facts.offers) - _LISTED
    more = [blocks.section(f"and {figures.count(hidden)} more; name a service to see them")] if hidden > 0 else []
    return Message(
        fallback(f"{many}. Nothing runs before its plan is confirmed."),
        (
            blocks.section(f"*{many}{for_what}*. Nothing runs before its plan is confirmed."),
            *[_row(offer) for offer in facts.offers[:_LISTED]],
            *more,
            *_refusals(facts.refusals),
        ),
    )


def _row(offer: RunbookOffer) -> Block:
    change = f"  {outside(offer.change, 40)}" if offer.change else ""
    reason = f"\n{phrases.sentence(capital(offer.reason), 120)}" if offer.reason else ""
    value = Ref(offer.service, 0, offer.name).encode()
    plan = blocks.button("Plan…", Action.RUN_NEW, value, spoken=plain(f"Plan: {offer.label}, {offer.service}", 75))
    return blocks.section(f"*{outside(offer.label, 60)}*  {code(offer.service, 40)}{change}{reason}", plan)


def _refusals(refusals: tuple[RunbookRefusal, ...]) -> list[Block]:
    if not refusals:
        return []
    named = [f"*{outside(refusal.label, 60)}*: {prose(refusal.why, 120)}" for refusal in refusals[:_REFUSALS_SHOWN]]
    return [blocks.context("Not offered to you: " + "; ".join(named))]


def plan_form(plan: PlanFacts) -> View:
    """From → to, what is hit, what undoes it. Its submit is the confirmation; metadata: {"run", "digest", "key"}."""
    base = verb(plan.action).base
    refused = plan.policy is not None and plan.policy.answer is Answer.REFUSED
    submit = "Ask for approval" if plan.second_yes else f"{capital(base)} now"
    return blocks.modal(
        Form.NOTICE if refused else Form.RUN_PLAN,
        f"Plan: {base}",
        [*_what(plan), *([_not_allowed(plan)] if refused else [*_second_yes(plan, "you"), _why(plan)]), _made(plan)],
        submit="" if refused else submit,
        close="Close" if refused else "Cancel",
        private=_carried(plan),
    )


def stored_plan_form(plan: PlanFacts, message: str = "") -> View:
    """The plan of a run as it was stored, to look at; `message` is the address of the run's message."""
    where = [blocks.section(f"*Next:* {link('decide on the message of ' + plan.run, message)}.")] if message else []
    drawn = [*_what(plan), *_second_yes(plan, "whoever asked"), *where, _made(plan)]
    return blocks.modal(Form.NOTICE, f"Plan: {verb(plan.action).base}", drawn, close="Close")


def approve_form(plan: PlanFacts) -> View:
    """The second yes as a form: the whole plan, and its submit."""
    reason = [blocks.section(f"*Why:* {phrases.sentence(plan.reason)}")] if plan.reason else []
    return blocks.modal(
        Form.RUN_APPROVE, f"Approve: {verb(plan.action).base}", [*_what(plan), *reason, _made(plan)],
        submit="Approve and start", close="Not yet", private=_carried(plan),
    )  # fmt: skip


def refuse_form(run: str, what: str) -> View:
    """Asks why not; the reason goes to whoever asked."""
    element = blocks.text_input(least=5, most=_REASON_MOST, lines=True)
    return blocks.modal(
        Form.RUN_REFUSE,
        f"Refuse {run}",
        [
            blocks.section(f"{prose(capital(what))}. A refusal changes nothing."),
            blocks.field_input(Field.REASON, "Why not?", element, "Goes to whoever asked, and into the record."),
        ],
        submit="Refuse",
        private=run,
    )


def _carried(plan: PlanFacts) -> str:
    """What a form with a plan brings back."""
    return json.dumps({"run": plan.run, "digest": plan.digest, "key": plan.key}, ensure_ascii=False)


def _what(plan: PlanFacts) -> list[Block]:
    what = (
        f"{outside(plan.service, 60)}, {outside(plan.environment, 40)}: {outside(plan.before)} → {outside(plan.after)}"
    )
    return [
        blocks.section(f"*{what}*\n{prose(plan.hits.rstrip('.'))}."),
        *_fields(_details(plan)),
        *_difference(plan),
        *([blocks.section(f"*Then:* {_check(plan.check)}")] if plan.check else []),
    ]


def _fields(details: Sequence[str]) -> Iterator[Block]:
    """As many to a block as Slack takes; what is long stands alone, before them."""
    yield from (blocks.section(each) for each in details if units(each) > _LONG)
    short = [each for each in details if units(each) <= _LONG]
    for begin in range(0, len(short), blocks.FIELDS):
        yield blocks.fields(*short[begin : begin + blocks.FIELDS])


def _difference(plan: PlanFacts) -> list[Block]:
    """What differs between the two ends, line by line."""
    lines = [_marked(raw) for raw in plan.diff.splitlines()[_HEAD_OF_A_DIFF:]]
    if not lines:
        return []
    shown = verbatim.fitting(lines)
    left_out = len(lines) - len(shown)
    more = [blocks.context(f"{figures.plural(left_out, 'line')} more: they do not fit here")] if left_out else []
    return [blocks.section("*What differs:*"), verbatim.block(shown), *more]


def _marked(raw: str) -> str:
    """A line of a difference: its sign stays in the first column, whatever the indentation behind it."""
    return raw[:1] + verbatim.line(raw[1:]) if raw[:1] in (" ", "+", "-") else verbatim.line(raw)


def _made(plan: PlanFacts) -> Block:
    made = f"Plan {outside(plan.digest, 20)}, made at {times.clock_seconds(plan.made_at)} from the live state"
    return blocks.context(outside(plan.run, 20), f"{made}. It does not run if anything changed since.")


def _second_yes(plan: PlanFacts, asker: str) -> list[Block]:
    """Who must say yes, and by what rule; `asker` is who cannot."""
    if not plan.second_yes:
        return []
    who = figures.listed([outside(name, 40) for name in plan.approvers], 4) or "somebody else"
    words = f"{WAITING} *Needs one yes from {who}*, and not from {asker}: {outside(plan.second_yes, 160)}."
    return [blocks.section(words)]


def _not_allowed(plan: PlanFacts) -> Block:
    rule = outside(plan.policy.rule, 60) if plan.policy else ""
    return blocks.section(
        f"{REFUSED} *This cannot be run now.* Rule {rule}. Rollbacks, restarts and scaling are allowed."
    )


def _details(plan: PlanFacts) -> list[str]:
    details = [f"*{outside(name, 40)}:* {prose(words, 400)}" for name, words in plan.details[:_DETAILS]]
    if plan.budget is not None:
        details.append(f"*Budget:* {phrases.budget_left(plan.budget.left, plan.budget.minutes)}")
    if plan.policy is not None:
        details.append(f"*Error-budget policy:* {_POLICY[plan.policy.answer]}: {outside(plan.policy.why, 160)}")
    acting = "; ".join(outside(who) for who in plan.acting[:3])
    return [*details, f"*Others acting:* {acting or 'none'}"]


def _check(check: Check) -> str:
    before, after = figures.window(check.before), figures.window(check.after)
    least = f"at least {figures.plural(check.min_events, 'event')} each"
    return f"{outside(check.what)} are compared, {before} before against {after} after, {least}; the undo is offered."


def _why(plan: PlanFacts) -> Block:
    element = blocks.text_input(initial=plan.reason, most=_REASON_MOST)
    return blocks.field_input(Field.REASON, "Why?", element, "Goes into the record.", optional=True)
