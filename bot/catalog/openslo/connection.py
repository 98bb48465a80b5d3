"""A DataSource's connectionDetails as options with one spelling each, and what is wrong with them.

The keys are free in OpenSLO, so Prometheus' own (`basic_auth: {username: …}`, `tls_config: {ca_file: …}`) are read like
ours (`username`, `caFile`). A secret is taken from the environment by reference only: files of SLOs are shared.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.catalog.openslo.library import Placed
from bot.catalog.openslo.shape import DataSourceSpec
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import Place

PROMETHEUS, AZURE_LOGS, AZURE_METRICS = "prometheus", "azure-logs", "azure-metrics"

_COMMON = ("url", "timeout", "caFile", "certFile", "keyFile")
_ENTRA = (
    "identity", "tenantId", "clientId", "clientSecret", "tokenFile", "authority", "scope",
    "identityEndpoint", "identityHeader",
)  # fmt: skip
_PLAIN = ("bearerToken", "bearerTokenFile", "authorization", "username", "password", "tenant")
OPTIONS: Mapping[str, tuple[str, ...]] = {
    PROMETHEUS: (*_COMMON, *_PLAIN, *_ENTRA),
    AZURE_LOGS: (*_COMMON, *_ENTRA, "workspace", "application", "resource", "delay"),
    AZURE_METRICS: (*_COMMON, *_ENTRA, "resource", "delay", "apiVersion"),
}
"""What connection details may say, by kind of source."""
_SPELLINGS = {
    "address": "url",
    "endpoint": "url",
    "token": "bearerToken",
    "credentials": "bearerToken",
    "credentialsfile": "bearerTokenFile",
    "user": "username",
    "orgid": "tenant",
    "scopeorgid": "tenant",
    "cafile": "caFile",
    "workspaceid": "workspace",
    "appid": "application",
    "applicationid": "application",
    "resourceid": "resource",
}
_SECRET = frozenset({"bearerToken", "authorization", "password", "clientSecret", "identityHeader"})
_GROUPS = frozenset({"basicauth", "tlsconfig", "tls", "authorization", "azuread", "auth", "entra"})
"""Keys that may hold others, as Prometheus' own configuration groups them."""
_IDENTITIES = ("secret", "workload", "managed")
_ENVIRONMENT = {
    "tenantId": "AZURE_TENANT_ID",
    "clientId": "AZURE_CLIENT_ID",
    "clientSecret": "AZURE_CLIENT_SECRET",
    "tokenFile": "AZURE_FEDERATED_TOKEN_FILE",
    "authority": "AZURE_AUTHORITY_HOST",
    "identityEndpoint": "IDENTITY_ENDPOINT",
    "identityHeader": "IDENTITY_HEADER",
}
"""The variables that Azure's own libraries read, and that AKS and App Service set."""


@dataclass(frozen=True, slots=True)
class _Given:
    key: str
    value: str
    place: Place


def connection(placed: Placed[DataSourceSpec], kind: str, env: Mapping[str, str], found: Findings) -> dict[str, str]:
    """The options of a source that this version can ask, `url` among them; what is wrong is reported."""
    place = placed.place.within("connectionDetails")
    known = OPTIONS[kind]
    options: dict[str, str] = {}
    for given in _flat(placed.spec.connection_details, place):
        key = _canonical(given.key, known)
        if key is None:
            found.warnings.append(given.place.problem(*unknown("The connection detail", given.key, known)))
            continue
        secret = key in _SECRET or (key == "url" and "@" in urlsplit(given.value).netloc)
        if secret and _literal(given):
            what = f"{given.key!r} stands in the file: write ${{NAME}} and set NAME in the environment."
            found.errors.append(given.place.problem(what))
        options[key] = given.value
    if kind != PROMETHEUS or any(key in options for key in ("identity", "clientId", "clientSecret")):
        options = with_identity(options, env)
    found.errors += [place.problem(what) for what in _contradictions(options)]
    for key in ("caFile", "certFile", "keyFile"):
        if options.get(key) and not Path(options[key]).is_file():
            found.warnings.append(place.problem(f"{key} names {options[key]!r}, which is no file here."))
    return options


def without_user(url: str) -> tuple[str, dict[str, str]]:
    """An address without the user and password that may stand in it, since addresses are shown; and those two."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url, {}
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, {"username": parts.username or "", "password": parts.password or ""}


def with_identity(options: Mapping[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """The options with what the environment says of the identity that asks Azure.

    Without a word it is a client secret where there is one, else a workload identity (AKS), else a managed one.
    """
    kind = options.get("identity") or _likeliest(options, env)
    wanted = {
        "secret": ("tenantId", "clientId", "clientSecret", "authority"),
        "workload": ("tenantId", "clientId", "tokenFile", "authority"),
        "managed": ("clientId", "identityEndpoint", "identityHeader"),
    }.get(kind, ())
    filled = {key: options.get(key) or env.get(_ENVIRONMENT[key], "") for key in wanted}
    return {**options, "identity": kind, **{key: value for key, value in filled.items() if value}}


def _likeliest(options: Mapping[str, str], env: Mapping[str, str]) -> str:
    if options.get("clientSecret") or env.get("AZURE_CLIENT_SECRET"):
        return "secret"
    return "workload" if options.get("tokenFile") or env.get("AZURE_FEDERATED_TOKEN_FILE") else "managed"


def _flat(details: Mapping[str, Any], place: Place) -> Iterator[_Given]:
    for key, value in details.items():
        if isinstance(value, Mapping) and key.replace("_", "").lower() in _GROUPS:
            yield from _flat(_without_scheme(value), place.within(key))
        elif value is not None:
            yield _Given(key, str(value).lower() if isinstance(value, bool) else str(value), place.within(key))


def _without_scheme(group: Mapping[str, Any]) -> Mapping[str, Any]:
    """Prometheus' `authorization` names the scheme of its credentials; Bearer is the one that goes without saying."""
    return {key: value for key, value in group.items() if not (key == "type" and str(value).lower() == "bearer")}


def _canonical(key: str, known: Collection[str]) -> str | None:
    bare = key.replace("_", "").replace("-", "").lower()
    spelled = _SPELLINGS.get(bare, bare)
    return next((each for each in known if each.lower() == spelled.lower()), None)


def _literal(given: _Given) -> bool:
    return bool(given.value) and "${" not in given.place.document.written.get(given.place.at, "")


def _contradictions(options: Mapping[str, str]) -> Iterator[str]:
    ways = {
        "a token": ("bearerToken", "bearerTokenFile", "authorization"),
        "a user": ("username", "password"),
        "an Entra identity": ("identity",),
    }
    used = [way for way, keys in ways.items() if any(options.get(key) for key in keys)]
    if len(used) > 1:
        yield f"{' and '.join(used)} exclude each other: keep one way to sign in."
    if options.get("password") and not options.get("username"):
        yield "'password' needs a 'username'."
    if options.get("keyFile") and not options.get("certFile"):
        yield "'keyFile' needs a 'certFile'."
    if options.get("timeout") and not _seconds(options["timeout"]):
        yield f"'timeout' is in seconds, above 0 and at most 120, not {options['timeout']!r}."
    if options.get("delay") and not _minutes(options["delay"]):
        yield f"'delay' is in minutes, 0 to 60, not {options['delay']!r}."
    yield from _identity(options)


def _identity(options: Mapping[str, str]) -> Iterator[str]:
    kind = options.get("identity", "")
    if kind and kind not in _IDENTITIES:
        what, allowed = unknown("The identity", kind, _IDENTITIES)
        yield f"{what} Allowed: {allowed}."
    needed = {"secret": ("tenantId", "clientId", "clientSecret"), "workload": ("tenantId", "clientId", "tokenFile")}
    missing = [key for key in needed.get(kind, ()) if not options.get(key)]
    if missing:
        variables = ", ".join(_ENVIRONMENT[key] for key in missing)
        yield f"the identity {kind!r} needs {', '.join(missing)} too, here or as {variables} in the environment."


def _minutes(text: str) -> bool:
    try:
        return 0 <= float(text) <= 60
    except ValueError:
        return False


def _seconds(text: str) -> bool:
    try:
        return 0 < float(text) <= 120
    except ValueError:
        return False
