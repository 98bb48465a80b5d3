"""Get, list and watch."""

import asyncio
import base64
import contextlib
import json
import time

from aiohttp import web

from tests.kubernetes.stand_in.errors import bad_request, expired, too_old
from tests.kubernetes.stand_in.json_types import Json, dumped, metadata
from tests.kubernetes.stand_in.paths import Place
from tests.kubernetes.stand_in.selectors import Holds, by_fields, by_labels
from tests.kubernetes.stand_in.store import Change, Store
from tests.kubernetes.stand_in.versions import outward

LOOK = 1.0
"""Seconds between two looks whether the watcher is still there."""


def chosen(request: web.Request, place: Place) -> Holds:
    """Whether an object is what the selectors of the request ask for."""
    labels = by_labels(request.query.get("labelSelector", ""))
    fields = by_fields(request.query.get("fieldSelector", ""))
    return lambda thing: (not place.name or metadata(thing)["name"] == place.name) and labels(thing) and fields(thing)


def listed(store: Store, request: web.Request, place: Place) -> Json:
    """A typed list: its items carry neither kind nor apiVersion, as the API server's do not."""
    items = store.all(place.kind, place.namespace, chosen(request, place))
    about: Json = {"resourceVersion": str(store.version)}
    begun = request.query.get("continue", "")
    if begun:
        after = _continued(begun)
        items = [thing for thing in items if _position(thing) > after]
    limit = int(request.query.get("limit") or 0)
    if limit and len(items) > limit:
        about["remainingItemCount"] = len(items) - limit
        items = items[:limit]
        about["continue"] = _token(items[-1])
    shown = [_untyped(outward(place.kind, place.version, thing)) for thing in items]
    api_version = place.kind.at(place.version)
    return {"kind": f"{place.kind.name}List", "apiVersion": api_version, "metadata": about, "items": shown}


def _untyped(thing: Json) -> Json:
    return {key: value for key, value in thing.items() if key not in ("kind", "apiVersion")}


def _position(thing: Json) -> tuple[str, str]:
    return metadata(thing).get("namespace", ""), metadata(thing)["name"]


def _token(last: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(_position(last)).encode()).decode()


def _continued(token: str) -> tuple[str, str]:
    try:
        namespace, name = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise expired() from error
    return namespace, name


async def watched(store: Store, request: web.Request, place: Place) -> web.StreamResponse:
    """A line of JSON per change, until `timeoutSeconds` are over or the watcher is gone."""
    holds = chosen(request, place)
    given = request.query.get("resourceVersion", "")
    if not given.isdigit() and given:
        raise bad_request(f'invalid resource version: "{given}"')
    seconds = float(request.query.get("timeoutSeconds") or 3600)
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    if given in ("", "0"):
        since = store.version
        for thing in store.all(place.kind, place.namespace, holds):
            await _tell(response, "ADDED", outward(place.kind, place.version, thing))
    else:
        since = int(given)
    try:
        await _follow(store, request, response, place, holds, since, time.monotonic() + seconds)
    except ConnectionError:
        return response  # the watcher left
    except LookupError as error:
        await _tell(response, "ERROR", too_old(since, int(str(error))).status)
    return response


async def _follow(
    store: Store, request: web.Request, response: web.StreamResponse, place: Place, holds: Holds, since: int,
    until: float,
) -> None:  # fmt: skip
    while True:
        changed = store.changed
        for change in store.since(since):
            since = change.version
            type_ = _seen(change, place, holds)
            if type_:
                await _tell(response, type_, outward(place.kind, place.version, change.thing))
        left = until - time.monotonic()
        if left <= 0 or request.transport is None or request.transport.is_closing():
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), min(left, LOOK))


def _seen(change: Change, place: Place, holds: Holds) -> str:
    """What a change is to somebody who sees only what the selectors choose; empty where it is nothing."""
    if change.kind is not place.kind or place.namespace not in ("", metadata(change.thing).get("namespace", "")):
        return ""
    was = change.before is not None and holds(change.before)
    is_ = change.type != "DELETED" and holds(change.thing)
    return {(True, True): "MODIFIED", (True, False): "DELETED", (False, True): "ADDED"}.get((was, is_), "")


async def _tell(response: web.StreamResponse, type_: str, thing: Json) -> None:
    await response.write(f"{dumped({'type': type_, 'object': thing})}\n".encode())
