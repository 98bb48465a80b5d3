"""The burn-down of an error budget as a block, and as what follows an answer whose words were out before it."""

from bot.domain import figures
from bot.domain.facts.slo import SloPicture, SloShowFacts
from bot.domain.slo.windows import length
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Block, Message
from bot.slack.views.text import fallback, outside, plain


def picture_block(facts: SloShowFacts, picture: SloPicture) -> Block:
    """The picture; where there is none, the words that describe it."""
    status = facts.slo.status
    if not picture.file:
        return blocks.section(outside(picture.alt, 1000))
    title = f"Budget left over {figures.window(length(status.slo.window, status.as_of))}"
    return blocks.slack_image(picture.file, plain(picture.alt, 1000), title)


def slo_picture(facts: SloShowFacts, picture: SloPicture) -> Message:
    """The picture below the words that it belongs to."""
    name = facts.slo.status.slo.display_name
    words = "" if picture.file else "The picture could not be drawn; this is what it would show"
    return Message(
        fallback("Budget of ", name, " over its window"),
        (
            picture_block(facts, picture),
            blocks.context(outside(name, 60), words, phrases.as_of(facts.slo.status.as_of)),
        ),
    )
