"""How long tasks waited for people, seat by seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from emergency.figures.font import clean, font, width
from emergency.figures.names import Names
from emergency.figures.style import EDGE, FAINT, INK, SIZE, SMALL, WIDTH, figure_of, new_figure, say, steps_of, tidy
from emergency.indicators import fold
from emergency.log import Entry
from emergency.machine import Program
from emergency.words import terms

__all__ = ["waiting"]

_RIGHT = 0.9


def waiting(entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names) -> Figure | None:
    """A bar for each seat: hours in all, a mark at the longest single wait; None where nothing waited."""
    lang = names.lang
    waits = fold(entries, programs).plans[plan].waiting
    if not waits:
        return None
    seats = sorted(waits, key=lambda s: (-waits[s]["hours"], s))
    labels = [names.actor(s) for s in seats]
    left = min(max(width(label, SIZE) for label in labels) / 72 + 0.2, 3.0)
    tall = 0.26 * len(seats)
    height = tall + 0.8
    figure = new_figure(height)
    axes = figure.add_axes((left / WIDTH, 0.42 / height, (WIDTH - left - _RIGHT) / WIDTH, tall / height))
    tidy(axes, left=False)
    top = max(w["hours"] for w in waits.values()) * 1.04
    axes.set_xlim(0, top)
    axes.set_ylim(len(seats) - 0.5, -0.5)
    hours = [waits[s]["hours"] for s in seats]
    axes.barh(range(len(seats)), hours, height=0.62, facecolor="#5b6b7b", edgecolor=EDGE, linewidth=0.4,
              label=terms.column("total", lang))  # fmt: skip
    axes.plot([waits[s]["longest_h"] for s in seats], range(len(seats)), linestyle="", marker="D", markersize=4.5,
              markerfacecolor="white", markeredgecolor=INK, label=terms.column("longest", lang))  # fmt: skip
    for row, seat in enumerate(seats):
        times = int(waits[seat]["times"])
        axes.annotate(terms.column("n-times", lang).replace("{n}", str(times)), (1, row), (6, 0),
                      xycoords=("axes fraction", "data"), textcoords="offset points", fontproperties=font(SIZE),
                      color=INK, va="center", annotation_clip=False)  # fmt: skip
    axes.set_yticks(range(len(seats)), [clean(n) for n in labels], fontproperties=font(SIZE), color=INK)
    ticks = [t for t in steps_of(top) if t <= top]
    axes.set_xticks(ticks, [figure_of(t) for t in ticks], fontproperties=font(SMALL), color=INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    say(axes, top, len(seats) - 0.5 + 1.0, terms.column("hours", lang), SMALL, ha="left", va="center")
    figure.legend(loc="upper left", bbox_to_anchor=(left / WIDTH, 1.0), ncols=2, prop=font(SMALL), frameon=False,
                  borderaxespad=0.3)  # fmt: skip
    return figure
