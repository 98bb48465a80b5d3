"""What every controller needs: owners, hashes, conditions, events."""

import hashlib
import secrets
from dataclasses import dataclass

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.faults import Faults
from tests.kubernetes.stand_in.json_types import Json, copied, dumped, metadata
from tests.kubernetes.stand_in.kinds import Kind
from tests.kubernetes.stand_in.store import Store, timestamp

HASH_LABEL = "pod-template-hash"
_SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names, without vowels."""


@dataclass(frozen=True, slots=True)
class Context:
    store: Store
    faults: Faults

    def status(self, kind: Kind, thing: Json, status: Json) -> Json:
        """Stores another status; nothing happens where it is the same."""
        return self.store.put(kind, copied(thing) | {"status": status})


def owner_reference(kind: Kind, owner: Json) -> Json:
    reference = {"apiVersion": kind.api_version, "kind": kind.name, "name": metadata(owner)["name"]}
    return {**reference, "uid": metadata(owner)["uid"], "controller": True, "blockOwnerDeletion": True}


def suffix() -> str:
    """Five letters, as generated pod names end."""
    return "".join(secrets.choice(_SAFE) for _ in range(5))


def hashed(thing: Json) -> str:
    """Ten letters that stand for a template."""
    digest = hashlib.sha256(dumped(thing).encode()).digest()
    return "".join(_SAFE[byte % len(_SAFE)] for byte in digest[:10])


def without_hash(template: Json) -> Json:
    """The template as the workload's owner wrote it."""
    bare: Json = copied(template)
    labels = metadata(bare).get("labels", {})
    labels.pop(HASH_LABEL, None)
    if not labels:
        metadata(bare).pop("labels", None)
    return bare


def share(amount: int | str, of: int, *, up: bool) -> int:
    """A number, or a percentage of `of` rounded up or down."""
    if isinstance(amount, int):
        return amount
    product = int(amount.removesuffix("%")) * of
    return -(-product // 100) if up else product // 100


def compact(status: Json, always: tuple[str, ...] = ()) -> Json:
    """Without zeros and empty lists, which the API's types omit."""
    return {key: value for key, value in status.items() if value or key in always}


def condition_of(status: Json, type_: str) -> Json | None:
    return next((each for each in status.get("conditions", []) if each["type"] == type_), None)


def event(context: Context, about: tuple[Kind, Json], type_: str, reason: str, message: str, component: str) -> None:
    """Writes an Event; one that was already written is counted."""
    kind, thing = about
    place, name = metadata(thing)["namespace"], metadata(thing)["name"]
    involved = {"kind": kind.name, "namespace": place, "name": name, "uid": metadata(thing)["uid"]}
    involved |= {"apiVersion": kind.api_version, "resourceVersion": metadata(thing)["resourceVersion"]}

    def same(each: Json) -> bool:
        return (each["involvedObject"]["uid"], each["reason"], each["message"]) == (involved["uid"], reason, message)

    written = context.store.all(kinds.EVENT, place, same)
    if written:
        context.store.put(kinds.EVENT, written[0] | {"count": written[0]["count"] + 1, "lastTimestamp": timestamp()})
        return
    context.store.add(
        kinds.EVENT,
        {
            "metadata": {"name": f"{name}.{secrets.token_hex(8)}", "namespace": place},
            "involvedObject": involved, "type": type_, "reason": reason, "message": message, "count": 1,
            "source": {"component": component}, "firstTimestamp": timestamp(), "lastTimestamp": timestamp(),
            "eventTime": None, "reportingComponent": component, "reportingInstance": "",
        },
    )  # fmt: skip
