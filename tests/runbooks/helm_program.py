"""A helm of our own for tests: history, manifests and rollbacks of one release, kept in a file beside it.

It does to its record what helm's pkg/action/rollback.go does, in the same order, says what helm says, and knows no flag
that helm does not know. It is copied to where a test wants it, so it imports nothing but the standard library.

`faults` in the record, by command: `hang` (before anything is done), `hold` (a rollback waits, its revision pending,
until the lock on the file `hold` is given up), `fails` (the reason of a rollback that fails), `says` (only complains,
with that text), `prints` (that text instead of an answer), `floods` (endless output), `helper` (starts a process).
`later` are revisions that history shows from its n-th reading on, as if somebody else had made them.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(sys.argv[0]).parent
RECORD = HERE / "record.json"
GLOBAL = {"--namespace", "--kubeconfig", "--kube-context", "--kube-as-user"}
FLAGS = {
    "history": GLOBAL | {"-o", "--max"},
    "get": GLOBAL | {"--revision"},
    "rollback": GLOBAL | {"--wait", "--timeout", "--cleanup-on-fail", "--history-max"},
}
SWITCHES = {"--wait", "--cleanup-on-fail"}
HISTORY_MAX = 10


@contextmanager
def record() -> Iterator[dict[str, Any]]:
    """The record, for one reader or writer at a time; what was changed in it is kept."""
    with (HERE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = json.loads(RECORD.read_text())
        yield state
        fresh = RECORD.with_suffix(".next")
        fresh.write_text(json.dumps(state))
        fresh.replace(RECORD)


def fail(words: str) -> NoReturn:
    """End as helm does."""
    sys.exit(f"Error: {words}")


def parsed(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The words and the flags of a command line."""
    words: list[str] = []
    flags: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            words.append(word)
        elif word not in FLAGS.get(words[0], ()):
            fail(f"unknown flag: {word}")
        else:
            flags[word] = "true" if word in SWITCHES else rest.pop(0)
    return words, flags


def suffer(fault: Mapping[str, Any]) -> None:
    """Whatever happens before a command does anything."""
    if fault.get("helper"):
        helper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        (HERE / "helper.pid").write_text(str(helper.pid))
    if fault.get("hang"):
        (HERE / "hanging.pid").write_text(str(os.getpid()))
        signal.pause()
    while fault.get("floods"):
        sys.stdout.write("x" * 65536)
    if "says" in fault:
        sys.stderr.write(fault["says"])
        sys.exit(1)
    if "prints" in fault:
        print(fault["prints"])
        sys.exit(0)


def history(state: Mapping[str, Any], flags: Mapping[str, str]) -> None:
    later = state.get("later", {})
    readings = sum(call[0] == "history" for call in state["calls"])
    shown = state["revisions"] + (later["revisions"] if later and readings >= later["from"] else [])
    latest = shown[-int(flags["--max"]) :]
    print(json.dumps([{name: each[name] for name in each if name != "manifest"} for each in latest]))


def manifest(state: Mapping[str, Any], flags: Mapping[str, str]) -> None:
    found = [each for each in state["revisions"] if each["revision"] == int(flags["--revision"])]
    print(found[0]["manifest"] if found else fail("release: not found"))


def begun(state: Mapping[str, Any], number: int) -> int:
    """The new revision, pending, with the content of an earlier one."""
    source = [each for each in state["revisions"] if each["revision"] == number]
    if not source:
        fail(f"release has no {number} version")
    fresh = source[0] | {
        "revision": state["revisions"][-1]["revision"] + 1,
        "updated": datetime.now(UTC).isoformat(),
        "status": "pending-rollback",
        "description": f"Rollback to {number}",
    }
    state["revisions"].append(fresh)
    return fresh["revision"]


def finished(state: dict[str, Any], number: int, reason: str | None, most: int) -> None:
    """The new revision deployed and all that were deployed superseded, or else it alone failed; then old ones go."""
    for each in state["revisions"]:
        if each["revision"] == number:
            each["status"] = "failed" if reason else "deployed"
            each["description"] = f'Release "checkout" failed: {reason}' if reason else each["description"]
        elif each["status"] == "deployed" and not reason:
            each["status"] = "superseded"
    if most:
        state["revisions"] = state["revisions"][-most:]


def rollback(words: Sequence[str], flags: Mapping[str, str], fault: Mapping[str, Any]) -> None:
    (HERE / "rollback.pid").write_text(str(os.getpid()))
    with record() as state:
        number = begun(state, int(words[2]))
    if fault.get("hold"):
        with (HERE / "hold").open() as gate:
            fcntl.flock(gate, fcntl.LOCK_SH)
    print("W1121 policy/v1beta1 PodDisruptionBudget is deprecated", file=sys.stderr, flush=True)
    reason = fault.get("fails")
    with record() as state:
        finished(state, number, reason, int(flags.get("--history-max", HISTORY_MAX)))
    if reason:
        fail(f"release checkout failed: {reason}")
    print("Rollback was a success! Happy Helming!")


def main() -> None:
    words, flags = parsed(sys.argv[1:])
    with record() as state:
        state["calls"].append(sys.argv[1:])
        state["environment"] = dict(os.environ)
        fault = state["faults"].get(words[0], {})
    suffer(fault)
    if words[0] == "rollback":
        rollback(words, flags, fault)
    else:
        with record() as state:
            history(state, flags) if words[0] == "history" else manifest(state, flags)


if __name__ == "__main__":
    main()
