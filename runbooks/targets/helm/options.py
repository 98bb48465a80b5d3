"""What the catalog says about a target of kind `helm`: which release, in which cluster, and how long it may take."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_RELEASE = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
"""Helm's own rule for the name of a release (chartutil.ValidateReleaseName)."""
_NAMESPACE = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"


class Options(BaseModel):
    """Options of one release. Only `release` and `namespace` are needed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release: Annotated[str, Field(pattern=_RELEASE, max_length=53)]
    namespace: Annotated[str, Field(pattern=_NAMESPACE, max_length=63)]
    kubeconfig: Path | None = None
    """Without it helm looks where it always does: $KUBECONFIG, ~/.kube/config, or the cluster it runs in."""
    context: str = ""
    """Of the kubeconfig; empty is its current one."""
    impersonate: str = ""
    """The user that the cluster judges instead of the one that signs in (`--kube-as-user`)."""
    helm: str = "helm"
    """The program, as a name on PATH or as a path."""
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 300
    """helm's `--timeout`: how long each of its steps (hooks, waiting for what was changed to be ready) may take."""
    answer_timeout_s: Annotated[float, Field(gt=0, le=120)] = 30
    """How long helm may take to read something."""
