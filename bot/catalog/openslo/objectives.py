"""From an OpenSLO SLO to the product's SLOs, one for each objective."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.catalog.duration import Duration
from bot.catalog.openslo.indicators import Reading, reading_of, sli_of, undefined
from bot.catalog.openslo.library import NAME, Library, Placed
from bot.catalog.openslo.shape import Calendar, Objective, SliSpec, SloSpec
from bot.catalog.openslo.sources import Sources
from bot.catalog.openslo.traffic import low_traffic_of
from bot.catalog.problems import Findings, unknown
from bot.catalog.reading import Place
from bot.domain.slo import Budgeting, BurnAlert, CalendarWindow, RollingWindow, Slo, TimeWindow

DEFAULT_WINDOW = RollingWindow(timedelta(days=30))
CALENDAR_UNITS = ("d", "w", "M", "Q", "Y")


@dataclass(slots=True)
class Objectives:
    """SLOs as they are built, and why some of them cannot be measured."""

    library: Library
    sources: Sources
    found: Findings
    slos: list[Slo] = field(default_factory=list)
    unqueryable: dict[str, str] = field(default_factory=dict)

    def add(self, placed: Placed[SloSpec], alerts: tuple[BurnAlert, ...]) -> list[Slo]:
        """The SLOs of one document, added and returned; none where something is wrong, which is reported."""
        window = self._window(placed)
        low_traffic = low_traffic_of(placed, self.found)
        built = [self._one(placed, index, window) for index in range(len(placed.spec.objectives))]
        slos = [replace(slo, alerts=alerts, low_traffic=low_traffic) for slo in built if slo]
        taken = {slo.name for slo in self.slos}
        for slo in slos:
            if slo.name in taken:
                what = f"SLO {slo.name!r} is a name that the objectives of another SLO already have."
                self.found.errors.append(Place(placed.document, NAME).problem(what))
        self.slos += slos
        return slos

    def _one(self, placed: Placed[SloSpec], index: int, window: TimeWindow | None) -> Slo | None:
        spec, objective = placed.spec, placed.spec.objectives[index]
        place = placed.place.within("objectives", index)
        reading = self._reading(placed, objective, place)
        if not self._slices_fit(spec, objective, place) or reading is None or window is None:
            return None
        several = len(spec.objectives) > 1
        name = f"{placed.name}-{index + 1}" if several else placed.name
        if reading.problem:
            self.unqueryable[name] = reading.problem
            self._warn(Place(placed.document, NAME), f"SLO {name} loads but cannot be measured: {reading.problem}.")
        words = (placed.shown_name, objective.display_name if several else "")
        return Slo(
            name=name,
            display_name=" · ".join(word for word in words if word),
            service=spec.service,
            indicator=reading.indicator,
            target=_target(objective),
            window=window,
            budgeting=Budgeting(spec.budgeting_method or "Occurrences"),
            slice_target=objective.time_slice_target,
            slice_window=objective.time_slice_window.length if objective.time_slice_window else None,
            description=spec.description,
            labels=placed.metadata.labels,
            origin=placed.origin,
        )

    def _reading(self, placed: Placed[SloSpec], objective: Objective, place: Place) -> Reading | None:
        spec = placed.spec
        own = bool(objective.indicator or objective.indicator_ref)
        inline = objective.indicator if own else spec.indicator
        reference = objective.indicator_ref if own else spec.indicator_ref
        sli = sli_of(placed, inline, reference, place if own else placed.place, self.library, self.found)
        if sli is None:
            return None if reference in self.library.broken else undefined(reference)
        if not self._compares(sli.spec, objective, shared=not own and len(spec.objectives) > 1, place=place):
            return None
        return reading_of(sli, objective, self.sources, self.found)

    def _compares(self, sli: SliSpec, objective: Objective, shared: bool, place: Place) -> bool:
        """A threshold needs op and value, and an objective of its own; a ratio has no use for a value."""
        if sli.ratio_metric:
            if objective.value is not None:
                self._warn(place.within("value"), "'value' belongs to a thresholdMetric; a ratio ignores it.")
            return True
        given = {"op": objective.op, "value": objective.value}
        wrong = [f"{key!r} is missing: a thresholdMetric is compared with it." for key in given if given[key] is None]
        if shared:
            wrong.append("a thresholdMetric allows exactly one objective.")
        self.found.errors += [place.problem(what) for what in wrong]
        return not wrong

    def _slices_fit(self, spec: SloSpec, objective: Objective, place: Place) -> bool:
        """Timeslices need a slice's length and its own target, RatioTimeslices the length."""
        given = {"timeSliceTarget": objective.time_slice_target, "timeSliceWindow": objective.time_slice_window}
        method = spec.budgeting_method or "Occurrences"
        needed = {"Timeslices": tuple(given), "RatioTimeslices": ("timeSliceWindow",)}.get(method, ())
        for key, value in given.items():
            if value is None and key in needed:
                what = f"{key!r} is missing: budgetingMethod {method} needs it."
                self.found.errors.append(place.problem(what))
            if value is not None and key not in needed:
                self._warn(place.within(key), f"{key!r} has no effect with budgetingMethod {method}.")
        return all(given[key] is not None for key in needed)

    def _window(self, placed: Placed[SloSpec]) -> TimeWindow | None:
        spec, place = placed.spec, placed.place.within("timeWindow", 0)
        if spec.budgeting_method is None:
            self._warn(placed.place, "budgetingMethod is missing; Occurrences is assumed.", ", ".join(Budgeting))
        if not spec.time_window:
            self._warn(placed.place, "timeWindow is missing; 30 days, rolling, are assumed.")
            return DEFAULT_WINDOW
        window = spec.time_window[0]
        duration = window.duration
        if duration.unit == "m":
            self._warn(place.within("duration"), f"the window is {duration.words} long; a month is written 1M.")
        if window.calendar and duration.unit in CALENDAR_UNITS:
            return self._calendar(duration, window.calendar, place.within("calendar"))
        if window.calendar:
            what = "a calendar has no minutes or hours for a window; this one rolls."
            self._warn(place.within("duration"), what, ", ".join(CALENDAR_UNITS))
        return RollingWindow(duration.length)

    def _calendar(self, duration: Duration, calendar: Calendar, place: Place) -> TimeWindow | None:
        zone = _zone(calendar.time_zone)
        if zone is None:
            what, _ = unknown("The timeZone", calendar.time_zone, available_timezones())
            problem = place.within("timeZone").problem(what, "names of the IANA time zone database")
            self.found.errors.append(problem)
            return None
        try:
            start = datetime.fromisoformat(calendar.start_time)
        except ValueError:
            what = f"startTime {calendar.start_time!r} is no date with time."
            self.found.errors.append(place.within("startTime").problem(what, "such as 2026-01-31 12:30:00"))
            return None
        start = start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)
        return CalendarWindow(duration.unit, duration.count, start, calendar.time_zone)

    def _warn(self, place: Place, what: str, allowed: str = "") -> None:
        self.found.warnings.append(place.problem(what, allowed))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _target(objective: Objective) -> float:
    """The target as a ratio; a percentage is divided as a decimal, so that 99.9 is 0.999 and not its neighbour."""
    if objective.target is not None:
        return objective.target
    return float(Decimal(str(objective.target_percent)) / 100)
