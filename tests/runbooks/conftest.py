from collections.abc import Callable, Iterator

import pytest

from tests.runbooks.machine import Machine


@pytest.fixture(scope="module")
def shared_machine() -> Iterator[Machine]:
    """Two replicas shared by a module's tests, which each begin by whatever state the one before left behind."""
    machine = Machine()
    try:
        machine.start()
        yield machine
    finally:
        machine.stop()


@pytest.fixture
def machine_of() -> Iterator[Callable[..., Machine]]:
    """Machines of a test's own, laid out and not yet started."""
    machines: list[Machine] = []

    def make(replicas: int = 2, startsecs: int = 0) -> Machine:
        machines.append(Machine(replicas, startsecs))
        return machines[-1]

    yield make
    for machine in machines:
        machine.stop()
