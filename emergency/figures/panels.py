"""Small multiples over time: panels that share one axis of dates, under a strip of the levels in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from emergency.figures.font import clean, font, width
from emergency.figures.names import Names, window
from emergency.figures.style import (
    EDGE,
    GREY,
    HATCH,
    INK,
    SIZE,
    SMALL,
    WIDTH,
    cut,
    date_axis,
    figure_of,
    fill,
    new_figure,
    say,
    steps_of,
    tidy,
    value_ticks,
)
from emergency.indicators import fold
from emergency.log import Entry
from emergency.words import terms
from emergency.words.punctuation import listed

__all__ = ["Course", "Sheet", "bound", "courses", "legend", "scaled", "shown", "spells"]

_LEFT, _GAP, _RIGHT = 0.5, 0.58, 0.27  # margins [in]
_TITLE, _FOOT, _STRIP = 0.24, 0.25, 0.075  # heights [in]: title of a cell, its dates, a plan's levels
_BETWEEN = 0.07
Course = list[tuple[float, float]]
RUNS_OUT = "#b3261e"


def courses(entries: Iterable[Entry], names: Names) -> dict[str, Course]:
    """The course of every variable of markets and outbreaks that the log has kept: ``(t [h], value)``.

    A plan's own indicator that stands for such a variable brings its course along.
    """
    stands = {str(mine): str(one.as_) for mine, one in names.scenario.measured.items()}
    found: dict[str, Course] = {}
    for entry in entries:
        if entry.kind == "indicator" and "trace" in entry.detail:
            ref = entry.ref or ""
            name = ref if entry.plan is None else stands.get(ref, "")
            if name:
                found.setdefault(name, [(float(t), float(v)) for t, v in entry.detail["trace"]])
    return found


def scaled(course: Course, factor: float, until: float) -> Course:
    """A course up to `until` [h], its values times `factor`."""
    return [(t, v * factor) for t, v in course if t <= until]


def shown(entries: Sequence[Entry], drawn: Iterable[Course]) -> float:
    """Up to when [h] there is something to see: the run's own window, longer while some course still moves."""
    until, end = window(entries)
    for course in drawn:
        values = [v for _, v in course]
        little = 0.02 * (max(values, default=0.0) - min(values, default=0.0))
        moved = max((t for t, v in course if abs(v - values[-1]) > little), default=0.0)
        until = max(until, moved * 1.05)
    return end if until > end * 0.9 else until


def spells(entries: Iterable[Entry], until: float) -> dict[str, list[tuple[float, float]]]:
    """When what was out of stock, by its name in the log: begin, end [h]; an open spell ends at `until`."""
    since: dict[str, float] = {}
    found: dict[str, list[tuple[float, float]]] = {}
    for entry in entries:
        if entry.kind == "shortage":
            ref = entry.ref or ""
            if entry.detail["short"]:
                since.setdefault(ref, entry.t)
            elif ref in since:
                found.setdefault(ref, []).append((since.pop(ref), entry.t))
    for ref, began in since.items():
        found.setdefault(ref, []).append((began, until))
    return found


@dataclass(frozen=True, slots=True)
class _Spell:
    """A response level of a plan while it was in force [h]."""

    plan: str
    scheme: str
    level: str
    begins: float
    ends: float


class Sheet:
    """A figure with panels in two columns; each cell stacks a strip of levels and some axes.

    Parameters
    ----------
    count : int
        How many cells.
    tall : sequence of float
        Heights of the axes of a cell, from above [in].
    plans : sequence of str
        The plans whose response levels stand above each cell; colours are each plan's own.
    keys : int
        How many lines of the legend there are besides that of the levels.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        names: Names,
        until: float,
        *,
        count: int,
        tall: Sequence[float],
        plans: Sequence[str] = (),
        keys: int = 1,
    ) -> None:
        self.names, self.until, self._tall = names, until, tuple(tall)
        self._levels = _responses(entries, names, plans, until)
        self._plans = [p for p in plans if any(one.plan == p for one in self._levels)]
        strips = len(self._plans) * _STRIP
        self._cell = _TITLE + strips + sum(tall) + _BETWEEN * (len(tall) - 1) + _FOOT
        rows = (count + 1) // 2
        self._keys = keys
        self._top = 0.06 + 0.19 * (keys + bool(self._plans))
        self.height = self._top + rows * self._cell
        self.figure: Figure = new_figure(self.height)
        self._wide = (WIDTH - _LEFT - _GAP - _RIGHT) / 2
        self._used = 0

    def cell(self, title: str, note: str = "", colour: str = RUNS_OUT) -> list[Axes]:
        """The axes of the next cell, from above; `note` stands at the right of its title, in its own colour."""
        left = _LEFT + self._used % 2 * (self._wide + _GAP)
        top = self.height - self._top - self._used // 2 * self._cell - _TITLE
        self._used += 1
        for plan in self._plans:
            top -= _STRIP
            self._strip(self._axes(left, top, _STRIP * 0.8), plan)
        found = []
        for i, tall in enumerate(self._tall):
            top -= tall + (_BETWEEN if i else 0.0)
            found.append(axes := self._axes(left, top, tall))
            tidy(axes)
            last = i == len(self._tall) - 1
            date_axis(axes, self.names.start, self.until, self.names.lang, labels=last, inches=self._wide)
        self._title(found[0], title, note, colour)
        return found

    def _axes(self, left: float, bottom: float, tall: float) -> Axes:
        place = (left / WIDTH, bottom / self.height, self._wide / WIDTH, tall / self.height)
        return self.figure.add_axes(place)

    def _title(self, axes: Axes, title: str, note: str, colour: str) -> None:
        up = len(self._plans) * _STRIP * 72 + 4
        room = self._wide * 72
        told = cut(title, SIZE + 0.5, room)
        axes.annotate(clean(told), (0, 1), (0, up), xycoords="axes fraction", textcoords="offset points",
                      fontproperties=font(SIZE + 0.5), color=INK, va="bottom")  # fmt: skip
        left = room - width(told, SIZE + 0.5) - 10
        if note and left > 20:
            axes.annotate(clean(cut(note, SMALL, left)), (1, 1), (0, up), xycoords="axes fraction", va="bottom",
                          textcoords="offset points", fontproperties=font(SMALL), color=colour,
                          ha="right")  # fmt: skip

    def _strip(self, axes: Axes, plan: str) -> None:
        axes.set_axis_off()
        axes.set_xlim(0, self.until)
        axes.set_ylim(0, 1)
        for one in self._levels:
            if one.plan == plan:
                colour = self.names.colour(plan, one.scheme, one.level)
                axes.barh(0.5, one.ends - one.begins, left=one.begins, height=1.0, facecolor=fill(colour),
                          edgecolor=EDGE, linewidth=0.3, hatch=HATCH[colour])  # fmt: skip

    def level_handles(self) -> list[Artist]:
        """What the colours of the strips mean, each plan's own."""
        found: dict[tuple[str, str], Artist] = {}
        for one in self._levels:
            colour = self.names.colour(one.plan, one.scheme, one.level)
            text = self.names.level(one.plan, one.scheme, one.level)
            found.setdefault((colour, text), Patch(facecolor=fill(colour), edgecolor=EDGE, hatch=HATCH[colour],
                                                   linewidth=0.4, label=clean(text)))  # fmt: skip
        return list(found.values())

    def finish(self, handles: Sequence[Artist]) -> Figure:
        """Put the legend above: what lines mean, then what levels do."""
        if handles:
            legend(self.figure, handles, self.height, 0.02)
        if levels := self.level_handles():
            legend(self.figure, levels, self.height, 0.02 + 0.19 * self._keys)
            if len(self._plans) > 1:
                self._order()
        return self.figure

    def _order(self) -> None:
        """Which strip is whose, where there are several."""
        plans = listed(map(self.names.plan, self._plans), self.names.lang)
        told = terms.column("strips", self.names.lang).replace("{list}", plans)
        axes = self.figure.add_axes((0, 0, 1, 0.001))
        axes.set_axis_off()
        say(axes, 0.0, 0.0, cut(told, SMALL, WIDTH * 70), SMALL, colour=GREY, transform=axes.transAxes, va="bottom")


def _responses(entries: Sequence[Entry], names: Names, plans: Sequence[str], until: float) -> list[_Spell]:
    if not plans:
        return []
    numbers = fold(entries, names.programs).plans
    found = []
    for plan in plans:
        schemes: Mapping[str, object] = {str(k): s for k, s in names.programs[plan].plan.schemes.items()}
        for one in numbers[plan].levels:
            ends = until if one["to_h"] is None else min(one["to_h"], until)
            if getattr(schemes[one["scheme"]], "kind", "") == "response" and one["from_h"] < until:
                found.append(_Spell(plan, one["scheme"], one["level"], one["from_h"], ends))
    return found


def legend(figure: Figure, handles: Sequence[Artist], height: float, below: float) -> None:
    """A legend in one line, `below` the figure's upper edge [in]."""
    figure.legend(handles=list(handles), loc="upper left", bbox_to_anchor=(_LEFT / WIDTH, 1 - below / height),
                  ncols=max(1, len(handles)), prop=font(SMALL), frameon=False, borderaxespad=0.0, borderpad=0.0,
                  handlelength=1.8, columnspacing=1.3)  # fmt: skip


def draw(axes: Axes, course: Course, top: float, ticks: int = 4, colour: str = INK, percent: bool = False) -> None:
    """One course on its axes, from 0 to `top`."""
    axes.set_ylim(0, top)
    marks = [t for t in steps_of(top, ticks) if t <= top]
    value_ticks(axes, marks, [f"{t:g}%" if percent else figure_of(t) for t in marks])
    if course:
        axes.plot(*zip(*course, strict=True), color=colour, linewidth=1.3, zorder=4)


def bound(axes: Axes, value: float) -> None:
    """A bound as a dashed line, if it lies on the axes."""
    if 0 < value <= axes.get_ylim()[1]:
        axes.axhline(value, color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), zorder=3)


def line(label: str, colour: str = INK, style: object = "solid", wide: float = 1.3) -> Line2D:
    """A line of a legend."""
    return Line2D([], [], color=colour, linewidth=wide, linestyle=style, label=clean(label))  # type: ignore[arg-type]
