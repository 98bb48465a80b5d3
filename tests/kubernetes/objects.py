"""Objects as a cluster holds them, as small as a test can write them."""

from typing import Any

Json = dict[str, Any]

LABELS = {"app": "checkout"}


def template(image: str, **annotations: str) -> Json:
    metadata: Json = {"labels": dict(LABELS)}
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": {"containers": [{"name": "checkout", "image": image}]}}


def workload(
    kind: str, image: str, *, spec: Json | None = None, status: Json | None = None, generation: int = 7
) -> Json:
    """One that its controller has seen, unless `status` says otherwise."""
    return {
        "kind": kind,
        "metadata": {"name": "checkout", "uid": "u-1", "generation": generation, "resourceVersion": "900"},
        "spec": {"selector": {"matchLabels": dict(LABELS)}, "template": template(image), **(spec or {})},
        "status": {"observedGeneration": generation, **(status or {})},
    }


def replica_set(
    image: str, revision: str | None, *, owner: str = "u-1", controller: bool = True, cause: str = ""
) -> Json:
    name = f"checkout-{image.replace(':', '')}"
    made = template(image)
    made["metadata"]["labels"]["pod-template-hash"] = name
    annotations = {} if revision is None else {"deployment.kubernetes.io/revision": revision}
    if cause:
        annotations["kubernetes.io/change-cause"] = cause
    return {
        "metadata": {
            "name": name,
            "annotations": annotations,
            "creationTimestamp": "2026-01-02T10:00:00Z",
            "ownerReferences": [{"uid": owner, "controller": controller}],
        },
        "spec": {"template": made},
    }


def controller_revision(image: str, number: int, *, owner: str = "u-1") -> Json:
    kept = template(image)
    return {
        "metadata": {"name": f"checkout-{number}", "ownerReferences": [{"uid": owner, "controller": True}]},
        "revision": number,
        "data": {"spec": {"template": {**kept, "$patch": "replace"}}},
    }
