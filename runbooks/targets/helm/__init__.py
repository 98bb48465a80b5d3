"""Helm releases as a target: rollback by the helm program, where it is installed beside Quarterdeck.

Restart and scale belong to the workloads in a release, not to the release. See docs/helm.md.
"""

from collections.abc import Mapping

from runbooks.targets.helm.options import Options
from runbooks.targets.helm.target import HelmTarget
from runbooks.targets.reading import read

KIND = HelmTarget.kind


def connect(options: Mapping[str, str]) -> HelmTarget:
    """A target from its catalog options; nothing is started yet. Raises `BadOptions`."""
    return HelmTarget(read(Options, options))
