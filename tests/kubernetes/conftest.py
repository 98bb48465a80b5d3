"""Fixtures: one stand-in for all files of this folder that run in one process, begun anew for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.process import ClusterProcess
from tests.support.bot import manifest
from tests.support.playground import Playground


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


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Playground]:
    async with Playground(manifest=manifest(tmp_path)) as playground:
        yield playground
        assert await playground.violations() == []
