"""The machine of a plan in a review, with findings marked on it.

Drawings are data for the template, which writes them as SVG within the page, so that marks are links and words text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emergency.figures.font import width
from emergency.graph import PALETTE, Drawing, ink, layout, machine_graph, stated_graph
from emergency.machine import Program, Value
from emergency.report.review_page import Mark, ReviewPage
from emergency.report.review_shapes import (
    LINE,
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

__all__ = ["machine_drawings"]

_WRAP = 170.0
_MOST_VALUES = 24  # of a scheme that is drawn


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
