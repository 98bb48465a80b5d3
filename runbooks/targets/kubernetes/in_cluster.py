"""The service account of the pod that the bot runs in: token, authority and namespace stand in files.

Source: kubernetes.io, "Accessing the Kubernetes API from a Pod".
"""

from collections.abc import Mapping
from pathlib import Path

from runbooks.targets.kubernetes.connection import Connection, User, address

FOLDER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_ORIGIN = "The service account of the bot's pod"
_BY_NAME = "kubernetes.default.svc"
"""The API server's name inside the cluster, where the environment does not name it."""


def found(folder: Path, environment: Mapping[str, str]) -> Connection | None:
    """The pod's own cluster; None where the bot does not run in a pod with a service account."""
    token, authority = folder / "token", folder / "ca.crt"
    if not token.is_file() or not authority.is_file():
        return None
    return Connection(
        title="",
        origin=_ORIGIN,
        server=address(_server(environment), "KUBERNETES_SERVICE_HOST", _ORIGIN),
        user=User("its service account", token_file=token),
        namespace=_namespace(folder / "namespace"),
        authority=authority,
    )


def _server(environment: Mapping[str, str]) -> str:
    host = environment.get("KUBERNETES_SERVICE_HOST") or _BY_NAME
    port = environment.get("KUBERNETES_SERVICE_PORT") or "443"
    return f"https://{f'[{host}]' if ':' in host else host}:{port}"


def _namespace(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip() or "default"
    except (OSError, UnicodeDecodeError):
        return "default"
