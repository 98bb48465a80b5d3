"""Fixtures: one stand-in for all files of this folder that run in one process, begun anew for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.process import ClusterProcess


@pytest.fixture(scope="session")
def cluster_process() -> Iterator[ClusterProcess]:
    process = ClusterProcess()
    process.start()
    yield process
    assert process.stop() == "", "it fell over something"


@pytest.fixture
async def cluster(cluster_process: ClusterProcess) -> AsyncIterator[Cluster]:
    async with Cluster(cluster_process) as shared:
        yield shared
