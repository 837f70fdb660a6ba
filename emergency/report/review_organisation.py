"""The organisation of a plan in a review: who sits where, who tells and directs whom, and on whom it hangs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx

from emergency.figures.style import wrapped
from emergency.graph import Standing, alike, organisation_graph, sketch, standings
from emergency.report.page import anchor
from emergency.report.review_page import Mark, ReviewPage
from emergency.report.review_shapes import (
    LINE,
    ROOM,
    SIZE,
    Picture,
    box,
    inline,
    line,
    placed,
    row_width,
    rows_of,
    wide_as,
)
from emergency.review.case import Case
from emergency.words import terms
from emergency.words.cards import card
from emergency.words.punctuation import aside, headed
from emergency.words.review import told_clause

__all__ = ["MOST_DRAWN", "organisation"]

MOST_DRAWN = 60  # boxes; more cannot be read on a page
_MARKS = 6  # beside an actor; the table has them all
_WRAP = 100.0
#: How an actor's box is drawn, by its kind: its ground, and the class of its border.
_LOOKS: Mapping[str, tuple[str, str]] = {
    "body": ("#d6e4f5", "body"), "agency": ("#eef2f7", ""), "post": ("#e3f1e1", ""), "members": ("#ffffff", ""),
    "outside": ("#ffffff", "outside"), "public": ("#ffffff", "outside"), "listed": ("#ffffff", "outside"),
    "generic": ("#fdf3dc", "vague"), "undeclared": ("#fdf3dc", "vague"),
}  # fmt: skip
_TONES = {"seat": "seat", "tells": "tells", "directs": "directs", "belongs": "belongs"}


class _Group(NamedTuple):
    """Actors in one box: the lines of each one's name, and its marks."""

    names: tuple[list[str], ...]
    marks: tuple[list[Mark], ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box."""
        if len(self.names) == 1:
            wide = max(wide_as(self.names[0]), row_width(self.marks[0]))
            return wide + 18, LINE * (len(self.names[0]) + rows_of(self.marks[0])) + 12
        wide = max(wide_as(name) + row_width(marks) for name, marks in zip(self.names, self.marks, strict=True))
        return wide + 24, LINE * sum(map(len, self.names)) + 12


def organisation(page: ReviewPage, case: Case, *, paper: bool = False) -> dict[str, Any]:
    """The drawing of each part that hangs together, the table of standings, and who stands outside it.

    Parts of more than `MOST_DRAWN` boxes are left to the table; ``left_out`` says how many boxes there would be.

    Parameters
    ----------
    paper : bool
        Seats are drawn apart from reports and orders: a sheet holds less than a screen.
    """
    graph = organisation_graph(case.plan)
    ranked = standings(graph)
    asked = [("seat", "belongs"), ("tells", "directs")] if paper else [tuple(_TONES)]
    parts = [part for kinds in asked for part in _parts(graph, kinds)]
    small = [part for part in parts if len(part.groups) <= MOST_DRAWN]
    return {
        "drawings": [_picture(page, case, part, ranked) for part in small],
        "left_out": sum(len(part.groups) for part in parts if len(part.groups) > MOST_DRAWN),
        "rows": [_row(page, case, graph, one) for one in ranked if _matters(page, case, one)],
        "single": [page.actor(case, one.actor) for one in ranked if not _matters(page, case, one)],
        "loose": [page.actor(case, id) for id in graph if not graph.degree(id)],
    }


class _Part(NamedTuple):
    """What hangs together by some kinds of tie, and the boxes that serve it."""

    graph: nx.MultiDiGraph
    groups: list[tuple[str, ...]]
    title: str


def _parts(graph: nx.MultiDiGraph, kinds: Sequence[str]) -> list[_Part]:
    """The parts of a graph that hang together, the largest first."""
    kept = nx.MultiDiGraph()
    kept.add_nodes_from(graph.nodes(data=True))
    kept.add_edges_from(edge for edge in graph.edges(keys=True, data=True) if edge[3]["kind"] in kinds)
    groups = alike(kept)
    together = sorted(nx.connected_components(nx.Graph(kept.edges())), key=lambda one: (-len(one), sorted(one)))
    title = "organisation" if len(kinds) > 2 else f"drawn-{kinds[0]}"
    return [_Part(kept, [g for g in groups if g[0] in one], title) for one in together]


# --------------------------------------------------------------------------------------- drawing


def _picture(page: ReviewPage, case: Case, part: _Part, ranked: list[Standing]) -> Picture:
    """One part laid out, a box for each group and a line for each pair of groups."""
    graph, groups = part.graph, part.groups
    points = {one.actor for one in ranked if one.cuts}
    ways, beside = _ways(page, case, graph, groups)
    made = {group[0]: _group(page, case, group, beside) for group in groups}
    plain = nx.DiGraph()
    for id, one in made.items():
        if any(id in pair for pair in ways):
            plain.add_node(id, width=one.size[0], height=one.size[1])
    for pair, words in ways.items():
        tall = LINE * len(words) + 2 if words else 2.0
        plain.add_edge(*pair, label_size={"width": wide_as(w.text for w in words) + 4, "height": tall})
    laid = sketch(plain, room=ROOM)
    boxes = []
    for node in laid.nodes:
        fill, edge = _LOOKS[graph.nodes[node.key]["kind"]]
        edge = f"{edge} cut" if node.key in points else edge
        middle = (node.x, node.y)
        names, marks = _inside(made[node.key], middle)
        boxes.append(box(middle, (node.width, node.height), names, fill=fill, edge=edge.strip(), marks=marks))
    lines = []
    for link in laid.links:
        words = ways[link.source, link.target]
        x, y = link.place
        top = y - LINE * len(words) / 2
        told = [(word.text, x, top + LINE * (i + 0.8)) for i, word in enumerate(words)]
        kinds = [word.kind for word in words] or ["belongs"]
        lines.append(
            line(link.onward, told, towards=link.towards, links=[word.link for word in words],
                 tone=_TONES[kinds[0]], dashed=kinds[0] == "belongs", arrow=kinds[0] != "belongs")
        )  # fmt: skip
    return Picture(page.w(part.title), laid.width, laid.height, boxes, lines)


def _group(page: ReviewPage, case: Case, group: Sequence[str], beside: Mapping[str, str]) -> _Group:
    alone = len(group) == 1
    told = [page.actor(case, id) + beside.get(id, "") for id in group]
    names = [wrapped(name, SIZE, _WRAP if alone else 2 * _WRAP) for name in told]
    marks = [page.marks(page.naming(case, id))[: _MARKS if alone else 3] for id in group]
    return _Group(tuple(names), tuple(marks))


def _inside(one: _Group, middle: tuple[float, float]) -> tuple[list[Any], list[Any]]:
    """Names and marks within a box: of one actor centred, of several line by line."""
    (x, y), (_, tall) = middle, one.size
    top = y - tall / 2 + 6
    if len(one.names) == 1:
        told = [(text, x, top + LINE * (i + 0.8)) for i, text in enumerate(one.names[0])]
        return told, placed(one.marks[0], x, top + LINE * len(one.names[0]) + 2)
    words, marks, at = [], [], top
    for name, ones in zip(one.names, one.marks, strict=True):
        centre = x - row_width(ones) / 2
        words += [(text, centre, at + LINE * (i + 0.8)) for i, text in enumerate(name)]
        marks += inline(ones, centre + wide_as(name) / 2 + 6, at + 1.5)
        at += LINE * len(name)
    return words, marks


class _Word(NamedTuple):
    """What a line says, and where it leads."""

    kind: str
    text: str
    link: str


class _Ways(NamedTuple):
    """What ties pairs of boxes, and what stands beside a name where the members of a box are tied in other words."""

    lines: dict[tuple[str, str], list[_Word]]
    beside: dict[str, str]


def _ways(page: ReviewPage, case: Case, graph: nx.MultiDiGraph, groups: Sequence[tuple[str, ...]]) -> _Ways:
    of = {id: group for group in groups for id in group}
    lines: dict[tuple[str, str], list[_Word]] = {}
    beside: dict[str, str] = {}
    for kind in _TONES:
        for (one, other), ties in _between(graph, of, kind).items():
            words = lines.setdefault((one[0], other[0]), [])
            if kind == "belongs":
                continue
            told = {who: [w for data in ones for w in _words(page, case, data)] for who, ones in ties.items()}
            first = next(iter(told.values()))
            if all(_same(ones, first) for ones in told.values()):
                words += first
            else:
                words.append(_Word(kind, page.w(f"tie-{kind}"), ""))
                at = 0 if len(one) > 1 else 1
                for pair, ones in told.items():
                    beside[pair[at]] = aside("", " ".join(word.text for word in ones), page.lang)
    return _Ways(lines, beside)


_Ties = dict[tuple[str, str], list[Mapping[str, Any]]]


def _between(
    graph: nx.MultiDiGraph, of: Mapping[str, tuple[str, ...]], kind: str
) -> dict[tuple[tuple[str, ...], tuple[str, ...]], _Ties]:
    """The ties of one kind between groups, pair by pair of their members."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], _Ties] = {}
    for source, target, data in graph.edges(data=True):
        if source in of and target in of and data["kind"] == kind and _is_drawn(data):
            found.setdefault((of[source], of[target]), {}).setdefault((source, target), []).append(data)
    return found


def _is_drawn(data: Mapping[str, Any]) -> bool:
    """That a post is of its agency and members of their body their names say; a line would only cross others."""
    return bool(data["kind"] != "belongs" or data["word"] == "body")


def _same(ones: Sequence[_Word], others: Sequence[_Word]) -> bool:
    """Whether ties are in the same words, whatever their clauses."""
    return [one.text for one in ones[::2]] == [one.text for one in others[::2]]


def _words(page: ReviewPage, case: Case, data: Mapping[str, Any]) -> list[_Word]:
    """The role or verb, and below it the first clause that says so."""
    word = card(f"role-{data['word']}", page.lang) if data["kind"] == "seat" else terms.verb(data["word"], page.lang)
    first, more = data["clauses"][0], "…" if len(data["clauses"]) > 1 else ""
    link = anchor(f"{case.id}:{first}")
    return [_Word(data["kind"], word, link), _Word(data["kind"], f"{told_clause(first, page.lang)}{more}", link)]


# ----------------------------------------------------------------------------------------- table


def _matters(page: ReviewPage, case: Case, one: Standing) -> bool:
    """Whether the table has more to tell of an actor than that it has one tie."""
    return one.degree > 1 or len(one.chairs) > 1 or bool(page.naming(case, one.actor))


def _row(page: ReviewPage, case: Case, graph: nx.MultiDiGraph, one: Standing) -> dict[str, Any]:
    chairs = [headed(page.actor(case, body), card(f"role-{role}", page.lang), page.lang) for body, role in one.chairs]
    return {
        "name": page.actor(case, one.actor),
        "kind": page.w(f"actor-{graph.nodes[one.actor]['kind']}"),
        "chairs": chairs,
        "many": len(one.chairs) > 1,
        "acts": graph.nodes[one.actor]["acts"],
        "degree": one.degree,
        "between": f"{one.between:.1%}" if one.between else "",
        "cuts": page.join(page.actor(case, id) for id in one.cuts),
        "cut_count": len(one.cuts),
        "marks": page.marks(page.naming(case, one.actor)),
    }
