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
from emergency.graph import PALETTE, Drawing, ink, layout, machine_graph, sketch, stated_graph
from emergency.machine import Program, Value
from emergency.plan.leaves import UNSTATED, Within
from emergency.quantity import Duration
from emergency.report.page import anchor
from emergency.report.review_page import Mark, ReviewPage
from emergency.report.review_shapes import (
    IN_ROW,
    LINE,
    ROOM,
    SIZE,
    Picture,
    box,
    line,
    placed,
    row_width,
    rows_of,
)
from emergency.review.case import Case
from emergency.review.finding import Finding
from emergency.source import Clause
from emergency.words import terms
from emergency.words.review import told_clause

__all__ = ["Told", "chains", "machine_drawings", "reporting_drawings", "tellings"]

_WRAP = 170.0
_MOST = 60  # chains shown
_MOST_VALUES = 24  # of a scheme that is drawn
_MOST_TOLD = 60  # actors in one drawing of reports


# ----------------------------------------------------------------------------------------- machine


def machine_drawings(page: ReviewPage, case: Case, program: Program | None) -> dict[str, Any]:
    """Each scheme with the findings about a level in its box and those about a decision at its arrow.

    Returns
    -------
    dict
        ``drawings``, and ``said``: what is left out and what is drawn in its place.
    """
    graph = machine_graph(program, page.lang) if program else stated_graph(case.plan, page.lang)
    said = [] if program else [page.w("machine-stated")]
    sizes = {str(name): len(scheme.values) for name, scheme in case.plan.schemes.items()}
    for name in [name for name, size in sizes.items() if size > _MOST_VALUES]:
        graph.remove_nodes_from([at for at in graph if at.scheme == name])
        said.append(page.w("machine-too-large", scheme=page.scheme(case, name), n=sizes[name]))
    at_box = {at: page.marks(page.naming(case, str(at))) for at in graph}
    at_line = {at: page.marks(_of_decision(page, case, program, at)) for at in graph}
    for at in graph:
        told = {m["no"] for m in at_box[at]}
        at_line[at] = [m for m in at_line[at] if m["no"] not in told]
        widest = max(row_width(at_box[at]), row_width(at_line[at]))
        kept = {"rows": rows_of(at_box[at]), "entry_rows": rows_of(at_line[at]), "least": widest + 12}
        graph.add_node(at, **kept)
    drawings = layout(graph, lambda text: width(text, SIZE) * 1.03, page.lang, line=LINE, wrap=_WRAP)
    return {"drawings": [_scheme(page, case, one, at_box, at_line) for one in drawings], "said": said}


def _of_decision(page: ReviewPage, case: Case, program: Program | None, at: Value) -> list[Finding]:
    if program is None:
        clauses = [str(decision.clause) for decision in case.decisions_into[at]]
    else:
        decision = program.decisions.get(at)
        clauses = [c.split(":", 1)[1] for s in (decision.steps if decision else ()) for c in s.clauses]
    return page.citing(case, clauses, "level scheme", "authority", "deadline", "coverage", "law")


def _scheme(
    page: ReviewPage,
    case: Case,
    one: Drawing,
    at_box: Mapping[Value, list[Mark]],
    at_line: Mapping[Value, list[Mark]],
) -> Picture:
    boxes, lines = [], []
    for at in one.boxes:
        fill, top = PALETTE[at.colour], at.y - at.height / 2
        marks = placed(at_box[at.at], at.x, top + 27)
        size = (at.width, at.height)
        boxes.append(box((at.x, at.y), size, [(at.label, at.x, top + 19.5)], fill=fill, on=ink(fill), marks=marks))
    for way in one.lines:
        x, y = way.place
        top = y - way.height / 2
        words = [(text, x, top + LINE * (i + 0.8)) for i, text in enumerate(way.words)]
        marks = placed(at_line[way.at], x, top + LINE * len(way.words) + 2)
        room = _room(words, x, top, way.height)
        lines.append(line(way.points, words, dashed=way.dashed, marks=marks, room=room))
    return Picture(page.scheme(case, one.scheme), one.width, one.height, boxes, lines)


def _room(words: Sequence[tuple[str, float, float]], x: float, top: float, height: float) -> dict[str, float]:
    """The white ground under words, so that no line runs through them."""
    wide = max((width(text, SIZE) for text, _, _ in words), default=0.0) + 4
    return {"x": x - wide / 2, "y": top, "width": wide, "height": height}


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


def reporting_drawings(page: ReviewPage, case: Case, told: Sequence[Told]) -> dict[str, Any]:
    """Who informs whom: ``drawings``, one for each part that hangs together, and ``said`` of parts left out."""
    links: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told:
        links[one.source, one.target].append(one)
    graph = nx.DiGraph()
    names = {id: wrapped(page.actor(case, id), SIZE, 120.0) for pair in links for id in pair}
    for id, lines in names.items():
        wide = max(width(line, SIZE) for line in lines)
        graph.add_node(id, width=wide * 1.05 + 18, height=LINE * len(lines) + 12)
    words = {pair: _link_words(page, ones) for pair, ones in links.items()}
    marks = {pair: _link_marks(page, case, ones) for pair, ones in links.items()}
    for pair in links:
        wide = max(*(width(text, SIZE) * 1.05 for text, _ in words[pair]), row_width(marks[pair]))
        tall = LINE * (len(words[pair]) + rows_of(marks[pair]))
        graph.add_edge(*pair, label_size={"width": wide + 8, "height": tall + 6})
    parts = sorted(nx.weakly_connected_components(graph), key=lambda part: (-len(part), sorted(part)))
    small = [part for part in parts if len(part) <= _MOST_TOLD]
    said = [page.w("reporting-too-large", n=len(part)) for part in parts if len(part) > _MOST_TOLD]
    drawn = [
        _reporting(page, case, graph.subgraph(sorted(part)).copy(), names, links, words, marks) for part in small
    ]
    return {"drawings": drawn, "said": said}


def _link_words(page: ReviewPage, ones: Sequence[Told]) -> list[tuple[str, str]]:
    """Each bound with the clauses that give it, and the place of the first clause in the page."""
    by_words: dict[str, dict[Clause, None]] = defaultdict(dict)
    for one in ones:
        by_words[one.words or page.w("no-bound")].setdefault(one.clause)
    return [
        (f"{words} · {page.join(told_clause(c, page.lang) for c in clauses)}", str(next(iter(clauses))))
        for words, clauses in by_words.items()
    ]


def _link_marks(page: ReviewPage, case: Case, ones: Sequence[Told]) -> list[Mark]:
    clauses = dict.fromkeys(one.clause for one in ones)
    return page.marks(page.citing(case, clauses, "deadline"))[:IN_ROW]


def _reporting(
    page: ReviewPage,
    case: Case,
    graph: nx.DiGraph,
    names: Mapping[str, list[str]],
    links: Mapping[tuple[str, str], list[Told]],
    words: Mapping[tuple[str, str], list[tuple[str, str]]],
    marks: Mapping[tuple[str, str], list[Mark]],
) -> Picture:
    drawn = sketch(graph, room=ROOM)
    boxes, lines = [], []
    for node in drawn.nodes:
        top, hole = node.y - node.height / 2, node.key == UNSTATED
        told = [(text, node.x, top + 6 + LINE * (i + 0.8)) for i, text in enumerate(names[node.key])]
        fill, on = ("#fbe3e1", "#8c1510") if hole else ("#eef2f7", "#1a1a1a")
        boxes.append(box((node.x, node.y), (node.width, node.height), told, fill=fill, on=on))
    for link in drawn.links:
        pair, (x, y) = (link.source, link.target), link.place
        top = y - (LINE * (len(words[pair]) + rows_of(marks[pair])) + 4) / 2
        under = placed(marks[pair], x, top + LINE * len(words[pair]) + 2)
        bounded = any(one.bound for one in links[pair])
        lines.append(
            line(link.onward, [(text, x, top + LINE * (i + 0.8)) for i, (text, _) in enumerate(words[pair])],
                 towards=link.towards, links=[anchor(f"{case.id}:{clause}") for _, clause in words[pair]],
                 tone="" if bounded else "red", dashed=all(one.regular for one in links[pair]), marks=under)
        )  # fmt: skip
    return Picture(page.w("reporting"), drawn.width, drawn.height, boxes, lines)


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
