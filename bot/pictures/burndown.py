"""The burn-down of an error budget: what is left over the window, beside what even spending would leave."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from bot.domain import figures
from bot.domain.slo.burndown import Burndown, Gap, Mark, MarkKind, Point
from bot.pictures.look import DPI, LOOKS, PIXELS, TYPE_POINTS, Look
from bot.pictures.order import Order

_FRAME = (0.135, 0.13, 0.725, 0.74)
"""Left, bottom, width and height of the axes in shares of the picture; the margins hold the words at the ends."""
_TOP = 1.04
_NAME_ROOM, _GAP_WORDS_ROOM = 0.21, 0.24
"""The shares of the axes' width that the name of a mark and the words `no data` need."""
_APART = 0.14
"""Shares of the budget less apart than this would be written over each other."""
_TIMES_OF_DAY = timedelta(days=2)


def png(order: Order) -> bytes:
    """The picture of `order`: 800 × 400 pixels on an opaque ground."""
    look, picture = LOOKS[order.theme], order.picture
    figure = Figure(figsize=(PIXELS[0] / DPI, PIXELS[1] / DPI), dpi=DPI, facecolor=look.ground)
    FigureCanvasAgg(figure)
    axes = figure.add_axes(_FRAME, facecolor=look.ground)
    _scale(axes, picture, look)
    for gap in picture.gaps:
        _gap(axes, picture, gap, look)
    _even(axes, picture, look)
    _spent(axes, picture, look)
    _marks(axes, picture, look)
    if picture.generated > 0:
        _words(axes, 0.01, 0.0, "demo data", look.quiet, look, ha="left", va="bottom")
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=look.ground)
    return out.getvalue()


def _scale(axes: Axes, picture: Burndown, look: Look) -> None:
    """At most three ticks an axis, and the line at which nothing is left; how far below it, the line's end says."""
    lowest = min(picture.left or 0.0, 0.0)
    axes.set_xlim(_x(picture.start), _x(picture.end))
    axes.set_ylim(lowest * 1.08 - 0.015 * (_TOP - lowest), _TOP - 0.04 * lowest)
    for side in axes.spines.values():
        side.set_visible(False)
    shares = [1.0, 0.0] if lowest < -_APART else [1.0, 0.5, 0.0]
    axes.set_yticks(shares, [_share(each) for each in shares])
    days = [picture.start, picture.start + (picture.end - picture.start) / 2, picture.end]
    axes.set_xticks([_x(day) for day in days], [_moment(picture, day) for day in days])
    first, _, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    axes.tick_params(length=0, labelsize=TYPE_POINTS, labelcolor=look.quiet, pad=6)
    axes.yaxis.grid(visible=True, color=look.grid, linewidth=1)
    axes.axhline(0, color=look.quiet, linewidth=2)
    axes.set_axisbelow(True)


def _even(axes: Axes, picture: Burndown, look: Look) -> None:
    """What is left where the budget is spent evenly over the whole window."""
    axes.plot([_x(picture.start), _x(picture.end)], [1, 0], color=look.quiet, linewidth=2, linestyle=(0, (1, 2)))
    ends_there = picture.end <= picture.as_of and picture.left is not None
    under = ends_there and abs(picture.left or 0.0) < _APART * (_TOP - min(picture.left or 0.0, 0.0))
    _words(axes, 1.02, 0.0, "even", look.quiet, look, ha="left", va="top" if under else "center")


def _spent(axes: Axes, picture: Burndown, look: Look) -> None:
    """The line, broken where nothing is known, in another colour below zero; its end says what is left."""
    for line in picture.lines:
        times, shares = [_x(point.at) for point in line], [point.left for point in line]
        for below, colour in ((False, look.data), (True, look.over)):
            part = [min(share, 0.0) if below else max(share, 0.0) for share in shares]
            axes.fill_between(times, part, color=colour, alpha=0.25, linewidth=0)
        axes.plot(times, shares, color=look.data, linewidth=4, solid_capstyle="round", solid_joinstyle="round")
        over = [min(share, 0.0) if share < 0 else float("nan") for share in shares]
        axes.plot(times, over, color=look.over, linewidth=4, solid_capstyle="round")
    if picture.lines and picture.left is not None:
        _end(axes, picture, picture.lines[-1][-1], picture.left, look)


def _end(axes: Axes, picture: Burndown, last: Point, left: float, look: Look) -> None:
    """A dot, and what is left: beside it, or above it where it lies deep and the figure is long."""
    colour = look.data if left > 0 else look.over
    axes.plot([_x(last.at)], [left], marker="o", markersize=11, color=colour, clip_on=False, zorder=5)
    near, deep = _along(picture, last.at), left <= -_APART
    height = _TOP - min(left, 0.0)
    place = (
        (max(near, 0.25), left + 0.04 * height, "right", "bottom") if deep else (near + 0.025, left, "left", "center")
    )
    if not deep and abs(left) < _APART * height:
        place = (near + 0.025, left, "left", "bottom")
    along, share, ha, va = place
    _words(axes, along, share, _share(left), colour, look, ha=ha, va=va, weight="bold")


def _gap(axes: Axes, picture: Burndown, gap: Gap, look: Look) -> None:
    axes.axvspan(_x(gap.start), _x(gap.end), facecolor="none", edgecolor=look.grid, hatch="//", linewidth=0)
    if _along(picture, gap.end) - _along(picture, gap.start) >= _GAP_WORDS_ROOM:
        middle = (_along(picture, gap.start) + _along(picture, gap.end)) / 2
        _words(axes, middle, 0.5, "no data", look.words, look, ha="center", va="center")


def _marks(axes: Axes, picture: Burndown, look: Look) -> None:
    """Incidents as dashed lines with the time they took, alerts as dots on top; named as far as there is room."""
    for mark in picture.marks:
        begun = max(mark.start, picture.start)
        if mark.kind is MarkKind.INCIDENT:
            axes.axvspan(_x(begun), _x(mark.end or picture.as_of), color=look.event, alpha=0.25, linewidth=0)
            axes.axvline(_x(begun), color=look.event, linewidth=2, linestyle=(0, (4, 3)))
        else:
            axes.plot([_x(begun)], [1.0], marker="v", markersize=11, color=look.event, clip_on=False, zorder=4)
    for mark, place in _named(picture, picture.marks):
        side = "left" if place < 0.5 * _NAME_ROOM else "right" if place > 1 - 0.2 * _NAME_ROOM else "center"
        axes.annotate(
            mark.name,
            (place, 1.02),
            xycoords="axes fraction",
            color=look.event,
            fontsize=TYPE_POINTS,
            ha=side,
            va="bottom",
        )


def _named(picture: Burndown, marks: Sequence[Mark]) -> Iterator[tuple[Mark, float]]:
    """Those whose names do not run into each other, and where they stand; incidents have the first choice."""
    taken: list[float] = []
    for mark in sorted(marks, key=lambda mark: mark.kind is not MarkKind.INCIDENT):
        place = max(_along(picture, mark.start), 0.0)
        if all(abs(place - other) >= _NAME_ROOM for other in taken):
            taken.append(place)
            yield mark, place


def _words(
    axes: Axes,
    along: float,
    share: float,
    words: str,
    colour: str,
    look: Look,
    *,
    ha: str,
    va: str,
    weight: str = "normal",
) -> None:
    """Words at a share of the axes' width and of the budget, with a rim of the ground that keeps lines off them."""
    rim = [withStroke(linewidth=4, foreground=look.ground)]
    place = axes.get_yaxis_transform()
    axes.text(
        along, share, words, transform=place, color=colour, fontsize=TYPE_POINTS, ha=ha, va=va, weight=weight,
        path_effects=rim, clip_on=False, zorder=6,
    )  # fmt: skip


def _x(at: datetime) -> float:
    return float(date2num(at))  # type: ignore[no-untyped-call]


def _along(picture: Burndown, at: datetime) -> float:
    """How far along the window an instant is, from 0 to 1."""
    return (at - picture.start) / (picture.end - picture.start)


def _share(left: float) -> str:
    return figures.share(left).replace("-", "\u2212")


def _moment(picture: Burndown, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(picture.zone))
    return f"{local:%H:%M}" if picture.end - picture.start <= _TIMES_OF_DAY else figures.date(local)
