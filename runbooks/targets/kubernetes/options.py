"""What the catalog says about a target of kind `kubernetes`: which workload it is, and how its cluster is reached."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from runbooks.targets.reading import read

LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
"""A DNS label (RFC 1123), which the names of namespaces and containers are."""

Workload = Literal["deployment", "statefulset", "daemonset"]


class Options(BaseModel):
    """Options of one workload. Only `name` is needed where the bot runs in that cluster and namespace itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=rf"^{LABEL}(\.{LABEL})*$", max_length=253)]
    """The workload's name in the cluster."""
    workload: Workload = "deployment"
    namespace: Annotated[str, Field(pattern=rf"^({LABEL})?$", max_length=63)] = ""
    """Empty: the context's, or that of the bot's own pod, else `default`."""
    container: Annotated[str, Field(pattern=rf"^({LABEL})?$", max_length=63)] = ""
    """Whose image names the release; empty: the first container's."""

    kubeconfig: Path | None = None
    """None: the service account of the bot's own pod, else ~/.kube/config. `KUBECONFIG` is not looked at."""
    context: str = ""
    """A context of the kubeconfig; empty: its current one."""
    impersonate: Annotated[str, Field(pattern=r"^[ -~]*$")] = ""
    """The user in whose name the cluster is asked, for which the bot needs the verb `impersonate`."""

    answer_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10
    """How long the cluster may take to answer one call."""
    poll_s: Annotated[float, Field(gt=0, le=60)] = 2
    """How long to wait between two looks at a rollout."""
    deadline_s: Annotated[float, Field(gt=0, le=7200)] | None = None
    """How long a rollout may take; None: the workload's own progressDeadlineSeconds."""

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if self.kubeconfig is not None and not self.kubeconfig.expanduser().is_absolute():
            raise ValueError("`kubeconfig` is an absolute path or begins with ~/")
        return self


def parse(options: Mapping[str, str]) -> Options:
    """The options, typed. Raises `BadOptions` with every problem."""
    return read(Options, options)
