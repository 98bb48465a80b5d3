"""What all OpenSLO v1 documents have in common: camelCase keys, null for 'left out', metadata, durations."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from bot.catalog.duration import Duration, parse_duration

API_VERSION = "openslo/v1"


class Shape(BaseModel):
    """A frozen piece of a document, with OpenSLO's camelCase keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, alias_generator=to_camel, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        return {key: item for key, item in value.items() if item is not None} if isinstance(value, dict) else value


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _slice_length(value: object) -> object:
    """A bare number means minutes."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _duration(value)
    return _duration(f"{value:g}m")


def _delay(value: object) -> object:
    """Unlike any other duration, this one may be nothing."""
    return Duration(0, "m") if value in ("0m", "0", 0) else _duration(value)


def _label(value: object) -> object:
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(item).lower() if isinstance(item, bool) else str(item) for item in values)


def referenced(key: str) -> BeforeValidator:
    """A bare name is short for a mapping with that one reference."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


def require_one_form(what: str, key: str, reference: str, spec: object) -> None:
    """Raises ValueError where `what` is neither a reference nor an inline object, or both."""
    if bool(reference) == (spec is not None):
        raise ValueError(f"{what} is either {key} or an inline object with spec")


Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\s\x00-\x1f]+$")]
Shorthand = Annotated[Duration, BeforeValidator(_duration)]
SliceLength = Annotated[Duration, BeforeValidator(_slice_length)]
Delay = Annotated[Duration, BeforeValidator(_delay)]
Label = Annotated[str, BeforeValidator(_label)]
"""A text or a list of texts, which becomes one text."""


class Metadata(Shape):
    name: Name
    display_name: str = ""
    labels: Mapping[str, Label] = {}
    annotations: Mapping[str, Label] = {}


class InlineMetadata(Metadata):
    """What stands inside another document may leave out its name."""

    name: Annotated[str, Field(max_length=255)] = ""


class Described(Shape):
    description: Annotated[str, Field(max_length=1050)] = ""


class Inline(Shape):
    """The keys a document may carry where it stands inside another."""

    api_version: str = API_VERSION
    metadata: InlineMetadata = InlineMetadata()
