"""A plan's machine as a networkx graph, and its layout scheme by scheme.

A node is one value of one scheme; an edge is a way of entering a value: who decides, under which clauses. What no
clause says and a reading stands in for is drawn dashed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import graphlay
import networkx as nx

from emergency.machine import DecisionPlan, Performer, Program, Value
from emergency.plan import Plan
from emergency.plan.leaves import State
from emergency.plan.statements import Decision
from emergency.source import Id
from emergency.words import terms
from emergency.words.cards import card
from emergency.words.punctuation import headed, listed, strung
from emergency.words.review import told, told_clause

__all__ = [
    "PALETTE", "Box", "Drawing", "Line", "actor_names", "colours", "ink", "layout", "machine_graph", "stated_graph",
]  # fmt: skip

#: The colours plans give their levels, as drawn; grey is for what is no level.
PALETTE: Mapping[str, str] = {
    "blue": "#2f6fb5", "yellow": "#f2c230", "orange": "#e8781e", "red": "#c62828", "grey": "#d3d8de",
}  # fmt: skip
_RAMP = ("blue", "yellow", "orange", "red")
#: Verbs that settle a matter, as against those that prepare it.
_SETTLING = ("decide", "approve", "agree", "sign", "announce")

Name = Callable[[str], str]


def colours(plan: Plan) -> dict[Value, str]:
    """The colour of every value: the one the plan prints for the level, else by how grave it is.

    A colour printed for a level of one scheme serves the level of the same name in the others, if it is as far from
    the gravest there.
    """
    stated = {(label.scheme, label.level): label.colour for label in plan.labels if label.colour}
    below = {(n, level): k for n, s in plan.schemes.items() for k, level in enumerate(reversed(s.levels))}
    shared = {(level, below[scheme, level]): colour for (scheme, level), colour in stated.items()}
    found: dict[Value, str] = {}
    for name, scheme in plan.schemes.items():
        for value in scheme.values:
            found[Value(name, value)] = "grey"
        for level, ramp in zip(scheme.levels, _ramp(len(scheme.levels)), strict=True):
            found[Value(name, level)] = stated.get((name, level)) or shared.get((level, below[name, level])) or ramp
    return found


def _ramp(levels: int) -> list[str]:
    """Colours for levels nobody coloured, mildest first; the gravest is red."""
    return [_RAMP[-1 - (levels - 1 - i) * len(_RAMP) // max(levels, len(_RAMP))] for i in range(levels)]


def ink(background: str) -> str:
    """Black or white, whichever is easier to read on a colour (WCAG 2.1 contrast).

    >>> ink("#2f6fb5"), ink("#f2c230")
    ('#ffffff', '#111111')
    """
    parts = [int(background[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.0565 else "#111111"


# ------------------------------------------------------------------------------------------- graph


def machine_graph(program: Program, lang: str) -> nx.MultiDiGraph:
    """Every value of every scheme, and every way the plan (or a reading) lets it be entered.

    Nodes are `Value` with ``label, colour``; edges have ``who`` (who settles it, with the verb), ``clauses`` and
    ``gap`` (the reading it rests on, or None).
    """
    graph = nx.MultiDiGraph(name=program.id, title=program.plan.title.in_(lang))
    colour = colours(program.plan)
    for name, scheme in program.plan.schemes.items():
        for value in scheme.values:
            at = Value(name, value)
            label = terms.level(scheme.kind, value, lang, ends=scheme.ends, word=_word(program, at, lang))
            graph.add_node(at, label=label, colour=colour[at], scheme=str(name), kind=scheme.kind)
    name_of = actor_names(program, lang)
    for at, decision in program.decisions.items():
        who, clauses = _who(decision, name_of, program, lang), _clauses(decision)
        for source in program.plan.schemes[Id(at.scheme)].values:
            if source in decision.sources:
                gap = decision.gap if decision.mode != "steps" else None
                graph.add_edge(Value(at.scheme, source), at, who=who, clauses=clauses, gap=gap)
    return graph


def stated_graph(plan: Plan, lang: str) -> nx.MultiDiGraph:
    """What the decisions say as they stand, for a plan whose open questions no reading answers.

    Nodes and edges as in `machine_graph`; an edge rests on one clause, and where the clause does not say from which
    value the level is entered there is one from every other value.
    """
    graph = nx.MultiDiGraph(name=str(plan.plan), title=plan.title.in_(lang))
    colour = colours(plan)
    for name, scheme in plan.schemes.items():
        for value in scheme.values:
            at = Value(name, value)
            found = plan.word(*at)
            word = found.in_(lang) if found else None
            label = terms.level(scheme.kind, value, lang, ends=scheme.ends, word=word)
            graph.add_node(at, label=label, colour=colour[at], scheme=str(name), kind=scheme.kind)
    for decision in plan.decisions:
        if isinstance(decision.to, State):
            _add_stated(graph, plan, decision, lang)
    return graph


def _add_stated(graph: nx.MultiDiGraph, plan: Plan, decision: Decision, lang: str) -> None:
    assert isinstance(decision.to, State)
    scheme, from_ = decision.to.scheme, decision.from_
    every = plan.schemes[Id(scheme)].values
    sources = plan.values(from_) if isinstance(from_, State) and from_.scheme == scheme else every
    settling = [s for s in decision.steps if s.do in _SETTLING] or list(decision.steps[-1:])
    names = plan.actors
    acts = []
    for step in settling:
        actor = names.get(Id(step.by))
        who = actor.in_(lang) if actor else card("unstated", lang)
        acts.append(told("does", lang, who=who, what=terms.verb(step.do, lang)))
    clauses = (f"{plan.plan}:{decision.clause}",)
    for value in plan.values(decision.to):
        for source in sources:
            if source != value:
                edge = {"who": strung(acts, lang), "clauses": clauses, "gap": None}
                graph.add_edge(Value(scheme, source), Value(scheme, value), **edge)


def _word(program: Program, at: Value, lang: str) -> str | None:
    found = program.plan.word(*at)
    return found.in_(lang) if found is not None else None


def actor_names(program: Program, lang: str) -> Name:
    """What an actor is called: as the plan names it, else as the jurisdiction does."""
    plan, place = program.plan.actors, program.jurisdiction

    def name(actor: str) -> str:
        found = plan.get(Id(actor)) or place.agencies.get(Id(actor)) or place.posts.get(Id(actor))
        return found.in_(lang) if found is not None else actor

    return name


def _clauses(decision: DecisionPlan) -> tuple[str, ...]:
    """Those that say who settles it; where nobody does, those the reading is about."""
    settling = [s for s in decision.steps if s.do in _SETTLING]
    found = [c for s in settling or decision.steps[-1:] for c in s.clauses]
    return tuple(dict.fromkeys(found or decision.clauses))


def _who(decision: DecisionPlan, name_of: Name, program: Program, lang: str) -> str:
    if decision.mode == "with" and decision.follows is not None:
        scheme = program.plan.schemes[Id(decision.follows.scheme)]
        word = _word(program, decision.follows, lang)
        followed = terms.level(scheme.kind, decision.follows.value, lang, ends=scheme.ends, word=word)
        name = told("level-of", lang, scheme=terms.scheme_kind(scheme.kind, lang), level=followed)
        return terms.column("with", lang).replace("{name}", name)
    if decision.mode == "by-criteria":
        return terms.column("by-criteria", lang)
    settling = [s for s in decision.steps if s.do in _SETTLING] or list(decision.steps[-1:])
    acts: dict[tuple[Performer, ...], list[str]] = {}
    for step in settling:
        acts.setdefault(step.by, []).append(terms.verb(step.do, lang))
    lines = (told("does", lang, who=[name_of(p.actor) for p in by], what=dos) for by, dos in acts.items())
    return strung(lines, lang)


# ------------------------------------------------------------------------------------------ layout


@dataclass(frozen=True, slots=True)
class Box:
    """A node as drawn: centre and size, y growing downwards."""

    at: Value
    label: str
    colour: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as drawn: the value it enters, its bends, and its words with the middle of their place.

    `height` is the height of the words with the rows kept free below them.
    """

    at: Value
    points: tuple[tuple[float, float], ...]
    words: tuple[str, ...]
    place: tuple[float, float]
    dashed: bool
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """One scheme laid out; `width` and `height` cover its words too."""

    scheme: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def layout(
    graph: nx.MultiDiGraph, measure: Callable[[str], float], lang: str, *, line: float = 15.0, wrap: float = 150.0
) -> list[Drawing]:
    """Lay each scheme out from top to bottom, in layers.

    A value that may be entered from several others is drawn with one arrow, from the nearest milder value, whose
    words name the others: ten crossing arrows would tell no more.

    A node's ``rows`` and ``entry_rows`` keep room free, in lines, in its box and below the words of the arrow into
    it; ``least`` is the least width of either.

    Parameters
    ----------
    measure : callable
        The width of a text in the drawing's font, in the drawing's units.
    line, wrap : float
        Height of a line of words; width at which they are broken.
    """
    schemes = dict.fromkeys(data["scheme"] for _, data in graph.nodes(data=True))
    return [_scheme(graph, name, measure, lang, line, wrap) for name in schemes]


def _scheme(
    graph: nx.MultiDiGraph, name: str, measure: Callable[[str], float], lang: str, line: float, wrap: float
) -> Drawing:
    values = [at for at in graph if at.scheme == name]
    part = nx.DiGraph()
    kept = {at: {"rows": 0, "entry_rows": 0, "least": 0.0} | graph.nodes[at] for at in values}
    widest = max(max(measure(kept[at]["label"]) + 28, kept[at]["least"] if kept[at]["rows"] else 0) for at in values)
    for rank, at in enumerate(values):  # one below the other, in the scheme's order
        part.add_node(at, width=widest, height=30.0 + line * kept[at]["rows"], rank={"fixed": rank})
    words: dict[tuple[Value, Value], tuple[str, ...]] = {}
    for at in values:
        sources = [s for s in values if graph.has_edge(s, at)]
        if not sources:
            continue
        source = _nearest(values, sources, at)
        data = next(iter(graph.get_edge_data(source, at).values()))
        told = tuple(_broken(_words(graph, data, sources, values, lang), measure, wrap))
        words[(source, at)] = told
        rows, least = kept[at]["entry_rows"], kept[at]["least"] if kept[at]["entry_rows"] else 0
        wide = max(least, max(measure(w) for w in told) + 10)
        size = {"width": wide, "height": line * (len(told) + rows) + 6}
        part.add_edge(source, at, label_size=size, gap=data["gap"])
    placed = graphlay.layout(part, options={"direction": "topbottom"})
    return _drawing(graph, name, part, placed, words)


def _nearest(values: list[Value], sources: list[Value], at: Value) -> Value:
    """The source just before `at` in the scheme's order, else the last one."""
    before = [s for s in sources if values.index(s) < values.index(at)]
    return (before or sources)[-1]


def _words(
    graph: nx.MultiDiGraph, data: Mapping[str, object], sources: list[Value], values: list[Value], lang: str
) -> list[str]:
    clauses = data["clauses"]
    assert isinstance(clauses, tuple)
    found = [str(data["who"]), listed((told_clause(c.split(":", 1)[-1], lang) for c in clauses), lang)]
    if len(sources) > 1:
        labels = [s.value if graph.nodes[s]["colour"] != "grey" else graph.nodes[s]["label"] for s in sources]
        every = len(sources) == len(values) - 1
        states = told("any-other", lang) if every else listed(labels, lang)
        found.append(headed(terms.column("from", lang), states, lang))
    return [w for w in found if w]


def _broken(words: Iterable[str], measure: Callable[[str], float], wrap: float) -> Iterable[str]:
    """Break words into lines of about `wrap`, after a blank or a comma; a longer piece is broken anywhere."""
    for text in words:
        row = ""
        for piece in re.findall(r"[^ 、，；：]*[ 、，；：]*", text):
            if row and measure(row + piece.rstrip()) > wrap:
                yield row.rstrip()
                row = ""
            row += piece
            while measure(row) > wrap * 1.5:
                fits = max(1, int(len(row) * wrap / measure(row)))
                yield row[:fits]
                row = row[fits:]
        if row.strip():
            yield row.rstrip()


def _drawing(
    graph: nx.MultiDiGraph,
    name: str,
    part: nx.DiGraph,
    placed: graphlay.Layout,
    words: Mapping[tuple[Value, Value], tuple[str, ...]],
) -> Drawing:
    boxes, lines = [], []
    for at, node in zip(part, placed.nodes, strict=True):
        data, size, centre = graph.nodes[at], node["size"], node["center"]
        boxes.append(Box(at, data["label"], data["colour"], centre["x"], centre["y"], size["width"], size["height"]))
    for (source, target, data), edge in zip(part.edges(data=True), placed.edges, strict=True):
        points = tuple((p["x"], p["y"]) for p in edge["points"])
        anchor = edge.get("label_anchor") or edge["points"][0]
        place = (anchor["x"], anchor["y"])
        gap, height = data["gap"] is not None, data["label_size"]["height"]
        lines.append(Line(target, points, words[(source, target)], place, gap, height))
    return _from_corner(name, boxes, lines, part)


def _from_corner(name: str, boxes: list[Box], lines: list[Line], part: nx.DiGraph) -> Drawing:
    """Move everything so that the drawing, words included, begins at (0, 0)."""
    sizes = [data["label_size"] for _, _, data in part.edges(data=True)]
    xs = [b.x - b.width / 2 for b in boxes] + [b.x + b.width / 2 for b in boxes]
    ys = [b.y - b.height / 2 for b in boxes] + [b.y + b.height / 2 for b in boxes]
    for one, size in zip(lines, sizes, strict=True):
        xs += [one.place[0] - size["width"] / 2, one.place[0] + size["width"] / 2, *(x for x, _ in one.points)]
        ys += [one.place[1] - size["height"] / 2, one.place[1] + size["height"] / 2, *(y for _, y in one.points)]
    dx, dy = min(xs), min(ys)
    return Drawing(
        name,
        tuple(Box(b.at, b.label, b.colour, b.x - dx, b.y - dy, b.width, b.height) for b in boxes),
        tuple(
            replace(
                o,
                points=tuple((x - dx, y - dy) for x, y in o.points),
                place=(o.place[0] - dx, o.place[1] - dy),
            )
            for o in lines
        ),
        max(xs) - dx,
        max(ys) - dy,
    )
