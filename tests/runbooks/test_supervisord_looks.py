"""What a person sees of processes under a real supervisord: how they are, and the end of a log."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.action import Lookable, Seen
from bot.ports import Permanent, Transient
from runbooks.targets.supervisord.looking import _MOST
from tests.runbooks.machine import Machine, eventually


@pytest.fixture
def machine(shared_machine: Machine) -> Machine:
    """Two healthy replicas whose logs are empty."""
    eventually(lambda: all(each["statename"] == "RUNNING" for each in shared_machine.supervisor.getAllProcessInfo()))
    for number in (1, 2):
        log(shared_machine, number).write_bytes(b"")
    return shared_machine


def log(machine: Machine, number: int) -> Path:
    return machine.dir / f"checkout-{number}.log"


@contextmanager
def stopped(machine: Machine, name: str) -> Iterator[None]:
    """A replica is down for the time of the block."""
    machine.supervisor.stopProcess(f"{name}:{name}")
    try:
        yield
    finally:
        machine.supervisor.startProcess(f"{name}:{name}")


async def look(machine: Machine, name: str, **options: str) -> Seen:
    return await machine.target(**options).look(name, datetime.now(UTC))


def test_it_says_what_can_be_looked_at(machine: Machine) -> None:
    target = machine.target()
    assert isinstance(target, Lookable)
    assert [each.name for each in target.looks] == ["status", "logs"]


async def test_the_status_tells_each_process_its_age_and_its_release(machine: Machine) -> None:
    async with asyncio.timeout(15):
        while not (seen := await look(machine, "status")).title.startswith("2 of 2"):
            await asyncio.sleep(0.05)
    assert seen.title == "2 of 2 processes are healthy"
    assert sorted(name for name, _ in seen.facts) == ["checkout-1", "checkout-2"]
    assert all(words.startswith("RUNNING, started ") and words.endswith(" ago, runs v42") for _, words in seen.facts)


async def test_what_is_down_comes_first_with_its_state(machine: Machine) -> None:
    with stopped(machine, "checkout-2"):
        seen = await look(machine, "status")
    assert seen.title == "1 of 2 processes are healthy"
    name, words = seen.facts[0]
    assert name == "checkout-2"
    assert words.startswith("STOPPED, ")


async def test_what_runs_and_does_not_answer_is_told_as_such(machine: Machine) -> None:
    seen = await look(machine, "status", health="http://127.0.0.1:9/healthz")
    assert seen.title == "0 of 2 processes are healthy"
    assert all("RUNNING, does not answer" in words for _, words in seen.facts)


async def test_the_log_is_that_of_the_process_that_fails(machine: Machine) -> None:
    log(machine, 1).write_text("all is well\n")
    with stopped(machine, "checkout-2"):
        log(machine, 2).write_text("starting\n  no table coupons\n")
        seen = await look(machine, "logs")
    assert seen.title == "log of checkout-2"
    assert seen.text == "starting\n  no table coupons"
    assert [name for name, _ in seen.facts] == ["checkout-2"]


async def test_of_a_long_log_the_last_lines_are_read(machine: Machine) -> None:
    for number in (1, 2):
        log(machine, number).write_text("".join(f"line {each}\n" for each in range(20_000)))
    assert (await look(machine, "logs")).text.splitlines() == [f"line {each}" for each in range(19_960, 20_000)]


@pytest.mark.parametrize("more", range(4))
async def test_a_log_whose_end_begins_inside_a_character_is_read(machine: Machine, more: int) -> None:
    for number in (1, 2):
        log(machine, number).write_text("😀" * (_MOST // 4) + "é" + "x" * more + "\nthe end\n", encoding="utf-8")
    assert (await look(machine, "logs")).text == "the end"


async def test_secrets_colours_and_what_no_xml_can_carry_are_taken_out(machine: Machine) -> None:
    for number in (1, 2):
        raw = b"\x1b[31mERROR\x1b[0m password=\x1b[1mhunter2 \x00\x07lost <b>&\n<!channel>\n"
        log(machine, number).write_bytes(raw)
    assert (await look(machine, "logs")).text == "ERROR password=… lost <b>&\n<!channel>"


async def test_a_log_that_is_no_text_is_told_as_such(machine: Machine) -> None:
    for number in (1, 2):
        log(machine, number).write_bytes(b"\xff\xfe\n")
    with pytest.raises(Permanent, match="it is no text in UTF-8"):
        await look(machine, "logs")


async def test_an_empty_log_is_empty(machine: Machine) -> None:
    seen = await look(machine, "logs")
    assert (seen.text, seen.origin) == ("", "The last 40 lines of what it wrote")


async def test_a_supervisord_that_is_silent_is_told_as_such(machine: Machine) -> None:
    machine.freeze()
    try:
        with pytest.raises(Transient, match="does not answer"):
            await look(machine, "status", answer_timeout_s="0.2")
    finally:
        machine.thaw()


async def test_a_look_that_does_not_exist_is_refused(machine: Machine) -> None:
    with pytest.raises(Permanent, match="There is no look “top”; there are status, logs"):
        await look(machine, "top")


async def test_errors_that_have_a_file_of_their_own_come_last(machine: Machine) -> None:
    program = machine.programs / "checkout-2.ini"
    before = program.read_text()
    errors = machine.dir / "errors.log"
    program.write_text(before.replace("redirect_stderr=true", f"stderr_logfile={errors}"))
    try:
        _reread(machine)
        with stopped(machine, "checkout-2"):
            log(machine, 2).write_text("taking orders\n")
            errors.write_text("no table coupons\n")
            seen = await look(machine, "logs")
    finally:
        program.write_text(before)
        _reread(machine)
    assert seen.text == "taking orders\n--- errors (stderr) ---\nno table coupons"


def _reread(machine: Machine) -> None:
    """supervisord takes up what was written about checkout-2."""
    machine.supervisor.stopProcess("checkout-2:checkout-2")
    machine.supervisor.removeProcessGroup("checkout-2")
    machine.supervisor.reloadConfig()
    machine.supervisor.addProcessGroup("checkout-2")
    eventually(lambda: machine.supervisor.getProcessInfo("checkout-2:checkout-2")["statename"] == "RUNNING")
