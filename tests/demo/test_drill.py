"""`quarterdeck drill`: the whole story, for real, in time."""

import json
import subprocess
import sys
from pathlib import Path

from tests.demo.running import processes_of
from tests.support.playground import ROOT, clean_environment

_WITHIN_S = 120.0
_STAGES = [
    "start",
    "before the fault",
    "ship the bad release",
    "alert card",
    "budget on the card",
    "declare",
    "pinned summary",
    "/slo status",
    "note",
    "plan",
    "roll back",
    "verdict",
    "alert resolved",
    "/incident resolve",
    "/incident timeline",
    "/incident postmortem",
    "inspector",
    "stop",
]


def test_every_stage_goes_well_in_time_and_nothing_is_left(tmp_path: Path) -> None:
    record = tmp_path / "drill.json"
    places = tmp_path / "tmp"
    places.mkdir()
    command = [sys.executable, "-m", "bot", "drill", "--json", str(record)]
    environment = clean_environment({"TMPDIR": str(places)})
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=2 * _WITHIN_S)

    assert done.returncode == 0, done.stdout + done.stderr
    stages = json.loads(record.read_text())
    assert [stage["name"] for stage in stages] == _STAGES
    assert all(stage["ok"] for stage in stages)
    assert sum(stage["seconds"] for stage in stages) < _WITHIN_S, done.stdout
    assert list(places.iterdir()) == []
    assert processes_of(places) == {}
