"""Declaring an incident: the form, its errors, the question whether it is the same one, and the answer."""

from collections.abc import Mapping

from bot.domain import figures
from bot.domain.facts.incident import DeclareFacts, IncidentFacts, SeverityChoice
from bot.domain.plaintext import capital
from bot.slack.ids import Choice, Field, Form
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Block, Element, Json, Message, View
from bot.slack.views.text import fallback, outside, plain, within
from bot.slack.views.words import DONE

TITLE_LEAST, TITLE_MOST = 8, 80


def declare_form(form: DeclareFacts) -> View:
    """One screen, filled in as far as is known. `key` comes back as the private metadata."""
    return blocks.modal(
        Form.INCIDENT_DECLARE,
        "Declare incident",
        [
            blocks.context(_opening(form)),
            _title(form),
            _severity(form),
            *_services(form),
            _commander(form),
            *_specials(form),
            blocks.context(_consequences(form)),
        ],
        submit="Declare",
        private=form.key,
    )


def declare_errors(problems: Mapping[Field, str]) -> dict[str, Json]:
    """The answer to a submission that breaks rules: each field says its rule and the value."""
    return {"response_action": "errors", "errors": {field.value: words for field, words in problems.items()}}


def declared(incident: IncidentFacts) -> Message:
    """The answer to the person who declared: it is on record, and where to go."""
    words = fallback(f"{incident.id} opened: ", incident.title, f". {incident.severity.name}.")
    where = (
        f"Join {phrases.room(incident.room)}." if incident.room else "Its channel opens in a moment; you are invited."
    )
    level, title = outside(incident.severity.name, 20), outside(incident.title)
    line = f"{DONE} *{outside(incident.id, 20)} opened, {level}: {title}*\n{where}"
    return Message(words, (blocks.section(line),))


def _opening(form: DeclareFacts) -> str:
    cheap = "*A false alarm costs nothing:* it is called off with two clicks."
    if not form.alert:
        return cheap
    return f"From alert {outside(form.alert, 20)}: severity, services and title are filled in. {cheap}"


def _title(form: DeclareFacts) -> Block:
    element = blocks.text_input(
        initial=form.title,
        placeholder="Checkout failing for 1 in 3 buyers",
        least=TITLE_LEAST,
        most=TITLE_MOST,
    )
    return blocks.field_input(
        Field.TITLE,
        "What do customers notice?",
        {**element, "focus_on_load": True},
        "One line, in their words. It names the channel and is read by everyone.",
    )


def _severity(form: DeclareFacts) -> Block:
    choices = {choice.severity.rank: severity_option(choice) for choice in form.severities}
    initial = choices.get(form.severity.rank) if form.severity else None
    return blocks.field_input(
        Field.SEVERITY,
        "How bad is it?",
        blocks.radio(list(choices.values()), initial),
        "Unsure? Take the worse one; lowering it later is one click.",
    )


def severity_option(choice: SeverityChoice) -> Element:
    """One level: what it means, whom it wakes, and how soon somebody answers. Its value is the rank."""
    name = within(choice.severity.name, 20, 30)
    meaning = within(choice.meaning, 60, blocks.OPTION - len(name) - 7)
    told = "Pages now." if choice.pages else "Wakes nobody."
    respond = _respond(choice.respond_within)
    update = f"Update every {figures.window(choice.update_every)}." if choice.update_every else ""
    return blocks.rich_option(
        f"*{name}*  ·  {meaning}", str(choice.severity.rank), phrases.joined(told, respond, update)
    )


def _respond(words: str) -> str:
    """`Respond in 5 min.`, or the words themselves where they are no number ("Next business day.")."""
    if not words:
        return ""
    return f"Respond in {within(words, 20, 30)}." if words[:1].isdigit() else f"{capital(within(words, 25, 30))}."


def _services(form: DeclareFacts) -> list[Block]:
    """The services to pick from; those chosen come first, so that a long catalog cannot push them out."""
    if not form.services:
        return []
    ordered = [name for name in form.services if name in form.chosen]
    ordered += [name for name in form.services if name not in form.chosen]
    element: Element = {
        "type": "multi_static_select",
        "placeholder": blocks.plain_text("Pick services", 150),
        "options": [blocks.option(plain(name, 75), name) for name in ordered[: blocks.OPTIONS]],
    }
    chosen = [blocks.option(plain(name, 75), name) for name in ordered if name in form.chosen]
    if chosen:
        element["initial_options"] = chosen[: blocks.OPTIONS]
    hint = "Their owners are invited; who is on call for them is paged."
    return [blocks.field_input(Field.SERVICES, "Which services?", element, hint)]


def _commander(form: DeclareFacts) -> Block:
    element: Element = {"type": "users_select", "placeholder": blocks.plain_text("Pick a person", 150)}
    if form.commander is not None and form.commander.id:
        element["initial_user"] = form.commander.id
    hint = "You, unless you pick someone else. Can be handed over at any time."
    return blocks.field_input(Field.COMMANDER, "Who is commander?", element, hint, optional=True)


def _specials(form: DeclareFacts) -> list[Block]:
    offered: list[Element] = []
    if form.offer_private:
        offered.append(blocks.option("Private: only people who are invited see it", Choice.PRIVATE))
    if form.offer_drill:
        offered.append(blocks.option("Drill: pages nobody, tells no customer", Choice.DRILL))
    if not offered:
        return []
    return [blocks.field_input(Field.OPTIONS, "Anything special?", blocks.checkboxes(offered), optional=True)]


def _consequences(form: DeclareFacts) -> str:
    waking = [outside(choice.severity.name, 20) for choice in form.severities if choice.pages]
    who = figures.listed([phrases.name(person) for person in form.paged], 3)
    opens = "Declaring opens a channel and invites the owners."
    if not waking:
        return f"{opens} It pages nobody."
    if not who:
        return f"{opens} {figures.listed(waking)} page who is on call for the services."
    return f"{opens} {figures.listed(waking)} page who is on call, now {who}."
