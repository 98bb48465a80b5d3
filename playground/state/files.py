"""Uploaded files and canvases."""

from dataclasses import dataclass, field
from urllib.parse import quote

from playground.json_types import Json


@dataclass(slots=True)
class File:
    """`completed` is False between the upload address being handed out and completeUploadExternal."""

    id: str
    name: str
    title: str
    mimetype: str
    filetype: str
    user: str
    created: int
    expected_size: int
    content: bytes = b""
    uploaded: bool = False
    completed: bool = False
    alt_text: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_image(self) -> bool:
        return self.mimetype.startswith("image/")

    def wire(self, base_url: str, team_id: str) -> Json:
        address = f"{base_url}/files/{self.id}/{quote(self.name)}"
        body: Json = {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "pretty_type": self.filetype.upper(),
            "user": self.user,
            "user_team": team_id,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": bool(self.shares),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
            "channels": list(self.shares),
            "groups": [],
            "ims": [],
            "file_access": "visible",
            "has_rich_preview": False,
            "shares": {"public": {channel: [{"ts": ts} for ts in stamps] for channel, stamps in self.shares.items()}},
        }
        if self.is_image:
            body |= {"thumb_url": address, "thumb_360": address, "alt_txt": self.alt_text}
        return body


@dataclass(slots=True)
class Canvas:
    """Text only: the markdown of its sections, in order, under stable section ids.

    `access` is read, write or owner by the id of a channel or a person.
    """

    id: str
    title: str
    owner: str
    sections: dict[str, str] = field(default_factory=dict)
    channel_id: str | None = None
    access: dict[str, str] = field(default_factory=dict)

    @property
    def markdown(self) -> str:
        return "\n\n".join(self.sections.values())
