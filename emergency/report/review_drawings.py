"""Drawings of a review: the machine with findings marked on it, and who informs whom with deadlines added up.

Drawings are data for the template, which writes them as SVG within the page, so that marks are links and words text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import networkx as nx

from emergency.figures.font import width
from emergency.figures.style import wrapped
from emergency.graph import PALETTE, Drawing, ink, layout, machine_graph, sketch
from emergency.machine import Program, Value
from emergency.plan.leaves import UNSTATED, Within
from emergency.quantity import Duration
from emergency.report.page import anchor
from emergency.report.review_page import Mark, ReviewPage
from emergency.review.case import Case
from emergency.review.finding import Finding
from emergency.source import Clause
from emergency.words import terms

__all__ = ["Told", "chains", "machine_drawings", "reporting_drawings", "tellings"]

_SIZE, _LINE = 12.0, 16.0  # of words [px]
_MARK, _MARK_GAP = 24.0, 3.0  # width of a mark, and between two
_IN_ROW = 6  # marks in a row
_WRAP = 170.0
_ROOM = 880.0  # width of the page [px]
_MOST = 60  # chains shown


# ----------------------------------------------------------------------------------------- machine


def machine_drawings(page: ReviewPage, case: Case, program: Program) -> list[dict[str, Any]]:
    """Each scheme with the findings about a level in its box and those about a decision at its arrow."""
    graph = machine_graph(program, page.lang)
    at_box = {at: page.marks(page.naming(case, str(at))) for at in graph}
    at_line = {at: page.marks(_of_decision(page, case, program, at)) for at in graph}
    for at in graph:
        told = {m["no"] for m in at_box[at]}
        at_line[at] = [m for m in at_line[at] if m["no"] not in told]
        widest = max(_row_width(at_box[at]), _row_width(at_line[at]))
        rows = {"rows": _rows(at_box[at]), "entry_rows": _rows(at_line[at]), "least": widest + 12}
        graph.add_node(at, **rows)
    drawings = layout(graph, lambda text: width(text, _SIZE) * 1.03, page.lang, line=_LINE, wrap=_WRAP)
    return [_scheme(page, case, one, at_box, at_line) for one in drawings]


def _of_decision(page: ReviewPage, case: Case, program: Program, at: Value) -> list[Finding]:
    decision = program.decisions.get(at)
    clauses = [c.split(":", 1)[1] for s in (decision.steps if decision else ()) for c in s.clauses]
    return page.citing(case, clauses, "level scheme", "authority", "deadline", "coverage", "law")


def _scheme(
    page: ReviewPage,
    case: Case,
    one: Drawing,
    at_box: Mapping[Value, list[Mark]],
    at_line: Mapping[Value, list[Mark]],
) -> dict[str, Any]:
    boxes, lines = [], []
    for box in one.boxes:
        fill = PALETTE[box.colour]
        top = box.y - box.height / 2
        boxes.append(
            {"x": box.x - box.width / 2, "y": top, "width": box.width, "height": box.height, "fill": fill,
             "ink": ink(fill), "words": [(box.label, box.x, top + 19.5)],
             "marks": _placed(at_box[box.at], box.x, top + 27)}
        )  # fmt: skip
    for line in one.lines:
        marks, (x, y) = at_line[line.at], line.place
        top = y - line.height / 2
        words = [(text, x, top + _LINE * (i + 0.8)) for i, text in enumerate(line.words)]
        under = top + _LINE * len(line.words) + 2
        lines.append(
            {"points": line.points, "towards": (), "words": words, "dashed": line.dashed, "red": False,
             "marks": _placed(marks, x, under), "room": _room(words, x, top, line.height)}
        )  # fmt: skip
    return {"title": page.scheme(case, one.scheme), "width": one.width, "height": one.height, "boxes": boxes,
            "lines": lines}  # fmt: skip


def _room(words: Sequence[tuple[str, float, float]], x: float, top: float, height: float) -> dict[str, float]:
    """The white ground under words, so that no line runs through them."""
    wide = max((width(text, _SIZE) for text, _, _ in words), default=0.0) + 4
    return {"x": x - wide / 2, "y": top, "width": wide, "height": height}


def _rows(marks: Sequence[Mark]) -> int:
    return -(-len(marks) // _IN_ROW)


def _row_width(marks: Sequence[Mark]) -> float:
    return min(len(marks), _IN_ROW) * (_MARK + _MARK_GAP)


def _placed(marks: Sequence[Mark], x: float, y: float) -> list[dict[str, Any]]:
    """Marks in rows centred on x, the first row beginning at y."""
    found = []
    for i, mark in enumerate(marks):
        row, at = divmod(i, _IN_ROW)
        count = min(_IN_ROW, len(marks) - row * _IN_ROW)
        left = x - (count * (_MARK + _MARK_GAP) - _MARK_GAP) / 2
        found.append({**mark, "x": left + at * (_MARK + _MARK_GAP), "y": y + row * _LINE})
    return found


# --------------------------------------------------------------------------------------- reporting


class Told(NamedTuple):
    """Somebody tells somebody something.

    Attributes
    ----------
    bound : the length of time within which, None where no clause states one.
    words : the bound or the word of urgency in words, None where there is neither.
    regular : told again and again, at the interval `bound`.
    """

    source: str
    target: str
    clause: Clause
    bound: Duration | None
    words: str | None
    regular: bool = False


def tellings(page: ReviewPage, case: Case) -> list[Told]:
    """Every report, regular report and step that tells somebody, one for each pair."""
    found: list[Told] = []
    for one in case.plan.reports:
        found += _pairs(page, one.from_, one.to, one.clause, one.within)
    for decision in case.plan.decisions:
        for step in decision.steps:
            found += _pairs(page, (step.by,), step.to or (), decision.clause, step.within)
    for seen in case.plan.indicators:
        if seen.observer and seen.to:
            every = seen.every if isinstance(seen.every, Duration) else None
            words = terms.amount(str(every), page.lang) if every else None
            found.append(Told(str(seen.observer), str(seen.to), seen.clause, every, words, regular=True))
    return list(dict.fromkeys(one for one in found if one.source != one.target))


def _pairs(
    page: ReviewPage, who: Iterable[str], whom: Iterable[str], clause: Clause, within: Within | None
) -> Iterator[Told]:
    bound = within.bound if within is not None and isinstance(within.bound, Duration) else None
    for source in who:
        for target in whom:
            yield Told(str(source), str(target), clause, bound, page.bound(within))


def reporting_drawings(page: ReviewPage, case: Case, told: Sequence[Told]) -> list[dict[str, Any]]:
    """Who informs whom, a drawing for each part that hangs together; none where nobody tells anybody."""
    links: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told:
        links[one.source, one.target].append(one)
    graph = nx.DiGraph()
    names = {id: wrapped(page.actor(case, id), _SIZE, 120.0) for pair in links for id in pair}
    for id, lines in names.items():
        wide = max(width(line, _SIZE) for line in lines)
        graph.add_node(id, width=wide * 1.05 + 18, height=_LINE * len(lines) + 12)
    words = {pair: _link_words(page, ones) for pair, ones in links.items()}
    marks = {pair: _link_marks(page, case, ones) for pair, ones in links.items()}
    for pair in links:
        wide = max(*(width(text, _SIZE) * 1.05 for text, _ in words[pair]), _row_width(marks[pair]))
        tall = _LINE * (len(words[pair]) + _rows(marks[pair]))
        graph.add_edge(*pair, label_size={"width": wide + 8, "height": tall + 6})
    parts = sorted(nx.weakly_connected_components(graph), key=lambda part: (-len(part), sorted(part)))
    return [
        _reporting(page, case, graph.subgraph(sorted(part)).copy(), names, links, words, marks) for part in parts
    ]


def _link_words(page: ReviewPage, ones: Sequence[Told]) -> list[tuple[str, str]]:
    """Each bound with the clauses that give it, and the place of the first clause in the page."""
    by_words: dict[str, dict[Clause, None]] = defaultdict(dict)
    for one in ones:
        by_words[one.words or page.w("no-bound")].setdefault(one.clause)
    return [(f"{words} · {page.join(clauses)}", str(next(iter(clauses)))) for words, clauses in by_words.items()]


def _link_marks(page: ReviewPage, case: Case, ones: Sequence[Told]) -> list[Mark]:
    clauses = dict.fromkeys(one.clause for one in ones)
    return page.marks(page.citing(case, clauses, "deadline"))[:_IN_ROW]


def _reporting(
    page: ReviewPage,
    case: Case,
    graph: nx.DiGraph,
    names: Mapping[str, list[str]],
    links: Mapping[tuple[str, str], list[Told]],
    words: Mapping[tuple[str, str], list[tuple[str, str]]],
    marks: Mapping[tuple[str, str], list[Mark]],
) -> dict[str, Any]:
    drawn = sketch(graph, room=_ROOM)
    boxes, lines = [], []
    for node in drawn.nodes:
        top, hole = node.y - node.height / 2, node.key == UNSTATED
        told = [(text, node.x, top + 6 + _LINE * (i + 0.8)) for i, text in enumerate(names[node.key])]
        fill, on = ("#fbe3e1", "#8c1510") if hole else ("#eef2f7", "#1a1a1a")
        boxes.append(
            {"x": node.x - node.width / 2, "y": top, "width": node.width, "height": node.height, "fill": fill,
             "ink": on, "words": told, "marks": []}
        )  # fmt: skip
    for link in drawn.links:
        pair, (x, y) = (link.source, link.target), link.place
        tall = _LINE * (len(words[pair]) + _rows(marks[pair])) + 4
        top = y - tall / 2
        placed = [(text, x, top + _LINE * (i + 0.8)) for i, (text, _) in enumerate(words[pair])]
        lines.append(
            {"points": link.onward, "towards": link.towards, "words": placed, "room": None,
             "dashed": all(o.regular for o in links[pair]), "red": not any(o.bound for o in links[pair]),
             "links": [anchor(f"{case.id}:{clause}") for _, clause in words[pair]],
             "marks": _placed(marks[pair], x, top + _LINE * len(words[pair]) + 2)}
        )  # fmt: skip
    size = {"width": drawn.width, "height": drawn.height}
    return {"title": page.w("reporting"), **size, "boxes": boxes, "lines": lines}


def chains(page: ReviewPage, case: Case, told: Sequence[Told]) -> list[dict[str, Any]]:
    """Every chain of reports from those nobody informs to those who inform nobody, with its bounds added up.

    Of several bounds between two the shortest counts; lengths of one unit are added, others stand side by side.
    """
    graph = nx.DiGraph()
    for one in told:
        if UNSTATED not in (one.source, one.target):
            held = graph.get_edge_data(one.source, one.target, {"told": one})["told"]
            graph.add_edge(one.source, one.target, told=_tighter(held, one))
    first = [n for n in graph if not graph.in_degree(n)]
    last = [n for n in graph if not graph.out_degree(n)]
    found: list[list[Told]] = []
    for source in first:
        for path in nx.all_simple_paths(graph, source, last, cutoff=8):
            found.append([graph.edges[pair]["told"] for pair in pairwise(path)])
            if len(found) == _MOST:
                break
    return [_chain(page, case, links) for links in sorted(found[:_MOST], key=len, reverse=True)]


def _tighter(one: Told, other: Told) -> Told:
    bounded = [t for t in (one, other) if t.bound is not None]
    same = len({t.bound.unit for t in bounded if t.bound}) == 1
    if len(bounded) == 2 and same:
        return min(bounded, key=lambda t: t.bound.value if t.bound else 0.0)
    return bounded[0] if bounded else one


def _chain(page: ReviewPage, case: Case, links: Sequence[Told]) -> dict[str, Any]:
    sums: dict[str, float] = {}
    parts = [{"name": page.actor(case, links[0].source), "words": "", "red": False, "cites": []}]
    unsure = ""
    for one in links:
        name = page.actor(case, one.target)
        if one.bound is None:
            unsure = unsure or name
        elif not unsure:
            sums[one.bound.unit] = sums.get(one.bound.unit, 0.0) + one.bound.value
        parts.append(
            {"name": name, "words": one.words or page.w("no-bound"), "red": one.bound is None,
             "cites": page.cite(case, [one.clause])}
        )  # fmt: skip
    total = " + ".join(terms.amount(str(Duration(value, unit)), page.lang) for unit, value in sums.items())
    return {"parts": parts, "total": total, "unsure": page.w("from-there", name=unsure) if unsure else ""}
