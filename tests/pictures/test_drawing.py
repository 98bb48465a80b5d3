"""The program that draws: what it makes, what it may use, and that nothing but a picture ever comes of it."""

import asyncio
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.slo import SloStatus, State
from bot.domain.slo.burndown import burndown
from bot.integrations.drawing import ProcessArtist
from bot.pictures.look import LOOKS, PIXELS, TYPE_PIXELS
from bot.pictures.order import Theme
from bot.ports import Permanent, Transient
from tests.pictures.windows import NOW, drawn, hours, incident
from tests.support.slos import slo

ROOT = Path(__file__).parents[2]
STORY = drawn(hours({420: 60.0, 2: 140.0}), marks=[incident("INC-31", 420), incident("INC-42", 2)])


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A program of the test's own in the place of the one that draws; its name."""
    monkeypatch.setattr("bot.integrations.drawing._ROOT", tmp_path)
    return "stand_in"


def image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def colours(png: bytes) -> set[str]:
    found = image(png).convert("RGB").getcolors(1 << 24) or []
    return {f"#{red:02X}{green:02X}{blue:02X}" for _, (red, green, blue) in found}  # type: ignore[misc]


@pytest.mark.parametrize("light", [False, True])
async def test_a_picture_is_opaque_and_brings_its_own_ground(cache: Path, light: bool) -> None:
    png = await ProcessArtist(cache).draw(STORY, light=light)
    look = LOOKS[Theme.LIGHT if light else Theme.DARK]
    assert image(png).size == PIXELS
    assert image(png).convert("RGBA").getextrema()[3] == (255, 255)
    assert {look.ground, look.data, look.event} <= colours(png)
    assert look.over not in colours(png)


async def test_an_overspent_budget_is_drawn_in_another_colour(cache: Path) -> None:
    png = await ProcessArtist(cache).draw(drawn(hours({48: 720.0, 47: 720.0})))
    assert LOOKS[Theme.DARK].over in colours(png)


async def test_even_an_slo_of_which_nothing_is_known_can_be_drawn(cache: Path) -> None:
    png = await ProcessArtist(cache).draw(burndown(SloStatus(slo(), NOW, State.NO_DATA), []))
    assert LOOKS[Theme.DARK].data not in colours(png)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("part", ["words", "quiet", "data", "over", "event"])
def test_every_colour_can_be_read_on_its_ground(theme: Theme, part: str) -> None:
    dark, light = sorted((luminance(getattr(LOOKS[theme], part)), luminance(LOOKS[theme].ground)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_type_is_ten_pixels_on_a_phone() -> None:
    assert TYPE_PIXELS * 280 / PIXELS[0] >= 10


async def test_the_program_gets_none_of_the_bots_secrets(
    tmp_path: Path, stand_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    (tmp_path / "stand_in.py").write_text("import os, sys; sys.exit(f'env: {sorted(os.environ)}')")
    with pytest.raises(Permanent) as told:
        await ProcessArtist(tmp_path, program=stand_in).draw(STORY)
    assert "PYTHONPATH" in str(told.value)
    assert "SLACK" not in str(told.value)


@pytest.mark.parametrize(
    "program", ["raise ValueError('no such font')", "print('no picture')", "import os; os.abort()"]
)
async def test_a_program_that_fails_is_told_as_a_failure(tmp_path: Path, stand_in: str, program: str) -> None:
    (tmp_path / "stand_in.py").write_text(program)
    with pytest.raises(Permanent, match="the picture could not be drawn"):
        await ProcessArtist(tmp_path, program=stand_in).draw(STORY)


async def test_a_program_that_takes_too_long_is_ended(tmp_path: Path, stand_in: str) -> None:
    (tmp_path / "stand_in.py").write_text(
        "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(600)".replace(
            "'pid'", repr(str(tmp_path / "pid"))
        )
    )
    with pytest.raises(Transient, match="longer than 3 s"):
        await ProcessArtist(tmp_path, timeout=3, program=stand_in).draw(STORY)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


async def test_a_program_is_ended_with_the_one_who_wanted_the_picture(tmp_path: Path, stand_in: str) -> None:
    pid = tmp_path / "pid"
    (tmp_path / "stand_in.py").write_text(
        f"import os, pathlib, time\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    )
    drawing = asyncio.create_task(ProcessArtist(tmp_path, program=stand_in).draw(STORY))
    async with asyncio.timeout(20):
        while not (pid.exists() and pid.read_text()):
            await asyncio.sleep(0.02)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert not Path(f"/proc/{pid.read_text()}").exists()


def test_a_picture_needs_far_less_memory_than_the_program_may_use() -> None:
    """The bound is there to catch faults; a library that grew to reach it would make every picture fail."""
    bounds = "from bot.pictures.__main__ import MEMORY_BYTES; print(MEMORY_BYTES >> 20)"
    script = f"""
import resource, sys
from bot.pictures.burndown import png
{bounds}
pages = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmPeak"))
print(int(pages) >> 10)
"""
    env = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    out = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout
    most, used = map(int, out.split())
    assert used < most / 2
