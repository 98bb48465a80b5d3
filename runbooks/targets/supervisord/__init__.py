"""Processes under supervisord as a target: restart, scale and switch releases over its XML-RPC on a Unix socket.

What it asks of the machine: one program a replica (`<name>-1`, `<name>-2`, …), each in a file of its own in an include
folder; releases as folders; programs that start from the link to the current one.
"""

from collections.abc import Mapping

from runbooks.targets.supervisord.options import parse
from runbooks.targets.supervisord.target import SupervisordTarget

KIND = SupervisordTarget.kind


def connect(options: Mapping[str, str]) -> SupervisordTarget:
    """A target from its catalog options; nothing is contacted yet. Raises `BadOptions`."""
    return SupervisordTarget(parse(options))
