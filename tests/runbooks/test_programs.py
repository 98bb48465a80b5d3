"""The include folder: files that come as copies and go again."""

from pathlib import Path

import pytest

from bot.ports import Permanent
from runbooks.targets.supervisord.processes import number_of
from runbooks.targets.supervisord.programs import ProgramFolder
from runbooks.targets.supervisord.scaling import kept

INI = """\
; how a replica runs
[program:checkout-3]
command=/opt/checkout-3/run --port 20003
environment=NAME="x",PORT="20003",EXPORT="1"
stdout_logfile=/var/log/%(program_name)s.log
"""


@pytest.fixture
def folder(tmp_path: Path) -> ProgramFolder:
    (tmp_path / "checkout-3.ini").write_text(INI)
    (tmp_path / "front.ini").write_text("[program:front]\n")
    return ProgramFolder(tmp_path, "checkout", "PORT")


def test_a_copy_differs_in_its_section_and_its_port_only(folder: ProgramFolder) -> None:
    assert folder.add(5)
    copy = (folder.folder / "checkout-5.ini").read_text()
    assert copy == INI.replace("[program:checkout-3]", "[program:checkout-5]").replace('"20003"', '"20005"')
    assert folder.port("checkout-5") == 20005


def test_what_is_there_is_not_written_again(folder: ProgramFolder) -> None:
    assert not folder.add(3)
    assert (folder.folder / "checkout-3.ini").read_text() == INI


def test_nothing_but_inis_of_replicas_counts(folder: ProgramFolder) -> None:
    (folder.folder / "checkout-4.ini.new").touch()
    (folder.folder / "checkout-x.ini").touch()
    assert folder.numbers() == [3]


def test_removing_is_done_once_or_twice(folder: ProgramFolder) -> None:
    folder.remove(3)
    folder.remove(3)
    assert folder.numbers() == []


def test_without_a_pattern_nothing_is_added(folder: ProgramFolder) -> None:
    folder.remove(3)
    with pytest.raises(Permanent, match="Nothing was changed"):
        folder.add(1)


def test_a_file_of_two_programs_is_no_pattern(folder: ProgramFolder) -> None:
    (folder.folder / "checkout-3.ini").write_text(INI + "[program:other]\n")
    with pytest.raises(Permanent, match="one section"):
        folder.add(4)


def test_a_replica_without_a_file_or_a_port_has_no_port(folder: ProgramFolder) -> None:
    (folder.folder / "checkout-4.ini").write_text("[program:checkout-4]\n")
    assert folder.port("checkout-4") is None
    assert folder.port("checkout-9") is None


@pytest.mark.parametrize(
    ("name", "number"),
    [("checkout-1", 1), ("checkout-12", 12), ("checkout-0", None), ("checkout", None), ("c-1", None)],
)
def test_a_replica_is_known_by_its_number(name: str, number: int | None) -> None:
    assert number_of("checkout", name) == number


@pytest.mark.parametrize(
    ("present", "replicas", "numbers"),
    [
        ({1, 2, 3}, 5, [1, 2, 3, 4, 5]),
        ({1, 2, 3}, 1, [1]),
        ({1, 3}, 3, [1, 2, 3]),
        ({2, 7}, 2, [2, 7]),
        ({2, 7}, 1, [2]),
        (set(), 2, [1, 2]),
    ],
)
def test_the_lowest_stay_and_the_lowest_free_are_added(present: set[int], replicas: int, numbers: list[int]) -> None:
    assert kept(present, replicas) == numbers
    assert kept(kept(present, replicas), replicas) == numbers
