"""The scale subresource."""

from collections.abc import Callable

from tests.kubernetes.stand_in.errors import bad_request, conflict, invalid
from tests.kubernetes.stand_in.json_types import Json, metadata
from tests.kubernetes.stand_in.kinds import Kind
from tests.kubernetes.stand_in.selectors import in_text
from tests.kubernetes.stand_in.validation import negative


def scale_of(thing: Json) -> Json:
    """The Scale of a workload."""
    about = {
        key: metadata(thing)[key]
        for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        if key in metadata(thing)
    }
    status: Json = {"replicas": thing.get("status", {}).get("replicas", 0)}
    status["selector"] = in_text(thing["spec"]["selector"])
    spec = {"replicas": thing["spec"]["replicas"]} if thing["spec"]["replicas"] else {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": about, "spec": spec, "status": status}


def scaled(kind: Kind, change: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """A change of a Scale as one of its workload. Raises ApiError: 400, 409, 422."""

    def apply(thing: Json) -> Json:
        name = metadata(thing)["name"]
        wanted = change(scale_of(thing))
        if wanted.get("kind") != "Scale":
            raise bad_request(f"{wanted.get('kind')} cannot be handled as a Scale: converting to Scale is not possible")
        if metadata(wanted).get("resourceVersion", "") not in ("", metadata(thing)["resourceVersion"]):
            raise conflict(kind, name)
        replicas = (wanted.get("spec") or {}).get("replicas", 0)
        if not isinstance(replicas, int) or isinstance(replicas, bool):
            words = "json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32"
            raise bad_request(f'Scale in version "v1" cannot be handled as a Scale: {words}')
        if replicas < 0:
            raise invalid("Scale.autoscaling", name, negative("spec.replicas", replicas))
        thing["spec"]["replicas"] = replicas
        return thing

    return apply
