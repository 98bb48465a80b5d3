"""Every kind of effect that is done in the chat, and who does it."""

from bot.delivery.performer import Performer
from bot.slack import room_setup
from bot.slack.client import SlackClient
from bot.slack.events import EventHandling, HomeView, Marking
from bot.slack.files import Filing
from bot.slack.finding import ChannelFinding
from bot.slack.people import Learning
from bot.slack.room_opening import RoomOpening
from bot.slack.room_setup import RoomStep
from bot.slack.rooms import DocumentService, RoomService
from bot.store.channels import FIND
from bot.store.db import Database


def performers(
    client: SlackClient,
    database: Database,
    rooms: RoomService,
    documents: DocumentService,
    marking: Marking,
    home: HomeView,
    *,
    create_missing: bool,
) -> dict[str, Performer]:
    """By kind of effect. `create_missing`: channels named in the catalog are created where they do not exist."""
    return {
        "incident.room": RoomOpening(client, rooms),
        "incident.invite": RoomStep(client, rooms, room_setup.invite),
        "incident.topic": RoomStep(client, rooms, room_setup.head),
        "incident.bookmark": RoomStep(client, rooms, room_setup.bookmark),
        "incident.pin": RoomStep(client, rooms, room_setup.pin),
        "postmortem.file": Filing(client, documents, rooms),
        "person.learn": Learning(client),
        "slack.event": EventHandling(client, database, marking, home),
        FIND: ChannelFinding(client, database, create_missing=create_missing),
    }
