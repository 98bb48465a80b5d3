"""What the API server refuses of an object, with 400 for a wrong type and 422 for a wrong value, in its own words."""

import re
from collections.abc import Iterator
from typing import Any

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.errors import bad_request, invalid
from tests.kubernetes.stand_in.json_types import Json, dumped, metadata
from tests.kubernetes.stand_in.kinds import Kind
from tests.kubernetes.stand_in.selectors import by_selector

Cause = tuple[str, str, str]

_NAME = re.compile(r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
_NOT_NEGATIVE = ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
_WITH_TEMPLATE = (kinds.DEPLOYMENT, kinds.REPLICA_SET, kinds.STATEFUL_SET, kinds.DAEMON_SET)
_MAY_CHANGE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip


def check_types(kind: Kind, thing: Json) -> None:
    """Raises ApiError (400) where a field has a type that the API's own would not decode."""
    spec = thing.get("spec") or {}
    wrong = _wrongly_typed(spec)
    if wrong:
        field, value, wanted = wrong
        told = {str: "string", bool: "bool", float: "number", int: "number"}.get(type(value), "object")
        message = f"json: cannot unmarshal {told} into Go struct field {kind.name}Spec.spec.{field} of type {wanted}"
        raise bad_request(f'{kind.name} in version "{kind.versions[0]}" cannot be handled as a {kind.name}: {message}')


def _wrongly_typed(spec: Json) -> tuple[str, Any, str] | None:
    for field in (*_NOT_NEGATIVE, "minReplicas", "maxReplicas"):
        if field in spec and (not isinstance(spec[field], int) or isinstance(spec[field], bool)):
            return field, spec[field], "int32"
    if "paused" in spec and not isinstance(spec["paused"], bool):
        return "paused", spec["paused"], "bool"
    annotations = (spec.get("template") or {}).get("metadata", {}).get("annotations") or {}
    wrong = next((value for value in annotations.values() if not isinstance(value, str)), None)
    return None if wrong is None else ("template.metadata.annotations", wrong, "string")


def check(kind: Kind, thing: Json, before: Json | None) -> None:
    """Raises ApiError (422) naming each field that is wrong. `before` is None where the object is new."""
    causes = [*_name(thing), *_spec(kind, thing)]
    if before is not None:
        causes += _immutable(kind, thing, before)
    if causes:
        raise invalid(kind.kind_and_group, metadata(thing).get("name", ""), *causes)


def _name(thing: Json) -> Iterator[Cause]:
    name = metadata(thing).get("name", "")
    if not name:
        yield "FieldValueRequired", "metadata.name", "Required value: name or generateName is required"
    elif not _NAME.match(name) and "rbac" not in thing["apiVersion"]:
        words = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
            "start and end with an alphanumeric character"
        )
        yield "FieldValueInvalid", "metadata.name", f'Invalid value: "{name}": {words}'


def _spec(kind: Kind, thing: Json) -> Iterator[Cause]:
    spec = thing.get("spec") or {}
    for field in _NOT_NEGATIVE:
        if spec.get(field, 0) < 0:
            yield negative(f"spec.{field}", spec[field])
    if kind in _WITH_TEMPLATE:
        yield from _template(spec)
    if kind is kinds.AUTOSCALER:
        yield from _autoscaler(spec)


def negative(field: str, value: int) -> Cause:
    return "FieldValueInvalid", field, f"Invalid value: {value}: must be greater than or equal to 0"


def _template(spec: Json) -> Iterator[Cause]:
    selector, template = spec.get("selector"), spec["template"]
    if not selector:
        yield "FieldValueRequired", "spec.selector", "Required value"
    labels = template["metadata"].get("labels") or {}
    if selector and not by_selector(selector)(labels):
        shown = dumped(labels)
        yield (
            "FieldValueInvalid", "spec.template.metadata.labels",
            f"Invalid value: {shown}: `selector` does not match template `labels`",
        )  # fmt: skip
    containers = template["spec"].get("containers") or []
    if not containers:
        yield "FieldValueRequired", "spec.template.spec.containers", "Required value"
    for place, container in enumerate(containers):
        for field in ("name", "image"):
            if not container.get(field):
                yield "FieldValueRequired", f"spec.template.spec.containers[{place}].{field}", "Required value"


def _autoscaler(spec: Json) -> Iterator[Cause]:
    least, most = spec["minReplicas"], spec.get("maxReplicas", 0)
    if least < 1:
        yield "FieldValueInvalid", "spec.minReplicas", f"Invalid value: {least}: must be greater than or equal to 1"
    if most < 1:
        yield "FieldValueInvalid", "spec.maxReplicas", f"Invalid value: {most}: must be greater than 0"
    elif most < least:
        words = "must be greater than or equal to `minReplicas`"
        yield "FieldValueInvalid", "spec.maxReplicas", f"Invalid value: {most}: {words}"


def _immutable(kind: Kind, thing: Json, before: Json) -> Iterator[Cause]:
    new, old = thing.get("spec") or {}, before.get("spec") or {}
    if kind is kinds.STATEFUL_SET:
        if {k: v for k, v in new.items() if k not in _MAY_CHANGE} != {
            k: v for k, v in old.items() if k not in _MAY_CHANGE
        }:
            fields = ", ".join(f"'{field}'" for field in _MAY_CHANGE[:-1])
            yield (
                "FieldValueForbidden", "spec",
                f"Forbidden: updates to statefulset spec for fields other than {fields} and '{_MAY_CHANGE[-1]}' "
                "are forbidden",
            )  # fmt: skip
    elif kind in _WITH_TEMPLATE and new.get("selector") != old.get("selector"):
        yield (
            "FieldValueInvalid", "spec.selector",
            f"Invalid value: {dumped(new.get('selector'))}: field is immutable",
        )  # fmt: skip
    if kind in (kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING) and thing.get("roleRef") != before.get("roleRef"):
        yield "FieldValueInvalid", "roleRef", f"Invalid value: {dumped(thing.get('roleRef'))}: cannot change roleRef"
