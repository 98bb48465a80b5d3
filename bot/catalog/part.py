"""What every part of the catalog has in common: read once, never changed, no unknown keys."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Priority = Literal["critical", "high", "medium", "low"]
Category = Literal["resource", "database", "container registry", "key vault", "application", "security", "business"]
Role = Literal["viewer", "responder", "operator", "approver", "admin"]

Items = TypeVar("Items", bound=Sequence[object])


class Part(BaseModel):
    """A frozen piece of the catalog whose YAML keys are its field names."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, validate_by_name=True, allow_inf_nan=False
    )


def listed(value: object) -> object:
    """A single text as a list of one."""
    return (value,) if isinstance(value, str) else value


def some(values: Items) -> Items:
    """`values`, of which there must be at least one."""
    if not values:
        raise ValueError("at least one is needed here")
    return values


def _once(values: Sequence[str]) -> Sequence[str]:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} stands here twice")
    return values


def _channel(value: str) -> str:
    if not re.fullmatch(r"#[^\s#]+|[CG][A-Z0-9]{6,}", value):
        raise ValueError("a channel is '#name' (in quotes: # starts a comment in YAML) or an id such as C0123ABCD")
    return value


def _web_address(value: str) -> str:
    if value and not re.match(r"https?://[^/\s]", value):
        raise ValueError("a web address starts with http:// or https://")
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(_once)]
"""One text or a list of them, each once."""

SomeTexts = Annotated[Texts, AfterValidator(some)]
"""As `Texts`, and not empty."""

Channel = Annotated[str, AfterValidator(_channel)]
"""`#name` or a channel id."""

Seconds = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
"""A ratio from 0 to 1."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An http or https URL; empty where there is none."""
