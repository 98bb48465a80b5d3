"""System programs a test needs: absent means a named skip, or a failure where everything must run."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

_BEYOND_PATH = {"initdb": "/usr/lib/postgresql/*/bin/initdb", "pg_ctl": "/usr/lib/postgresql/*/bin/pg_ctl"}


def require(program: str) -> str:
    """The path of `program`; skips the calling test where it is absent, fails it under QUARTERDECK_REQUIRE=all."""
    found = shutil.which(program) or _beyond_path(program)
    return found or absent(f"the system program {program!r}", "it is not installed")


def absent(what: str, why: str) -> NoReturn:
    """Skips the calling test for want of `what`; fails it under QUARTERDECK_REQUIRE=all."""
    message = f"needs {what}: {why}"
    if os.environ.get("QUARTERDECK_REQUIRE") == "all":
        pytest.fail(message)
    pytest.skip(message)


def _beyond_path(program: str) -> str | None:
    pattern = _BEYOND_PATH.get(program)
    if pattern is None:
        return None
    matches = sorted(Path("/").glob(pattern.lstrip("/")))
    return str(matches[-1]) if matches else None
