"""The machine of a plan: its schemes side by side, each value in its level's colour, how it is entered."""

from __future__ import annotations

from collections.abc import Collection

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from emergency.figures.font import clean, font, width
from emergency.figures.style import GREY, INK, fill, new_figure, on
from emergency.graph import Box, Drawing, Line, layout, machine_graph
from emergency.machine import Program, Value
from emergency.words import terms

__all__ = ["machine"]

_WORDS, _LABEL, _HEAD = 7.0, 8.6, 10.5  # sizes [pt]; the drawing's unit is a point
_FRAME = 3.5  # between a box and the frame of one that holds
_BETWEEN, _EDGE, _TOP, _BOTTOM = 34.0, 18.0, 62.0, 34.0


def machine(program: Program, lang: str, present: Collection[Value] = ()) -> Figure:
    """One figure with all schemes of a plan.

    Parameters
    ----------
    present : collection of Value
        Where the schemes stand now: marked by a thick frame.
    """
    graph = machine_graph(program, lang)
    drawings = layout(graph, lambda text: width(text, _WORDS) * 1.06, lang, line=9.6, wrap=112.0)
    heads = [terms.scheme_kind(program.plan.schemes[d.scheme].kind, lang) for d in drawings]  # type: ignore[index]
    wide = sum(max(d.width, width(h, _HEAD)) for d, h in zip(drawings, heads, strict=True))
    title = program.plan.title.in_(lang)
    wide = max(wide + _BETWEEN * (len(drawings) - 1), width(title, _HEAD)) + 2 * _EDGE
    tall = max(d.height for d in drawings) + _TOP + _BOTTOM
    figure = new_figure(tall / 72, wide / 72)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, wide)
    axes.set_ylim(tall, 0)
    axes.text(_EDGE, 22, clean(title), fontproperties=font(_HEAD), color=INK, va="center")
    x = _EDGE
    for drawing, head in zip(drawings, heads, strict=True):
        axes.text(x, 46, clean(head), fontproperties=font(9), color=GREY, va="center")
        _scheme(axes, drawing, x, _TOP, present)
        x += max(drawing.width, width(head, _HEAD)) + _BETWEEN
    _legend(figure, lang)
    return figure


def _scheme(axes: Axes, drawing: Drawing, x: float, y: float, present: Collection[Value]) -> None:
    for line in drawing.lines:
        _line(axes, line, x, y)
    for box in drawing.boxes:
        _box(axes, box, x, y)
        if box.at in present:
            _frame(axes, box, x, y)
    for line in drawing.lines:
        axes.text(line.place[0] + x, line.place[1] + y, clean("\n".join(line.words)), fontproperties=font(_WORDS),
                  color=INK, ha="center", va="center", linespacing=1.12, zorder=6,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip


def _line(axes: Axes, line: Line, x: float, y: float) -> None:
    xs, ys = [p[0] + x for p in line.points], [p[1] + y for p in line.points]
    style = (0, (4, 2.5)) if line.dashed else "solid"
    axes.plot(xs, ys, color=INK, linewidth=1.0, linestyle=style, zorder=2, solid_capstyle="butt")
    axes.annotate("", (xs[-1], ys[-1]), (xs[-2], ys[-2]), zorder=3,
                  arrowprops={"arrowstyle": "-|>,head_width=0.22,head_length=0.45", "color": INK, "linewidth": 0,
                              "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def _box(axes: Axes, box: Box, x: float, y: float) -> None:
    corner = (box.x - box.width / 2 + x, box.y - box.height / 2 + y)
    axes.add_patch(
        FancyBboxPatch(corner, box.width, box.height, boxstyle="round,pad=0,rounding_size=6",
                       facecolor=fill(box.colour), edgecolor="#444444", linewidth=0.8, zorder=4)
    )  # fmt: skip
    axes.text(box.x + x, box.y + y, clean(box.label), fontproperties=font(_LABEL), color=on(box.colour), ha="center",
              va="center", zorder=5)  # fmt: skip


def _frame(axes: Axes, box: Box, x: float, y: float) -> None:
    """A thick frame about a value that holds, clear of the box so that it can be told by shape and not by colour."""
    gap = _FRAME
    corner = (box.x - box.width / 2 + x - gap, box.y - box.height / 2 + y - gap)
    size = (box.width + 2 * gap, box.height + 2 * gap)
    style = "round,pad=0,rounding_size=8"
    axes.add_patch(
        FancyBboxPatch(corner, *size, boxstyle=style, facecolor="none", edgecolor=INK, linewidth=2.6, zorder=6)
    )


def _legend(figure: Figure, lang: str) -> None:
    solid = Line2D([], [], color=INK, linewidth=1.0, label=terms.column("by-clause", lang))
    dashed = Line2D([], [], color=INK, linewidth=1.0, linestyle=(0, (4, 2.5)), label=terms.column("by-reading", lang))
    figure.legend(handles=[solid, dashed], loc="lower left", ncols=2, prop=font(_WORDS), frameon=False,
                  handlelength=2.6, borderaxespad=0.8)  # fmt: skip
