"""What customers wanted, were served, and went without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from emergency.figures.font import clean, font, width
from emergency.figures.names import Names
from emergency.figures.style import EDGE, FAINT, INK, SIZE, SMALL, WIDTH, figure_of, new_figure, say, steps_of, tidy
from emergency.indicators import fold
from emergency.log import Entry
from emergency.machine import Program
from emergency.words import terms

__all__ = ["demand"]

#: What became of demand: colour and hatching.
PARTS: Mapping[str, tuple[str, str]] = {
    "served": ("#5b6b7b", ""), "limited": ("#e9c46a", "///"), "short": ("#b3261e", "xxx"),
}  # fmt: skip
_RIGHT = 0.95


def demand(entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names) -> Figure | None:
    """A bar for each class of customers, in the order they are served; None without a world of stocks."""
    totals = fold(entries, programs).customers()
    if not totals:
        return None
    lang = names.lang
    stock = names.scenario.world.stock
    order = {str(c): int(one.priority) for c, one in stock.customers.items()} if stock is not None else {}
    customers = sorted(totals, key=lambda c: (order.get(c, 0), -totals[c]["wanted"], c))
    labels = [names.customer(c) for c in customers]
    left = min(max(width(label, SIZE) for label in labels) / 72 + 0.2, 2.4)
    tall = 0.24 * len(customers)
    height = tall + 0.85
    figure = new_figure(height)
    axes = figure.add_axes((left / WIDTH, 0.42 / height, (WIDTH - left - _RIGHT) / WIDTH, tall / height))
    tidy(axes, left=False)
    axes.set_ylim(len(customers) - 0.5, -0.5)
    top = max(t["wanted"] for t in totals.values()) * 1.02
    axes.set_xlim(0, top)
    for row, customer in enumerate(customers):
        begin = 0.0
        for part, (colour, hatch) in PARTS.items():
            size = totals[customer][part]
            axes.barh(
                row, size, left=begin, height=0.68, facecolor=colour, edgecolor=EDGE, hatch=hatch, linewidth=0.4
            )
            begin += size
        share = totals[customer]["served"] / totals[customer]["wanted"] if totals[customer]["wanted"] else 1.0
        axes.annotate(f"{share:.0%}", (1, row), (6, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", fontproperties=font(SIZE), color=INK, va="center",
                      annotation_clip=False)  # fmt: skip
    axes.set_yticks(range(len(customers)), [clean(n) for n in labels], fontproperties=font(SIZE), color=INK)
    ticks = [t for t in steps_of(top) if t <= top]
    axes.set_xticks(ticks, [figure_of(t) for t in ticks], fontproperties=font(SMALL), color=INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    say(axes, top, len(customers) - 0.5 + 0.42 / 0.24 * 0.62, terms.unit("t", lang), SMALL, ha="left", va="center")
    axes.annotate(clean(terms.column("share-served", lang)), (1, 1), (6, 5), xycoords="axes fraction",
                  textcoords="offset points", fontproperties=font(SMALL), color=INK,
                  annotation_clip=False)  # fmt: skip
    handles = [
        Patch(facecolor=colour, edgecolor=EDGE, hatch=hatch, linewidth=0.4, label=terms.column(part, lang))
        for part, (colour, hatch) in PARTS.items()
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(left / WIDTH, 1.0), ncols=3, prop=font(SMALL),
                  frameon=False, borderaxespad=0.3)  # fmt: skip
    return figure
