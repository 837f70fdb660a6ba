"""Threshold charts of a review: what each level asks of one number, on a line, with its gaps and overlaps.

A ground that asks for something else besides is drawn as an outline; what compares no number cannot stand on a line
and is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from emergency.condition import All, Compare, For, Guard, Node, Quantified, Region, atoms, leaves, regions
from emergency.figures.font import width
from emergency.graph import PALETTE, colours, ink
from emergency.machine import Value
from emergency.plan.leaves import UNSTATED
from emergency.report.page import anchor
from emergency.report.review_page import ReviewPage
from emergency.review.case import Case
from emergency.review.threshold.grounds import (
    Ground,
    amount_at,
    counted,
    grounds,
    held_at,
    holds_at_count,
    runs,
    variable_of,
)
from emergency.source import Clause, Id
from emergency.words import terms
from emergency.words.review import told_clause

__all__ = ["thresholds"]

_LEFT, _WIDE, _ROW, _TOP = 128.0, 560.0, 30.0, 22.0  # names of levels, the line, a level, above the first [px]
_EDGE = 46.0  # from the end of the line to the first and last bound
_LEAST = 44.0  # between two bounds, or their figures would touch
_INF = float("inf")


class _Band(NamedTuple):
    """Where one ground of a level holds on the line, and what else it asks for."""

    ground: Ground
    held: frozenset[int]
    besides: str


class _Scale(NamedTuple):
    """One number with the grounds that ask for it.

    Attributes
    ----------
    subject : how findings name it: scheme and variable, or scheme and set of places.
    unit : of its figures; empty for a count of places.
    """

    scheme: str
    subject: str
    title: str
    unit: str
    cut: tuple[Region, ...]
    bands: tuple[_Band, ...]


def thresholds(page: ReviewPage, case: Case) -> dict[str, Any]:
    """The charts of a plan, and the grounds that no chart can show."""
    every = grounds(case)
    scales = [*_measured(page, case, every), *_counted(page, case, every)]
    drawn = [band.ground for scale in scales for band in scale.bands]
    rest = [ground for ground in every if ground not in drawn and not _of_states(ground.tree)]
    return {"charts": [_chart(page, case, scale) for scale in scales], "rest": [_listed(page, case, g) for g in rest]}


def _of_states(tree: Node) -> bool:
    """Whether a ground only takes over the levels of another scheme; these stand in its own charts."""
    return not any(isinstance(node, Compare | Quantified) or hasattr(node, "indicator") for node in leaves(tree))


# ----------------------------------------------------------------------------------------- scales


def _measured(page: ReviewPage, case: Case, every: Sequence[Ground]) -> Iterator[_Scale]:
    """A scale for each scheme and variable that is compared."""
    found: dict[tuple[str, str], list[Ground]] = defaultdict(list)
    for ground in every:
        for variable in dict.fromkeys(v for part in _parts(ground.tree) if (v := variable_of(part))):
            found[ground.at.scheme, variable].append(ground)
    for (scheme, variable), ones in found.items():
        asked = {ground: _asking(ground.tree, variable) for ground in ones}
        exits = [d.when.tree for d in _leaving(case, scheme, variable) if isinstance(d.when, Guard)]
        trees = [*asked.values(), *exits]
        cut = tuple(regions([a for tree in trees for a in atoms(tree) if a.variable == variable]))
        unit = next(n.amount.unit for n in leaves(asked[ones[0]]) if isinstance(n, Compare))
        bands = tuple(_band(page, case, ground, tree, cut) for ground, tree in asked.items())
        title = f"{page.scheme(case, scheme)} · {case.variable_name(variable).in_(page.lang)}"
        yield _Scale(scheme, f"{scheme} {variable}", title, unit, cut, bands)


def _parts(tree: Node) -> tuple[Node, ...]:
    """What a condition asks for all of."""
    return tree.parts if isinstance(tree, All) else (tree,)


def _asking(tree: Node, variable: str) -> Node:
    """The parts of a condition that look at one variable and nothing else."""
    parts = tuple(part for part in _parts(tree) if variable_of(part) == variable)
    return parts[0] if len(parts) == 1 else All(parts)


def _band(page: ReviewPage, case: Case, ground: Ground, tree: Node, cut: Sequence[Region]) -> _Band:
    held = frozenset(i for i, region in enumerate(cut) if held_at(tree, region.witness))
    taken = _parts(tree)
    others = [page.guard(case, part) for part in _parts(ground.tree) if part not in taken]
    lasting = [page.bound_of(n.duration) for n in leaves(tree) if isinstance(n, For)]
    return _Band(ground, held, page.join([*others, *lasting]))


def _counted(page: ReviewPage, case: Case, every: Sequence[Ground]) -> Iterator[_Scale]:
    """A scale for each scheme that counts the places of a set where something is so."""
    found: dict[tuple[str, Node, str], list[Ground]] = defaultdict(list)
    for ground in every:
        one = counted(ground.tree)
        if one is not None:
            found[ground.at.scheme, one.inner, one.places].append(ground)
    for (scheme, inner, area), ones in found.items():
        if not any(isinstance(node, Quantified) and node.kind == "count" for g in ones for node in leaves(g.tree)):
            continue  # "anywhere" is no number
        most = len(case.jurisdiction.sets[Id(area)].places)
        cut = tuple(Region(n, True, n, True) for n in range(most + 1))
        held = {g: frozenset(n for n in range(most + 1) if holds_at_count(g.tree, n, most)) for g in ones}
        bands = tuple(_Band(g, at, "") for g, at in held.items())
        what = page.w("count-of", what=page.guard(case, inner), places=page.places(case, area))
        yield _Scale(scheme, f"{scheme} {area}", f"{page.scheme(case, scheme)} · {what}", "", cut, bands)


def _leaving(case: Case, scheme: str, variable: str) -> list[Any]:
    """The decisions that lead to a value of the scheme that is no level, on a condition over the variable."""
    levels = {at for at in case.levels if at.scheme == scheme}
    found = []
    for decision in case.plan.decisions:
        to = [v for v in case.values_of(decision.to) if v.scheme == scheme]
        if to and not levels & set(to) and isinstance(decision.when, Guard):
            names = {n.indicator for n in leaves(decision.when.tree) if isinstance(n, Compare)}
            found += [decision] if variable in names else []
    return found


# ------------------------------------------------------------------------------------------ chart


class _Line(NamedTuple):
    """A scale being drawn, and where each bound stands on its line [px]."""

    page: ReviewPage
    case: Case
    scale: _Scale
    places: Mapping[float, float]


def _chart(page: ReviewPage, case: Case, scale: _Scale) -> dict[str, Any]:
    """A scale as drawn: a row for each ground, mildest at the foot, and below them what holds at once."""
    bounds = [r.low for r in scale.cut if r.low == r.high]
    places = _places(bounds)
    line = _Line(page, case, scale, places)
    order = [at for at in reversed(case.levels) if any(b.ground.at == at for b in scale.bands)]
    bands = sorted(scale.bands, key=lambda band: order.index(band.ground.at))
    foot = _TOP + _ROW * len(bands)
    exits = list(_exits(line))
    stretches = [s for i, b in enumerate(bands) for s in _row(line, b, _TOP + _ROW * i)]
    room = max((s["x"] + s["width"] + width(s["beside"], 10.5) * 1.05 + 16 for s in stretches), default=0.0)
    sums = list(_sums(line)) if len({b.ground.at for b in bands}) > 1 else []
    marks = page.marks(_findings(page, case, scale))
    return {
        "title": scale.title, "width": max(_LEFT + _WIDE + 16, room),
        "height": foot + 46 + 15 * len(exits), "left": _LEFT,
        "right": _LEFT + _WIDE, "foot": foot, "top": _TOP,
        "bands": stretches,
        "ticks": [{"x": places[at], "text": _figure(page, scale, at)} for at in bounds],
        "unit": terms.unit(scale.unit, page.lang) if scale.unit else page.w("places"),
        "sums": sums, "exits": exits, "marks": marks,
        "to_scale": len(bounds) < 2 or _evenly(bounds) != places, "together": page.w("at-once"),
        "gaps": [_stretch(page, scale, run) for run in _gaps(scale)],
    }  # fmt: skip


def _places(bounds: Sequence[float]) -> dict[float, float]:
    """Where each bound stands on the line: to scale where that leaves room between them, else evenly."""
    if len(bounds) < 2:
        return _evenly(bounds)
    span = bounds[-1] - bounds[0]
    room = _WIDE - 2 * _EDGE
    found = {at: _LEFT + _EDGE + (at - bounds[0]) / span * room for at in bounds}
    near = min(found[b] - found[a] for a, b in pairwise(bounds))
    return found if near >= _LEAST else _evenly(bounds)


def _evenly(bounds: Sequence[float]) -> dict[float, float]:
    step = _WIDE / (len(bounds) + 1)
    return {at: _LEFT + step * (i + 1) for i, at in enumerate(bounds)}


def _x(region: Region, places: Mapping[float, float], end: int) -> float:
    """Where a region ends on the line; a count is a little wider than its point."""
    at = (region.low, region.high)[end]
    return places.get(at, _LEFT if end == 0 else _LEFT + _WIDE)


def _row(line: _Line, band: _Band, top: float) -> Iterator[dict[str, Any]]:
    """The stretches of one ground with their ends, level and clause."""
    page, case = line.page, line.case
    fill = PALETTE[colours(case.plan)[band.ground.at]]
    clauses = list(dict.fromkeys(c.clause for c in band.ground.said))
    words = page.join(told_clause(str(c), page.lang) for c in clauses)
    unsure = any(c.boundary == UNSTATED for c in band.ground.said)
    for run in runs(band.held) or [[]]:
        name = {"name": page.value(case, band.ground.at), "y": top, "fill": fill, "ink": ink(fill)}
        ends = _ends(line, run, unsure)
        inside = width(words, 11) + 14 < ends["width"]
        beside = "" if inside else f"{words} "
        beside += f"+ {band.besides}" if band.besides else ""
        place = {"text": words if inside else "", "link": anchor(f"{case.id}:{clauses[0]}"), "beside": beside}
        yield {**name, **place, **ends, "only": bool(band.besides)}


def _ends(line: _Line, run: Sequence[int], unsure: bool) -> dict[str, Any]:
    """Where a stretch begins and ends, and whether its ends belong to it: ``open, closed, unsure, none``."""
    if not run:
        return {"x": _LEFT, "width": 0.0, "low": "none", "high": "none"}
    first, last = line.scale.cut[run[0]], line.scale.cut[run[-1]]
    x, to = _x(first, line.places, 0), _x(last, line.places, 1)
    if not line.scale.unit:  # counts: no number lies between two of them
        x, to = x - 14, to + 14
        return {"x": x, "width": to - x, "low": "none", "high": "none"}
    low, high = _end(first.low, first.low_closed, unsure), _end(last.high, last.high_closed, unsure)
    return {"x": x, "width": to - x, "low": low, "high": high}


def _end(at: float, closed: bool, unsure: bool) -> str:
    return "none" if abs(at) == _INF else "unsure" if unsure else "closed" if closed else "open"


def _figure(page: ReviewPage, scale: _Scale, at: float) -> str:
    return f"{amount_at(at, scale.unit).value:g}" if scale.unit else f"{at:g}"


def _levels_at(scale: _Scale, region: int) -> list[Value]:
    """The levels that hold in a region for nothing but the number."""
    return list(dict.fromkeys(b.ground.at for b in scale.bands if region in b.held and not b.besides))


def _gaps(scale: _Scale) -> list[list[int]]:
    """The stretches at which no level holds for the number alone, between two levels or beyond the gravest."""
    held = {i for band in scale.bands for i in band.held if not band.besides}
    if not held:
        return []
    low, high = min(held), max(held)
    way = _direction(scale)
    low = (_least(scale) if way < 0 else low) if scale.unit else low
    high = len(scale.cut) - 1 if way > 0 else high
    return runs(i for i in range(low, high + 1) if i not in held)


def _direction(scale: _Scale) -> int:
    """1 where higher is graver, -1 where lower is, 0 where the bounds do not tell."""
    alone = [b for b in scale.bands if b.held and not b.besides]
    ends, levels = [min(b.held) + max(b.held) for b in alone], [b.ground.at for b in alone]
    moves = [y - x for (x, y), (a, b) in zip(pairwise(ends), pairwise(levels), strict=True) if a != b]
    total = sum((move > 0) - (move < 0) for move in moves)
    return (total > 0) - (total < 0)


def _least(scale: _Scale) -> int:
    """The lowest region with numbers the unit can have: no stock is below nothing."""
    return next(i for i, region in enumerate(scale.cut) if region.high > 0 or region.witness >= 0)


def _sums(line: _Line) -> Iterator[dict[str, Any]]:
    """What holds at once, stretch by stretch: a strip for each level, red hatching where there is none."""
    page, case, scale = line.page, line.case, line.scale
    colour = colours(case.plan)
    gaps = {i for run in _gaps(scale) for i in run}
    keys = [(tuple(_levels_at(scale, i)), i in gaps) for i in range(len(scale.cut))]
    start = 0
    for i in range(1, len(keys) + 1):
        if i == len(keys) or keys[i] != keys[start]:
            levels, gap = keys[start]
            if levels or gap:
                ends = _ends(line, [start, i - 1], False)
                wide = max(ends["width"], 5.0)
                x = ends["x"] - (wide - ends["width"]) / 2
                text = "+".join(v.value for v in levels) if len(levels) > 1 else ""
                yield {"x": x, "width": wide, "fills": [PALETTE[colour[v]] for v in levels], "gap": gap,
                       "text": text if width(text, 10.5) < wide else "",
                       "title": page.join(page.value(case, v) for v in levels) or page.w("gap")}  # fmt: skip
            start = i


def _stretch(page: ReviewPage, scale: _Scale, run: Sequence[int]) -> str:
    """A gap in words, e.g. ``[10, 12)``."""
    first, last = scale.cut[run[0]], scale.cut[run[-1]]
    if first.low == last.high:
        return _figure(page, scale, first.low)
    low = "−∞" if first.low == -_INF else _figure(page, scale, first.low)
    high = "∞" if last.high == _INF else _figure(page, scale, last.high)
    return f"{'[' if first.low_closed else '('}{low}, {high}{']' if last.high_closed else ')'}"


def _exits(line: _Line) -> Iterator[dict[str, Any]]:
    """The numbers at which the scheme is left; red where it is entered at the same one."""
    page, case, scale = line.page, line.case, line.scale
    entered = {a.constant for b in scale.bands for a in atoms(b.ground.tree)}
    variable = scale.subject.split(" ", 1)[1]
    for decision in _leaving(case, scale.scheme, variable) if scale.unit else ():
        for node in leaves(decision.when.tree):
            if isinstance(node, Compare) and node.indicator == variable:
                text = page.w("leaves-at", what=page.guard(case, node), clause=_clause(page, decision.clause))
                yield {"x": line.places[node.amount.base], "text": text, "red": node.amount.base in entered,
                       "link": anchor(f"{case.id}:{decision.clause}")}  # fmt: skip


def _clause(page: ReviewPage, clause: Clause) -> str:
    return told_clause(str(clause), page.lang)


def _findings(page: ReviewPage, case: Case, scale: _Scale) -> list[Any]:
    clauses = [str(c.clause) for band in scale.bands for c in band.ground.said]
    return page.citing(case, clauses, "threshold")


def _listed(page: ReviewPage, case: Case, ground: Ground) -> dict[str, Any]:
    """A ground that no line can show, in words."""
    clauses = list(dict.fromkeys(c.clause for c in ground.said))
    return {
        "chip": page.chip(case, ground.at),
        "text": page.guard(case, ground.tree),
        "cites": page.cite(case, clauses),
        "marks": page.marks(page.citing(case, map(str, clauses), "threshold")),
    }
