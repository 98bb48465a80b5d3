"""Deployments: which ReplicaSet is the new one, under which revision.

Source: pkg/controller/deployment/sync.go and util/deployment_util.go of Kubernetes, retold.
"""

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import (
    HASH_LABEL,
    Context,
    event,
    hashed,
    owner_reference,
    share,
    without_hash,
)
from tests.kubernetes.stand_in.controllers.conditions import Progress, paused_or_resumed, report
from tests.kubernetes.stand_in.controllers.rolling import roll, scale_active
from tests.kubernetes.stand_in.json_types import Json, copied, metadata, section
from tests.kubernetes.stand_in.store import controller_of

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
NOT_COPIED = (
    "kubectl.kubernetes.io/last-applied-configuration", REVISION, HISTORY, DESIRED, MOST,
    "deprecated.deployment.rollback.to",
)  # fmt: skip
"""Annotations of a Deployment that its ReplicaSets do not get."""

CONTROLLER = "deployment-controller"


def sync(context: Context) -> None:
    for each in context.store.all(kinds.DEPLOYMENT):
        _sync_one(context, metadata(each)["namespace"], metadata(each)["name"])


def _sync_one(context: Context, namespace: str, name: str) -> None:
    deployment = context.store.find(kinds.DEPLOYMENT, namespace, name)
    if deployment is None:
        return
    deployment = paused_or_resumed(context, deployment)
    paused = deployment["spec"].get("paused", False)
    created = _new_set(context, deployment, create=not paused)
    deployment = context.store.find(kinds.DEPLOYMENT, namespace, name) or deployment
    sets = context.store.owned(kinds.REPLICA_SET, deployment)
    new = newest(deployment, sets)
    old = [each for each in sets if each is not new]
    if paused or _scaled_meanwhile(deployment, sets):
        changed = scale_active(deployment, new, old)
    else:
        changed = roll(deployment, new, old)
    for each, replicas in changed:
        _resize(context, deployment, each, replicas)
    sets = context.store.owned(kinds.REPLICA_SET, deployment)
    new = newest(deployment, sets)
    progress = Progress(sets, new, rolling=not paused, created=created)
    finished = report(context, deployment, progress)
    if finished or paused:
        _forget(context, deployment, [each for each in sets if each is not new])


def newest(deployment: Json, sets: list[Json]) -> Json | None:
    """The ReplicaSet with the Deployment's template, whoever wrote its empty fields; of several the oldest."""
    wanted = without_hash(deployment["spec"]["template"])
    return next((each for each in sets if without_hash(each["spec"]["template"]) == wanted), None)


def revision(thing: Json) -> int:
    """0 where it has none, or none that is a number."""
    written = (metadata(thing).get("annotations") or {}).get(REVISION, "0")
    return int(written) if written.isdigit() else 0


def _new_set(context: Context, deployment: Json, *, create: bool) -> str:
    """Numbers the new ReplicaSet, and makes it where it is missing. Returns its name if it was made just now."""
    sets = context.store.owned(kinds.REPLICA_SET, deployment)
    new = newest(deployment, sets)
    number = max([revision(each) for each in sets if each is not new], default=0) + 1
    made = ""
    if new is not None:
        numbered = copied(new)
        _annotate(deployment, numbered, number)
        if deployment["spec"].get("minReadySeconds"):
            numbered["spec"]["minReadySeconds"] = deployment["spec"]["minReadySeconds"]
        context.store.put(kinds.REPLICA_SET, numbered)
    elif create:
        made = _make_set(context, deployment, number)
    else:
        return ""
    found = newest(deployment, context.store.owned(kinds.REPLICA_SET, deployment))
    numbered = copied(deployment)
    section(numbered, "metadata", "annotations")[REVISION] = str(revision(found or {"metadata": {}}))
    context.store.put(kinds.DEPLOYMENT, numbered)
    return made


def _annotate(deployment: Json, replica_set: Json, number: int) -> None:
    """Copies the Deployment's annotations; a set that is used again gets the next number and remembers the old."""
    annotations = section(replica_set, "metadata", "annotations")
    given = metadata(deployment).get("annotations") or {}
    annotations |= {key: value for key, value in given.items() if key not in NOT_COPIED}
    before = revision(replica_set)
    if before < number:
        if before:
            history = annotations.get(HISTORY)
            annotations[HISTORY] = f"{history},{before}" if history else str(before)
        annotations[REVISION] = str(number)


def _make_set(context: Context, deployment: Json, number: int) -> str:
    template = copied(deployment["spec"]["template"])
    digest = hashed(template)
    section(template, "metadata", "labels")[HASH_LABEL] = digest
    selector = copied(deployment["spec"]["selector"])
    section(selector, "matchLabels")[HASH_LABEL] = digest
    spec: Json = {"replicas": 0, "selector": selector, "template": template}
    if deployment["spec"].get("minReadySeconds"):
        spec["minReadySeconds"] = deployment["spec"]["minReadySeconds"]
    about: Json = {"name": f"{metadata(deployment)['name']}-{digest}", "namespace": metadata(deployment)["namespace"]}
    about |= {"labels": copied(metadata(template)["labels"]), "generation": 1}
    about["ownerReferences"] = [owner_reference(kinds.DEPLOYMENT, deployment)]
    replica_set: Json = {"metadata": about, "spec": spec, "status": {"replicas": 0}}
    _annotate(deployment, replica_set, number)
    _desire(deployment, replica_set)
    context.store.add(kinds.REPLICA_SET, replica_set)
    return str(about["name"])


def _desire(deployment: Json, replica_set: Json) -> None:
    """Notes for how many replicas the set was sized, by which a scaling is told from a rollout."""
    wanted = deployment["spec"]["replicas"]
    surge = deployment["spec"]["strategy"].get("rollingUpdate", {}).get("maxSurge", 0)
    annotations = section(replica_set, "metadata", "annotations")
    annotations |= {DESIRED: str(wanted), MOST: str(wanted + share(surge, wanted, up=True))}


def _scaled_meanwhile(deployment: Json, sets: list[Json]) -> bool:
    wanted = str(deployment["spec"]["replicas"])
    active = [each for each in sets if each["spec"]["replicas"] > 0]
    return any(metadata(each).get("annotations", {}).get(DESIRED, wanted) != wanted for each in active)


def _resize(context: Context, deployment: Json, replica_set: Json, replicas: int) -> None:
    before = replica_set["spec"]["replicas"]
    resized = copied(replica_set)
    resized["spec"]["replicas"] = replicas
    _desire(deployment, resized)
    if before != replicas:
        metadata(resized)["generation"] += 1
    context.store.put(kinds.REPLICA_SET, resized)
    if before != replicas:
        how = "up" if replicas > before else "down"
        words = f"Scaled {how} replica set {metadata(resized)['name']} from {before} to {replicas}"
        event(context, (kinds.DEPLOYMENT, deployment), "Normal", "ScalingReplicaSet", words, CONTROLLER)


def _forget(context: Context, deployment: Json, old: list[Json]) -> None:
    """Old ReplicaSets beyond revisionHistoryLimit go, the oldest revision first; those with pods stay."""
    idle = [each for each in old if not each["spec"]["replicas"] and not each.get("status", {}).get("replicas")]
    idle = [each for each in idle if controller_of(each) == metadata(deployment)["uid"]]
    for each in sorted(idle, key=revision)[: max(0, len(old) - deployment["spec"]["revisionHistoryLimit"])]:
        context.store.remove(kinds.REPLICA_SET, each)
