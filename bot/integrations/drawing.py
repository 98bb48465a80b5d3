"""Pictures drawn in a process of their own, one at a time: started when one is wanted, bounded, and gone afterwards."""

import asyncio
import os
import sys
from pathlib import Path

from bot.domain.slo.burndown import Burndown
from bot.pictures.order import ORDER, Order, Theme
from bot.ports import Permanent, Transient

TIMEOUT_SECONDS = 30.0
"""Under a second on an idle machine, some seconds on a very busy one; the first time a list of fonts is made too."""
MOST_BYTES = 2 << 20
PNG = b"\x89PNG\r\n\x1a\n"
_ROOT = Path(__file__).parents[2]


class ProcessArtist:
    """Draws with `python -m bot.pictures`. `cache` is where the drawing library may keep its list of fonts.

    The process gets nothing of this one's environment: no token and no address has any business in a picture.
    """

    def __init__(self, cache: Path, timeout: float = TIMEOUT_SECONDS, program: str = "bot.pictures") -> None:
        self._cache = cache
        self._timeout = timeout
        self._command = (sys.executable, "-P", "-m", program)
        self._turn = asyncio.Lock()

    async def draw(self, picture: Burndown, *, light: bool = False) -> bytes:
        """A PNG of 800 × 400 pixels. Raises `Transient` where it took too long, `Permanent` where it failed."""
        order = ORDER.dump_json(Order(picture, Theme.LIGHT if light else Theme.DARK))
        async with self._turn:
            try:
                child = await asyncio.create_subprocess_exec(
                    *self._command, env=self._environment(),
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                )  # fmt: skip
            except OSError as error:
                raise Transient(f"the program that draws pictures could not be started ({error.strerror})") from error
            out, errors = await self._answer(child, order)
        if child.returncode != 0 or not out.startswith(PNG) or len(out) > MOST_BYTES:
            raise Permanent(f"the picture could not be drawn: {_reason(errors, child.returncode)}")
        return out

    async def _answer(self, child: asyncio.subprocess.Process, order: bytes) -> tuple[bytes, bytes]:
        """What it wrote; whatever happens here, the process has ended afterwards."""
        try:
            async with asyncio.timeout(self._timeout):
                return await child.communicate(order)
        except TimeoutError as error:
            raise Transient(f"drawing took longer than {self._timeout:g} s") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(_ROOT),
            "MPLCONFIGDIR": str(self._cache),
            "OPENBLAS_NUM_THREADS": "1",
            "LC_ALL": "C.UTF-8",
        }


def _reason(errors: bytes, code: int | None) -> str:
    """The last line of what it complained about."""
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else f"the program that draws ended with code {code}"
