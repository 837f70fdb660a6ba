"""A plan's machine as a networkx graph, its layout, and text forms of it (Mermaid, Graphviz DOT).

A node is one value of one scheme; an edge is a way of entering a value: who decides, under which clauses. What no
clause says and a reading stands in for is drawn dashed. The only module that knows the layout library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import graphlay
import networkx as nx

from emergency.machine import DecisionPlan, Performer, Program, Value
from emergency.plan import Plan
from emergency.source import Id
from emergency.words import terms

__all__ = [
    "PALETTE", "Box", "Drawing", "Line", "Link", "Node", "Sketch", "actor_names", "colours", "ink", "layout",
    "machine_graph", "sketch", "to_dot", "to_mermaid",
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


def _word(program: Program, at: Value, lang: str) -> str | None:
    found = program.plan.word(*at)
    return found.in_(lang) if found is not None else None


def actor_names(program: Program, lang: str) -> Name:
    """What an actor is called: as the plan names it, else as the jurisdiction does."""
    plan, place = program.plan.actors, program.jurisdiction

    def name(actor: str) -> str:
        found = plan.get(Id(actor)) or place.agencies.get(Id(actor)) or place.posts.get(Id(actor))
        if found is None:
            return actor
        return found.zh if lang == "zh" else found.en

    return name


def _clauses(decision: DecisionPlan) -> tuple[str, ...]:
    """Those that say who settles it; where nobody does, those the reading is about."""
    settling = [s for s in decision.steps if s.do in _SETTLING]
    found = [c for s in settling or decision.steps[-1:] for c in s.clauses]
    return tuple(dict.fromkeys(found or decision.clauses))


def _who(decision: DecisionPlan, name: Name, program: Program, lang: str) -> str:
    if decision.mode == "with" and decision.follows is not None:
        scheme = program.plan.schemes[Id(decision.follows.scheme)]
        word = _word(program, decision.follows, lang)
        followed = terms.level(scheme.kind, decision.follows.value, lang, ends=scheme.ends, word=word)
        kind = terms.scheme_kind(scheme.kind, lang)
        sep = "" if lang == "zh" else ": "
        return terms.column("with", lang).replace("{name}", f"{kind}{sep}{followed}")
    if decision.mode == "by-criteria":
        return terms.column("by-criteria", lang)
    settling = [s for s in decision.steps if s.do in _SETTLING] or list(decision.steps[-1:])
    acts: dict[tuple[Performer, ...], list[str]] = {}
    for step in settling:
        acts.setdefault(step.by, []).append(terms.verb(step.do, lang))
    sep, colon = ("、", "") if lang == "zh" else (", ", ": ")
    return "; ".join(sep.join(name(p.actor) for p in by) + colon + sep.join(dos) for by, dos in acts.items())


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
    sep = "、" if lang == "zh" else ", "
    found = [str(data["who"]), sep.join(c.split(":", 1)[-1] for c in clauses)]
    if len(sources) > 1:
        labels = [s.value if graph.nodes[s]["colour"] != "grey" else graph.nodes[s]["label"] for s in sources]
        every = len(sources) == len(values) - 1
        listed = ("任一状态" if lang == "zh" else "any other") if every else sep.join(labels)
        found.append(("自：" if lang == "zh" else "from: ") + listed)
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


# ------------------------------------------------------------------------------------------ sketch


@dataclass(frozen=True, slots=True)
class Node:
    """A node of any graph as drawn: centre and size, y growing downwards."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Link:
    """An edge of any graph as drawn: its bends up to its words and from there on, and the middle of the words."""

    source: str
    target: str
    towards: tuple[tuple[float, float], ...]
    onward: tuple[tuple[float, float], ...]
    place: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A graph laid out from (0, 0)."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    width: float
    height: float


def sketch(graph: nx.DiGraph, *, room: float) -> Sketch:
    """Lay out a directed graph without loops from a node to itself, in layers.

    The words of an edge are laid out as a node on its way, so that they stand on their line and on nothing else.
    Layers go down or to the right: whichever fits the room and is the lower, else whichever is the narrower.

    Parameters
    ----------
    graph : nodes have ``width`` and ``height``, edges ``label_size`` (a mapping of the same two).
    room : width that there is, in the drawing's units.
    """
    both = [_sketched(graph, direction) for direction in ("topbottom", "leftright")]
    return min(both, key=lambda one: (0.0, one.height) if one.width <= room else (1.0, one.width))


def _sketched(graph: nx.DiGraph, direction: str) -> Sketch:
    way = nx.DiGraph()
    way.add_nodes_from((("node", key), size) for key, size in graph.nodes(data=True))
    way.add_nodes_from((("words", *pair), data["label_size"]) for *pair, data in graph.edges(data=True))
    for source, target in graph.edges:
        way.add_edge(("node", source), ("words", source, target))
        way.add_edge(("words", source, target), ("node", target))
    spacing = {"layer_gap": 20.0, "node_gap": 16.0, "stub": 8.0}
    placed = graphlay.layout(way, options={"direction": direction, "spacing": spacing})
    routes = zip(way.edges, placed.edges, strict=True)
    bends = {pair: tuple((p["x"], p["y"]) for p in edge["points"]) for pair, edge in routes}
    boxes = {
        key: Node(str(key[1]), one["center"]["x"], one["center"]["y"], one["size"]["width"], one["size"]["height"])
        for key, one in zip(way, placed.nodes, strict=True)
    }
    links = []
    for source, target in graph.edges:
        words = boxes["words", source, target]
        towards = bends[("node", source), ("words", source, target)]
        onward = bends[("words", source, target), ("node", target)]
        links.append(Link(str(source), str(target), towards, onward, (words.x, words.y)))
    return _sketch_from_corner(tuple(boxes.values()), [boxes["node", key] for key in graph], links)


def _sketch_from_corner(boxes: tuple[Node, ...], nodes: list[Node], links: list[Link]) -> Sketch:
    """Move everything so that the drawing, words included, begins at (0, 0)."""
    bends = [point for one in links for point in (*one.towards, *one.onward)]
    xs = [x for b in boxes for x in (b.x - b.width / 2, b.x + b.width / 2)] + [x for x, _ in bends]
    ys = [y for b in boxes for y in (b.y - b.height / 2, b.y + b.height / 2)] + [y for _, y in bends]
    left, top = min(xs), min(ys)

    def moved(points: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
        return tuple((x - left, y - top) for x, y in points)

    return Sketch(
        tuple(replace(n, x=n.x - left, y=n.y - top) for n in nodes),
        tuple(
            replace(o, towards=moved(o.towards), onward=moved(o.onward), place=moved([o.place])[0]) for o in links
        ),
        max(xs) - left,
        max(ys) - top,
    )


# -------------------------------------------------------------------------------------- text forms


def to_mermaid(graph: nx.MultiDiGraph) -> str:
    """A Mermaid flowchart; text from the plan cannot end a label early or add markup."""
    ids = {at: f"n{i}" for i, at in enumerate(graph)}
    rows = ["flowchart TB"]
    for name in dict.fromkeys(data["scheme"] for _, data in graph.nodes(data=True)):
        rows.append(f'  subgraph s_{len(rows)}["{_mermaid(name)}"]')
        for at, data in graph.nodes(data=True):
            if data["scheme"] == name:
                rows.append(f'    {ids[at]}["{_mermaid(data["label"])}<br/>{_mermaid(str(at))}"]:::{data["colour"]}')
        rows.append("  end")
    for source, target, data in graph.edges(data=True):
        arrow = "-.->" if data["gap"] else "-->"
        label = _mermaid(f"{data['who']} ({', '.join(c.split(':', 1)[-1] for c in data['clauses'])})")
        rows.append(f'  {ids[source]} {arrow}|"{label}"| {ids[target]}')
    for colour, hexa in PALETTE.items():
        rows.append(f"  classDef {colour} fill:{hexa},color:{ink(hexa)},stroke:#444")
    return "\n".join(rows) + "\n"


def _mermaid(text: str) -> str:
    plain = " .,:;=-()（）、，；：/"
    return "".join(c if c.isalnum() or c in plain else f"#{ord(c)};" for c in " ".join(text.split()))


def to_dot(graph: nx.MultiDiGraph) -> str:
    """Graphviz DOT; text from the plan is quoted."""
    ids = {at: f"n{i}" for i, at in enumerate(graph)}
    rows = [f"digraph {_dot(graph.graph['name'])} {{", "  rankdir=TB;", '  node [shape=box, style="rounded,filled"];']
    for i, name in enumerate(dict.fromkeys(data["scheme"] for _, data in graph.nodes(data=True))):
        rows.append(f"  subgraph cluster_{i} {{ label={_dot(name)};")
        for at, data in graph.nodes(data=True):
            if data["scheme"] == name:
                fill = PALETTE[data["colour"]]
                label = _dot(f"{data['label']}\n{at}")
                rows.append(f'    {ids[at]} [label={label}, fillcolor="{fill}", fontcolor="{ink(fill)}"];')
        rows.append("  }")
    for source, target, data in graph.edges(data=True):
        label = f"{data['who']}\n{', '.join(c.split(':', 1)[-1] for c in data['clauses'])}"
        style = ", style=dashed" if data["gap"] else ""
        rows.append(f"  {ids[source]} -> {ids[target]} [label={_dot(label)}{style}];")
    return "\n".join([*rows, "}"]) + "\n"


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", " ")
    return f'"{escaped}"'
