"""Figures of the numbers of many runs: histograms, bars with their spread, what changes bring about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from emergency.figures.columns import Canvas, foremost, headlines, moving, scale
from emergency.figures.demand import PARTS
from emergency.figures.font import clean, font, width
from emergency.figures.style import (
    EDGE,
    FAINT,
    GREY,
    INK,
    LAG,
    SIZE,
    SMALL,
    WIDTH,
    cut,
    date_axis,
    new_figure,
    steps_of,
    tidy,
    time_label,
)
from emergency.replicate.instants import ENOUGH, completed
from emergency.replicate.instants import instant as when
from emergency.words import terms
from emergency.words.punctuation import aside
from emergency.words.sweep import told

__all__ = ["above", "beside", "demand", "differences", "legend", "load", "spread"]

_BAR = "#5b6b7b"


def beside(
    axes: Axes, row: float, text: str, size: float = SIZE, *, va: str = "center", colour: str = INK
) -> None:
    """Words to the right of the axes, at a value of theirs."""
    axes.annotate(clean(text), (1, row), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                  fontproperties=font(size), color=colour, va=va, annotation_clip=False)  # fmt: skip


def above(axes: Axes, text: str) -> None:
    """What the words beside the axes are."""
    axes.annotate(clean(text), (1, 1), (48, 4), xycoords="axes fraction", textcoords="offset points", ha="right",
                  fontproperties=font(SMALL), color=INK, annotation_clip=False)  # fmt: skip


def legend(figure: Figure, handles: Sequence[Artist], left: float) -> None:
    """A legend in one line above the axes, beginning where they do [in]."""
    figure.legend(handles=list(handles), loc="upper left", bbox_to_anchor=(left / WIDTH, 1.0), ncols=len(handles),
                  prop=font(SMALL), frameon=False, borderaxespad=0.3)  # fmt: skip


def spread(canvas: Canvas) -> Figure | None:
    """How the numbers that matter most are distributed over the runs; a panel each."""
    columns = foremost(moving(canvas.sweep, headlines(canvas.sweep)))
    if not columns:
        return None
    return _panels(columns, 1.1, lambda axes, column: _histogram(axes, canvas, column))


def _panels(columns: Sequence[str], tall: float, draw: Callable[[Axes, str], None], side: float = 0.12) -> Figure:
    """Small panels, two beside each other."""
    rows = (len(columns) + 1) // 2
    above, below, gap = 0.3, 0.3, 0.18 + side
    height = rows * (above + tall + below)
    wide = (WIDTH - side - 0.12 - gap) / 2
    figure = new_figure(height)
    for k, column in enumerate(columns):
        x, y = side + (k % 2) * (wide + gap), height - (k // 2 + 1) * (above + tall + below) + below
        draw(figure.add_axes((x / WIDTH, y / height, wide / WIDTH, tall / height)), column)
    return figure


def _histogram(axes: Axes, canvas: Canvas, column: str) -> None:
    table, one = canvas.sweep.tables[0], canvas.sweep.estimates[column]
    values = table.column(column)
    instant, runs = canvas.labels.is_instant(column), completed(table)
    by = canvas.labels.scale(column, one)
    shown = values[~np.isnan(values)] * (1.0 if instant else by.factor)
    whole = bool(np.all(shown == np.round(shown))) and float(np.ptp(shown)) <= 40
    edges = (
        np.arange(shown.min() - 0.5, shown.max() + 1) if whole
        else np.linspace(shown.min(), shown.max(), min(40, max(10, int(len(shown) ** 0.4))) + 1)
    )  # fmt: skip
    tidy(axes, left=False)
    axes.hist(shown, bins=list(edges), color=_BAR, edgecolor="white", linewidth=0.3, zorder=2)
    for edge in _outer(canvas, column):
        axes.axvline(edge * (1.0 if instant else by.factor), color=GREY, linewidth=0.9, linestyle=(0, (3, 2)),
                     zorder=3)  # fmt: skip
    axes.axvline(float(shown.mean()), color=LAG, linewidth=1.3, zorder=4)
    axes.set_yticks([])
    if instant:
        _instant_axis(axes, canvas, float(edges[0]) - 1, float(edges[-1]) + 1)
    else:
        _value_axis(axes)
    known = f" {one.n:,} / {runs:,}" if one.n < runs else ""
    title = aside(canvas.labels.label(column), "" if instant else by.unit, canvas.lang)
    title = cut(title, SIZE, 3.3 * 72 - width(known, SIZE)) + known
    axes.set_title(clean(title), fontproperties=font(SIZE), color=INK, loc="left", pad=3)


def _instant_axis(axes: Axes, canvas: Canvas, low: float, high: float) -> None:
    """Dates; where fewer than two midnights are seen, two full hours."""
    date_axis(axes, canvas.names.start, high, canvas.lang, inches=2.9 * high / (high - low))
    axes.set_xlim(low, high)
    if sum(low <= mark <= high for mark in axes.get_xticks()) < 2:
        marks = sorted({float(round(low + (high - low) * part)) for part in (0.17, 0.83)})
        told_ = [clean(time_label(canvas.names.at(mark), canvas.lang)) for mark in marks]
        axes.set_xticks(marks, told_, fontproperties=font(SMALL), color=INK)
        axes.set_xlim(low, high)


def _outer(canvas: Canvas, column: str) -> list[float]:
    """Between which values nine runs in ten lie, as far as that can be told; of an instant, over all runs."""
    one = canvas.sweep.estimates[column]
    runs, found = one.n, [one.quantiles[q][0] for q in (0.05, 0.95)]
    if canvas.labels.is_instant(column):
        came = when(canvas.sweep.tables[0], column)
        runs, found = came.runs, [came.quantiles[q] for q in (0.05, 0.95)]
    return [value for value in found if value < np.inf] if runs >= ENOUGH else []


def _value_axis(axes: Axes, count: int = 5) -> None:
    low, high = axes.get_xlim()
    ticks = [float(t) for t in MaxNLocator(count).tick_values(low, high)]
    kept = [t for t in ticks if low <= t <= high]
    axes.set_xticks(kept, [f"{t:,.10g}".replace("-", "\u2212") for t in kept], fontproperties=font(SMALL), color=INK)
    axes.set_xlim(low, high)


# ------------------------------------------------------------------------------------- demand, load


def demand(canvas: Canvas) -> Figure | None:
    """What each class of customers wanted, was served and went without, on average; with the spread of the unmet."""
    found, table = canvas.sweep.estimates, canvas.sweep.tables[0]
    ids = [c.removeprefix("demand.").removesuffix(".wanted_t") for c in table.columns if c.endswith(".wanted_t")
           and c.startswith("demand.")]  # fmt: skip
    ids = [i for i in ids if (found[f"demand.{i}.wanted_t"].mean or 0) > 0]
    if not ids:
        return None
    stock = canvas.names.scenario.world.stock
    order = {str(c): int(one.priority) for c, one in stock.customers.items()} if stock is not None else {}
    ids.sort(key=lambda i: (order.get(i, 0), -(found[f"demand.{i}.wanted_t"].mean or 0), i))
    axes, figure, left = _bars([canvas.labels.customer(i) for i in ids])
    most = max(found[f"demand.{i}.wanted_t"].mean or 0 for i in ids)
    for row, id in enumerate(ids):
        begin = 0.0
        for part, (colour, hatch) in PARTS.items():
            size = found[f"demand.{id}.{part}_t"].mean or 0.0
            axes.barh(row, size, left=begin, height=0.66, facecolor=colour, edgecolor=EDGE, hatch=hatch,
                      linewidth=0.4)  # fmt: skip
            begin += size
        unmet = table.column(f"demand.{id}.limited_t") + table.column(f"demand.{id}.short_t")
        if completed(table) >= ENOUGH:
            low, high = np.nanquantile(unmet, [0.05, 0.95])
            axes.plot([begin - high, begin - low], [row, row], color=INK, linewidth=0.9, zorder=5)
        served = found[f"demand.{id}.served_t"].mean or 0.0
        beside(axes, row, f"{served / begin:.0%}" if begin else "—")
    axes.set_xlim(0, most * 1.02)
    _amounts(axes, most * 1.02, terms.unit("t", canvas.lang))
    above(axes, terms.column("share-served", canvas.lang))
    handles = [
        Patch(facecolor=c, edgecolor=EDGE, hatch=h, linewidth=0.4, label=terms.column(part, canvas.lang))
        for part, (c, h) in PARTS.items()
    ]
    legend(figure, handles, left)
    return figure


def load(canvas: Canvas) -> Figure | None:
    """How long matters queued at each seat in a run."""
    found = canvas.sweep.estimates
    seats = [c.removeprefix("seat.").removesuffix(".waited_h") for c in found if c.startswith("seat.")
             and c.endswith(".waited_h") and (found[c].mean or 0) >= 0.05]  # fmt: skip
    if not seats:
        return None
    seats.sort(key=lambda s: (-(found[f"seat.{s}.waited_h"].mean or 0), s))
    seats = seats[:20]
    axes, figure, _ = _bars([canvas.names.actor(s) for s in seats], 0.1)
    most = 0.0
    for row, seat in enumerate(seats):
        one = found[f"seat.{seat}.waited_h"]
        most = max(most, one.mean or 0.0)
        axes.barh(row, one.mean or 0.0, height=0.6, facecolor=_BAR, edgecolor=EDGE, linewidth=0.4, zorder=2)
        if one.n >= ENOUGH:
            low, high = (one.quantiles[q][0] for q in (0.05, 0.95))
            most = max(most, high)
            axes.plot([low, high], [row, row], color=INK, linewidth=0.9, zorder=5)
        times_ = found[f"seat.{seat}.waits"].mean or 0.0
        beside(axes, row, terms.column("n-times", canvas.lang).replace("{n}", f"{times_:.1f}"))
    axes.set_xlim(0, most * 1.04)
    _amounts(axes, most * 1.04, terms.column("hours", canvas.lang))
    return figure


def _bars(labels: Sequence[str], head: float = 0.4) -> tuple[Axes, Figure, float]:
    """Axes with a row for each label, and room above them [in]; the left margin [in] beside them."""
    left = min(max(width(label, SIZE) for label in labels) / 72 + 0.2, 2.6)
    tall = 0.24 * len(labels)
    height = tall + 0.45 + head
    figure = new_figure(height)
    axes = figure.add_axes((left / WIDTH, 0.45 / height, (WIDTH - left - 0.9) / WIDTH, tall / height))
    tidy(axes, left=False)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    shown = [clean(cut(label, SIZE, 2.5 * 72)) for label in labels]
    axes.set_yticks(range(len(labels)), shown, fontproperties=font(SIZE), color=INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    return axes, figure, left


def _amounts(axes: Axes, top: float, unit: str) -> None:
    ticks = [t for t in steps_of(top) if t <= top]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks], fontproperties=font(SMALL), color=INK)
    axes.annotate(clean(unit), (1, 0), (6, -12), xycoords="axes fraction", textcoords="offset points",
                  fontproperties=font(SMALL), color=INK, annotation_clip=False)  # fmt: skip


# -------------------------------------------------------------------------------------- differences


def differences(canvas: Canvas) -> Figure | None:
    """What each change brings about, for the numbers that matter most; a panel each, a row for each change."""
    changes = canvas.sweep.differences
    columns = foremost(
        [c for c in headlines(canvas.sweep) if any(c in d.pairs and d.pairs[c].changed for d in changes)]
    )
    if not columns:
        return None
    tall = 0.16 * len(changes) + 0.25
    return _panels(columns, tall, lambda axes, column: _difference(axes, canvas, column), 0.25)


def _pairs(canvas: Canvas, case: int) -> int:
    """Pairs of which neither run broke."""
    one, other = canvas.sweep.tables[0], canvas.sweep.tables[case]
    return len(one) - len({*one.failures, *other.failures})


def _difference(axes: Axes, canvas: Canvas, column: str) -> None:
    changes = canvas.sweep.differences
    pairs = [p for d in changes if (p := d.pairs.get(column)) is not None]
    by = canvas.labels.scale(column)
    if canvas.labels.kind(column) == "hours":
        by = scale("hours", max((abs(v or 0.0) for p in pairs for v in (p.mean, *(p.interval or ()))), default=0.0),
                   canvas.lang)  # fmt: skip
    if by.unit == "%":
        by = replace(by, unit=told("points", canvas.lang))
    tidy(axes, left=False)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    for row, one in enumerate(changes):
        pair = one.pairs.get(column)
        if pair is None or pair.mean is None:
            continue
        colour = LAG if pair.certain else GREY
        if pair.interval is not None:
            ends = [v * by.factor for v in pair.interval]
            axes.plot(ends, [row, row], color=colour, linewidth=1.4, solid_capstyle="butt", zorder=3)
        axes.plot([pair.mean * by.factor], [row], marker="o", markersize=3.5, color=colour, zorder=4)
        if pair.n < (of := _pairs(canvas, row + 1)):
            axes.annotate(f"{pair.n:,} / {of:,}", (1, row), (-2, 5), xycoords=("axes fraction", "data"), ha="right",
                          textcoords="offset points", fontproperties=font(SMALL - 0.8), color=GREY)  # fmt: skip
    axes.set_ylim(len(changes) - 0.5, -0.5)
    axes.set_yticks(range(len(changes)), [str(k + 1) for k in range(len(changes))], fontproperties=font(SMALL),
                    color=INK)  # fmt: skip
    axes.tick_params(axis="y", length=0)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0) - 0.02 * (high - low), max(high, 0) + 0.02 * (high - low))
    _value_axis(axes, 4)
    title = cut(aside(canvas.labels.label(column), by.unit, canvas.lang), SIZE, 3.3 * 72)
    axes.set_title(clean(title), fontproperties=font(SIZE), color=INK, loc="left", pad=3)
