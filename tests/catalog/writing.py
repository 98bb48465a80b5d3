"""Catalogs written into a temporary directory, and SLO documents to fill them with."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

from bot.catalog import Known, Report, check

QUIET = {"QUARTERDECK_INTAKE_TOKEN": "t", "PROMETHEUS_URL": "http://prometheus.example:9090"}
"""An environment in which a sound catalog earns no warning about settings."""

GRANTS = "grants:\n  - role: responder\n    to: everybody\n"


def write(directory: Path, files: Mapping[str, str]) -> Path:
    """The files, dedented, below `directory`."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return directory


def checked(
    directory: Path, files: Mapping[str, str], env: Mapping[str, str] | None = None, known: Known | None = None
) -> Report:
    """What `check` says about these files."""
    return check(write(directory, files), QUIET if env is None else env, known)


def lines(directory: Path, problems: tuple[object, ...]) -> list[str]:
    """The findings as printed, with paths relative to the catalog."""
    return [str(problem).replace(f"{directory}/", "").replace(str(directory), ".") for problem in problems]


RATIO = """
ratioMetric:
  counter: true
  good:
    metricSource:
      type: Prometheus
      spec:
        query: sum(http_requests_total{code!~"5.."})
  total:
    metricSource:
      type: Prometheus
      spec:
        query: sum(http_requests_total)
"""

THRESHOLD = """
thresholdMetric:
  metricSource:
    type: Prometheus
    spec:
      query: queue_age_seconds
"""

ROLLING = "- duration: 30d\n  isRolling: true"


def slo(
    name: str = "api-availability",
    *,
    service: str = "api",
    metric: str = RATIO,
    indicator: str | None = None,
    window: str | None = ROLLING,
    method: str | None = "Occurrences",
    objectives: str = "- target: 0.99",
    more: str = "",
) -> str:
    """One SLO document; every argument is the YAML of its part, and None leaves the part out."""
    inline = f"indicator:\n  spec:\n{indent(dedent(metric).strip(), '    ')}"
    parts = [f"service: {service}", inline if indicator is None else dedent(indicator).strip()]
    if window is not None:
        parts.append(f"timeWindow:\n{indent(dedent(window).strip(), '  ')}")
    if method is not None:
        parts.append(f"budgetingMethod: {method}")
    parts.append(f"objectives:\n{indent(dedent(objectives).strip(), '  ')}")
    parts.append(dedent(more).strip())
    spec = indent("\n".join(part for part in parts if part), "  ")
    return f"apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: {name}\nspec:\n{spec}\n"


def document(kind: str, name: str, spec: str) -> str:
    """Any other OpenSLO document."""
    body = indent(dedent(spec).strip(), "  ")
    return f"apiVersion: openslo/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{body}\n"


SERVICES = "services:\n  api: {on_call: [U0123ABCD]}\n"
PAGER = "kind: webhook\nurl: https://pager.example\n"


def said(directory: Path, *documents: str, env: Mapping[str, str] | None = None) -> tuple[list[str], list[str]]:
    """Errors and warnings about one file of OpenSLO documents in a catalog that is sound otherwise."""
    files = {"permissions.yaml": GRANTS, "services.yaml": SERVICES, "pager.yaml": PAGER}
    report = checked(directory, {**files, "slos/a.yaml": "---\n".join(documents)}, env)
    return lines(directory, report.errors), lines(directory, report.warnings)


def at(text: str, marker: str, message: str) -> str:
    """The finding with that message at the first line that holds `marker`."""
    line = next(number for number, each in enumerate(text.splitlines(), 1) if marker in each)
    return f"slos/a.yaml:{line}: {message}"
