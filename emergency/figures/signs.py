"""What people took to be so, place by place: when a sign was true, when it was known, what people judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from emergency.figures.font import clean, font
from emergency.figures.names import Names, window
from emergency.figures.style import (
    FAINT,
    INK,
    LAG,
    SIZE,
    SMALL,
    WIDTH,
    cut,
    date_axis,
    new_figure,
    tidy,
    wrapped,
)
from emergency.log import Entry
from emergency.machine import Program
from emergency.words import terms

__all__ = ["Sign", "Spell", "signs", "spells_of"]

_LEFT, _RIGHT = 2.05, 0.27
_ROW, _HEAD = 0.165, 0.2  # inches
KNOWN, JUDGED = "#5b6b7b", "#a9bccf"


@dataclass(frozen=True, slots=True)
class Spell:
    """A time [h] in which people held a sign to be so; `true` is since when it was, None for what they judge."""

    known: float
    ends: float
    true: float | None
    gone: float | None  # since when it truly was no longer so, while people still thought it was


@dataclass(frozen=True, slots=True)
class Sign:
    """An indicator of a plan that is either so or not, in one place or as a whole."""

    variable: str
    place: str | None


def spells_of(entries: Sequence[Entry], plan: str) -> dict[Sign, list[Spell]]:
    """Every sign that people ever held to be so, in the order they first did; an open spell ends with the log."""
    begun: dict[Sign, tuple[float, float | None]] = {}
    found: dict[Sign, list[Spell]] = {}
    for entry in entries:
        detail = entry.detail
        if entry.kind != "indicator" or entry.plan != plan or "variable" not in detail or "value" in detail:
            continue  # a trace, or an amount that has crossed a bound
        holds = detail.get("known", detail.get("judged"))
        sign = Sign(str(detail["variable"]), detail.get("place"))
        since = entry.t - detail["lag"] if "lag" in detail else None
        if holds is True:
            begun.setdefault(sign, (entry.t, since))
            found.setdefault(sign, [])
        elif holds is False and (sign in begun or sign not in found):  # nothing tells of what was so at the start
            known, true = begun.pop(sign, (0.0, None if since is None else 0.0))
            found.setdefault(sign, []).append(Spell(known, entry.t, true, since))
    last = entries[-1].t if entries else 0.0
    for sign, (known, true) in begun.items():
        found[sign].append(Spell(known, last, true, None))
    return found


def signs(entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names) -> Figure | None:
    """A row for each sign and place, under the name of the sign; None where people held nothing to be so."""
    found = spells_of(entries, plan)
    if not found:
        return None
    until, _ = window(entries)
    groups: dict[str, list[Sign]] = {}
    for sign in found:
        groups.setdefault(sign.variable, []).append(sign)
    tall = sum(_tall(plan, group, names) for group in groups.values())
    top, bottom = 0.3, 0.34
    height = tall + top + bottom
    figure = new_figure(height)
    box = (_LEFT / WIDTH, bottom / height, (WIDTH - _LEFT - _RIGHT) / WIDTH, tall / height)
    axes = figure.add_axes(box)
    tidy(axes, left=False)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    date_axis(axes, names.start, until, names.lang)
    y = 0.0
    for variable, group in groups.items():
        group.sort(key=lambda s: names.place_rank(s.place) if s.place is not None else -1)
        y = _group(axes, variable, group, found, y, plan, names, until)
    _legend(figure, found, height, names.lang)
    return figure


def _words(plan: str, sign: Sign, names: Names) -> list[str]:
    """The name of a sign that belongs to no place, in as many lines as it needs beside its row."""
    return wrapped(names.variable(plan, sign.variable), SIZE, (_LEFT - 0.12) * 72)


def _tall(plan: str, group: Sequence[Sign], names: Names) -> float:
    """The height of the rows of one sign [in]."""
    if group[0].place is not None or len(group) > 1:
        return _HEAD + _ROW * len(group) + 0.05
    return max(_ROW, 0.135 * len(_words(plan, group[0], names))) + 0.05


def _group(
    axes: Axes,
    variable: str,
    group: Sequence[Sign],
    found: Mapping[Sign, list[Spell]],
    y: float,
    plan: str,
    names: Names,
    until: float,
) -> float:
    """Draw the rows of one sign from `y` down; returns where the next begins."""
    below = y + _tall(plan, group, names)
    axes.axhline(below - 0.025, color=FAINT, linewidth=0.6, zorder=1)
    if group[0].place is None and len(group) == 1:
        middle = (y + below - 0.05) / 2
        _say(axes, "\n".join(_words(plan, group[0], names)), middle, 0.0)
        _spells(axes, found[group[0]], middle, until)
        return below
    _say(axes, cut(names.variable(plan, variable), SIZE, (WIDTH - _RIGHT) * 72), y + _HEAD / 2, 0.0)
    for k, sign in enumerate(group):
        middle = y + _HEAD + (k + 0.5) * _ROW
        told = names.place(sign.place) if sign.place is not None else terms.column("as-a-whole", names.lang)
        _say(axes, cut(told, SIZE, (_LEFT - 0.12) * 72 - 10), middle, 10.0)
        _spells(axes, found[sign], middle, until)
    return below


def _say(axes: Axes, text: str, y: float, indent: float) -> None:
    axes.annotate(clean(text), (0, y), (-(_LEFT - 0.06) * 72 + indent, 0), xycoords=("axes fraction", "data"),
                  textcoords="offset points", fontproperties=font(SIZE), color=INK, va="center", linespacing=1.05,
                  annotation_clip=False, zorder=7,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip


def _spells(axes: Axes, spells: Sequence[Spell], middle: float, until: float) -> None:
    for spell in spells:
        _spell(axes, spell, middle, until)


def _spell(axes: Axes, spell: Spell, middle: float, until: float) -> None:
    """The time it was known as a bar; before it, true and unknown, a line; after its truth, the bar is hatched."""
    tall = _ROW * 0.62
    ends = min(spell.ends, until)
    colour = JUDGED if spell.true is None else KNOWN
    gone = min(spell.gone, ends) if spell.gone is not None else ends
    least = until * 0.003
    axes.barh(middle, max(gone - spell.known, least), left=spell.known, height=tall, facecolor=colour, linewidth=0,
              zorder=3)  # fmt: skip
    if ends > max(gone, spell.known):
        begins = max(gone, spell.known)
        axes.barh(middle, ends - begins, left=begins, height=tall, facecolor="white", edgecolor=KNOWN,
                  hatch="//////", linewidth=0.5, zorder=3)  # fmt: skip
    if spell.true is not None and spell.known > spell.true:
        axes.plot([spell.true, spell.known], [middle, middle], color=LAG, linewidth=2.6, solid_capstyle="butt",
                  zorder=4)  # fmt: skip


def _legend(figure: Figure, found: Mapping[Sign, list[Spell]], height: float, lang: str) -> None:
    every = [spell for spells in found.values() for spell in spells]
    handles = []
    if any(s.true is not None for s in every):
        handles.append(Patch(facecolor=LAG, label=terms.column("sign-true", lang)))
        handles.append(Patch(facecolor=KNOWN, label=terms.column("sign-known", lang)))
    if any(s.gone is not None and s.ends > s.gone for s in every):
        handles.append(Patch(facecolor="white", edgecolor=KNOWN, hatch="//////", linewidth=0.5,
                             label=terms.column("sign-gone", lang)))  # fmt: skip
    if any(s.true is None for s in every):
        handles.append(Patch(facecolor=JUDGED, label=terms.column("sign-judged", lang)))
    at = (0.06 / WIDTH, 1 - 0.04 / height)
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=at, ncols=4, prop=font(SMALL), frameon=False,
                  borderaxespad=0.0, handlelength=1.6, columnspacing=1.3)  # fmt: skip


