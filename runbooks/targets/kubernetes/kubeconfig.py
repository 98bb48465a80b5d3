"""Reading a kubeconfig: the cluster, the user and the namespace of one of its contexts.

Format: kubernetes.io, "kubeconfig (v1)". What cannot be honoured is refused in words with the file and the field,
never skipped: a setting that is silently left out would ask another cluster, or as somebody else.
"""

import base64
import json
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from runbooks.targets.kubernetes.connection import Connection, Pem, Plugin, User, address, wrong
from runbooks.targets.kubernetes.fields import Part

_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_EXTENSION = "client.authentication.k8s.io/exec"
_MOST = 4_000_000
"""Bytes; a file larger than that is no kubeconfig."""


def read(file: Path, context: str = "") -> Connection:
    """What `context` of the file says, or its current one. Raises `Permanent` with the file and the field."""
    try:
        status = file.stat()
        if status.st_size > _MOST:
            raise wrong(str(file), "it is too large to be a kubeconfig")
        whole = _parsed(file, status.st_mtime_ns, status.st_ino)
    except OSError as error:
        raise wrong(str(file), f"it cannot be read ({(error.strerror or 'no reason given').lower()})") from None
    return _connection(Part(file, "", whole), context)


@lru_cache(maxsize=32)
def _parsed(file: Path, _changed: int, _inode: int) -> object:
    """The YAML of a file, parsed once for each time it was written."""
    try:
        return YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise wrong(str(file), f"it is not YAML{line}") from None  # the error's own words quote the file
    except (YAMLError, UnicodeDecodeError, ValueError):
        raise wrong(str(file), "it is not YAML") from None


def _connection(whole: Part, wanted: str) -> Connection:
    name = wanted or whole.text("current-context")
    if not name:
        raise wrong(str(whole.file), "it has no `current-context`: give `context` in the catalog")
    context = whole.named("context", name)
    cluster = whole.named("cluster", context.text("cluster", needed=True))
    username = context.text("user")
    entry = whole.named("user", username) if username else Part(whole.file, "users", {})
    server = address(cluster.text("server", needed=True), f"{cluster.path}.server", str(whole.file))
    if cluster.yes("insecure-skip-tls-verify") and server.startswith("https:"):
        raise cluster.wrong("insecure-skip-tls-verify", "is not accepted: name its `certificate-authority`")
    authority = cluster.pem("certificate-authority")
    return Connection(
        title=name,
        origin=str(whole.file),
        server=server,
        user=_user(username, entry, cluster, authority),
        namespace=context.text("namespace") or "default",
        authority=authority,
        server_name=cluster.text("tls-server-name"),
        proxy=_proxy(cluster),
        impersonate=entry.sign("as"),
        groups=entry.texts("as-groups"),
    )


def _proxy(cluster: Part) -> str:
    proxy = cluster.text("proxy-url")
    if not proxy:
        return ""
    scheme = proxy.partition("://")[0]
    try:
        host, _ = urlsplit(proxy).hostname, urlsplit(proxy).port
    except ValueError:
        host = None
    if scheme not in ("http", "https") or not host:
        raise cluster.wrong("proxy-url", "is not an http:// or https:// address, the only kinds that are offered")
    if cluster.text("tls-server-name"):
        raise cluster.wrong("tls-server-name", "is not offered together with `proxy-url`")
    return proxy


def _user(name: str, entry: Part, cluster: Part, authority: Pem | None) -> User:
    for field in ("as-uid", "as-user-extra", "auth-provider"):
        if entry.has(field):
            hint = "; Kubernetes itself dropped it: use `exec`" if field == "auth-provider" else ""
            raise entry.wrong(field, f"is not offered{hint}")
    file = entry.text("tokenFile")
    certificate, key = entry.pem("client-certificate"), entry.pem("client-key")
    if (certificate is None) != (key is None):
        raise entry.wrong("client-certificate", "and `client-key` are given together or not at all")
    return User(
        name=name,
        token=entry.sign("token"),
        token_file=entry.beside(file) if file else None,
        username=entry.text("username"),
        password=entry.text("password"),
        certificate=certificate,
        key=key,
        plugin=_plugin(entry.part("exec"), cluster, authority) if entry.has("exec") else None,
    )


def _plugin(entry: Part, cluster: Part, authority: Pem | None) -> Plugin:
    version = entry.text("apiVersion", needed=True)
    if version not in _VERSIONS:
        raise entry.wrong("apiVersion", f"is {version}; offered: {' and '.join(_VERSIONS)}")
    if entry.text("interactiveMode") == "Always":
        raise entry.wrong("interactiveMode", "is Always: it wants a person at a terminal, and there is none")
    command = entry.text("command", needed=True)
    return Plugin(
        command=str(entry.beside(command)) if "/" in command else command,
        arguments=entry.texts("args"),
        environment=tuple((each.text("name", needed=True), each.text("value")) for each in entry.parts("env")),
        version=version,
        hint=entry.text("installHint"),
        cluster=_told(cluster, authority) if entry.yes("provideClusterInfo") else "",
    )


def _told(cluster: Part, authority: Pem | None) -> str:
    """The cluster as a plugin is told of it that asks for `provideClusterInfo`."""
    try:
        data = authority.read_bytes() if isinstance(authority, Path) else authority
    except OSError as error:
        raise cluster.wrong("certificate-authority", f"cannot be read ({error.strerror})") from None
    told: dict[str, object] = {"server": cluster.text("server")}
    told |= {name: cluster.text(name) for name in ("tls-server-name", "proxy-url") if cluster.text(name)}
    told |= {"certificate-authority-data": base64.b64encode(data).decode()} if data else {}
    extra = [each.plain("extension") for each in cluster.parts("extensions") if each.text("name") == _EXTENSION]
    return json.dumps(told | ({"config": extra[0]} if extra else {}), default=str)
