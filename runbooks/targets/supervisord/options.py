"""What the catalog says about a target of kind `supervisord`: where things lie and how long they may take."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from runbooks.targets.reading import read

_HEALTH_FIELDS = {"name": "", "port": ""}


class Options(BaseModel):
    """Options of one unit (one service under one supervisord). Only `socket` and `program` are needed to restart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    socket: Path
    """supervisord's `[unix_http_server]` socket."""
    program: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    """Replicas are the programs `<program>-1`, `<program>-2`, …, or else all processes of the group `<program>`."""
    username: str = ""
    password: SecretStr = SecretStr("")

    programs: Path | None = None
    """Include folder with one `<program>-N.ini` a replica; needed to scale."""
    port_variable: str = "PORT"
    """Variable of `environment=` in such a file that counts up with the replica's number."""

    current: Path | None = None
    """Link that names the release which serves; programs start from it. Needed, with `releases`, to roll back."""
    releases: Path | None = None
    """Folder of releases, each a folder with a release.json (version, released_at, author, note)."""
    history: Path | None = None
    """JSON lines {at, from, to, by, note}, one a switch; says which release served before."""

    health: str = ""
    """URL that answers 2xx where a replica is healthy, with {port} and {name}; empty: RUNNING is healthy."""
    health_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30
    """How long a started replica may take to be healthy, beyond supervisor's `startsecs`."""
    answer_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5
    """How long supervisord may take to answer one call."""

    @field_validator("health")
    @classmethod
    def _fields_are_known(cls, template: str) -> str:
        try:
            template.format(**_HEALTH_FIELDS)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"{error} is not known in it; allowed: {{name}}, {{port}}") from error
        return template

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if (self.current is None) != (self.releases is None):
            raise ValueError("`current` and `releases` are given together or not at all")
        if "{port}" in self.health and self.programs is None:
            raise ValueError("`health` with {port} needs `programs`, where the ports are written")
        return self


def parse(options: Mapping[str, str]) -> Options:
    """The options, typed. Raises `BadOptions` with every problem."""
    return read(Options, options)
