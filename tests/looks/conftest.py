"""One stand-in for Kubernetes and one local Slack for the folder, which enforces the bot's own manifest."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.db import Database
from tests.kubernetes.cluster import Cluster
from tests.kubernetes.conftest import cluster, cluster_process
from tests.looks.desk import Chat, Desk
from tests.support.playground import Playground

__all__ = ["cluster", "cluster_process"]


@pytest.fixture
def desk(database: Database, cluster: Cluster, tmp_path: Path) -> Desk:
    return Desk(database, cluster.kubeconfig(tmp_path))


@pytest.fixture
async def chat(desk: Desk, slack: Playground) -> AsyncIterator[Chat]:
    async with Chat(desk, slack) as chat:
        yield chat
