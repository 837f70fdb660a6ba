"""How figures look: colours that stay apart in print without colour, axes, rendering to bytes."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO

import matplotlib as mpl
import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from emergency.figures.font import clean, font, width
from emergency.graph import PALETTE, ink

__all__ = [
    "EDGE", "FAINT", "GREY", "HATCH", "INK", "LAG", "WIDTH", "date_axis", "new_figure", "render",
    "say", "settings", "tidy",
]  # fmt: skip

WIDTH = 7.4  # inches: the text width of an A4 page, so that sizes below are sizes on paper
SIZE = 7.5
SMALL = 6.8
INK, GREY, FAINT = "#1a1a1a", "#6b7280", "#d5d9de"
LAG = "#8e1d6b"
EDGE = (1.0, 1.0, 1.0, 0.6)  # of coloured bars, and of their hatching
#: What tells levels apart where colour is lost.
HATCH: Mapping[str, str] = {"blue": "", "yellow": "///", "orange": "xxx", "red": "", "grey": ""}
_LOCK = threading.RLock()


@contextmanager
def settings() -> Iterator[None]:
    """matplotlib as shipped, whatever the user's own settings are; put back afterwards."""
    with (
        _LOCK,
        matplotlib.style.context("default"),
        mpl.rc_context(
            {"svg.hashsalt": "emergency", "svg.fonttype": "path", "hatch.linewidth": 0.5, "axes.unicode_minus": True}
        ),
    ):
        yield


def new_figure(height: float, wide: float = WIDTH) -> Figure:
    """An empty figure of the page's width."""
    return Figure(figsize=(wide, height), dpi=100, facecolor="white")


def render(figure: Figure, form: str) -> bytes:
    """A figure as ``svg`` or ``png``; the same figure gives the same bytes."""
    out = BytesIO()
    nothing = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
    with settings():
        figure.savefig(out, format=form, dpi=200, metadata=nothing)
    return out.getvalue()


def say(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    size: float = SIZE,
    *,
    colour: str = INK,
    halo: bool = False,
    **more: object,
) -> Text:
    """Put words on axes; `halo` keeps them legible over lines."""
    found = axes.text(x, y, clean(text), fontproperties=font(size), color=colour, **more)  # type: ignore[arg-type]
    if halo:
        found.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85})
    return found


def tidy(axes: Axes, *, left: bool = True, bottom: bool = True) -> None:
    """Only the lines a reader needs."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_visible(left)
    axes.spines["bottom"].set_visible(bottom)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
    axes.tick_params(colors=GREY, length=3, width=0.6, labelsize=SMALL)


def value_ticks(axes: Axes, ticks: list[float], labels: list[str] | None = None) -> None:
    """Ticks of the value axis in our font."""
    told = labels or [figure_of(t) for t in ticks]
    axes.set_yticks(ticks, [clean(t) for t in told], fontproperties=font(SMALL), color=INK)


def figure_of(value: float) -> str:
    """A number as figures show it.

    >>> figure_of(2.5), figure_of(100000.0), figure_of(0.30000000000000004)
    ('2.5', '100,000', '0.3')
    """
    return f"{value:,.10g}"


def steps_of(top: float, count: int = 6) -> list[float]:
    """Round ticks from 0 to at least `top`."""
    if top <= 0:
        return [0.0, 1.0]
    size = 10.0 ** len(str(int(top))) / 1000
    sizes = [size * k for k in (1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)]
    step = next((s for s in sizes if s * count >= top), top / count)
    return [i * step for i in range(int(top / step) + 2) if i * step <= top * 1.001 + step * 0.999]


def date_axis(
    axes: Axes, start: datetime, until: float, lang: str, *, labels: bool = True, inches: float = 5.5
) -> None:
    """Hours from the start as local dates: a tick at each midnight, or as many as there is room for."""
    first = datetime.combine(start.date(), datetime.min.time(), start.tzinfo)
    zero = (first - start).total_seconds() / 3600
    days = int((until - zero) // 24) + 1
    room = max(2, int(inches / 0.52))
    every = next((n for n in (1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 180, 365) if days / n <= room), 365)
    marks = [zero + 24 * d for d in range(0, days + 1, every) if 0 <= zero + 24 * d <= until]
    told = [day_label(start + timedelta(hours=m), lang) for m in marks]
    axes.set_xlim(0, until)
    axes.set_xticks(marks, [clean(t) if labels else "" for t in told], fontproperties=font(SMALL), color=INK)
    axes.tick_params(axis="x", length=3 if labels else 0)
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_label(at: datetime, lang: str) -> str:
    """A day, short."""
    return f"{at.month}月{at.day}日" if lang == "zh" else f"{at.day} {_MONTHS[at.month - 1]}"


def time_label(at: datetime, lang: str) -> str:
    """An instant in local time, short."""
    return f"{day_label(at, lang)} {at:%H:%M}"


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines of at most `room` [pt]."""
    if width(text, size) <= room:
        return [text]
    if " " in text.strip():
        fits = max(4, int(len(text) * room / width(text, size)))
        return textwrap.wrap(text, fits)
    lines, row = [], ""
    for char in text:
        if width(row + char, size) > room:
            lines.append(row)
            row = ""
        row += char
    lines.append(row)
    even = -(-len(text) // len(lines))  # no single character on the last line
    told = [text[i : i + even] for i in range(0, len(text), even)]
    return told if all(width(one, size) <= room for one in told) else lines


def cut(text: str, size: float, room: float) -> str:
    """Shorten a text to at most `room` [pt]."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def fill(colour: str) -> str:
    """The colour word of a level as drawn."""
    return PALETTE[colour]


def on(colour: str) -> str:
    """The colour of words on a level's colour."""
    return ink(PALETTE[colour])
