"""A peer: google/slo-generator from PyPI, in an environment of its own that is thrown away."""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

PACKAGE = "slo-generator[prometheus]==2.6.0"
_INSTALLED_WITHIN_S, _COMPUTED_WITHIN_S = 240, 300
_PROGRAM = Path(__file__).with_name("peer_run.py")


class Absent(Exception):
    """The peer cannot be installed or run here; the message says why."""


async def installed(directory: Path) -> Path:
    """The Python of a new environment that has it. Raises `Absent`."""
    await _run(_INSTALLED_WITHIN_S, sys.executable, "-m", "venv", str(directory))
    python = directory / "bin" / "python"
    await _run(_INSTALLED_WITHIN_S, str(python), "-m", "pip", "install", "-q", PACKAGE)
    return python


async def seconds(python: Path, url: str, metric: str, services: Sequence[str], at: datetime) -> float:
    """How long it takes for one SLO per service over its five windows, without the start of its process."""
    asked = {"url": url, "metric": metric, "services": list(services), "at": at.timestamp()}
    said = json.loads(await _run(_COMPUTED_WITHIN_S, str(python), str(_PROGRAM), given=json.dumps(asked)))
    if said["wrong"] or said["reports"] != 5 * len(services):
        raise Absent(f"it gave {said['reports']} reports, {said['wrong']} of them wrong")
    return float(said["seconds"])


async def _run(within: float, *command: str, given: str = "") -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, error = await asyncio.wait_for(process.communicate(given.encode()), within)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Absent(f"{command[0]} took longer than {within} s") from None
    if process.returncode:
        raise Absent(error.decode(errors="replace").strip().splitlines()[-1][:200])
    return out.decode().strip().splitlines()[-1] if out.strip() else ""
