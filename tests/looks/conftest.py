"""One stand-in for Kubernetes and one local Slack for the folder, which enforces the bot's own manifest."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.settings import load
from bot.store.db import Database
from bot.wiring.desk import manifest_of
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.conftest import cluster, cluster_process
from tests.looks.desk import Chat, Desk
from tests.support.playground import Playground, PlaygroundProcess
from tests.support.shared_slack import begun_anew, shared_slack

__all__ = ["cluster", "cluster_process"]


@pytest.fixture
def desk(database: Database, cluster: Cluster, tmp_path: Path) -> Desk:
    return Desk(database, cluster.kubeconfig(tmp_path))


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaygroundProcess]:
    with shared_slack(manifest_of(load({})), tmp_path_factory.mktemp("app")) as process:
        yield process


@pytest.fixture
async def slack(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    async with begun_anew(process) as slack:
        yield slack


@pytest.fixture
async def chat(desk: Desk, slack: Playground) -> AsyncIterator[Chat]:
    async with Chat(desk, slack) as chat:
        yield chat
