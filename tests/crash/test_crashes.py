"""Killed, or frozen and taken over from, at every call and every commit: after the restart everything is there once.

`make crash` runs all points and prints its seed; `make crash POINT=declare/sqlite/call/pins.add/1/after` runs one.
"""

from pathlib import Path

import pytest

from tests.crash.matrix import POINT, SEED, SUMMARY, run_matrix
from tests.crash.points import Setting
from tests.crash.stories import STORIES, Story

pytestmark = pytest.mark.crash

stories = pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])


class _Crashes:
    """A class for each setting, so that settings are spread over the processes of a test run."""

    setting: Setting

    async def play(self, story: Story, request: pytest.FixtureRequest, folder: Path, server: str = "") -> None:
        name = f"{story.name}/{self.setting}"
        if not (POINT.startswith(name) or name.startswith(POINT)):
            pytest.skip(f"only {POINT} is wanted")
        matrix = await run_matrix(story, self.setting, folder, server, SEED, POINT)
        request.node.user_properties.append((SUMMARY, matrix.summary))
        assert matrix.points, f"there is no such point: {POINT}"
        assert not matrix.failed, matrix.failures


class TestFrozenAndTakenOverFrom(_Crashes):
    setting = Setting.TAKEOVER

    @stories
    async def test_everything_is_there_once(
        self, story: Story, request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str
    ) -> None:
        await self.play(story, request, tmp_path, postgres_url)


class TestKilledOnPostgresql(_Crashes):
    setting = Setting.POSTGRESQL

    @stories
    async def test_everything_is_there_once(
        self, story: Story, request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str
    ) -> None:
        await self.play(story, request, tmp_path, postgres_url)


class TestKilledOnSqlite(_Crashes):
    setting = Setting.SQLITE

    @stories
    async def test_everything_is_there_once(self, story: Story, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        await self.play(story, request, tmp_path)
