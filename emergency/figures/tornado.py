"""What decides a number: its weightiest factors as bars, the widest on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from emergency.figures.columns import Scale
from emergency.figures.distributions import beside
from emergency.figures.font import clean, font, width
from emergency.figures.style import EDGE, FAINT, INK, SIZE, SMALL, WIDTH, cut, new_figure, render, settings, steps_of
from emergency.figures.style import tidy as tidied
from emergency.replicate.morris import Effect
from emergency.replicate.sobol import Share
from emergency.words.punctuation import listed
from emergency.words.sensitivity import told

__all__ = ["KIND_COLOURS", "Row", "draw_shares", "draw_tornado"]

#: Colour and hatching of each kind of factor.
KIND_COLOURS: Mapping[str, tuple[str, str]] = {
    "assumption": ("#5b6b7b", ""), "judgement": ("#9fb3c8", "///"), "threshold": ("#8e1d6b", ""),
    "limit": ("#c98bb5", "xxx"), "people": ("#b98b2f", ""), "reading": ("#2f7d6b", "///"),
}  # fmt: skip
MOST = 18
_BESIDE = 80  # room for clauses at the right [pt]


class Row(NamedTuple):
    """What stands at either end of a bar: the name of what it is of, and its clauses as a reader cites them."""

    name: str
    clauses: Sequence[str]


def draw_tornado(
    effects: Sequence[Effect], told_as: Sequence[Row], by: Scale, lang: str, forms: Sequence[str] = ("svg",)
) -> dict[str, bytes]:
    """The weightiest factors of one number.

    Parameters
    ----------
    told_as : sequence of Row
        What each factor is called, and the clauses it is of.
    by : Scale
        How the number is told.
    """
    with settings():
        figure = _figure(list(zip(effects, told_as, strict=True))[:MOST], by, lang)
        return {form: render(figure, form) for form in forms}


def draw_shares(
    found: Sequence[Share], told_as: Sequence[Row], lang: str, forms: Sequence[str] = ("svg",)
) -> dict[str, bytes]:
    """Whose uncertainty makes a number uncertain: alone, and together with the rest."""
    with settings():
        figure = _shares(list(zip(found, told_as, strict=True))[:MOST], lang)
        return {form: render(figure, form) for form in forms}


def _shares(rows: Sequence[tuple[Share, Row]], lang: str) -> Figure:
    axes = _frame([one.name for _, one in rows], 0.26)
    for k, (one, named) in enumerate(rows):
        colour, hatch = KIND_COLOURS[one.factors[0].kind]
        total, first = max(0.0, one.total), max(0.0, one.first)
        axes.barh(k, total, height=0.66, facecolor=colour, alpha=0.35, edgecolor=EDGE, linewidth=0.4, zorder=2)
        axes.barh(k, first, height=0.36, facecolor=colour, edgecolor=EDGE, hatch=hatch, linewidth=0.4, zorder=3)
        _error(axes, k, total, one.total_interval)
        _cite(axes, k, named.clauses, lang)
    _percents(axes, max(one.total + one.total_interval for one, _ in rows))
    return _keyed(axes, [one.factors[0].kind for one, _ in rows], lang)


def _figure(rows: Sequence[tuple[Effect, Row]], by: Scale, lang: str) -> Figure:
    axes = _frame([one.name for _, one in rows], 0.24)
    for k, (one, named) in enumerate(rows):
        colour, hatch = KIND_COLOURS[one.factor.kind]
        size = one.size * by.factor
        axes.barh(k, size, height=0.64, facecolor=colour, edgecolor=EDGE, hatch=hatch, linewidth=0.4, zorder=2)
        _error(axes, k, size, one.interval * by.factor)
        _cite(axes, k, named.clauses, lang)
    top = max((one.size + one.interval) * by.factor for one, _ in rows) * 1.03 or 1.0
    _ticks(axes, top, {t: f"{t:g}" for t in steps_of(top) if t <= top})
    axes.annotate(clean(by.unit), (1, 0), (6, -12), xycoords="axes fraction", textcoords="offset points",
                  fontproperties=font(SMALL), color=INK, annotation_clip=False)  # fmt: skip
    return _keyed(axes, [one.factor.kind for one, _ in rows], lang)


def _frame(names: Sequence[str], row: float) -> Axes:
    """Axes with a row of that height [in] for each name, the first on top, and room for the key above."""
    left = min(max(width(name, SIZE) for name in names) / 72 + 0.2, 3.1)
    tall = row * len(names)
    height = tall + 0.8
    axes = new_figure(height).add_axes((left / WIDTH, 0.4 / height, (WIDTH - left - 1.2) / WIDTH, tall / height))
    tidied(axes, left=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    shown = [clean(cut(name, SIZE, 3.0 * 72)) for name in names]
    axes.set_yticks(range(len(names)), shown, fontproperties=font(SIZE), color=INK)
    axes.tick_params(axis="y", length=0)
    return axes


def _error(axes: Axes, row: int, size: float, half: float) -> None:
    """How sure a size is: its interval, cut off at nothing."""
    axes.plot([max(0.0, size - half), size + half], [row, row], color=INK, linewidth=0.8, zorder=4)


def _cite(axes: Axes, row: int, clauses: Sequence[str], lang: str) -> None:
    """As many of the first clauses as there is room for; at least one, shortened where it must be."""
    for shown in range(min(len(clauses), 2), 0, -1):
        text = listed(clauses[:shown], lang) + (" …" if len(clauses) > shown else "")
        if shown == 1 or width(text, SMALL) <= _BESIDE:
            beside(axes, row, cut(text, SMALL, _BESIDE), SMALL)
            break


def _percents(axes: Axes, largest: float) -> None:
    top = min(max(largest * 1.03, 0.1), 1.5)
    _ticks(axes, top, {t / 10: f"{t / 10:.0%}" for t in range(0, int(top * 10) + 1, 2 if top > 0.4 else 1)})


def _ticks(axes: Axes, top: float, labels: Mapping[float, str]) -> None:
    axes.set_xlim(0, top)
    axes.set_xticks(list(labels), list(labels.values()), fontproperties=font(SMALL), color=INK)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def _keyed(axes: Axes, there: Sequence[str], lang: str) -> Figure:
    """The figure with the kinds of factor that are drawn as its key."""
    handles = [
        Patch(facecolor=c, edgecolor=EDGE, hatch=h, linewidth=0.4, label=told(kind, lang))
        for kind, (c, h) in KIND_COLOURS.items()
        if kind in there
    ]
    figure = axes.figure
    assert isinstance(figure, Figure)
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.01, 1.0), ncols=len(handles),
                  prop=font(SMALL), frameon=False, borderaxespad=0.3)  # fmt: skip
    return figure
