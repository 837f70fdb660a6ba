"""Who informs whom in a review: the reporting graph and its chains, with deadlines added up along the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice, pairwise
from typing import Any, NamedTuple

import networkx as nx

from emergency.figures.font import width
from emergency.figures.style import wrapped
from emergency.graph import sketch
from emergency.plan.leaves import UNSTATED, Within
from emergency.quantity import Duration
from emergency.report.page import anchor
from emergency.report.review_page import Mark, ReviewPage
from emergency.report.review_shapes import IN_ROW, LINE, ROOM, SIZE, Picture, box, line, placed, row_width, rows_of
from emergency.review.case import Case
from emergency.source import Clause
from emergency.words import terms
from emergency.words.review import told_clause

__all__ = ["Arrival", "Told", "arrivals", "chains", "reporting_drawings", "tellings"]

_MOST = 60  # chains shown
_MOST_TOLD = 60  # actors in one drawing


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


class _Web(NamedTuple):
    """Who informs whom as drawn: lines of each name, and for each pair its reports, words, places and marks."""

    names: Mapping[str, list[str]]
    links: Mapping[tuple[str, str], list[Told]]
    words: Mapping[tuple[str, str], list[tuple[str, str]]]
    marks: Mapping[tuple[str, str], list[Mark]]
    arrived: Mapping[str, Arrival]


def reporting_drawings(page: ReviewPage, case: Case, told: Sequence[Told]) -> dict[str, Any]:
    """Who informs whom: ``drawings``, one for each part that hangs together, and ``said`` of parts left out."""
    links: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told:
        links[one.source, one.target].append(one)
    graph = nx.DiGraph()
    arrived = arrivals(page, told)
    names = {id: wrapped(page.actor(case, id), SIZE, 120.0) for pair in links for id in pair}
    for id, lines in names.items():
        lines += [arrived[id].text] if id in arrived else []
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
    web = _Web(names, links, words, marks, arrived)
    drawn = [_reporting(page, case, _cut_out(graph, part), web) for part in small]
    return {"drawings": drawn, "said": said}


def _cut_out(graph: nx.DiGraph, part: Set[str]) -> nx.DiGraph:
    """A part of a graph in the graph's own order; a view of few nodes would have the order of their hashes."""
    found = nx.DiGraph()
    found.add_nodes_from((id, size) for id, size in graph.nodes(data=True) if id in part)
    found.add_edges_from(edge for edge in graph.edges(data=True) if edge[0] in part)
    return found


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


def _reporting(page: ReviewPage, case: Case, graph: nx.DiGraph, web: _Web) -> Picture:
    drawn = sketch(graph, room=ROOM)
    boxes, lines = [], []
    for node in drawn.nodes:
        top, hole = node.y - node.height / 2, node.key == UNSTATED
        told = [(text, node.x, top + 6 + LINE * (i + 0.8)) for i, text in enumerate(web.names[node.key])]
        unsure = node.key in web.arrived and web.arrived[node.key].unsure
        fill, on = ("#fbe3e1", "#8c1510") if hole or unsure else ("#eef2f7", "#1a1a1a")
        boxes.append(box((node.x, node.y), (node.width, node.height), told, fill=fill, on=on))
    for link in drawn.links:
        pair, (x, y) = (link.source, link.target), link.place
        top = y - (LINE * (len(web.words[pair]) + rows_of(web.marks[pair])) + 4) / 2
        under = placed(web.marks[pair], x, top + LINE * len(web.words[pair]) + 2)
        bounded = any(one.bound for one in web.links[pair])
        lines.append(
            line(link.onward, [(text, x, top + LINE * (i + 0.8)) for i, (text, _) in enumerate(web.words[pair])],
                 towards=link.towards, links=[anchor(f"{case.id}:{clause}") for _, clause in web.words[pair]],
                 tone="" if bounded else "red", dashed=all(one.regular for one in web.links[pair]), marks=under)
        )  # fmt: skip
    return Picture(page.w("reporting"), drawn.width, drawn.height, boxes, lines)


# ------------------------------------------------------------------------------------------ chains


def chains(page: ReviewPage, case: Case, told: Sequence[Told]) -> list[dict[str, Any]]:
    """Every chain of reports from those nobody informs to those who inform nobody, with its bounds added up.

    Of several bounds between two the shortest counts; lengths of one unit are added, others stand side by side.
    """
    return [_chain(page, case, links) for links in sorted(_paths(told), key=len, reverse=True)]


def _paths(told: Sequence[Told]) -> list[list[Told]]:
    graph = nx.DiGraph()
    for one in told:
        if UNSTATED not in (one.source, one.target):
            held = graph.get_edge_data(one.source, one.target, {"told": one})["told"]
            graph.add_edge(one.source, one.target, told=_tighter(held, one))
    ways = (path for one in _begins(graph) for path in _ways_from(graph, one))
    found = list(islice(ways, _MOST))
    longest = [path for path in found if not any(_is_part(path, other) for other in found)]
    return [[graph.edges[pair]["told"] for pair in pairwise(path)] for path in longest]


def _ways_from(graph: nx.DiGraph, source: str) -> Iterator[list[str]]:
    """Ways without a loop to those who inform nobody else."""
    last = [id for id in _begins(graph.reverse()) if id != source]
    yield from nx.all_simple_paths(graph, source, last, cutoff=8)


def _begins(graph: nx.DiGraph) -> list[str]:
    """Whom nobody informs, be it one actor or several who inform each other."""
    rings = nx.condensation(graph)
    inside = {id for ring, count in rings.in_degree() if not count for id in rings.nodes[ring]["members"]}
    return [id for id in graph if id in inside]


def _is_part(path: list[str], other: list[str]) -> bool:
    """Whether a way is the beginning or the end of a longer one."""
    return len(path) < len(other) and path in (other[: len(path)], other[-len(path) :])


class Arrival(NamedTuple):
    """When a matter has reached somebody at the latest, along the chains of reports."""

    text: str
    unsure: bool


def arrivals(page: ReviewPage, told: Sequence[Told]) -> dict[str, Arrival]:
    """The bounds added up to everybody a chain reaches; unsure where a link of some chain has none.

    Of several chains the longest time counts; times in other units stand beside it.
    """
    found: dict[str, list[dict[str, float] | None]] = defaultdict(list)
    for links in _paths(told):
        for i, one in enumerate(links, 1):
            found[one.target].append(_added(links[:i]))
    return {actor: _arrival(page, sums) for actor, sums in found.items()}


def _added(links: Sequence[Told]) -> dict[str, float] | None:
    """The bounds of some links by unit; None where one has none."""
    sums: dict[str, float] = {}
    for one in links:
        if one.bound is None:
            return None
        sums[one.bound.unit] = sums.get(one.bound.unit, 0.0) + one.bound.value
    return sums


def _arrival(page: ReviewPage, several: Sequence[dict[str, float] | None]) -> Arrival:
    known = [sums for sums in several if sums is not None]
    if len(known) < len(several):
        return Arrival(page.w("arrives-unsure"), True)
    longest = {frozenset(sums): sums for sums in sorted(known, key=lambda sums: sorted(sums.items()))}
    words = [_total(page, sums) for sums in longest.values()]
    return Arrival(page.w("arrives", total=page.join(words)), False)


def _total(page: ReviewPage, sums: Mapping[str, float]) -> str:
    return " + ".join(terms.amount(str(Duration(value, unit)), page.lang) for unit, value in sums.items())


def _tighter(one: Told, other: Told) -> Told:
    bounded = [t for t in (one, other) if t.bound is not None]
    same = len({t.bound.unit for t in bounded if t.bound}) == 1
    if len(bounded) == 2 and same:
        return min(bounded, key=lambda t: t.bound.value if t.bound else 0.0)
    return bounded[0] if bounded else one


def _chain(page: ReviewPage, case: Case, links: Sequence[Told]) -> dict[str, Any]:
    parts = [{"name": page.actor(case, links[0].source), "words": "", "red": False, "cites": []}]
    for one in links:
        parts.append(
            {"name": page.actor(case, one.target), "words": one.words or page.w("no-bound"), "red": one.bound is None,
             "cites": page.cite(case, [one.clause])}
        )  # fmt: skip
    open_ = next((i for i, one in enumerate(links) if one.bound is None), len(links))
    unsure = page.actor(case, links[open_].target) if open_ < len(links) else ""
    total = _total(page, _added(links[:open_]) or {})
    return {"parts": parts, "total": total, "unsure": page.w("from-there", name=unsure) if unsure else ""}
