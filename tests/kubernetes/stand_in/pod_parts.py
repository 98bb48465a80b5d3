"""What is read of pods beside the objects: logs and usage."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.errors import bad_request
from tests.kubernetes.stand_in.json_types import Json, metadata
from tests.kubernetes.stand_in.store import timestamp

CPU, MEMORY = "25331842n", "65536Ki"
"""What every container uses, in the units of metrics-server."""


@dataclass(frozen=True, slots=True)
class Log:
    """What containers that fit have written. `previous` is the log of the run before the last restart."""

    text: str
    image: str = "*"
    container: str = "*"
    previous: bool = False


class Logs:
    def __init__(self) -> None:
        self.written: list[Log] = []

    def read(self, pod: Json, query: dict[str, str]) -> str:
        """Raises ApiError (400) where there is no such container, or nothing was written yet."""
        name, container = metadata(pod)["name"], _container(pod, query.get("container", ""))
        previous = query.get("previous") in ("true", "1")
        status: Json = next(
            (each for each in pod.get("status", {}).get("containerStatuses", []) if each["name"] == container["name"]),
            {"state": {"waiting": {"reason": "ContainerCreating"}}, "restartCount": 0},
        )
        waiting = status["state"].get("waiting")
        if previous and not status["restartCount"]:
            raise bad_request(f'previous terminated container "{container["name"]}" in pod "{name}" not found')
        if waiting and not status["restartCount"]:
            why = waiting.get("message") or waiting["reason"]
            raise bad_request(f'container "{container["name"]}" in pod "{name}" is waiting to start: {why}')
        return _cut(self._text(container, name, previous), query)

    def _text(self, container: Json, name: str, previous: bool) -> str:
        for log in reversed(self.written):
            fits = fnmatchcase(container["image"], log.image) and fnmatchcase(container["name"], log.container)
            if fits and log.previous is previous:
                return log.text
        return f"{container['name']} of {name} started from {container['image']}\n"


def _container(pod: Json, wanted: str) -> Json:
    containers, name = pod["spec"]["containers"], metadata(pod)["name"]
    if not wanted and len(containers) > 1:
        names = " ".join(each["name"] for each in containers)
        raise bad_request(f"a container name must be specified for pod {name}, choose one of: [{names}]")
    found: Json | None = next((each for each in containers if wanted in ("", each["name"])), None)
    if found is None:
        raise bad_request(f"container {wanted} is not valid for pod {name}")
    return found


def _cut(text: str, query: dict[str, str]) -> str:
    if "tailLines" in query:
        lines = text.splitlines(keepends=True)
        text = "".join(lines[max(0, len(lines) - int(query["tailLines"])) :])
    if "limitBytes" in query:
        text = text.encode()[: int(query["limitBytes"])].decode(errors="ignore")
    return text


def usage(pod: Json) -> Json:
    """The PodMetrics of a running pod."""
    about: Json = {key: metadata(pod)[key] for key in ("name", "namespace", "labels") if key in metadata(pod)}
    about["creationTimestamp"] = timestamp()
    used = [{"name": each["name"], "usage": {"cpu": CPU, "memory": MEMORY}} for each in pod["spec"]["containers"]]
    metrics = kinds.POD_METRICS
    head: Json = {"kind": metrics.name, "apiVersion": metrics.api_version, "metadata": about}
    return head | {"timestamp": timestamp(), "window": "15s", "containers": used}
