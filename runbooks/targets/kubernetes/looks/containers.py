"""The containers of a pod template in words: what they run, what they ask for, how they are asked for their health."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.plaintext import clean
from runbooks.targets.kubernetes.looks.whole import Json

_PROBES = (("startupProbe", "startup"), ("readinessProbe", "readiness"), ("livenessProbe", "liveness"))


def containers(spec: Json) -> Iterable[tuple[str, str]]:
    """One fact for each container, those that run first included. Their environment is left out: it holds secrets."""
    for kind, each in [
        *(("Init container", each) for each in spec.get("initContainers") or ()),
        *(("Container", each) for each in spec.get("containers") or ()),
    ]:
        parts = [str(each.get("image") or "no image"), *_resources(each.get("resources") or {}), *_probes(each)]
        yield f"{kind} {clean(str(each['name']))}", clean("; ".join(parts))


def _resources(resources: Json) -> Iterable[str]:
    named = (("requests", "asks for"), ("limits", "may use"))
    for part, words in named:
        amounts = [f"{name} {value}" for name, value in sorted((resources.get(part) or {}).items())]
        if amounts:
            yield f"{words} {', '.join(amounts)}"
    if not resources:
        yield "no requests, no limits"


def _probes(container: Json) -> Iterable[str]:
    found = [f"{words} {_probe(container[name])}" for name, words in _PROBES if container.get(name)]
    yield ", ".join(found) or "no probes"


def _probe(probe: Mapping[str, Any]) -> str:
    """`GET /healthz on http every 5 s`; a command only by its name, since its arguments may be secret."""
    return f"{_asked(probe)} every {probe.get('periodSeconds', 10)} s"


def _asked(probe: Mapping[str, Any]) -> str:
    if http := probe.get("httpGet"):
        return f"GET {str(http.get('path') or '/').partition('?')[0]} on {http.get('port')}"
    if socket := probe.get("tcpSocket"):
        return f"connects to {socket.get('port')}"
    if grpc := probe.get("grpc"):
        return f"gRPC on {grpc.get('port')}"
    command = (probe.get("exec") or {}).get("command") or ["something"]
    return f"runs {command[0]}"
