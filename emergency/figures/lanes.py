"""Who did what, and when: a lane for each agency, bars for measures, marks for steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from emergency.figures.font import clean, font, width
from emergency.figures.names import Names, window
from emergency.figures.style import (
    EDGE,
    FAINT,
    HATCH,
    INK,
    SIZE,
    SMALL,
    WIDTH,
    date_axis,
    fill,
    new_figure,
    on,
    tidy,
    wrapped,
)
from emergency.log import Entry
from emergency.machine import Program
from emergency.words import terms

__all__ = ["Action", "actions", "lanes"]

_LEFT, _RIGHT = 1.12, 0.24
_ROW = 0.145  # inches for one row of bars
NO_LEVEL = "#8a94a0"
_WORDS = 6.6  # size [pt] of the words at bars
_SETTLING = ("decide", "approve", "agree", "sign", "announce")


@dataclass(slots=True)
class Action:
    """A measure as carried out: number, who, from when to when [h] (None: not done when the run ended)."""

    number: int
    entry: Entry
    actors: tuple[str, ...]
    done: float | None = None


@dataclass(slots=True)
class _Lane:
    actor: str
    marks: list[Entry] = field(default_factory=list)
    bars: list[Action] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)  # up to where [h] each row of bars is taken
    placed: list[tuple[Action, int]] = field(default_factory=list)

    @property
    def height(self) -> int:
        return max(1, bool(self.marks) + len(self.rows))


def actions(entries: Sequence[Entry], plan: str) -> list[Action]:
    """The measures of a plan in the order they began; repeats of one measure are told with it."""
    found: list[Action] = []
    running: dict[str, Action] = {}
    for entry in entries:
        if entry.plan != plan:
            continue
        if entry.kind == "measure-started":
            who = tuple(entry.detail.get("by") or ([entry.actor] if entry.actor else []))
            running[entry.ref or ""] = action = Action(len(found) + 1, entry, who)
            found.append(action)
        elif entry.kind == "measure-done":
            action_ = running.get(entry.ref or "")
            if action_ is not None and action_.done is None:
                action_.done = entry.t
    return found


def lanes(entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names) -> Figure | None:
    """The lanes of one plan; None where nobody did anything."""
    until, end = window(entries)
    per_point = until / ((WIDTH - _LEFT - _RIGHT) * 72)
    found = _lanes(entries, plan)
    if not found:
        return None
    for lane in found:
        _pack(lane, names, per_point, min(until, end))
    total = sum(lane.height for lane in found)
    tall = total * _ROW + len(found) * 0.07
    top, bottom = 0.3, 0.72
    figure = new_figure(tall + top + bottom)
    axes = figure.add_axes(
        (
            _LEFT / WIDTH,
            bottom / (tall + top + bottom),
            (WIDTH - _LEFT - _RIGHT) / WIDTH,
            tall / (tall + top + bottom),
        )
    )
    tidy(axes, left=False)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    date_axis(axes, names.start, until, names.lang)
    axes.tick_params(axis="x", top=True, labeltop=True)
    for label in axes.get_xticklabels():
        label.set_fontproperties(font(SMALL))
    y = 0.0
    for i, lane in enumerate(found):
        y = _draw(axes, lane, y, names, until, shaded=i % 2 == 1)
    _legend(figure, names, plan, found)
    return figure


def _lanes(entries: Sequence[Entry], plan: str) -> list[_Lane]:
    found: dict[str, _Lane] = {}
    kinds = ("step", "report-sent", "published")
    for entry in entries:
        if entry.plan == plan and entry.kind in kinds and entry.actor:
            found.setdefault(entry.actor, _Lane(entry.actor)).marks.append(entry)
    for action in actions(entries, plan):
        for actor in action.actors:
            found.setdefault(actor, _Lane(actor)).bars.append(action)
    return list(found.values())


def _label(action: Action, names: Names) -> str:
    return f"{action.number} {terms.verb(str(action.entry.detail.get('verb', '')), names.lang)}"


def _pack(lane: _Lane, names: Names, per_point: float, until: float) -> None:
    """Put each bar, with its words, into the first row where it covers nothing."""
    for action in lane.bars:
        begins, ends = action.entry.t, until if action.done is None else action.done
        words = width(_label(action, names), _WORDS) * per_point + 6 * per_point
        inside = words < ends - begins
        over = max(0.0, begins + words - until) if not inside else 0.0
        left = begins - words if over and not inside else begins
        right = ends if inside or over else ends + words
        row = next((i for i, taken in enumerate(lane.rows) if taken <= left), len(lane.rows))
        if row == len(lane.rows):
            lane.rows.append(0.0)
        lane.rows[row] = right + 3 * per_point
        lane.placed.append((action, row))


def _draw(axes: Axes, lane: _Lane, y: float, names: Names, until: float, *, shaded: bool) -> float:
    """Draw one lane from `y` down; returns where the next begins."""
    below = y + lane.height * _ROW + 0.07
    if shaded:
        axes.axhspan(y, below, facecolor="#f3f4f6", edgecolor="none", zorder=0)
    axes.axhline(below, color=FAINT, linewidth=0.6, zorder=1)
    rows = wrapped(names.actor(lane.actor), SIZE, (_LEFT - 0.12) * 72)
    fits = max(1, int((below - y) / 0.125))
    if len(rows) > fits:
        rows = [*rows[: fits - 1], rows[fits - 1].rstrip() + "…"]
    axes.annotate(clean("\n".join(rows)), (0, (y + below) / 2), (-6, 0), xycoords=("axes fraction", "data"),
                  textcoords="offset points", fontproperties=font(SIZE), color=INK, ha="right", va="center",
                  linespacing=1.05, annotation_clip=False)  # fmt: skip
    first = y + 0.035 + (_ROW if lane.marks else 0)
    for entry in lane.marks:
        _mark(axes, entry, y + 0.035 + _ROW / 2, names)
    for action, row in lane.placed:
        _bar(axes, action, first + row * _ROW, names, until)
    return below


def _mark(axes: Axes, entry: Entry, y: float, names: Names) -> None:
    colour = fill(names.colour(entry.plan, entry.scheme, entry.level)) if entry.scheme else "#ffffff"
    if entry.kind != "step":
        shape, size = "s", 3.6
    elif entry.detail.get("do") in _SETTLING:
        shape, size = "D", 4.2
    else:
        shape, size = "|", 6.5
    axes.plot([entry.t], [y], marker=shape, markersize=size, markerfacecolor=colour, markeredgecolor=INK,
              markeredgewidth=0.8 if shape != "|" else 1.0, linestyle="", zorder=5, clip_on=False)  # fmt: skip


def _bar(axes: Axes, action: Action, y: float, names: Names, until: float) -> None:
    entry = action.entry
    begins, ends = entry.t, until if action.done is None else min(action.done, until)
    colour = names.colour(entry.plan, entry.scheme, entry.level)
    per_point = until / ((WIDTH - _LEFT - _RIGHT) * 72)
    middle = y + _ROW / 2
    axes.barh(middle, max(ends - begins, 1.2 * per_point), left=begins, height=_ROW * 0.72, facecolor=_fill(colour),
              edgecolor=EDGE if action.done is not None else INK, linewidth=0.4, hatch=HATCH[colour],
              linestyle="-" if action.done is not None else ":", zorder=3)  # fmt: skip
    text = _label(action, names)
    words = width(text, _WORDS) * per_point + 6 * per_point
    style = {"fontproperties": font(_WORDS), "va": "center", "zorder": 6}
    if words < ends - begins:
        box = {"facecolor": _fill(colour), "edgecolor": "none", "pad": 0.2} if HATCH[colour] else None
        axes.text(begins + 3 * per_point, middle, clean(text), color=on(colour), ha="left", bbox=box, **style)  # type: ignore[arg-type]
    elif begins + words > until:
        axes.text(begins - 2 * per_point, middle, clean(text), color=INK, ha="right", **style)  # type: ignore[arg-type]
    else:
        axes.text(ends + 2 * per_point, middle, clean(text), color=INK, ha="left", **style)  # type: ignore[arg-type]


def _fill(colour: str) -> str:
    """A bar's colour; one that belongs to no level is darker than the palette's grey, to be seen when thin."""
    return NO_LEVEL if colour == "grey" else fill(colour)


def _legend(figure: Figure, names: Names, plan: str, lanes: Sequence[_Lane]) -> None:
    told = {(a.entry.scheme, a.entry.level) for lane in lanes for a in lane.bars}
    ranks = {(at.scheme, at.value): rank for at, rank in names.programs[plan].ranks.items()}
    order = sorted(((s, v) for s, v in told if s and v), key=lambda at: (at[0], ranks.get(at, 0)))
    words = [(names.colour(plan, *at), names.level(plan, *at)) for at in order]
    if (None, None) in told:
        words.append(("grey", terms.column("no-level", names.lang)))
    handles: list[Patch | Line2D] = [
        Patch(facecolor=_fill(c), edgecolor=EDGE, hatch=HATCH[c], linewidth=0.4, label=clean(text))
        for c, text in words
    ]
    for marker, size, key in (("|", 6.5, "step"), ("D", 4.2, "deciding"), ("s", 3.6, "sent")):
        handles.append(
            Line2D([], [], marker=marker, markersize=size, markerfacecolor="white", markeredgecolor=INK, linestyle="",
                   label=terms.column(key, names.lang))
        )  # fmt: skip
    figure.legend(handles=handles, loc="lower center", ncols=min(5, len(handles)), prop=font(SMALL), frameon=False,
                  handlelength=1.6, columnspacing=1.4, bbox_to_anchor=(0.5, 0.0), borderpad=0.2)  # fmt: skip
