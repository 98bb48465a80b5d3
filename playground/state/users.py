"""People, bots and user groups."""

from dataclasses import dataclass, field

from playground.json_types import Json


@dataclass(slots=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    title: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    is_bot: bool = False
    is_admin: bool = False
    is_guest: bool = False
    deleted: bool = False
    updated: int = 0
    status_text: str = ""
    status_emoji: str = ""
    dnd_until: int = 0
    """Unix seconds until which their notifications are off."""

    def wire(self, *, with_email: bool) -> Json:
        """Slack's user object; the address only for tokens with users:read.email."""
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "color": "4bbe2e",
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": "Coordinated Universal Time",
            "tz_offset": 0,
            "profile": self.profile(with_email=with_email),
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_guest,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_email_confirmed": True,
            "updated": self.updated,
            "who_can_share_contact_card": "EVERYONE",
        }

    def profile(self, *, with_email: bool) -> Json:
        first, _, last = self.real_name.partition(" ")
        profile = {
            "title": self.title,
            "phone": "",
            "skype": "",
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "status_text": self.status_text,
            "status_emoji": self.status_emoji,
            "status_expiration": 0,
            "avatar_hash": "0",
            "first_name": first,
            "last_name": last,
            "team": self.team_id,
        }
        return {**profile, "email": self.email} if with_email and self.email else profile

    def picture(self) -> Json:
        """The page's short form."""
        return {
            "id": self.id,
            "name": self.name,
            "real_name": self.real_name,
            "title": self.title,
            "is_bot": self.is_bot,
            "is_admin": self.is_admin,
            "is_guest": self.is_guest,
            "deleted": self.deleted,
            "tz": self.tz,
        }


@dataclass(slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    team_id: str
    users: list[str] = field(default_factory=list)
    description: str = ""
    created_by: str = ""
    date_create: int = 0
    date_update: int = 0
    date_delete: int = 0

    def wire(self, *, with_users: bool, with_count: bool) -> Json:
        group: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": self.description,
            "handle": self.handle,
            "is_external": False,
            "date_create": self.date_create,
            "date_update": self.date_update,
            "date_delete": self.date_delete,
            "auto_type": None,
            "auto_provision": False,
            "enterprise_subteam_id": "",
            "created_by": self.created_by,
            "updated_by": self.created_by,
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
        }
        if with_users:
            group["users"] = list(self.users)
        if with_count:
            group["user_count"] = len(self.users)
        return group
