"""DaemonSets: one pod on each node, replaced as maxUnavailable allows."""

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, compact, share
from tests.kubernetes.stand_in.controllers.pods import NODES, is_available, is_ready, make
from tests.kubernetes.stand_in.controllers.revisions import LABEL, current, forget, label
from tests.kubernetes.stand_in.json_types import Json, metadata
from tests.kubernetes.stand_in.store import timestamp


def sync(context: Context) -> None:
    for each in context.store.all(kinds.DAEMON_SET):
        revision = current(context, kinds.DAEMON_SET, each)
        update = label(kinds.DAEMON_SET, revision)
        _replace(context, each, update)
        _fill(context, each, update)
        _report(context, each, update)
        labels = {metadata(pod)["labels"][LABEL] for pod in context.store.owned(kinds.POD, each)}
        used = {f"{metadata(each)['name']}-{one}" for one in (*labels, update)}
        forget(context, each, used)


def _fill(context: Context, owner: Json, update: str) -> None:
    taken = {pod["spec"]["nodeName"] for pod in context.store.owned(kinds.POD, owner)}
    for node in NODES:
        if node not in taken:
            make(context, kinds.DAEMON_SET, owner, labels={LABEL: update}, node=node)


def _replace(context: Context, owner: Json, update: str) -> None:
    strategy = owner["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return
    pods = context.store.owned(kinds.POD, owner)
    most = share(strategy.get("rollingUpdate", {}).get("maxUnavailable", 1), len(NODES), up=True)
    old = [pod for pod in pods if metadata(pod)["labels"][LABEL] != update]
    room = most - sum(not is_ready(pod) for pod in pods if pod not in old) - (len(NODES) - len(pods))
    unready = [pod for pod in old if not is_ready(pod)]
    ready = [pod for pod in old if is_ready(pod)]
    for pod in [*unready, *ready][: max(0, room)]:
        context.store.remove(kinds.POD, pod)


def _report(context: Context, owner: Json, update: str) -> None:
    pods, now = context.store.owned(kinds.POD, owner), timestamp()
    available = sum(is_available(pod, owner["spec"].get("minReadySeconds", 0), now) for pod in pods)
    status: Json = {
        "currentNumberScheduled": len(pods),
        "desiredNumberScheduled": len(NODES),
        "numberMisscheduled": 0,
        "numberReady": sum(is_ready(pod) for pod in pods),
        "numberAvailable": available,
        "numberUnavailable": len(NODES) - available,
        "updatedNumberScheduled": sum(metadata(pod)["labels"][LABEL] == update for pod in pods),
        "observedGeneration": metadata(owner)["generation"],
    }
    always = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
    context.status(kinds.DAEMON_SET, owner, compact(status, always))
