"""A workload's cluster: where the settings are found, and sessions with it."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.ports import Permanent
from runbooks.targets.kubernetes import in_cluster, kubeconfig
from runbooks.targets.kubernetes.api import KubeApi
from runbooks.targets.kubernetes.connection import CODE, Connection
from runbooks.targets.kubernetes.credentials import written
from runbooks.targets.kubernetes.options import Options
from runbooks.targets.kubernetes.plugins import asked
from runbooks.targets.kubernetes.wire import Wire


class Cluster:
    """The cluster that `options` mean. Settings are read for each session, so renewed ones need no restart."""

    def __init__(
        self,
        options: Options,
        service_account: Path = in_cluster.FOLDER,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._options = options
        self._service_account = service_account
        self._environment = environment

    @asynccontextmanager
    async def session(self) -> AsyncIterator[KubeApi]:
        """A conversation; nothing is asked yet. Raises `Permanent` where the settings cannot be used."""
        connection = await asyncio.to_thread(self.connection)
        credentials = written(connection.user) or asked(connection.user)
        wire = Wire(connection, self._options.answer_timeout_s)
        try:
            yield KubeApi(connection, credentials, wire, self._options.namespace)
        finally:
            await wire.close()

    def connection(self) -> Connection:
        """What the kubeconfig says, or the pod's service account. Reads files. Raises `Permanent`."""
        options = self._options
        connection = self._named() if options.kubeconfig or options.context else self._usual()
        if options.impersonate:
            return replace(connection, impersonate=options.impersonate, groups=())
        return connection

    def _named(self) -> Connection:
        return kubeconfig.read(self._file(), self._options.context)

    def _usual(self) -> Connection:
        pod = in_cluster.found(self._service_account, self._environment)
        if pod is not None:
            return pod
        if not self._file().exists():
            words = "Nothing says how to reach the cluster: no `kubeconfig` in the catalog, no service account of a pod"
            raise Permanent(f"{words}, no {self._file()}. See docs/kubernetes.md.", CODE)
        return self._named()

    def _file(self) -> Path:
        if self._options.kubeconfig is not None:
            return self._options.kubeconfig.expanduser()
        return Path(self._environment.get("HOME") or Path.home()) / ".kube" / "config"
