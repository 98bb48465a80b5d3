"""A Kubernetes of its own for a test: the stand-in as a process, driven over its API and with the real kubectl.

```
process = ClusterProcess()
process.start()
async with Cluster(process) as cluster:
    await cluster.create(deployment())
    await cluster.settle()
    code, out, err = await cluster.kubectl("rollout", "restart", "deployment/checkout")
```
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx

from tests.kubernetes.process import ClusterProcess
from tests.kubernetes.stand_in.json_types import Json
from tests.kubernetes.stand_in.kinds import Kind, named
from tests.support.playground import clean_environment
from tests.support.require import require

NAMESPACE = "shop"


class Cluster:
    """Acts and looks, as the administrator. Shares a running process, or starts its own."""

    def __init__(self, process: ClusterProcess | None = None) -> None:
        self._shared = process is not None
        self._process = process or ClusterProcess()
        self._http = httpx.AsyncClient(timeout=60, trust_env=False, verify=False)  # no certificates are read

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """A shared process is reset instead."""
        if self._shared:
            await self.reset()
        else:
            await asyncio.to_thread(self._process.start)

    async def stop(self) -> None:
        await self._http.aclose()
        if not self._shared:
            await asyncio.to_thread(self._process.stop)

    @property
    def url(self) -> str:
        return self._process.address["url"]

    @property
    def token(self) -> str:
        """The administrator's."""
        return self._process.address["token"]

    @property
    def pid(self) -> int:
        return self._process.pid

    def kubeconfig(self, folder: Path, namespace: str = NAMESPACE, token: str | None = None) -> Path:
        """Writes one into the folder and returns its path; `token` is somebody else's."""
        path = folder / "kubeconfig"
        path.write_text(json.dumps(self.configuration(namespace, token)), encoding="utf-8")
        return path

    def configuration(self, namespace: str = NAMESPACE, token: str | None = None) -> Json:
        """A kubeconfig with the one context `test`."""
        server: Json = {"server": self.url}
        if self._process.certificates is not None:
            server["certificate-authority"] = self._process.certificates.ca
        context = {"cluster": "test", "user": "test", "namespace": namespace}
        return {
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": server}],
            "contexts": [{"name": "test", "context": context}],
            "users": [{"name": "test", "user": {"token": self.token if token is None else token}}],
        }  # fmt: skip

    # Objects.

    async def create(self, *manifests: Json) -> Json:
        """Returns the last as it was stored; fails when one is refused."""
        made: Json = {}
        for manifest in manifests:
            path = _path(named(manifest["kind"]), manifest["metadata"].get("namespace", NAMESPACE))
            made = await self.ask("POST", path, manifest)
        return made

    async def get(self, kind: str, name: str, namespace: str = NAMESPACE) -> Json:
        """By kind, plural or short name; fails when it is not there."""
        return await self.ask("GET", _path(named(kind), namespace, name))

    async def all(self, kind: str, namespace: str = NAMESPACE, selector: str = "") -> list[Json]:
        query = {"labelSelector": selector} if selector else {}
        return cast(list[Json], (await self.ask("GET", _path(named(kind), namespace), query=query))["items"])

    async def delete(self, kind: str, name: str, namespace: str = NAMESPACE) -> None:
        await self.ask("DELETE", _path(named(kind), namespace, name))

    async def patch(self, kind: str, name: str, body: Json, namespace: str = NAMESPACE, part: str = "") -> Json:
        """A merge patch; `part` is a subresource."""
        path = _path(named(kind), namespace, name) + (f"/{part}" if part else "")
        return await self.ask("PATCH", path, body, content_type="application/merge-patch+json")

    async def watch(
        self, kind: str, *, since: str = "", namespace: str = NAMESPACE, selector: str = ""
    ) -> AsyncIterator[tuple[str, Json]]:
        """Each change as (type, object), first those after a resourceVersion or, without one, all that is there."""
        query = {"watch": "1", "resourceVersion": since, "labelSelector": selector}
        url, sent = self.url + _path(named(kind), namespace), {"Authorization": f"Bearer {self.token}"}
        async with self._http.stream("GET", url, params=query, headers=sent) as response:
            async for line in response.aiter_lines():
                told = json.loads(line)
                yield told["type"], told["object"]

    async def ask(
        self, method: str, path: str, body: object = None, *, content_type: str = "application/json",
        query: Mapping[str, str] | None = None, token: str | None = None,
    ) -> Json:  # fmt: skip
        """The answer's JSON; fails when it is not a success."""
        response = await self.raw(method, path, body, content_type=content_type, query=query, token=token)
        assert response.is_success, response.text
        return cast(Json, response.json())

    async def raw(
        self, method: str, path: str, body: object = None, *, content_type: str = "application/json",
        query: Mapping[str, str] | None = None, token: str | None = None, headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        """Whatever the answer is. Raises httpx.TransportError where there is none."""
        sent = {"Authorization": f"Bearer {self.token if token is None else token}", **(headers or {})}
        content = None if body is None else json.dumps(body)
        if content is not None:
            sent["Content-Type"] = content_type
        return await self._http.request(
            method, self.url + path, content=content, headers=sent, params=dict(query or {})
        )

    # Faults, people, logs and time.

    async def fault(self, kind: str, **how: object) -> Json:
        """See stand_in/faults.py for the kinds and what they take."""
        return await self.control("fault", kind=kind, **how)

    async def clear_faults(self, kind: str | None = None) -> None:
        await self.control("clear", **({} if kind is None else {"kind": kind}))

    async def held(self) -> list[Json]:
        return cast(list[Json], await self.look("held"))

    async def wait_held(self, count: int = 1, *, timeout: float = 15.0) -> list[Json]:
        """Until that many requests are held."""
        deadline = time.monotonic() + timeout
        while len(held := await self.held()) < count:
            assert time.monotonic() < deadline, f"not within {timeout} s; held: {held!r}"
            await asyncio.sleep(0.02)
        return held

    async def release(self, held_id: int | None = None, *, drop: bool = False) -> int:
        """Lets one held request go on, or all; with `drop` it is cut off. Returns how many."""
        given = {"drop": drop} if held_id is None else {"id": held_id, "drop": drop}
        return int((await self.control("release", **given))["released"])

    async def user(self, name: str, token: str, *groups: str) -> None:
        """Somebody with a token, who may do what RBAC objects say."""
        await self.control("users", name=name, token=token, groups=list(groups))

    async def revoke(self, token: str) -> None:
        """The token is not taken any more."""
        await self.control("revoke", token=token)

    async def log(self, text: str, *, image: str = "*", container: str = "*", previous: bool = False) -> None:
        """What containers that fit have written."""
        await self.control("logs", text=text, image=image, container=container, previous=previous)

    async def pace(self, step_ms: float) -> None:
        """How long the controllers rest between two steps."""
        await self.control("pace", step_ms=step_ms)

    async def settle(self) -> None:
        """Until the controllers have nothing left to do."""
        await self.control("settle")

    async def reset(self) -> None:
        """Everything is gone but the namespaces default, kube-system and shop; faults and people too."""
        await self.control("reset")

    async def requests(self, method: str | None = None) -> list[Json]:
        """Every request so far, but for those to the control API."""
        asked = cast(list[Json], await self.look("requests"))
        return [each for each in asked if method in (None, each["method"])]

    async def look(self, name: str) -> object:
        response = await self._http.get(f"{self.url}/control/{name}")
        assert response.status_code == 200, response.text
        return response.json()

    async def control(self, name: str, /, **given: object) -> Json:
        response = await self._http.post(f"{self.url}/control/{name}", json=given)
        assert response.status_code == 200, response.text
        return cast(Json, response.json())

    # kubectl.

    async def kubectl(self, *arguments: str, token: str | None = None, given: Any = None) -> tuple[int, str, str]:
        """Runs it in the namespace shop with a home of its own: (exit code, stdout, stderr). `given` is JSON for its
        stdin. Skips the test where kubectl is not installed."""
        home = self._process.folder
        config = await asyncio.to_thread(self._config, home, token)
        process = await asyncio.create_subprocess_exec(
            require("kubectl"), f"--kubeconfig={config}", f"--cache-dir={home / 'cache'}", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=clean_environment({"HOME": str(home), "KUBECONFIG": os.devnull}),
        )  # fmt: skip
        sent = b"" if given is None else json.dumps(given).encode()
        out, err = await asyncio.wait_for(process.communicate(sent), 60)
        return process.returncode or 0, out.decode(), err.decode()

    def _config(self, home: Path, token: str | None) -> Path:
        folder = home / ("admin" if token is None else f"token-{token}")
        folder.mkdir(exist_ok=True)
        return self.kubeconfig(folder, token=token)


def _path(kind: Kind, namespace: str, name: str = "") -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.api_version}"
    place = f"/namespaces/{namespace}" if kind.namespaced else ""
    return f"{root}{place}/{kind.plural}" + (f"/{name}" if name else "")
