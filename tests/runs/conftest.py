import shutil

import pytest

from bot.store.db import Database
from tests.runbooks.conftest import machine_of, shared_machine
from tests.runbooks.machine import Machine
from tests.runs.desk import Desk

__all__ = ["machine_of", "shared_machine"]


@pytest.fixture
async def machine(shared_machine: Machine) -> Machine:
    """Two healthy replicas on v42, whatever the test before left."""
    target = shared_machine.target()
    if len(list(shared_machine.programs.glob("*.ini"))) != 2:
        await target.scale(2, _ignore)
    await target.switch("v42", _ignore)
    shutil.rmtree(shared_machine.releases / "v43", ignore_errors=True)
    return shared_machine


@pytest.fixture
def desk(database: Database, machine: Machine) -> Desk:
    return Desk(database, machine.options())


async def _ignore(_: object) -> None:
    return
