"""The ladder of a plan: which level each value of one indicator calls for, all else given.

Drawn from what the program answers and not from the bounds as written: a reading that changes the answer changes
the picture, and whether a bound itself belongs to the level is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes

from emergency.condition import Compare, leaves
from emergency.figures.font import clean, font, width
from emergency.figures.style import (
    EDGE,
    GREY,
    INK,
    SIZE,
    SMALL,
    WIDTH,
    cut,
    fill,
    new_figure,
    on,
    render,
    settings,
    tidy,
)
from emergency.graph import colours
from emergency.machine import Program, Value, assess
from emergency.machine.assess import Fact
from emergency.quantity import UNITS
from emergency.source import Citation, Id
from emergency.words import terms
from emergency.words.punctuation import aside

__all__ = ["Rung", "draw_ladder", "rungs"]

_ROW, _TOP, _BOTTOM, _RIGHT = 0.86, 0.36, 0.36, 0.3  # inches
_UP = 0.08  # of a row: bars stand a little above its middle, over their clauses


@dataclass(frozen=True, slots=True)
class Rung:
    """Values of the indicator that call for one level.

    Attributes
    ----------
    low, high : float
        In the plan's unit; equal for a single value, which only a bound can be.
    at : Value or None
        The level called for; None where none is.
    clauses : tuple of str
        The clauses of what calls for it.
    """

    low: float
    high: float
    at: Value | None
    clauses: tuple[str, ...]


def rungs(program: Program, scheme: str, variable: str, given: Mapping[str, Fact] | None = None) -> tuple[Rung, ...]:
    """What each value of an indicator calls for, from 0 up to beyond its last bound.

    Bounds and the stretches between them take turns: bounds are rungs of their own, for whether a bound belongs to
    the level below or above it is what people argue about.

    Parameters
    ----------
    variable : str
        An indicator that is compared with amounts.
    given : mapping, optional
        What else is known, as for `emergency.assess`; what is not given does not hold.

    Raises
    ------
    KeyError
        If nothing in the plan compares that indicator with an amount.
    """
    size = UNITS[program.variables[variable].unit][1] if variable in program.variables else 1.0
    bounds = sorted({leaf.amount.base / size for leaf in _compared(program, variable)})
    if not bounds:
        raise KeyError(variable)

    def rung(low: float, high: float) -> Rung:
        verdict = assess(program, {**(given or {}), variable: (low + high) / 2 * size}).verdicts[scheme]
        at = Value(scheme, verdict.level) if verdict.level else None
        return Rung(low, high, at, verdict.clauses)

    found: list[Rung] = []
    low = min(0.0, bounds[0])
    for bound in bounds:
        found += [rung(low, bound)] if low < bound else []
        found.append(rung(bound, bound))
        low = bound
    return (*found, rung(low, low + max(bounds[-1] * 0.25, 1e-9)))


def _compared(program: Program, variable: str) -> list[Compare]:
    nodes = [leaf for rule in program.rules for part in rule.parts for leaf in leaves(part.tree)]
    return [n for n in nodes if isinstance(n, Compare) and n.indicator == variable]


def draw_ladder(
    programs: Mapping[str, Program],
    scheme: str,
    variable: str,
    form: str,
    lang: str,
    given: Mapping[str, Fact] | None = None,
) -> bytes:
    """Ladders under one another, as ``svg`` or ``png``.

    Parameters
    ----------
    programs : mapping of what to call it to program
        A plan, or one plan under several readings.
    """
    with settings():
        rows = {name: rungs(program, scheme, variable, given) for name, program in programs.items()}
        height = _TOP + _ROW * len(rows) + _BOTTOM
        left = min(max(width(name, SIZE) for name in rows) / 72 + 0.2, 2.2)
        figure = new_figure(height)
        tall, wide = _ROW * len(rows), WIDTH - left - _RIGHT
        axes = figure.add_axes((left / WIDTH, _BOTTOM / height, wide / WIDTH, tall / height))
        first = next(iter(programs.values()))
        _frame(axes, first, variable, [r for found in rows.values() for r in found], lang)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks([y - _UP for y in range(len(rows))], [clean(n) for n in rows], fontproperties=font(SIZE),
                        color=INK)  # fmt: skip
        per_point = axes.get_xlim()[1] / (wide * 72)
        for y, (name, found) in enumerate(rows.items()):
            _ladder(axes, _Words(programs[name], scheme, lang), found, y - _UP, per_point)
        return render(figure, form)


def _frame(axes: Axes, program: Program, variable: str, found: Sequence[Rung], lang: str) -> None:
    """The axis of the indicator, with a tick at each bound."""
    tidy(axes, left=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(min(r.low for r in found), max(r.high for r in found))
    ticks = sorted({0.0, *(r.low for r in found if r.low == r.high)})
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks], fontproperties=font(SMALL), color=INK)
    said = next((i.name for i in program.plan.indicators if i.variable == variable and i.name), None)
    name, unit = said.in_(lang) if said else variable, terms.unit(program.variables[variable].unit, lang)
    told = aside(f"{name[:1].upper()}{name[1:]}", unit, lang)
    axes.set_title(clean(told), fontproperties=font(SIZE), color=INK, loc="left", pad=6)


class _Words:
    """What the levels of one scheme are called, and their colours."""

    def __init__(self, program: Program, scheme: str, lang: str) -> None:
        self._plan, self._lang = program.plan, lang
        self._scheme = program.plan.schemes[Id(scheme)]
        self._colours = colours(program.plan)

    def level(self, at: Value | None) -> str:
        word = self._plan.word(*at) if at else None
        told = word.in_(self._lang) if word is not None else None
        value = at.value if at else "off"
        return terms.level(self._scheme.kind, value, self._lang, ends=self._scheme.ends, word=told)

    def colour(self, at: Value | None) -> str:
        return self._colours[at] if at else "grey"


def _ladder(axes: Axes, words: _Words, found: Sequence[Rung], y: float, per_point: float) -> None:
    """A bar for each answer, and at each bound between two answers a dot in the colour of the bound's own."""
    for (at, clauses), same in groupby(found, key=lambda r: (r.at, r.clauses)):
        stretch = list(same)
        _bar(axes, words, Rung(stretch[0].low, stretch[-1].high, at, clauses), y, per_point)
    for below, bound, above in zip(found, found[1:], found[2:], strict=False):
        if bound.low == bound.high and below.at != above.at:
            axes.plot([bound.low], [y], marker="o", markersize=6.5, markerfacecolor=fill(words.colour(bound.at)),
                      markeredgecolor="white", markeredgewidth=1.4, linestyle="", zorder=6)  # fmt: skip


def _bar(axes: Axes, words: _Words, rung: Rung, y: float, per_point: float) -> None:
    colour, label, room = words.colour(rung.at), words.level(rung.at), (rung.high - rung.low) / per_point - 14
    axes.barh(y, rung.high - rung.low, left=rung.low, height=0.5, facecolor=fill(colour), edgecolor=EDGE,
              linewidth=0.8, zorder=3)  # fmt: skip
    short = label if width(label, SIZE) <= room or rung.at is None else rung.at.value
    middle = (rung.low + rung.high) / 2
    axes.text(middle, y, clean(short), fontproperties=font(SIZE), color=on(colour), ha="center",
              va="center_baseline", zorder=5)  # fmt: skip
    cited = " ".join(Citation(c).clause for c in rung.clauses)
    axes.text(middle, y + 0.29, clean(cut(cited, SMALL, room + 14)), fontproperties=font(SMALL - 0.6), color=GREY,
              ha="center", va="top", zorder=5)  # fmt: skip
