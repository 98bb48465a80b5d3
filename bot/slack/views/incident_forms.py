"""The forms around an incident: note, severity, mitigated, resolved. Each carries the incident's id and version."""

from bot.domain.facts.incident import IncidentFacts, SeverityFormFacts
from bot.slack.ids import Choice, Field, Form, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, View
from bot.slack.views.declare import severity_option
from bot.slack.views.text import outside

NOTE_MOST, REASON_MOST = 1000, 200


def note_form(incident: IncidentFacts, text: str = "", key: str = "") -> View:
    """A note for the timeline. `text` is filled in where it comes from a message, whose `key` is carried back."""
    note = blocks.text_input(initial=text, placeholder="Coupons table is missing", least=1, most=NOTE_MOST, lines=True)
    when = blocks.text_input(placeholder="02:10, or 10 min ago", most=40)
    return blocks.modal(
        Form.INCIDENT_NOTE,
        "Add a note",
        [
            _about(incident),
            blocks.field_input(Field.NOTE, "What happened?", note, "Goes into the timeline under your name."),
            blocks.field_input(Field.AT, "When?", when, "Now, unless you say otherwise. Times are UTC.", optional=True),
        ],
        submit="Add note",
        private=Ref(incident.id, incident.version, key).encode(),
    )


def mitigate_form(incident: IncidentFacts) -> View:
    """Customers are fine, the cause is not gone."""
    fix = blocks.text_input(initial=incident.fix, placeholder="Rolled back to v41", most=REASON_MOST)
    return blocks.modal(
        Form.INCIDENT_MITIGATE,
        "Mark mitigated",
        [
            _about(incident),
            blocks.section("*Mitigated* means: customers are fine, the cause is not gone. The incident stays open."),
            blocks.field_input(Field.FIX, "What helped?", fix, "One line, for the timeline.", optional=True),
        ],
        submit="Mark mitigated",
        private=_here(incident),
    )


def resolve_form(incident: IncidentFacts) -> View:
    """The cause is gone, or there never was one."""
    fix = blocks.text_input(initial=incident.fix, placeholder="Rolled back to v41", most=REASON_MOST)
    false_alarm = blocks.option("It was a false alarm: nothing was wrong", Choice.FALSE_ALARM)
    return blocks.modal(
        Form.INCIDENT_RESOLVE,
        "Mark resolved",
        [
            _about(incident),
            blocks.section("*Resolved* means: the cause is gone. Paging stops, and the post-mortem is next."),
            blocks.field_input(
                Field.FIX, "What fixed it?", fix, "One line, for everyone who looks later.", optional=True
            ),
            blocks.field_input(Field.OPTIONS, "Anything special?", blocks.checkboxes([false_alarm]), optional=True),
        ],
        submit="Mark resolved",
        private=_here(incident),
    )


def severity_form(form: SeverityFormFacts) -> View:
    """Raising may page; lowering wakes nobody."""
    incident = form.incident
    choices = {choice.severity.rank: severity_option(choice) for choice in form.severities}
    why = blocks.text_input(placeholder="Only one region is affected", most=REASON_MOST)
    return blocks.modal(
        Form.INCIDENT_SEVERITY,
        "Change severity",
        [
            _about(incident),
            blocks.field_input(
                Field.SEVERITY,
                "How bad is it now?",
                blocks.radio(list(choices.values()), choices.get(incident.severity.rank)),
                "Raising it to one that pages, pages who is on call. Lowering it wakes nobody.",
            ),
            blocks.field_input(Field.REASON, "Why?", why, "One line, for the timeline.", optional=True),
        ],
        submit="Change severity",
        private=_here(incident),
    )


def _here(incident: IncidentFacts) -> str:
    return Ref(incident.id, incident.version).encode()


def _about(incident: IncidentFacts) -> Block:
    level = outside(incident.severity.name, 20)
    since = times.clock(incident.clocks.began, incident.as_of)
    title = f"*{outside(incident.id, 20)}: {outside(incident.title)}*"
    commander = f"Commander: {phrases.name(incident.commander)}" if incident.commander else ""
    return blocks.context(title, f"{level}, {incident.state}, since {since}", commander)
