"""Several runs of one scenario under one another: the course of one indicator, and the levels of one scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from emergency.figures.font import clean, font, width
from emergency.figures.levels import Trace, traces
from emergency.figures.names import Names, window
from emergency.figures.style import (
    EDGE,
    HATCH,
    INK,
    LAG,
    SIZE,
    SMALL,
    WIDTH,
    cut,
    date_axis,
    fill,
    new_figure,
    on,
    render,
    settings,
    steps_of,
    tidy,
    value_ticks,
)
from emergency.indicators import fold
from emergency.log import Entry
from emergency.machine import Program
from emergency.words.punctuation import aside

__all__ = ["draw_comparison"]

Run = Sequence[Entry]

_RIGHT, _COURSE, _ROW = 1.25, 2.3, 0.3  # inches
#: What tells the courses apart: colour and dashes, the first run plain; further runs begin anew.
_LINES = ((INK, "solid"), (LAG, (0, (5, 1.6))), ("#0f766e", (0, (1.4, 1.4))), ("#6b7280", (0, (5, 1.5, 1, 1.5))))


def draw_comparison(
    runs: Mapping[str, Run],
    plan: str,
    variable: str,
    scheme: str,
    programs: Mapping[str, Program],
    names: Names,
    form: str,
) -> bytes:
    """Runs compared, as ``svg`` or ``png``.

    Parameters
    ----------
    runs : mapping of what to call it to log entries
        Entries of whole runs that began at the same instant; at least one run.
    variable : str
        The indicator whose true course is drawn.
    scheme : str
        The scheme whose levels stand below, a row for each run.

    Raises
    ------
    KeyError
        If some run has no course of that indicator.
    """
    with settings():
        courses = {name: _course(entries, plan, variable, programs, names) for name, entries in runs.items()}
        until = max(window(entries)[0] for entries in runs.values())
        left = min(max(width(name, SIZE) for name in runs) / 72 + 0.2, 2.2)
        rows, below, above = _ROW * len(runs), 0.36, 0.34
        height = below + rows + 0.1 + _COURSE + above
        figure = new_figure(height)
        wide = (WIDTH - left - _RIGHT) / WIDTH
        strips = figure.add_axes((left / WIDTH, below / height, wide, rows / height))
        _strips(strips, runs, plan, scheme, programs, names, until)
        course = figure.add_axes((left / WIDTH, (below + rows + 0.1) / height, wide, _COURSE / height))
        _courses(course, courses, names, until)
        date_axis(strips, names.start, until, names.lang)
        return render(figure, form)


def _course(entries: Run, plan: str, variable: str, programs: Mapping[str, Program], names: Names) -> Trace:
    found = (t for t in traces(entries, programs, names) if (t.plan, t.variable) == (plan, variable))
    course = next(found, None)
    if course is None:
        raise KeyError(variable)
    return course


def _courses(axes: Axes, courses: Mapping[str, Trace], names: Names, until: float) -> None:
    tidy(axes, bottom=False)
    first = next(iter(courses.values()))
    seen = {name: [(t, v) for t, v in one.true if t <= until] for name, one in courses.items()}
    top = max([v for points in seen.values() for _, v in points] + [b.value for b in first.bounds] + [1e-9]) * 1.12
    axes.set_ylim(0, top)
    date_axis(axes, names.start, until, names.lang, labels=False)
    value_ticks(axes, [t for t in steps_of(top) if t <= top])
    _bounds(axes, first, names)
    for i, (name, points) in enumerate(seen.items()):
        colour, dashes = _LINES[i % len(_LINES)]
        axes.plot(*zip(*points, strict=True), color=colour, linestyle=dashes, linewidth=1.6, zorder=6 - i / 10,
                  label=clean(name))  # fmt: skip
    axes.legend(loc="lower left", prop=font(SMALL), frameon=True, framealpha=0.9, edgecolor="none", borderpad=0.3,
                handlelength=3.2)  # fmt: skip
    unit, _ = names.unit(first.plan, first.variable)
    told = names.variable(first.plan, first.variable)
    title = aside(told, unit, names.lang)
    axes.set_title(clean(title), fontproperties=font(SIZE), color=INK, loc="left", pad=6)


def _bounds(axes: Axes, trace: Trace, names: Names) -> None:
    sign = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
    for bound in trace.bounds:
        axes.axhline(bound.value, color=fill(names.colour(trace.plan, *bound.at)), linewidth=1.0, alpha=0.8, zorder=2)
        clause = bound.clause.split(":")[-1]
        text = f"{names.level(trace.plan, *bound.at)} {sign[bound.op]} {bound.value:g}\n{clause}"
        told = "\n".join(cut(row, SMALL, (_RIGHT - 0.12) * 72) for row in text.split("\n"))
        axes.annotate(clean(told), (1, bound.value), (5, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", fontproperties=font(SMALL - 0.4), color=INK, va="center",
                      linespacing=1.05, annotation_clip=False)  # fmt: skip


def _strips(
    axes: Axes,
    runs: Mapping[str, Run],
    plan: str,
    scheme: str,
    programs: Mapping[str, Program],
    names: Names,
    until: float,
) -> None:
    """One row for each run: the levels that were in force."""
    tidy(axes, left=False)
    axes.set_ylim(len(runs) - 0.5, -0.5)
    axes.set_xlim(0, until)
    axes.set_yticks(range(len(runs)), [clean(n) for n in runs], fontproperties=font(SIZE), color=INK)
    axes.tick_params(axis="y", length=0)
    per_point = until / (axes.get_position().width * WIDTH * 72)
    for row, entries in enumerate(runs.values()):
        for one in fold(entries, programs).plans[plan].levels:
            if one["scheme"] == scheme:
                ends = until if one["to_h"] is None else min(one["to_h"], until)
                _level(axes, row, (one["from_h"], ends), one["level"], names.colour(plan, scheme, one["level"]),
                       per_point)  # fmt: skip
    axes.annotate(clean(names.scheme(plan, scheme)), (1, 0.5), (5, 0), xycoords="axes fraction",
                  textcoords="offset points", fontproperties=font(SMALL), color=INK, va="center",
                  annotation_clip=False)  # fmt: skip


def _level(axes: Axes, row: int, span: tuple[float, float], level: str, colour: str, per_point: float) -> None:
    begins, ends = span
    axes.barh(row, ends - begins, left=begins, height=0.62, facecolor=fill(colour), edgecolor=EDGE, linewidth=0.6,
              hatch=HATCH[colour], zorder=4)  # fmt: skip
    if width(level, SIZE) * per_point < (ends - begins) * 0.9:
        axes.text((begins + ends) / 2, row, clean(level), fontproperties=font(SIZE), color=on(colour), ha="center",
                  va="center_baseline", zorder=5,
                  bbox={"facecolor": fill(colour), "edgecolor": "none", "pad": 1.0})  # fmt: skip
