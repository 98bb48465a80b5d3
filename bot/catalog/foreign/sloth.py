"""Sloth's SLO files: `version: prometheus/v1`, and its Kubernetes form, kind PrometheusServiceLevel.

Sloth evaluates over 30 days unless its command line says otherwise, and raises the alerts of the Site Reliability
Workbook's table: both are what this product does anyway.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from bot.catalog.foreign.brought import Brought, Draft, brought
from bot.catalog.openslo.base import Label, Name
from bot.catalog.openslo.indicators import raw_ratio
from bot.catalog.openslo.sources import Sources
from bot.catalog.part import Part
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import At, Document, Place
from bot.catalog.validation import UnknownKeys, validated
from bot.domain.sla import percent_as_ratio
from bot.domain.slo import ALERTS, BurnAlert, RatioMetric, Urgency

VERSION = "prometheus/v1"
CRD_VERSION = "sloth.slok.dev/v1"
CRD_KIND = "PrometheusServiceLevel"
WINDOWS_KIND = "AlertWindows"
WINDOW = timedelta(days=30)

_CAMEL = ConfigDict(alias_generator=to_camel)
Query = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Events(Part):
    error_query: Query
    total_query: Query


class Raw(Part):
    error_ratio_query: Query


class Plugin(Part):
    id: str
    options: Mapping[str, Label] = {}


class Sli(Part):
    events: Events | None = None
    raw: Raw | None = None
    plugin: Plugin | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.events, self.raw, self.plugin)) != 1:
            raise ValueError("an SLI has exactly one of events, raw and plugin")
        return self


class Alert(Part):
    disable: bool = False
    labels: Mapping[str, Label] = {}
    annotations: Mapping[str, Label] = {}


class Alerting(Part):
    name: str = ""
    labels: Mapping[str, Label] = {}
    annotations: Mapping[str, Label] = {}
    page_alert: Alert = Alert()
    ticket_alert: Alert = Alert()


class Objective(Part):
    """One of the file's SLOs; `objective` is in percent."""

    name: Name
    objective: Annotated[float, Field(gt=0, le=100)]
    description: str = ""
    labels: Mapping[str, Label] = {}
    sli: Sli
    alerting: Alerting = Alerting()

    @model_validator(mode="after")
    def _has_a_budget(self) -> Self:
        if self.objective == 100:
            raise ValueError("an objective of 100 % leaves no error budget: the first error breaks it for good")
        return self


class File(Part):
    version: Literal["prometheus/v1"] = "prometheus/v1"
    service: Name
    labels: Mapping[str, Label] = {}
    slos: tuple[Objective, ...]


class CrdEvents(Events):
    model_config = _CAMEL


class CrdRaw(Raw):
    model_config = _CAMEL


class CrdSli(Sli):
    events: CrdEvents | None = None
    raw: CrdRaw | None = None


class CrdAlerting(Alerting):
    model_config = _CAMEL


class CrdObjective(Objective):
    sli: CrdSli
    alerting: CrdAlerting = CrdAlerting()


class Crd(File):
    slos: tuple[CrdObjective, ...]


def read(document: Document, sources: Sources, found: Findings) -> Sequence[Brought]:
    """The SLOs of one file of Sloth's own format; what is wrong is reported."""
    file = validated(File, document, (), found, unknown_keys=UnknownKeys.WARNINGS)
    return list(_slos(file, document, (), sources, found)) if file else []


def read_crd(document: Document, sources: Sources, found: Findings) -> Sequence[Brought]:
    """The SLOs of one Kubernetes object."""
    kind = document.value(("kind",))
    if kind == WINDOWS_KIND:
        what = "kind AlertWindows configures Sloth itself and is not read: the usual burn rates over 30 days hold."
        found.warnings.append(document.problem(("kind",), what))
        return []
    if kind != CRD_KIND:
        found.errors.append(document.problem(("kind",), *unknown("kind", str(kind), [CRD_KIND])))
        return []
    spec = validated(Crd, document, ("spec",), found, unknown_keys=UnknownKeys.WARNINGS)
    return list(_slos(spec, document, ("spec",), sources, found)) if spec else []


def _slos(file: File, document: Document, at: At, sources: Sources, found: Findings) -> Iterator[Brought]:
    for index, objective in enumerate(file.slos):
        name_at = Place(document, (*at, "slos", index, "name"))
        plugin = objective.sli.plugin
        draft = Draft(
            name=f"{file.service}-{objective.name}",
            service=file.service,
            metric=_metric(objective.sli),
            target=percent_as_ratio(objective.objective),
            window=WINDOW,
            alerts=_alerts(objective.alerting),
            description=objective.description,
            labels={**file.labels, **objective.labels},
            name_at=name_at,
            service_at=Place(document, (*at, "service")),
            problem=f"its SLI is made by Sloth's plugin {plugin.id}; write out the plugin's queries" if plugin else "",
        )
        made = brought(draft, sources, found)
        if made:
            yield made


def _metric(sli: Sli) -> RatioMetric:
    if sli.raw:
        return raw_ratio(sli.raw.error_ratio_query, success=False)
    if sli.events:
        return RatioMetric(total=sli.events.total_query, bad=sli.events.error_query)
    return RatioMetric(total="", bad="")


def _alerts(alerting: Alerting) -> tuple[BurnAlert, ...]:
    disabled = {Urgency.PAGE: alerting.page_alert.disable, Urgency.TICKET: alerting.ticket_alert.disable}
    return tuple(alert for alert in ALERTS if not disabled[alert.severity])
