"""Workloads on Kubernetes, reached over the API as kubectl reaches them."""

from collections.abc import Mapping

from runbooks.targets.kubernetes.options import parse
from runbooks.targets.kubernetes.target import KubernetesTarget

KIND = KubernetesTarget.kind


def connect(options: Mapping[str, str]) -> KubernetesTarget:
    """A target from its catalog options; nothing is contacted yet. Raises `BadOptions`."""
    return KubernetesTarget(parse(options))
