"""System programs a test needs: absent means a named skip, or a failure where everything must run."""

import os
import shutil
from pathlib import Path

import pytest

_BEYOND_PATH = {"initdb": "/usr/lib/postgresql/*/bin/initdb", "pg_ctl": "/usr/lib/postgresql/*/bin/pg_ctl"}


def require(program: str) -> str:
    """The path of `program`; skips the calling test where it is absent, fails it under QUARTERDECK_REQUIRE=all."""
    found = shutil.which(program) or _beyond_path(program)
    if found:
        return found
    message = f"needs the system program {program!r}, which is not installed"
    if os.environ.get("QUARTERDECK_REQUIRE") == "all":
        pytest.fail(message)
    pytest.skip(message)


def _beyond_path(program: str) -> str | None:
    pattern = _BEYOND_PATH.get(program)
    if pattern is None:
        return None
    matches = sorted(Path("/").glob(pattern.lstrip("/")))
    return str(matches[-1]) if matches else None
