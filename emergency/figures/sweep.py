"""Figures of many runs: how courses fan out, how long each level is held, how the numbers of runs are distributed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from emergency.condition import Compare, leaves
from emergency.figures.columns import Canvas, Labels, sweep_names
from emergency.figures.distributions import above, beside, demand, differences, legend, load, spread
from emergency.figures.font import clean, font, width
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
    fill,
    new_figure,
    render,
    settings,
    steps_of,
    tidy,
    value_ticks,
)
from emergency.machine import Program, Value
from emergency.quantity import UNITS
from emergency.replicate.course import Line
from emergency.replicate.instants import ENOUGH, Instant, instant
from emergency.replicate.sweep import Sweep
from emergency.scenario.variables import offered
from emergency.words import terms
from emergency.words.punctuation import aside
from emergency.words.sweep import told, variable

__all__ = ["draw_sweep"]

_LEFT, _RIGHT = 0.62, 1.45
_BANDS = ((0.05, 0.95, "#dbe3ec"), (0.25, 0.75, "#a9bccf"))
_SINGLE = 6  # runs drawn as lines of their own
_DASHES: Mapping[str, object] = {
    "blue": (0, (6, 2)), "yellow": (0, (4, 2)), "orange": (0, (4, 1.5, 1, 1.5)), "red": "solid", "grey": ":",
}  # fmt: skip
Values = NDArray[np.floating]


def draw_sweep(sweep: Sweep, lang: str, forms: Sequence[str] = ("svg",)) -> dict[str, dict[str, bytes]]:
    """The figures of a complete sweep: name → form → bytes.

    Names are ``fan-PLAN``, ``share-PLAN``, ``times-PLAN`` for each plan, ``fan-worlds``, ``spread``, ``demand``,
    ``load`` and ``differences``; one with nothing to show is left out.
    """
    names = sweep_names(sweep, lang)
    canvas = Canvas(sweep, names, Labels(names))
    wanted: dict[str, Callable[[], Figure | None]] = {}
    for plan in sweep.programs:
        wanted |= {
            f"fan-{plan}": lambda plan=plan: fan(canvas, plan),  # type: ignore[misc]
            f"share-{plan}": lambda plan=plan: share(canvas, plan),  # type: ignore[misc]
            f"times-{plan}": lambda plan=plan: times(canvas, plan),  # type: ignore[misc]
        }
    wanted |= {"fan-worlds": lambda: fan(canvas, ""), "spread": lambda: spread(canvas)}
    wanted |= {"demand": lambda: demand(canvas), "load": lambda: load(canvas)}
    wanted["differences"] = lambda: differences(canvas)
    found: dict[str, dict[str, bytes]] = {}
    for name, draw in wanted.items():
        with settings():
            figure = draw()
            if figure is not None:
                found[name] = {form: render(figure, form) for form in forms}
    return found


# ------------------------------------------------------------------------------------------ courses


def fan(canvas: Canvas, plan: str) -> Figure | None:
    """How the variables of one plan (or, without one, of the worlds) spread over time; a panel each."""
    courses = canvas.sweep.courses
    if courses is None or not len(courses.values):
        return None
    lines = [line for line in courses.layout.lines if line.plan == plan and line.world]
    if not lines:
        return None
    tall = [2.5, *[1.5] * (len(lines) - 1)]
    between, foot, head = 0.5, 0.5, 0.1
    height = sum(tall) + between * len(lines) + foot + head
    figure = new_figure(height)
    top = height - head
    for k, line in enumerate(lines):
        top -= between + tall[k]
        axes = _place(figure, top + 0.2, tall[k], height)
        _fan(axes, canvas, line, courses.line(line.plan, line.name), last=k == len(lines) - 1)
    _fan_legend(figure, canvas.lang, height, bands=len(courses.values) >= ENOUGH)
    return figure


def _place(figure: Figure, bottom: float, tall: float, height: float, right: float = _RIGHT) -> Axes:
    return figure.add_axes((_LEFT / WIDTH, bottom / height, (WIDTH - _LEFT - right) / WIDTH, tall / height))


def _fan(axes: Axes, canvas: Canvas, line: Line, values: Values, *, last: bool) -> None:
    grid = np.asarray(canvas.sweep.workshop.layout.grid)
    if line.plan:
        name, (unit, size) = canvas.names.variable(line.plan, line.name), canvas.names.unit(line.plan, line.name)
    else:
        name, unit, size = _of_world(canvas, line.world)
    shown = values / size
    bounds = _bounds(canvas.names.programs[line.plan], line.name, size) if line.plan else []
    high = float(np.quantile(shown, 0.99, axis=0).max())
    top = max([high, *(b for b, _, _, _ in bounds)], default=1.0) * 1.1 or 1.0
    low = min(0.0, float(np.quantile(shown, 0.01, axis=0).min()) * 1.1)
    tidy(axes)
    axes.set_ylim(low, top)
    date_axis(axes, canvas.names.start, canvas.horizon, canvas.lang, labels=last, inches=WIDTH - _LEFT - _RIGHT)
    value_ticks(axes, _ticks(low, top))
    for lower, upper, colour in _BANDS if len(shown) >= ENOUGH else ():
        edges = np.quantile(shown, [lower, upper], axis=0)
        axes.fill_between(grid, edges[0], edges[1], color=colour, linewidth=0, zorder=1)
    for row in shown[: _SINGLE if len(shown) >= ENOUGH else ENOUGH]:
        axes.plot(grid, row, color=GREY, linewidth=0.45, alpha=0.75, zorder=2)
    axes.plot(grid, np.median(shown, axis=0), color=INK, linewidth=1.5, zorder=4)
    _draw_bounds(axes, canvas, line, bounds, top - low)
    axes.set_title(clean(aside(name, unit, canvas.lang)), fontproperties=font(SIZE), color=INK, loc="left", pad=4)


def _ticks(low: float, top: float) -> list[float]:
    if low < 0:
        found = [float(t) for t in np.linspace(low, top, 5)]
        digits = max(0, 1 - int(np.floor(np.log10(max(top - low, 1e-9)))))
        return sorted({round(t, digits) for t in found} | {0.0})
    return [t for t in steps_of(top, 5) if t <= top]


def _of_world(canvas: Canvas, name: str) -> tuple[str, str, float]:
    """What a world's own variable (``NAME:WHAT@PLACE``) is called, its unit in words, and the unit's size."""
    of, colon, what = name.partition(":")
    what, at, place = (what if colon else name).partition("@")
    words = [*([canvas.names.world(of)] if colon else []), variable(what, canvas.lang)]
    words += [canvas.names.place(place)] if at else []
    known = offered(canvas.names.scenario.world)
    found = known.get(name) or known.get(name.partition("@")[0])
    unit = found.unit if found is not None else ""
    return " · ".join(words), terms.unit(unit, canvas.lang), UNITS[unit][1]


def _bounds(program: Program, variable: str, size: float) -> list[tuple[float, str, Value, str]]:
    """The bounds on a variable: value, side, the level it is of, the clause; each once."""
    found: dict[tuple[str, float], tuple[float, str, Value, str]] = {}
    stated = {c.of.scheme for c in program.plan.criteria if c.same_as is None and not isinstance(c.of, str)}
    for rule in sorted(program.rules, key=lambda r: r.at.scheme not in stated):
        for part in rule.parts:
            for leaf in leaves(part.tree):
                if isinstance(leaf, Compare) and leaf.indicator == variable:
                    value = leaf.amount.base / size
                    found.setdefault((leaf.op, value), (value, leaf.op, rule.at, part.clauses[-1]))
    return sorted(found.values(), key=lambda b: b[0])


def _draw_bounds(
    axes: Axes, canvas: Canvas, line: Line, bounds: Sequence[tuple[float, str, Value, str]], tall: float
) -> None:
    inches = axes.get_position().height * axes.figure.get_size_inches()[1]  # type: ignore[union-attr]
    gap, last = tall * 0.24 / inches, -np.inf
    for value, op, at, clause in bounds:
        colour = canvas.names.colour(line.plan, *at)
        axes.axhline(value, color=fill(colour), linestyle=_DASHES[colour], linewidth=1.2, zorder=3)
        last = max(value, last + gap)
        sign = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}[op]
        text = cut(f"{canvas.names.level(line.plan, *at)} {sign} {value:g}", SMALL, (_RIGHT - 0.12) * 72)
        beside(axes, last, text, SMALL, va="bottom")
        beside(axes, last, clause.split(":")[-1], SMALL - 0.8, va="top", colour=GREY)


def _fan_legend(figure: Figure, lang: str, height: float, *, bands: bool) -> None:
    axes = figure.axes[0]
    drawn = [
        Patch(facecolor=colour, label=told(name, lang))
        for (_, _, colour), name in zip(_BANDS, ("band-90-at", "band-50"), strict=True)
        if bands
    ]
    median = axes.plot([], [], color=INK, linewidth=1.5, label=told("median", lang))[0]
    single = axes.plot([], [], color=GREY, linewidth=0.6, label=told("one-run", lang))[0]
    figure.legend(handles=[*drawn, median, single], loc="lower left", ncols=4, prop=font(SMALL), frameon=False,
                  bbox_to_anchor=(_LEFT / WIDTH, 0.02 / height), borderaxespad=0.1)  # fmt: skip


def share(canvas: Canvas, plan: str) -> Figure | None:
    """Which share of runs is at each level of each scheme over time; the gravest at the bottom."""
    courses = canvas.sweep.courses
    if courses is None or not len(courses.values):
        return None
    program = canvas.names.programs[plan]
    every = [str(s) for s in program.plan.schemes]
    schemes = [s for s in every if courses.line(plan, s).any()] or every[:1]
    tall, between, foot = 1.05, 0.34, 0.32
    height = len(schemes) * (tall + between) + foot
    figure = new_figure(height)
    for k, scheme in enumerate(schemes):
        axes = _place(figure, height - (k + 1) * (tall + between), tall, height)
        _shares(axes, canvas, plan, scheme, courses.line(plan, scheme), last=k == len(schemes) - 1)
    return figure


def _shares(axes: Axes, canvas: Canvas, plan: str, scheme: str, ranks: Values, *, last: bool) -> None:
    program, names = canvas.names.programs[plan], canvas.names
    grid = np.asarray(canvas.sweep.workshop.layout.grid)
    tidy(axes)
    axes.set_ylim(0, 1)
    date_axis(axes, names.start, canvas.horizon, canvas.lang, labels=last, inches=WIDTH - _LEFT - _RIGHT)
    value_ticks(axes, [0, 0.5, 1], ["0", "50%", "100%"])
    below = np.zeros(len(grid))
    handles = []
    for level in reversed(program.plan.schemes[scheme].levels):  # type: ignore[index]
        at = Value(scheme, level)
        part = np.mean(ranks == program.ranks[at], axis=0)
        colour = names.colour(plan, scheme, level)
        axes.fill_between(grid, below, below + part, facecolor=fill(colour), edgecolor=EDGE, hatch=HATCH[colour],
                          linewidth=0.3, zorder=2)  # fmt: skip
        label = cut(names.level(plan, scheme, level), SMALL, (_RIGHT - 0.45) * 72)
        handles.append(Patch(facecolor=fill(colour), edgecolor=EDGE, hatch=HATCH[colour], linewidth=0.3, label=label))
        below = below + part
    axes.legend(handles=handles[::-1], loc="center left", bbox_to_anchor=(1.005, 0.5), prop=font(SMALL),
                frameon=False, handlelength=1.4, labelspacing=0.35)  # fmt: skip
    axes.set_title(clean(names.scheme(plan, scheme)), fontproperties=font(SIZE), color=INK, loc="left", pad=3)


# -------------------------------------------------------------------------------------------- times


def times(canvas: Canvas, plan: str) -> Figure | None:
    """When each level was first entered and the response ended: nine runs in ten, and the median.

    All runs count, those in which it never happened as later than the end. Where nine in ten cannot be told, each
    time it happened is a dot.
    """
    table, names = canvas.sweep.tables[0], canvas.names
    rows = [
        (f"{plan}.{scheme}.{level}_h", names.level(plan, str(scheme), level), names.colour(plan, str(scheme), level))
        for scheme, says in names.programs[plan].plan.schemes.items()
        for level in says.levels
    ]
    rows.append((f"{plan}.ended_h", canvas.labels.label(f"{plan}.ended_h"), "grey"))
    came = [instant(table, column) for column, _, _ in rows]
    rows = [row for row, one in zip(rows, came, strict=True) if len(one.came)]
    came = [one for one in came if len(one.came)]
    if not rows:
        return None
    left = min(max(width(label, SIZE) for _, label, _ in rows) / 72 + 0.2, 2.2)
    tall = 0.24 * len(rows)
    height = tall + 0.72
    figure = new_figure(height)
    axes = figure.add_axes((left / WIDTH, 0.34 / height, (WIDTH - left - 0.75) / WIDTH, tall / height))
    tidy(axes, left=False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    until = _latest(came, canvas.horizon)
    for k, (one, (_, _, colour)) in enumerate(zip(came, rows, strict=True)):
        _came(axes, k, one, colour, until)
        beside(axes, k, f"{len(one.came) / one.runs:.{int(len(one.came) / one.runs < 0.1)}%}")
    axes.set_yticks(range(len(rows)), [clean(label) for _, label, _ in rows], fontproperties=font(SIZE), color=INK)
    axes.tick_params(axis="y", length=0)
    date_axis(axes, names.start, until, canvas.lang, inches=WIDTH - left - 0.75)
    above(axes, told("entered-in", canvas.lang))
    legend(figure, _times_handles(axes, came, canvas.lang), left)
    return figure


def _barred(one: Instant) -> bool:
    """Whether it can be told between which times nine runs in ten lie, or from when on."""
    return one.runs >= ENOUGH and one.quantiles[0.05] < np.inf


def _latest(came: Sequence[Instant], horizon: float) -> float:
    """Up to when [h] there is something to see."""
    ends = [one.quantiles[0.95] if _barred(one) else float(one.came[-1]) for one in came]
    return min(horizon, max(ends) * 1.12 + 6)


def _came(axes: Axes, row: int, one: Instant, colour: str, until: float) -> None:
    """When something came: a bar, open to the right where some runs have not seen it by their end; or dots."""
    if not _barred(one):
        axes.plot(one.came, np.full(len(one.came), row), linestyle="none", marker="o", markersize=3.6,
                  markerfacecolor=fill(colour), markeredgecolor=INK, markeredgewidth=0.5, clip_on=False,
                  zorder=4)  # fmt: skip
        return
    low, middle, high = one.quantiles.values()
    length = min(high, until * 1.02) - low
    axes.barh(row, max(length, until / 400), left=low, height=0.58, facecolor=fill(colour), edgecolor=EDGE,
              hatch=HATCH[colour], linewidth=0.4, zorder=3)  # fmt: skip
    if middle < np.inf:
        axes.plot([middle, middle], [row - 0.36, row + 0.36], color=INK, linewidth=1.6, zorder=5)


def _times_handles(axes: Axes, came: Sequence[Instant], lang: str) -> list[Artist]:
    """What is drawn of several times, in words."""
    found: list[Artist] = []
    if any(map(_barred, came)):
        found.append(Patch(facecolor=fill("grey"), label=told("band-90", lang)))
        found += axes.plot([], [], color=INK, linewidth=1.6, label=told("median", lang))
    if not all(map(_barred, came)):
        found += axes.plot([], [], linestyle="none", marker="o", markersize=3.6, markerfacecolor=fill("grey"),
                           markeredgecolor=INK, markeredgewidth=0.5, label=told("one-run", lang))  # fmt: skip
    return found
