"""Every action on a real supervisord: done, done once, undone, and refused or failed in words."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.action import ApplyFailed, Observation, Progress, Refused
from bot.ports import Permanent, Transient, Unsure
from runbooks.targets import CONNECTORS
from runbooks.targets.supervisord.lock import exclusive
from tests.runbooks.asking import Lines, apply, planned
from tests.runbooks.line import line_to
from tests.runbooks.machine import Machine

MachineOf = Callable[..., Machine]


def releases(seen: Observation) -> list[str]:
    return [replica.release for replica in seen.replicas]


async def healthy(machine: Machine) -> Observation:
    """The machine once all its replicas are healthy."""
    async with asyncio.timeout(10):
        while True:
            seen = await machine.target().observe()
            if seen.replicas and seen.healthy == len(seen.replicas):
                return seen
            await asyncio.sleep(0.05)


@pytest.fixture
def started(machine_of: MachineOf) -> Machine:
    """Two replicas on v42, with v41 before it."""
    machine = machine_of()
    machine.start()
    return machine


async def test_what_is_seen_is_what_runs(started: Machine) -> None:
    seen = await healthy(started)
    assert [(replica.name, replica.state, replica.release) for replica in seen.replicas] == [
        ("checkout-1", "RUNNING", "v42"),
        ("checkout-2", "RUNNING", "v42"),
    ]
    assert seen.current is not None
    assert (seen.current.name, seen.current.author, seen.current.note) == ("v42", "ana", "what v42 brought")
    assert seen.previous is not None
    assert seen.previous.name == "v41"
    assert all(replica.since and datetime.now(UTC) - replica.since < timedelta(minutes=1) for replica in seen.replicas)
    assert seen.cannot == {}


async def test_restart_starts_each_replica_anew_once_however_often_it_is_applied(started: Machine) -> None:
    await healthy(started)
    plan = await planned("restart", started.target())
    before, lines = len(started.starts()), Lines()
    await apply(plan, started.target(), lines)
    await apply(plan, started.target())
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}
    assert lines.words == [f"{done} of 2 processes started anew" for done in range(3)]


async def test_a_second_restart_restarts_again(started: Machine) -> None:
    await healthy(started)
    before = len(started.starts())
    for _ in range(2):
        await apply(await planned("restart", started.target()), started.target())
    assert started.starts_since(before) == {"checkout-1": 2, "checkout-2": 2}


async def test_restart_leaves_one_replica_serving_at_every_moment(machine_of: MachineOf) -> None:
    machine = machine_of(startsecs=1)
    machine.start()
    await healthy(machine)
    target, served = machine.target(), []

    async def watch() -> None:
        while True:
            served.append((await target.observe()).healthy)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    await apply(await planned("restart", target), target)
    watching.cancel()
    assert min(served) == 1


async def test_rollback_and_its_undo_lead_there_and_back_once(started: Machine) -> None:
    await healthy(started)
    target = started.target()
    before, lines = len(started.starts()), Lines()
    plan = await planned("rollback", target)
    await apply(plan, target, lines)
    await apply(plan, target)
    assert releases(await target.observe()) == ["v41", "v41"]
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}
    assert lines.words[-1] == "2 of 2 processes run v41"

    undo = await planned(plan.undo_action, target, **dict(plan.undo or {}))
    await apply(undo, target)
    assert releases(await target.observe()) == ["v42", "v42"]
    assert started.current.readlink() == Path("releases/v42")
    assert started.switches()[2:] == [("v42", "v41"), ("v41", "v42")]


async def test_scale_up_and_its_undo_lead_there_and_back(started: Machine) -> None:
    await healthy(started)
    target, files = started.target(), {path.name for path in started.programs.iterdir()}
    before = len(started.starts())
    plan = await planned("scale", target, replicas=4)
    await apply(plan, target)
    await apply(plan, target)
    seen = await target.observe()
    assert [replica.name for replica in seen.replicas] == [f"checkout-{n}" for n in range(1, 5)]
    assert seen.healthy == 4
    assert started.starts_since(before) == {"checkout-3": 1, "checkout-4": 1}

    undo = await planned("scale", target, **dict(plan.undo or {}))
    await apply(undo, target)
    await apply(undo, target)
    assert [replica.name for replica in (await target.observe()).replicas] == ["checkout-1", "checkout-2"]
    assert {path.name for path in started.programs.iterdir()} == files
    assert started.starts_since(before) == {"checkout-3": 1, "checkout-4": 1}


async def test_a_replica_of_a_release_that_ends_at_once_stops_the_roll_with_the_others_serving(
    machine_of: MachineOf,
) -> None:
    machine = machine_of(startsecs=1)
    machine.add_release("v43", flaw="broken")
    machine.start()
    await healthy(machine)
    plan = await planned("rollback", machine.target(), release="v43")
    with pytest.raises(ApplyFailed) as failed:
        await apply(plan, machine.target())
    assert "checkout-1 does not get healthy: it is FATAL" in str(failed.value)
    assert "1 of 2 processes are healthy. Nothing else was touched." in str(failed.value)

    undo = await planned("rollback", machine.target(), release="v42")
    await apply(undo, machine.target())
    assert releases(await healthy(machine)) == ["v42", "v42"]


async def test_a_replica_that_runs_and_is_never_healthy_stops_the_roll(started: Machine) -> None:
    started.add_release("v43", flaw="sick")
    await healthy(started)
    target = started.target(health_timeout_s="1")
    with pytest.raises(ApplyFailed, match="checkout-1 does not get healthy: it runs and does not answer"):
        await apply(await planned("rollback", target, release="v43"), target)
    assert sorted(releases(await target.observe())) == ["v42", "v43"]


async def test_restart_brings_back_what_supervisord_has_given_up_on(machine_of: MachineOf) -> None:
    machine = machine_of(startsecs=1)
    (machine.releases / "v42" / "broken").touch()
    machine.start()
    async with asyncio.timeout(15):
        while {replica.state for replica in (await machine.target().observe()).replicas} != {"FATAL"}:
            await asyncio.sleep(0.1)
    (machine.releases / "v42" / "broken").unlink()
    await apply(await planned("restart", machine.target()), machine.target())
    assert (await machine.target().observe()).healthy == 2


async def test_a_replica_that_keeps_ending_is_waited_for_until_supervisord_gives_up(machine_of: MachineOf) -> None:
    machine = machine_of(startsecs=1)
    (machine.releases / "v42" / "broken").touch()
    machine.start()
    plan = await planned("restart", machine.target())
    with pytest.raises(ApplyFailed, match="FATAL"):
        await apply(plan, machine.target())


async def test_a_replica_that_was_stopped_by_hand_is_started_before_one_that_serves_is_touched(
    started: Machine,
) -> None:
    await healthy(started)
    before = len(started.starts())
    started.supervisor.stopProcess("checkout-2")
    await apply(await planned("restart", started.target()), started.target())
    assert (await started.target().observe()).healthy == 2
    assert [start["name"] for start in started.starts()[before:]] == ["checkout-2", "checkout-1"]


async def test_a_release_that_was_removed_after_the_plan_is_refused_and_nothing_changes(started: Machine) -> None:
    await healthy(started)
    target, before = started.target(), len(started.starts())
    plan = await planned("rollback", target)
    (started.releases / "v41").rename(started.dir / "gone")
    with pytest.raises(Refused, match="v41 of checkout is not there any more"):
        await apply(plan, target)
    with pytest.raises(Permanent, match="Nothing was changed"):
        await target.switch("v41", Lines())
    assert started.current.readlink() == Path("releases/v42")
    assert started.starts_since(before) == {}


async def test_a_release_shipped_by_somebody_else_meanwhile_stops_the_roll(started: Machine) -> None:
    started.add_release("v43")
    await healthy(started)
    target = started.target()
    plan = await planned("rollback", target)

    class ShipsAfterTheFirst(Lines):
        async def __call__(self, progress: Progress) -> None:
            if (started.current.readlink().name, len(self.seen)) == ("v41", 1):
                (started.dir / "next").symlink_to("releases/v43")
                (started.dir / "next").replace(started.current)
            self.seen.append(progress)

    with pytest.raises(ApplyFailed, match="Somebody switched to v43 meanwhile"):
        await apply(plan, target, ShipsAfterTheFirst())
    with pytest.raises(Refused, match="checkout is now on v43, not v42"):
        await apply(plan, target)


async def test_a_report_that_raises_stops_before_the_next_replica(started: Machine) -> None:
    await healthy(started)
    before = len(started.starts())

    class Aborted(Exception):
        pass

    class AbortsAfterTheFirst(Lines):
        async def __call__(self, progress: Progress) -> None:
            if self.seen:
                raise Aborted
            self.seen.append(progress)

    plan = await planned("restart", started.target())
    with pytest.raises(Aborted):
        await apply(plan, started.target(), AbortsAfterTheFirst())
    assert started.starts_since(before) == {"checkout-1": 1}
    await apply(plan, started.target())
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}


@pytest.mark.parametrize("action", ["restart", "rollback"])
async def test_what_another_replaced_between_the_look_and_the_touch_is_left_alone(
    started: Machine, action: str
) -> None:
    await healthy(started)
    plan, before = await planned(action, started.target()), len(started.starts())

    class OvertakenAtFirst(Lines):
        async def __call__(self, progress: Progress) -> None:
            if not self.seen:
                await apply(plan, started.target())
            self.seen.append(progress)

    await apply(plan, started.target(), OvertakenAtFirst())
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}


async def test_a_program_that_does_not_start_from_the_link_is_not_restarted_for_ever(machine_of: MachineOf) -> None:
    machine = machine_of(replicas=1)
    machine.write_program(1, directory=machine.releases / "v42")
    machine.start()
    await healthy(machine)
    before = len(machine.starts())
    with pytest.raises(ApplyFailed, match="it still runs what it ran"):
        await apply(await planned("rollback", machine.target()), machine.target())
    assert machine.starts_since(before) == {"checkout-1": 1}


async def test_where_the_working_directory_says_nothing_the_times_tell_the_release(machine_of: MachineOf) -> None:
    machine = machine_of()
    for number in (1, 2):
        machine.write_program(number, directory=machine.dir)
    machine.start()
    await healthy(machine)
    before = len(machine.starts())
    plan = await planned("rollback", machine.target())
    await apply(plan, machine.target())
    await apply(plan, machine.target())
    assert releases(await machine.target().observe()) == ["v41", "v41"]
    assert machine.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}


async def test_a_configuration_that_supervisord_cannot_read_leaves_the_replicas_as_they_were(started: Machine) -> None:
    await healthy(started)
    plan = await planned("scale", started.target(), replicas=3)
    (started.programs / "other.ini").write_text("[program:other]\n")
    with pytest.raises(ApplyFailed, match="supervisord does not take checkout-3"):
        await apply(plan, started.target())
    assert not (started.programs / "checkout-3.ini").exists()
    assert (await started.target().observe()).healthy == 2


async def test_without_a_socket_nothing_is_known_and_that_is_worth_another_try(tmp_path: Path) -> None:
    target = CONNECTORS["supervisord"]({"socket": str(tmp_path / "none.sock"), "program": "checkout"})
    with pytest.raises(Transient, match=r"none\.sock"):
        await target.observe()


async def test_a_line_cut_in_the_middle_leaves_a_doubt_and_another_try_does_the_rest(started: Machine) -> None:
    await healthy(started)
    plan = await planned("restart", started.target())
    before, socket = len(started.starts()), started.dir / "line.sock"
    async with line_to(started.socket, socket) as line:
        line.strike(at=3, before=True, strike=socket.unlink)
        with pytest.raises(Unsure, match="stopProcess checkout-2"):
            await apply(plan, started.target(socket=str(socket)))
    await apply(plan, started.target())
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}


async def test_answers_that_are_lost_are_settled_by_looking(started: Machine) -> None:
    await healthy(started)
    plan = await planned("restart", started.target())
    before, socket = len(started.starts()), started.dir / "line.sock"
    async with line_to(started.socket, socket) as line:
        line.lose_answers_of = frozenset({"stopProcess", "startProcess"})
        await apply(plan, started.target(socket=str(socket)))
    assert line.calls == ["stopProcess", "startProcess"] * 2
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}


async def test_a_supervisord_that_hangs_after_it_was_asked_leaves_an_honest_doubt(started: Machine) -> None:
    await healthy(started)
    plan = await planned("restart", started.target())
    before, socket = len(started.starts()), started.dir / "line.sock"
    async with line_to(started.socket, socket) as line:
        line.strike(at=1, before=True, strike=started.freeze)
        with pytest.raises(Unsure, match="asked for stopProcess checkout-1:checkout-1 and has not answered"):
            await apply(plan, started.target(socket=str(socket), answer_timeout_s="0.3"))
    started.thaw()
    await apply(plan, started.target())
    assert started.starts_since(before) == {"checkout-1": 1, "checkout-2": 1}


async def test_who_holds_the_lock_holds_off_all_others(tmp_path: Path) -> None:
    async with exclusive(tmp_path, patience=1):
        with pytest.raises(Transient, match="Another process"):
            async with exclusive(tmp_path, patience=0.1):
                pytest.fail("two hold the lock")
    async with exclusive(tmp_path, patience=0.1):
        pass


async def test_a_restart_planned_by_a_clock_far_ahead_is_refused(started: Machine) -> None:
    await healthy(started)
    with pytest.raises(Permanent, match="Set the clocks right"):
        await started.target().restart(datetime.now(UTC) + timedelta(hours=1), Lines())


async def test_a_target_without_releases_and_folder_says_what_it_does_not_offer(started: Machine) -> None:
    await healthy(started)
    bare = CONNECTORS["supervisord"]({"socket": str(started.socket), "program": "checkout"})
    assert set((await bare.observe()).cannot) == {"scale", "rollback"}
    with pytest.raises(Refused, match="names no releases"):
        await planned("rollback", bare)
    await apply(await planned("restart", bare), bare)


async def test_what_supervisord_is_asked_needs_the_password_it_was_given(machine_of: MachineOf) -> None:
    machine = machine_of(replicas=1)
    conf = machine.dir / "supervisord.conf"
    conf.write_text(conf.read_text().replace("chmod=0700", "chmod=0700\nusername=ana\npassword=secret"))
    machine.start()
    with pytest.raises(Permanent, match="user name and password"):
        await machine.target().observe()
    assert len((await machine.target(username="ana", password="secret").observe()).replicas) == 1
