"""Requests for objects, each answered as the API server does once it knows who asks."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.access import Access, User, review
from tests.kubernetes.stand_in.errors import bad_request, method_not_allowed, unsupported_media
from tests.kubernetes.stand_in.json_types import Json, dumped, metadata
from tests.kubernetes.stand_in.patches import json_patched, merged
from tests.kubernetes.stand_in.paths import Place
from tests.kubernetes.stand_in.pod_parts import Logs, usage
from tests.kubernetes.stand_in.protobuf import CONTENT_TYPE as PROTOBUF
from tests.kubernetes.stand_in.protobuf import access_review
from tests.kubernetes.stand_in.reading import chosen, listed, watched
from tests.kubernetes.stand_in.scale import scale_of, scaled
from tests.kubernetes.stand_in.store import Store
from tests.kubernetes.stand_in.strategic import strategic
from tests.kubernetes.stand_in.versions import inward, outward
from tests.kubernetes.stand_in.writes import Writes

APPLY = "application/apply-patch+yaml"

Change = Callable[[Json], Json]


class Api:
    """Answers requests whose path has been read. Raises ApiError for what it refuses."""

    def __init__(self, store: Store, access: Access, logs: Logs) -> None:
        self._store = store
        self._access = access
        self._logs = logs
        self._writes = Writes(store)

    async def answer(self, request: web.Request, body: bytes, place: Place, user: User) -> web.StreamResponse:
        verb = verb_of(request, place)
        self._access.demand(user, verb, place)
        if verb == "watch":
            return await watched(self._store, request, place)
        if place.kind is kinds.ACCESS_REVIEW:
            asked = access_review(body) if request.content_type == PROTOBUF else _decoded(body)
            return _answered(review(asked, user, self._access), 201)
        if place.kind is kinds.POD_METRICS:
            return _answered(self._metrics(request, place))
        if place.subresource == "log":
            pod = self._writes.one(place.kind, place.namespace, place.name)
            return web.Response(text=self._logs.read(pod, dict(request.query)), content_type="text/plain")
        if verb in ("get", "list"):
            return _answered(self._read(request, place))
        return self._write(request, body, place, verb)

    def _read(self, request: web.Request, place: Place) -> Json:
        if not place.name:
            return listed(self._store, request, place)
        thing = self._writes.one(place.kind, place.namespace, place.name)
        return scale_of(thing) if place.subresource == "scale" else outward(place.kind, place.version, thing)

    def _metrics(self, request: web.Request, place: Place) -> Json:
        if place.name:
            return usage(self._writes.one(kinds.POD, place.namespace, place.name))
        pods = self._store.all(kinds.POD, place.namespace, chosen(request, place))
        items = [usage(pod) for pod in pods if pod.get("status", {}).get("phase") == "Running"]
        head = {"kind": "PodMetricsList", "apiVersion": kinds.POD_METRICS.api_version, "metadata": {}}
        return head | {"items": items}

    def _write(self, request: web.Request, body: bytes, place: Place, verb: str) -> web.Response:
        dry = _is_dry(request)
        if request.content_type == PROTOBUF:
            raise unsupported_media("application/json, application/yaml")
        if verb == "create":
            return self._created(place, _decoded(body), dry)
        if verb == "update":
            wanted = _decoded(body)
            return self._changed(place, lambda _: wanted, dry)
        if verb == "patch":
            return self._patched(request, body, place, dry)
        options = _decoded(body) if body else {}
        if verb == "deletecollection":
            for thing in self._store.all(place.kind, place.namespace, chosen(request, place)):
                self._delete(place, metadata(thing)["name"], options, dry)
            return _answered(listed(self._store, request, place))
        return _answered(self._delete(place, place.name, options, dry))

    def _created(self, place: Place, body: Json, dry: bool) -> web.Response:
        thing = inward(place.kind, place.version, body)
        namespace = place.namespace if place.kind.namespaced else ""
        made = self._writes.create(place.kind, namespace, thing, dry=dry)
        return _answered(outward(place.kind, place.version, made), 201)

    def _patched(self, request: web.Request, body: bytes, place: Place, dry: bool) -> web.Response:
        if request.content_type == APPLY:
            wanted = _loaded(YAML(typ="safe").load, body)
            if self._store.find(place.kind, place.namespace, place.name) is None:
                return self._created(place, wanted, dry)
            return self._changed(place, lambda thing: strategic(thing, wanted), dry)
        how = _PATCHES.get(request.content_type)
        if how is None:
            raise unsupported_media()
        return self._changed(place, lambda thing: how(thing, _loaded(json.loads, body)), dry)

    def _changed(self, place: Place, change: Change, dry: bool) -> web.Response:
        kind, version = place.kind, place.version
        apply = scaled(kind, change) if place.subresource == "scale" else _turned(place, change)
        part = "status" if place.subresource == "status" else ""
        made = self._writes.change(kind, place.namespace, place.name, apply, dry=dry, subresource=part)
        return _answered(scale_of(made) if place.subresource == "scale" else outward(kind, version, made))

    def _delete(self, place: Place, name: str, options: Json, dry: bool) -> Json:
        gone = self._writes.delete(place.kind, place.namespace, name, options, dry=dry)
        details = {"name": name, "group": place.kind.group, "kind": place.kind.plural, "uid": metadata(gone)["uid"]}
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def verb_of(request: web.Request, place: Place) -> str:
    """The verb by which RBAC judges the request. Raises ApiError (405)."""
    if request.method == "GET":
        watch = request.query.get("watch") in ("1", "true")
        return "watch" if watch and place.kind is not kinds.POD_METRICS else "get" if place.name else "list"
    verbs = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
    verb = verbs.get(request.method, "")
    if verb == "delete" and not place.name:
        verb = "deletecollection"
    needs_name = verb in ("update", "patch", "delete")
    if not verb or needs_name is not bool(place.name) or place.kind.read_only:
        raise method_not_allowed()
    return verb


_PATCHES: dict[str, Callable[[Any, Any], Any]] = {
    "application/json-patch+json": json_patched,
    "application/merge-patch+json": merged,
    "application/strategic-merge-patch+json": strategic,
}


def _turned(place: Place, change: Change) -> Change:
    """A change of what the client sees, as one of what is kept."""
    kind, version = place.kind, place.version
    return lambda thing: inward(kind, version, change(outward(kind, version, thing)))


def _is_dry(request: web.Request) -> bool:
    given = request.query.getall("dryRun", [])
    if given not in ([], ["All"]):
        raise bad_request(f'Invalid value: {given}: Unsupported value: "{given[0]}": supported values: "All"')
    return bool(given)


def _decoded(body: bytes) -> Json:
    decoded: Json = _loaded(json.loads, body)
    return decoded


def _loaded(load: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return load(body)
    except (ValueError, YAMLError) as error:
        raise bad_request(f"error decoding patch or object: {error}") from error


def _answered(thing: Json, status: int = 200) -> web.Response:
    return web.Response(text=dumped(thing), status=status, content_type="application/json")
