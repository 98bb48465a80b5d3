"""The draft of a post-mortem, written from the record as Markdown.

What the record cannot know stands there as a question to people. It names releases, flags and hosts as causes, never a
person; people are named for what they held, decided or are asked.
"""

from datetime import datetime, timedelta

from bot.domain import figures
from bot.domain.facts.incident import IncidentState
from bot.domain.facts.postmortem import ActionItem, PostmortemFacts, Question
from bot.domain.facts.run import RunFacts
from bot.domain.facts.timeline import Moment
from bot.domain.markdown import bullets, link, table, text
from bot.domain.plaintext import capital
from bot.domain.run import WORDS
from bot.domain.verdict import sentence as verdict_words

_ASK = "**Question:**"


def markdown(facts: PostmortemFacts) -> str:
    """The whole draft."""
    sections = (
        _head(facts),
        _summary(facts),
        _impact(facts),
        _times(facts),
        _timeline(facts),
        _contributing(facts),
        _runs(facts),
        _review(),
        _whys(facts),
        _items(facts),
        _questions(facts),
    )
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def standing_questions(facts: PostmortemFacts) -> tuple[Question, ...]:
    """What a record can never answer, besides the questions it was given; asked of the commander."""
    commander = facts.incident.commander
    asked = [Question("What did customers notice, and how many of them?", commander)]
    if facts.changes:
        asked.append(Question(f"Why did {facts.changes[0].what} pass its tests?", commander))
    if not facts.incident.alert:
        asked.append(Question("Which alert would have caught this before a person did?", commander))
    asked.append(
        Question("What makes sure that this kind of fault is noticed sooner, or cannot happen again?", commander)
    )
    return (*facts.questions, *asked)


def _head(facts: PostmortemFacts) -> list[str]:
    incident = facts.incident
    drill = "Drill. " if incident.drill else ""
    people = ", ".join(text(person.name) for person in facts.responders)
    rows = [
        ("Severity", text(incident.severity.name)),
        ("Services", ", ".join(text(service) for service in incident.services) or "none named"),
        ("Declared", f"{_at(incident.declared_at)} by {text(incident.declared_by.name)}"),
        ("Commander", text(incident.commander.name) if incident.commander else "nobody"),
        *([("Took part", people)] if people else []),
        ("Alerts", ", ".join(text(alert) for alert in facts.alerts) or "none"),
        ("State", text(incident.state)),
        *([("Links", " · ".join(link(page.label, page.url) for page in facts.links))] if facts.links else []),
    ]
    return [
        f"# Post-mortem of {incident.id}: {text(incident.title)}",
        "",
        f"> {drill}Draft, written from the record at {_at(facts.written_at)}. Lines with {_ASK} need people.",
        "> It looks for causes in releases, settings and systems, not in people.",
        "",
        *table(("", ""), rows),
    ]


def _summary(facts: PostmortemFacts) -> list[str]:
    incident = facts.incident
    clocks = incident.clocks
    end = clocks.resolved or facts.written_at
    span = f"from {_at(clocks.began)} to {_at(end)} ({figures.duration(end - clocks.began)})"
    affected = clocks.mitigated or clocks.resolved
    hurt = f" Customers were affected for {figures.duration(affected - clocks.began)}." if affected else ""
    fixed = f" What ended it: {text(incident.fix)}." if incident.fix else ""
    if incident.state is IncidentState.FALSE_ALARM:
        hurt, fixed = " It was a false alarm: nothing was wrong.", ""
    return [
        "## Summary",
        "",
        f"{text(capital(incident.title))}, {span}. Declared as {text(incident.severity.name)}.{hurt}{fixed}",
        "",
        f"{_ASK} In two sentences for somebody who was not there: what happened, and why?",
        "",
    ]


def _impact(facts: PostmortemFacts) -> list[str]:
    incident = facts.incident
    clocks = incident.clocks
    affected = clocks.mitigated or clocks.resolved
    lines = []
    if affected is not None:
        lines.append(f"Duration: {_minutes(affected - clocks.began)} from the first error until customers were fine")
    if incident.impact:
        lines.append(f"Noticed: {text(incident.impact)}")
    lines += [
        f"Error budget of {text(spent.slo)}: {figures.minutes(spent.minutes)} of "
        f"{figures.minutes(spent.total_minutes)} spent, {_left(spent.left)}"
        for spent in facts.spent
    ]
    if not facts.spent:
        lines.append("Error budget: no SLO covers the services named, or it has no data for this time")
    return ["## Impact", "", *bullets(lines), f"{_ASK} How many customers were affected, and was anything lost?", ""]


def _minutes(span: timedelta) -> str:
    whole = span.total_seconds() / 60
    return f"{figures.minutes(whole)} ({figures.duration(span)})" if whole < 10 else figures.minutes(whole)


def _left(left: float) -> str:
    return f"{figures.share(left)} left" if left >= 0 else "more than all of it"


def _times(facts: PostmortemFacts) -> list[str]:
    """Time to detect, acknowledge, mitigate and resolve, all from the first error."""
    clocks = facts.incident.clocks
    named = (
        ("TTD, time to detect", clocks.detected),
        ("TTA, time to acknowledge", clocks.acknowledged),
        ("TTM, time to mitigate", clocks.mitigated),
        ("TTR, time to resolve", clocks.resolved),
    )
    rows = [(label, _since(at, clocks.began), _at(at) if at else "") for label, at in named]
    first = f"All count from the first error, {_at(clocks.began)}."
    return ["## Times", "", first, "", *table(("", "after", "at"), rows)]


def _since(at: datetime | None, began: datetime) -> str:
    return figures.duration(at - began) if at else "not on record"


def _timeline(facts: PostmortemFacts) -> list[str]:
    lines = [_moment(moment, facts.incident.url) for moment in facts.moments]
    return ["## Timeline", "", *(bullets(lines) or [f"{_ASK} Nothing is on record. What happened, and when?", ""])]


def _moment(moment: Moment, card: str) -> str:
    """Time, fact and permalink; what comes from no message links to the incident's own card."""
    said = f"“{text(moment.text)}”" if moment.note else text(capital(moment.text))
    by = f" ({text(moment.by.name)})" if moment.note and moment.by else ""
    way = moment.url or card
    permalink = f" {link('message' if moment.url else 'record', way)}" if way else ""
    return f"{_at(moment.at)}: {said}{by}{_corrected(moment)}{permalink}"


def _corrected(moment: Moment) -> str:
    was = moment.correction
    if was is None:
        return ""
    return f" (time corrected from {_at(was.before)} by {text(was.by.name)} at {_at(was.at)})"


def _contributing(facts: PostmortemFacts) -> list[str]:
    began = facts.incident.clocks.began
    lines = []
    for change in facts.changes:
        ago = f", {figures.duration(began - change.at)} before the first error" if change.at <= began else ""
        lines.append(f"{text(capital(change.what))}, {_at(change.at)}{ago}")
    none = "No release or change is on record for the services named in the hours before."
    ask = f"{_ASK} What made this fault possible, besides the change that set it off?"
    return ["## Contributing changes", "", *(bullets(lines) or [none, ""]), ask, ""]


def _runs(facts: PostmortemFacts) -> list[str]:
    if not facts.runs:
        return []
    return ["## What was done", "", *bullets([_run(run) for run in facts.runs])]


def _run(run: RunFacts) -> str:
    name = link(run.id, run.url) if run.url else run.id
    what = f"{name}, {text(run.action)} of {text(run.service)}: {text(run.before)} → {text(run.after)}"
    if run.verdict is not None and run.check is not None:
        return f"{what}. {text(capital(verdict_words(run.verdict, run.check.what)))}"
    return f"{what}. {WORDS[run.state]}"


def _review() -> list[str]:
    return [
        "## What went well, what went badly, where we were lucky",
        "",
        f"- {_ASK} What helped, and should stay as it is?",
        f"- {_ASK} What cost time: which alert, page, permission, tool or text?",
        f"- {_ASK} Where did luck keep it from being worse?",
        "",
    ]


def _whys(facts: PostmortemFacts) -> list[str]:
    title = text(facts.incident.title)
    first = f"Why did this happen: {title}?"
    if facts.changes:
        first = f"Why did {text(facts.changes[0].what)} have this effect ({title})?"
    return ["## Five whys", "", f"1. {_ASK} {first}", *[f"{place}. {_ASK} And why that?" for place in range(2, 6)], ""]


def _items(facts: PostmortemFacts) -> list[str]:
    lines = [_item(item) for item in facts.items]
    ask = f"{_ASK} What will be done, by whom and by when? An item without an owner will not be done."
    return ["## Action items", "", *bullets(lines), ask, ""]


def _item(item: ActionItem) -> str:
    owner = text(item.owner.name) if item.owner else "no owner yet"
    due = f", due {item.due:%Y-%m-%d}" if item.due else ""
    return f"[ ] {text(item.text)} ({owner}{due})"


def _questions(facts: PostmortemFacts) -> list[str]:
    lines = [
        f"{text(question.text)}{f' ({text(question.to.name)})' if question.to else ''}"
        for question in standing_questions(facts)
    ]
    return ["## Questions to people", "", *bullets(lines)]


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
