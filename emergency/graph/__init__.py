"""Plans as networkx graphs: the machine, the organisation, what several plans share; their layout and text forms.

The only package that knows the layout library.
"""

from __future__ import annotations

from emergency.graph.machine import (
    PALETTE,
    Box,
    Drawing,
    Line,
    actor_names,
    colours,
    ink,
    layout,
    machine_graph,
    stated_graph,
)
from emergency.graph.organisation import Standing, Tie, alike, organisation_graph, standings
from emergency.graph.sketch import Link, Node, Sketch, sketch
from emergency.graph.text import to_dot, to_mermaid

__all__ = [
    "PALETTE", "Box", "Drawing", "Line", "Link", "Node", "Sketch", "Standing", "Tie", "actor_names", "alike",
    "colours", "ink", "layout", "machine_graph", "organisation_graph", "sketch", "standings",
    "stated_graph", "to_dot", "to_mermaid",
]  # fmt: skip
