"""A market place by place: how long shelves last, what prices do, what ran out; and the chain behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from emergency.figures.names import Names
from emergency.figures.panels import RUNS_OUT, Course, Sheet, bound, courses, draw, line, scaled, shown, spells
from emergency.figures.style import GREY, SMALL, say
from emergency.log import Entry
from emergency.scenario import MarketSpec
from emergency.source import Id
from emergency.words import terms
from emergency.words.punctuation import aside, listed

__all__ = ["chain", "market"]

PRICE = "#8a5a2b"
_DASHED = (0, (4, 2))
#: Variables of a chain → unit, factor from the world's unit, whether in per cent.
_CHAIN = {
    "reserve:raw": ("t", 1.0), "reserve:milled": ("t", 1.0), "milled_days": ("days-of-demand", 1.0),
    "mill_load": ("%", 100.0),
}  # fmt: skip
Spells = dict[str, list[tuple[float, float]]]


def market(entries: Sequence[Entry], id: str, names: Names) -> Figure | None:
    """A cell for each place of a market: cover [d] of its scarcest good, greatest price rise [%], stock-outs hatched.

    None where the log holds no course of them, as when a run was folded without being kept.
    """
    spec = names.scenario.world.markets[Id(id)]
    found = courses(entries, names)
    places = [str(p) for p in spec.places if f"{id}:cover@{p}" in found]
    if not places:
        return None
    mine = {f"{what}@{p}": found[f"{id}:{what}@{p}"] for p in places for what in ("cover", "price_rise")}
    until = shown(entries, mine.values())
    covers = {p: scaled(mine[f"cover@{p}"], 1.0, until) for p in places}
    rises = {p: scaled(mine[f"price_rise@{p}"], 100.0, until) for p in places}
    out = {ref: times for ref, times in spells(entries, until).items() if ref.startswith(f"{id}:")}
    sheet = Sheet(entries, names, until, count=len(places), tall=(0.78, 0.42), plans=names.concerned(id))
    tops = _top(covers.values(), 1.0), _top(rises.values(), 20.0)
    for place in places:
        upper, lower = sheet.cell(names.place(place), _told_out(out, id, place, names))
        draw(upper, covers[place], tops[0])
        draw(lower, rises[place], tops[1], 2, PRICE, percent=True)
        _bounds(upper, lower, spec)
        _hatch(upper, out, place, until)
    return sheet.finish(_handles(spec, bool(out), names.lang))


def _top(drawn: Iterable[Course], least: float) -> float:
    return max([v for course in drawn for _, v in course] + [least]) * 1.12


def _bounds(upper: Axes, lower: Axes, spec: MarketSpec) -> None:
    for one in spec.abnormal.comparisons if spec.abnormal is not None else ():
        if one.indicator == "cover":
            bound(upper, one.amount.base)
        elif one.indicator == "price_rise":
            bound(lower, one.amount.base * 100)


def _told_out(out: Spells, id: str, place: str, names: Names) -> str:
    """Which goods were out of stock in a place for how long in all."""
    hours = {ref: sum(e - b for b, e in times) for ref, times in out.items()}
    told = []
    for ref, lasted in hours.items():
        good, _, where = ref.partition(":")[2].partition("@")
        if where == place:
            told.append(f"{names.good(id, good)} {terms.span(lasted, names.lang, max(hours.values()))}")
    return listed(told, names.lang)


def _hatch(axes: Axes, out: Spells, place: str, until: float) -> None:
    for ref, times in out.items():
        if ref.endswith(f"@{place}"):
            for begins, ends in times:
                axes.axvspan(begins, min(ends, until), facecolor="#f7dedc", edgecolor=RUNS_OUT, hatch="xxxx",
                             linewidth=0.0, alpha=0.75, zorder=2)  # fmt: skip


def _handles(spec: MarketSpec, ran_out: bool, lang: str) -> list[Artist]:
    found: list[Artist] = [
        line(terms.column("cover", lang)),
        line(terms.column("price-rise", lang), PRICE),
    ]
    if spec.abnormal is not None and any(c.indicator in ("cover", "price_rise") for c in spec.abnormal.comparisons):
        found.append(line(terms.column("abnormal-bound", lang), GREY, _DASHED, 0.9))
    if ran_out:
        found.append(Patch(facecolor="#f7dedc", edgecolor=RUNS_OUT, hatch="xxxx", linewidth=0.0,
                           label=terms.column("out-of-stock", lang)))  # fmt: skip
    return found


def chain(entries: Sequence[Entry], id: str, names: Names) -> Figure | None:
    """What stands behind a market: raw and milled reserves [t], days the milled stock lasts, load of the mill [%]."""
    found = courses(entries, names)
    drawn = {what: found[f"{id}:{what}"] for what in _CHAIN if f"{id}:{what}" in found}
    if not drawn:
        return None
    until = shown(entries, drawn.values())
    sheet = Sheet(entries, names, until, count=len(drawn), tall=(0.85,), plans=names.concerned(id), keys=0)
    for what, course in drawn.items():
        unit, factor = _CHAIN[what]
        told = aside(terms.column(f"chain-{what}", names.lang), terms.unit(unit, names.lang), names.lang)
        axes = sheet.cell(told)[0]
        points = scaled(course, factor, until)
        draw(axes, points, _top([points], 1.0))
        _least(axes, points)
    return sheet.finish([])


def _least(axes: Axes, points: Course) -> None:
    """The least value, below the course where it first comes there; nothing is drawn where that is nothing."""
    t, least = min(points, key=lambda p: (p[1], p[0]), default=(0.0, 0.0))
    top = axes.get_ylim()[1]
    if 0.2 * top < least < 0.8 * max(v for _, v in points):
        say(axes, t, least - 0.05 * top, f"{least:,.0f}" if least >= 10 else f"{least:.1f}", SMALL, ha="center",
            va="top", zorder=6)  # fmt: skip
