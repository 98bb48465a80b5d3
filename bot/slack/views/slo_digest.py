"""The weekly digest: the week in its header, six figures with those of the week before, then what needs attention."""

from datetime import timedelta

from bot.domain import figures
from bot.domain.facts.slo import SloFacts
from bot.domain.facts.slo_digest import DigestFacts, Moved, NoisyAlert
from bot.domain.slo import State
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Block, Message
from bot.slack.views.slo_words import standing, title
from bot.slack.views.text import fallback, outside
from bot.slack.views.words import DONE, SLO_SHAPES

_SOON = timedelta(minutes=5)


def slo_digest(facts: DigestFacts) -> Message:
    """One message for a channel and a week."""
    summary = _summary(facts)
    over = Ref(facts.stretch.word, extra=facts.scope).encode()
    name = f"{facts.stretch.title[:1].upper()}{facts.stretch.title[1:]}"
    return Message(
        fallback(f"{name}: {summary}."),
        (
            blocks.header(f"{name}: {summary}"),
            blocks.fields(*_figures(facts)),
            *_worst(facts),
            *_moved(facts),
            *_noisy(facts),
            *blocks.actions(
                blocks.button("SLO status", Action.SLO_REFRESH, Ref("all", extra=facts.scope).encode()),
                blocks.button("Report of the week", Action.SLO_REPORT, over),
            ),
            blocks.context(_small_print(facts), phrases.as_of(facts.as_of)),
        ),
    )


def _summary(facts: DigestFacts) -> str:
    parts = [figures.plural(facts.week.incidents, "incident"), figures.plural(facts.week.pages, "page")]
    if facts.week.night_pages:
        parts.append(f"{figures.count(facts.week.night_pages)} at night")
    if facts.gone:
        parts.append(f"{figures.plural(facts.gone, 'SLO')} out of budget")
    return ", ".join(parts)


def _figures(facts: DigestFacts) -> list[str]:
    now, before = facts.week, facts.before
    return [
        f"*Incidents:* {now.incidents} ({before.incidents})",
        f"*Time to resolve:* {_time(now.resolved_after)} ({_time(before.resolved_after)})",
        f"*Pages:* {now.pages} ({before.pages})",
        f"*Acknowledged after:* {_time(now.acknowledged_after)} ({_time(before.acknowledged_after)})",
        f"*Pages at night:* {now.night_pages} ({before.night_pages})",
        f"*SLOs out of budget:* {facts.gone} of {facts.slos}",
    ]


def _time(duration: timedelta | None) -> str:
    return figures.duration(duration) if duration is not None else "none"


def _worst(facts: DigestFacts) -> list[Block]:
    if not facts.slos:
        return []
    if not facts.worst:
        return [blocks.section(f"{DONE} *All {figures.count(facts.slos)} SLOs are healthy*")]
    return [blocks.section("\n".join(["*SLOs in trouble*", *[_slo(slo) for slo in facts.worst]]))]


def _slo(slo: SloFacts) -> str:
    burn = slo.status.burn()
    rate = f", {phrases.burning(burn)}" if burn is not None and slo.status.state is not State.NO_DATA else ""
    return f"{SLO_SHAPES[slo.status.state]} {title(slo)}: {standing(slo)}{rate}"


def _moved(facts: DigestFacts) -> list[Block]:
    if not facts.moved:
        return []
    return [blocks.section("\n".join(["*Budget spent in the week*", *[_move(each) for each in facts.moved]]))]


def _move(moved: Moved) -> str:
    before = f" ({figures.percent(moved.before)})" if moved.before is not None else ""
    return f"{outside(moved.title, 60)}: {figures.percent(moved.spent)}{before}"


def _noisy(facts: DigestFacts) -> list[Block]:
    if not facts.noisy:
        return []
    lines = [f"{place}  {_alert(alert)}" for place, alert in enumerate(facts.noisy, start=1)]
    return [blocks.section("\n".join(["*Improve these alerts*", *lines]))]


def _alert(alert: NoisyAlert) -> str:
    of = f" of {outside(alert.service, 40)}" if alert.service else ""
    acted = "nobody acted" if not alert.acted else f"somebody acted {figures.plural(alert.acted, 'time')}"
    short = ", gone in under 5 min each" if alert.lasted is not None and alert.lasted < _SOON else ""
    return f"{outside(alert.title)}{of}: {figures.plural(alert.times, 'time')}, {acted}{short}"


def _small_print(facts: DigestFacts) -> str:
    scope = f"Only {outside(facts.scope, 60)}. " if facts.scope else ""
    night = f"night is 22:00 to 06:00 in {facts.time_zone}"
    return f"{scope}In brackets: the week before. Times are medians; {night}"
