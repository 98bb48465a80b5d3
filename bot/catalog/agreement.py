"""Agreements with clients and from suppliers, and the chains that promises rest on (`slas.yaml`)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from bot.catalog.part import Part, Texts, WebAddress, some
from bot.domain.sla import AVAILABILITY, Chain, PenaltyBand, Period, Promise, Side, Sla, Supplier, percent_as_ratio

_PERIODS = {"month": Period.MONTH, "quarter": Period.QUARTER, "year": Period.YEAR}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone of the IANA database, such as Europe/Brussels") from None
    return name


class PenaltySpec(Part):
    """Below so many percent, so many percent of the period's fee are owed."""

    below_percent: Annotated[float, Field(gt=0, le=100)]
    credit_percent: Annotated[float, Field(gt=0, le=100)]


class PromiseSpec(Part):
    """What is promised, in percent; `slos` are what measures it. `why_looser` explains an SLO that aims lower."""

    target_percent: Annotated[float, Field(gt=0, lt=100)]
    meaning: str = ""
    slos: Texts = ()
    why_looser: str = ""
    penalties: tuple[PenaltySpec, ...] = ()

    @model_validator(mode="after")
    def _in_reach(self) -> Self:
        too_high = [each.below_percent for each in self.penalties if each.below_percent > self.target_percent]
        if too_high:
            raise ValueError(f"a penalty below {too_high[0]:g} % is owed although {self.target_percent:g} % is kept")
        return self


class LinkSpec(Part):
    """Parts of a chain: all of them are needed, or any one of them is enough."""

    all_of: tuple["LinkSpec | str", ...] = ()
    any_of: tuple["LinkSpec | str", ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.all_of) == bool(self.any_of):
            raise ValueError("say either all_of or any_of, with the agreements it is made of")
        return self


class SlaSpec(Part):
    """One agreement. `rests_on` names the suppliers' agreements that a promise to clients needs, all of them."""

    name: str
    kind: Literal["client", "supplier"]
    party: str
    title: str = ""
    service: str = ""
    promises: Annotated[Mapping[str, PromiseSpec], AfterValidator(some)]
    rests_on: tuple[LinkSpec | str, ...] = ()
    period: Literal["month", "quarter", "year"] = "month"
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    url: WebAddress = ""

    @model_validator(mode="after")
    def _sided(self) -> Self:
        if self.kind == "supplier" and self.rests_on:
            raise ValueError("'rests_on' belongs to an agreement with clients: a supplier's own chain is its business")
        if self.kind == "supplier" and AVAILABILITY not in self.promises and len(self.promises) > 1:
            raise ValueError(f"one of a supplier's promises is named {AVAILABILITY!r}, for chains to count with")
        return self


def linked(links: tuple[LinkSpec | str, ...]) -> Iterator[str]:
    """The names of all agreements in a chain."""
    for link in links:
        if isinstance(link, str):
            yield link
        else:
            yield from linked((*link.all_of, *link.any_of))


def agreement(spec: SlaSpec, others: Mapping[str, SlaSpec], origin: str) -> Sla:
    """The agreement that `spec` describes; links to what is not among `others` are left out."""
    chain = _chain(spec.rests_on, others) if spec.rests_on else None
    return Sla(
        name=spec.name,
        party=spec.party,
        side=Side(spec.kind),
        title=spec.title,
        service=spec.service,
        promises={name: _promise(name, each) for name, each in spec.promises.items()},
        chain=chain if chain and chain.parts else None,
        period=_PERIODS[spec.period],
        time_zone=spec.time_zone,
        url=spec.url,
        origin=origin,
    )


def _promise(name: str, spec: PromiseSpec) -> Promise:
    bands = [PenaltyBand(percent_as_ratio(p.below_percent), percent_as_ratio(p.credit_percent)) for p in spec.penalties]
    return Promise(
        name=name,
        target=percent_as_ratio(spec.target_percent),
        meaning=spec.meaning,
        slos=spec.slos,
        why_looser=spec.why_looser,
        penalties=tuple(bands),
    )


def _chain(links: tuple[LinkSpec | str, ...], others: Mapping[str, SlaSpec], *, redundant: bool = False) -> Chain:
    parts = [_link(link, others) for link in links]
    return Chain(tuple(part for part in parts if part), redundant)


def _link(link: str | LinkSpec, others: Mapping[str, SlaSpec]) -> Supplier | Chain | None:
    if isinstance(link, LinkSpec):
        inner = _chain(link.any_of or link.all_of, others, redundant=bool(link.any_of))
        return inner if inner.parts else None
    spec = others.get(link)
    if spec is None:
        return None
    counted = spec.promises.get(AVAILABILITY) or next(iter(spec.promises.values()))
    return Supplier(link, percent_as_ratio(counted.target_percent))
