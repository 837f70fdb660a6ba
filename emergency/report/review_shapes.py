"""The shapes drawings of a review are made of: boxes, lines and the marks that link to findings.

They are data for the template, which writes them as SVG within the page, so that marks are links and words text.
Lengths are in pixels, y growing downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from emergency.figures.font import width
from emergency.report.review_page import Mark

__all__ = [
    "IN_ROW", "LINE", "ROOM", "SIZE", "Picture", "box", "inline", "line", "placed", "row_width", "rows_of", "wide_as",
]  # fmt: skip

SIZE, LINE = 12.0, 16.0  # of words
ROOM = 880.0  # width of the page
IN_ROW = 6  # marks in a row
_MARK, _MARK_GAP = 24.0, 3.0  # width of a mark, and between two

Point = tuple[float, float]
Words = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing; `width` and `height` cover its words too."""

    title: str
    width: float
    height: float
    boxes: Sequence[dict[str, Any]]
    lines: Sequence[dict[str, Any]]


def box(
    middle: Point,
    size: Point,
    words: Sequence[Words],
    *,
    fill: str,
    on: str = "#1a1a1a",
    edge: str = "",
    marks: Sequence[dict[str, Any]] = (),
    link: str = "",
) -> dict[str, Any]:
    """A box about its middle; `edge` is a class of its border, `link` a place its words lead to."""
    (x, y), (wide, tall) = middle, size
    corner = {"x": x - wide / 2, "y": y - tall / 2, "width": wide, "height": tall}
    return {**corner, "fill": fill, "ink": on, "edge": edge, "words": words, "marks": marks, "link": link}


def line(
    points: Sequence[Point],
    words: Sequence[Words] = (),
    *,
    towards: Sequence[Point] = (),
    links: Sequence[str] = (),
    tone: str = "",
    dashed: bool = False,
    arrow: bool = True,
    room: dict[str, float] | None = None,
    marks: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A line with words on its way.

    Parameters
    ----------
    towards : its bends before the words, where these stand in its way.
    links : the place each of the words leads to; none for plain words.
    tone : a class of its colour: ``red``, ``tells``, ``directs``, ``belongs``.
    room : the white ground under the words.
    """
    way = {"points": points, "towards": towards, "tone": tone, "dashed": dashed, "arrow": arrow}
    return {**way, "words": words, "links": links, "room": room, "marks": marks}


def wide_as(texts: Iterable[str]) -> float:
    """The width of the widest of some lines; browsers set text a little wider than our font says."""
    return max((width(text, SIZE) * 1.05 for text in texts), default=0.0)


def rows_of(marks: Sequence[Mark]) -> int:
    """How many rows marks fill."""
    return -(-len(marks) // IN_ROW)


def row_width(marks: Sequence[Mark]) -> float:
    """The width of a full row of them."""
    return min(len(marks), IN_ROW) * (_MARK + _MARK_GAP)


def placed(marks: Sequence[Mark], x: float, y: float) -> list[dict[str, Any]]:
    """Marks in rows centred on x, the first row beginning at y."""
    found = []
    for i, mark in enumerate(marks):
        row, at = divmod(i, IN_ROW)
        count = min(IN_ROW, len(marks) - row * IN_ROW)
        left = x - (count * (_MARK + _MARK_GAP) - _MARK_GAP) / 2
        found.append({**mark, "x": left + at * (_MARK + _MARK_GAP), "y": y + row * LINE})
    return found


def inline(marks: Sequence[Mark], x: float, y: float) -> list[dict[str, Any]]:
    """Marks in one row that begins at x."""
    return [{**mark, "x": x + i * (_MARK + _MARK_GAP), "y": y} for i, mark in enumerate(marks)]
