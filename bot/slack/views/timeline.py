"""The record of an incident, as a form with a filter and as a message."""

from itertools import groupby

from bot.domain import figures
from bot.domain.facts.timeline import Moment, Phase, Show, TimelineFacts
from bot.domain.plaintext import capital, units
from bot.slack.ids import Action, Form, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Element, Message, View
from bot.slack.views.text import fallback, link, outside, plain, quoted

_PHASES = {Phase.START: "Start and detection", Phase.RESPONSE: "Response", Phase.RECOVERY: "Recovery"}
_ROOM = 2900
"""Units of one section: Slack takes 3,000, and the phase's heading comes on top."""
_MESSAGE_MOMENTS = 40
_TEXT = 200


def timeline_form(timeline: TimelineFacts) -> View:
    """Key moments by default; the menu and the page buttons redraw the form in place. Metadata: the incident's id."""
    return blocks.modal(
        Form.TIMELINE,
        plain(f"Timeline of {timeline.incident}", 24),
        [
            *blocks.actions(_filter(timeline), _back(timeline), _forth(timeline)),
            *_sections(timeline, timeline.moments),
            blocks.context(
                _of_pages(timeline), "Times are in your time zone. Corrections stay visible; nothing is deleted."
            ),
            blocks.context(phrases.as_of(timeline.as_of)),
        ],
        close="Close",
        private=timeline.incident,
    )


def timeline_message(timeline: TimelineFacts) -> Message:
    """The same as an answer: the latest moments, and a button to the whole."""
    shown = timeline.moments[-_MESSAGE_MOMENTS:]
    whole = Ref(timeline.incident).encode()
    return Message(
        fallback(f"Timeline of {timeline.incident}, {_counted(timeline)}: ", timeline.title, "."),
        (
            blocks.section(f"*Timeline of {outside(timeline.incident, 20)}: {outside(timeline.title)}*"),
            *_sections(timeline, shown),
            *blocks.actions(blocks.button("Whole timeline", Action.INCIDENT_TIMELINE, whole)),
            blocks.context(_counted(timeline), phrases.as_of(timeline.as_of)),
        ),
    )


def _counted(timeline: TimelineFacts) -> str:
    shown = {Show.KEY: timeline.key_count, Show.ALL: timeline.all_count, Show.NOTES: timeline.note_count}[timeline.show]
    words = {Show.KEY: "key moment", Show.ALL: "moment", Show.NOTES: "note"}[timeline.show]
    return figures.plural(shown, words)


def _filter(timeline: TimelineFacts) -> Element:
    named = {
        Show.KEY: f"Key moments ({timeline.key_count})",
        Show.ALL: f"Everything ({timeline.all_count})",
        Show.NOTES: f"Only people’s notes ({timeline.note_count})",
    }
    choices = {
        show: blocks.option(label, Ref(timeline.incident, 0, show.value).encode()) for show, label in named.items()
    }
    return blocks.select(Action.TIMELINE_SHOW, "Show", list(choices.values()), choices[timeline.show])


def _back(timeline: TimelineFacts) -> Element | None:
    if timeline.page <= 1:
        return None
    return blocks.button("Earlier", Action.TIMELINE_PAGE_BACK, _at_page(timeline, timeline.page - 1))


def _forth(timeline: TimelineFacts) -> Element | None:
    if timeline.page >= timeline.pages:
        return None
    return blocks.button("Later", Action.TIMELINE_PAGE, _at_page(timeline, timeline.page + 1))


def _at_page(timeline: TimelineFacts, page: int) -> str:
    return Ref(timeline.incident, 0, f"{timeline.show.value}/{page}").encode()


def _of_pages(timeline: TimelineFacts) -> str:
    return f"page {timeline.page} of {timeline.pages}" if timeline.pages > 1 else ""


def _sections(timeline: TimelineFacts, moments: tuple[Moment, ...]) -> list[Block]:
    """Grouped into start, response and recovery; a phase too long for one section goes on in the next."""
    if not moments:
        return [blocks.section("*Nothing of this kind is on record.* `/incident note` adds what you know.")]
    drawn: list[Block] = []
    for phase, group in groupby(moments, key=lambda moment: moment.phase):
        heading = f"*{_PHASES[phase]}*"
        for chunk in _chunks([_line(moment, timeline) for moment in group]):
            drawn.append(blocks.section("\n".join(filter(None, [heading, *chunk]))))
            heading = ""
    return drawn


def _chunks(lines: list[str]) -> list[list[str]]:
    chunks: list[list[str]] = [[]]
    room = _ROOM
    for line in lines:
        size = units(line) + 1
        if size > room and chunks[-1]:
            chunks.append([])
            room = _ROOM
        chunks[-1].append(line)
        room -= size
    return chunks


def _line(moment: Moment, timeline: TimelineFacts) -> str:
    """Time, fact, the way to its message; a corrected time stays readable, struck through and signed."""
    at = times.clock(moment.at, timeline.as_of)
    corrected = ""
    if moment.correction is not None:
        was = moment.correction
        at = f"~{times.clock(was.before, timeline.as_of)}~ {at}"
        corrected = f" _Time corrected by {phrases.name(was.by)} at {times.clock(was.at, timeline.as_of)}_"
    way = f"  {link('↗', moment.url)}" if moment.url else ""
    return f"{at}  {_fact(moment)}{corrected}{way}"


def _fact(moment: Moment) -> str:
    if not moment.note:
        return outside(capital(moment.text), _TEXT)
    return quoted(moment.text, _TEXT) + (f" ({phrases.name(moment.by)})" if moment.by else "")
