"""The one thing newer kubectls send as protobuf: a SelfSubjectAccessReview.

Source of the numbers: runtime.Unknown in k8s.io/apimachinery/pkg/runtime/generated.proto and ResourceAttributes in
k8s.io/api/authorization/v1/generated.proto.
"""

from tests.kubernetes.stand_in.errors import unsupported_media
from tests.kubernetes.stand_in.json_types import Json

CONTENT_TYPE = "application/vnd.kubernetes.protobuf"

_MAGIC = b"k8s\x00"
_RAW, _SPEC, _RESOURCE = 2, 2, 1
_ATTRIBUTES = {1: "namespace", 2: "verb", 3: "group", 4: "version", 5: "resource", 6: "subresource", 7: "name"}


def access_review(body: bytes) -> Json:
    """As JSON. Raises ApiError (415) for anything else."""
    if not body.startswith(_MAGIC):
        raise unsupported_media("application/json, application/yaml")
    review = _fields(_fields(body.removeprefix(_MAGIC))[_RAW])
    asked = _fields(_fields(review.get(_SPEC, b"")).get(_RESOURCE, b""))
    named = {_ATTRIBUTES[number]: value.decode() for number, value in asked.items() if number in _ATTRIBUTES}
    return {"spec": {"resourceAttributes": {key: value for key, value in named.items() if value}}}


def _fields(message: bytes) -> dict[int, bytes]:
    """The texts and inner messages by their numbers; everything in these messages is one of the two."""
    found: dict[int, bytes] = {}
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        if key & 7 != 2:
            raise unsupported_media("application/json, application/yaml")
        length, place = _varint(message, place)
        found[key >> 3] = message[place : place + length]
        place += length
    return found


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7
