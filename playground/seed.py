"""The workspace everyone starts in. Ids are constants, whatever the seed."""

from playground.state.channels import Channel, Note
from playground.state.users import User, UserGroup
from playground.state.workspace import Workspace

TEAM_ID = "T02QD"
APP_ID = "A02QD"
BOT_ID = "B02QDBOT"
BOT_USER_ID = "U02QDBOT"

_PEOPLE = (
    ("U02ANA", "ana", "Ana Ruiz", "Site reliability engineer", False),
    ("U02BEN", "ben", "Ben Okafor", "Site reliability engineer, secondary", False),
    ("U02DEV", "dev", "Dev Patel", "Team lead, payments", False),
    ("U02CHLOE", "chloe", "Chloe Lind", "Customer support", False),
    ("U02EVA", "eva", "Eva Novak", "Workspace admin", True),
)
_CHANNELS = (
    ("C02GENERAL", "general", "Company-wide announcements and work-based matters", False),
    ("C02RANDOM", "random", "Anything else", False),
    ("C02ALERTS", "alerts", "Alerts of all services", True),
    ("C02INCIDENTS", "incidents", "Incidents: opened, changed, closed", True),
    ("C02STATUS", "status-updates", "What customers are told", True),
)
_GROUPS = (
    ("S02ONCALL", "payments-oncall", "Payments on call", ["U02ANA", "U02BEN"]),
    ("S02LEADS", "payments-leads", "Payments leads", ["U02DEV"]),
)


def populate(workspace: Workspace, now: float, bot_name: str) -> None:
    """Fill an empty workspace with its people, channels and user groups."""
    created = int(now)
    for user_id, name, real_name, title, is_admin in _PEOPLE:
        workspace.users[user_id] = User(
            user_id, name, real_name, TEAM_ID, title, f"{name}@example.com", is_admin=is_admin, updated=created
        )
    handle = bot_name.lower().replace(" ", "")
    workspace.users[BOT_USER_ID] = User(
        BOT_USER_ID, handle, bot_name, TEAM_ID, title="App", is_bot=True, updated=created
    )
    people = [person[0] for person in _PEOPLE]
    for channel_id, name, purpose, bot_is_member in _CHANNELS:
        workspace.channels[channel_id] = Channel(
            channel_id, name, creator="U02EVA", created=created, is_general=name == "general",
            members=[*people, BOT_USER_ID] if bot_is_member else list(people),
            purpose=Note(purpose, "U02EVA", created),
        )  # fmt: skip
    for group_id, handle, name, users in _GROUPS:
        workspace.usergroups[group_id] = UserGroup(
            group_id, handle, name, TEAM_ID, list(users), created_by="U02EVA", date_create=created, date_update=created
        )


def new_workspace() -> Workspace:
    return Workspace(TEAM_ID, "Quarterdeck Playground", "playground", APP_ID, BOT_ID, BOT_USER_ID)
