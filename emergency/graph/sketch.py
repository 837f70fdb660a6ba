"""Any directed graph laid out in layers, the words of its edges on their way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import graphlay
import networkx as nx

__all__ = ["Link", "Node", "Sketch", "sketch"]


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
        tuple(replace(o, towards=moved(o.towards), onward=moved(o.onward), place=moved([o.place])[0]) for o in links),
        max(xs) - left,
        max(ys) - top,
    )
