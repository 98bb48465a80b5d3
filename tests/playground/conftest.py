"""One playground process for all tests of this folder, reset for each; clients and Bolt apps on it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import Bolt, web_client
from tests.support.playground import Playground, PlaygroundProcess


@pytest.fixture(scope="session")
def process() -> Iterator[PlaygroundProcess]:
    process = PlaygroundProcess()
    process.start()
    yield process
    complaints = process.stop()
    assert "Traceback" not in complaints, complaints


@pytest.fixture
async def slack(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    async with Playground(process) as playground:
        yield playground


@pytest.fixture
async def client(slack: Playground) -> AsyncWebClient:
    return web_client(slack)


@pytest.fixture
async def bolt(slack: Playground) -> AsyncIterator[Bolt]:
    """A Bolt app that is not connected yet: register listeners, then `await bolt.connect()`."""
    app = Bolt(slack)
    yield app
    await app.close()
