"""What was true, what was known and which levels were in force, over time; and the indicators besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from emergency.condition import Compare, leaves
from emergency.figures.font import clean, font, width
from emergency.figures.names import Names, window
from emergency.figures.style import (
    EDGE,
    FAINT,
    GREY,
    HATCH,
    INK,
    LAG,
    SIZE,
    SMALL,
    WIDTH,
    cut,
    date_axis,
    figure_of,
    fill,
    new_figure,
    on,
    say,
    steps_of,
    tidy,
    time_label,
    value_ticks,
    wrapped,
)
from emergency.indicators import fold
from emergency.log import Entry
from emergency.machine import Program, Value
from emergency.quantity import Amount
from emergency.words import terms
from emergency.words.punctuation import aside, strung

__all__ = ["levels", "series"]

_LEFT, _RIGHT = 0.98, 1.25  # margins [in]: names of schemes; names of bounds
_DASHES: Mapping[str, object] = {
    "blue": (0, (6, 2)), "yellow": (0, (4, 2)), "orange": (0, (4, 1.5, 1, 1.5)), "red": "solid", "grey": ":",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of a level's criteria on one variable, in the plan's unit."""

    at: Value
    op: str
    value: float
    clause: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The course of one variable, true and as reported, in the plan's unit."""

    plan: str
    variable: str
    true: list[tuple[float, float]]
    reported: list[tuple[float, float]]
    bounds: tuple[Bound, ...]


def traces(entries: Sequence[Entry], programs: Mapping[str, Program], names: Names) -> list[Trace]:
    """Every variable the log has a course of, the one with most bounds first; equal courses once."""
    found: list[Trace] = []
    for entry in entries:
        plan, variable = entry.plan or "", entry.ref or ""
        if entry.kind != "indicator" or "trace" not in entry.detail or plan not in programs:
            continue
        _, size = names.unit(plan, variable)
        true, reported = (
            [(float(t), float(v) / size) for t, v in entry.detail[key]] for key in ("trace", "reported")
        )
        found.append(Trace(plan, variable, true, reported, _bounds(programs[plan], variable, size)))
    found.sort(key=lambda t: -len(t.bounds))
    return found


def _bounds(program: Program, variable: str, size: float) -> tuple[Bound, ...]:
    """The bounds on a variable, each once, from the scheme that states it in its own criteria."""
    found: dict[tuple[str, float], Bound] = {}
    stated = {c.of.scheme for c in program.plan.criteria if c.same_as is None and not isinstance(c.of, str)}
    rules = sorted(program.rules, key=lambda r: r.at.scheme not in stated)
    for rule in rules:
        for part in rule.parts:
            for leaf in leaves(part.tree):
                if isinstance(leaf, Compare) and leaf.indicator == variable:
                    bound = Bound(rule.at, leaf.op, leaf.amount.base / size, part.clauses[-1])
                    found.setdefault((leaf.op, bound.value), bound)
    return tuple(found.values())


def levels(entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names) -> Figure:
    """The levels of one plan against the variable its criteria bound most often."""
    mine = [t for t in traces(entries, programs, names) if t.plan == plan]
    until, _ = window(entries)
    schemes = list(programs[plan].plan.schemes)
    injects = [e for e in entries if e.kind == "inject" and e.t <= until]
    course = 3.1 if mine else 0.0
    rows, key = 0.38 * len(schemes), 0.17 * ((min(len(injects), 8) + 1) // 2)
    bottom = 0.1 + key + 0.36
    height = bottom + rows + (0.12 + course + 0.46 if mine else 0.26)
    figure = new_figure(height)
    strip = _place(figure, bottom, rows, height)
    _strips(strip, entries, plan, programs, names, until)
    date_axis(strip, names.start, until, names.lang)
    if mine:
        axes = _place(figure, bottom + rows + 0.12, course, height)
        _course(axes, mine[0], entries, names, until)
        _injects(axes, injects, until)
    else:
        _injects(strip, injects, until)
    _key(figure, injects, names, height, key)
    return figure


def _place(figure: Figure, bottom: float, tall: float, height: float) -> Axes:
    wide = WIDTH - _LEFT - _RIGHT
    return figure.add_axes((_LEFT / WIDTH, bottom / height, wide / WIDTH, max(tall, 0.05) / height))


# ------------------------------------------------------------------------------------------ course


def _course(axes: Axes, trace: Trace, entries: Sequence[Entry], names: Names, until: float) -> None:
    lang = names.lang
    seen = [(t, v) for t, v in trace.true if t <= until]
    top = max([v for _, v in seen] + [b.value for b in trace.bounds] + [1e-9]) * 1.14
    tidy(axes, bottom=False)
    axes.set_ylim(0, top)
    date_axis(axes, names.start, until, lang, labels=False)
    value_ticks(axes, [t for t in steps_of(top) if t <= top])
    _draw_bounds(axes, trace, names, until, top)
    axes.plot(*zip(*seen, strict=True), color=INK, linewidth=1.7, zorder=4)
    told = [(t, v) for t, v in trace.reported if t <= until]
    if told:
        xs, ys = [t for t, _ in told], [v for _, v in told]
        axes.step([*xs, min(until, xs[-1] + 24)], [*ys, ys[-1]], where="post", color=GREY, linewidth=0.9, zorder=3)
        _marks(axes, told, until)
    _lags(axes, trace, entries, names, until)
    unit, _ = names.unit(trace.plan, trace.variable)
    title = aside(names.variable(trace.plan, trace.variable), unit, lang)
    axes.set_title(clean(title), fontproperties=font(SIZE), color=INK, loc="left", pad=14)
    lines = [v for t, v in seen if t < 0.45 * until] + [b.value for b in trace.bounds]
    _legend(axes, bool(told), lang, _free([v / top for v in lines]))


def _free(heights: Sequence[float]) -> float:
    """Where along the left side, from 0 to 1, a legend covers least of what is drawn at some heights."""
    places = (0.0, 1.0, 0.5, 0.25, 0.75)
    return min(places, key=lambda at: sum(0.78 * at - 0.02 < h < 0.78 * at + 0.24 for h in heights))


def _marks(axes: Axes, told: list[tuple[float, float]], until: float) -> None:
    """A ring at each report, where they stand far enough apart to leave the course visible."""
    gaps = sorted(b - a for (a, _), (b, _) in pairwise(told))
    apart = gaps[len(gaps) // 2] / until * (WIDTH - _LEFT - _RIGHT) * 72 if gaps else 99.0
    if apart > 6:
        xs, ys = zip(*told, strict=True)
        axes.plot(xs, ys, linestyle="", marker="o", markersize=3, markerfacecolor="white", color=GREY, zorder=5)


def _legend(axes: Axes, reports: bool, lang: str, at: float) -> None:
    """What the lines mean, at the left, from below (0) to above (1)."""
    axes.plot([], [], color=INK, linewidth=1.7, label=terms.column("true-value", lang))
    if reports:
        axes.plot([], [], color=GREY, linewidth=0.9, marker="o", markersize=3, markerfacecolor="white",
                  label=terms.column("reported", lang))  # fmt: skip
    axes.plot([], [], color=LAG, linewidth=3, label=terms.column("lag-known", lang))
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 0.78 * at), prop=font(SMALL), frameon=True, framealpha=0.9,
                edgecolor="none", borderpad=0.3, handlelength=2.2)  # fmt: skip


def _draw_bounds(axes: Axes, trace: Trace, names: Names, until: float, top: float) -> None:
    last = -1.0
    gap = top * 0.052
    for bound in sorted(trace.bounds, key=lambda b: b.value):
        colour = names.colour(trace.plan, *bound.at)
        axes.axhline(bound.value, color=fill(colour), linestyle=_DASHES[colour], linewidth=1.3, zorder=2)
        y = max(bound.value, last + gap)
        last = y
        sign = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}[bound.op]
        text, limit = names.level(trace.plan, *bound.at), f"{sign} {figure_of(bound.value)}"
        clause = bound.clause.split(":")[-1]
        room = (_RIGHT - 0.12) * 72
        if width(f"{text} {limit}", SMALL) <= room:
            text = f"{text} {limit}"
        else:
            clause = f"{limit}   {clause}"
        axes.annotate(clean(cut(text, SMALL, room)), (1, y), (5, 1), xycoords=("axes fraction", "data"),
                      textcoords="offset points", fontproperties=font(SMALL), color=INK, va="bottom",
                      annotation_clip=False)  # fmt: skip
        axes.annotate(clean(clause), (1, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                      fontproperties=font(SMALL - 0.8), color=GREY, va="top", annotation_clip=False)  # fmt: skip


def _lags(axes: Axes, trace: Trace, entries: Sequence[Entry], names: Names, until: float) -> None:
    """From the true crossing of a bound to the moment it was known, along the bound."""
    since: dict[str, float] = {}
    values, (_, size) = {round(b.value, 6): b.value for b in trace.bounds}, names.unit(trace.plan, trace.variable)
    said: list[tuple[float, float, bool]] = []  # up to where words stand at each bound, above and below it
    for entry in entries:
        detail = entry.detail
        if entry.kind != "indicator" or entry.plan != trace.plan or detail.get("variable") != trace.variable:
            continue
        bound = str(detail.get("bound") or "")
        value = values.get(round(Amount.parse(bound.partition(" ")[2]).base / size, 6)) if bound else None
        if value is None:
            continue
        if "true" in detail:
            since[bound] = entry.t
        elif bound in since and entry.t <= until:
            began = since.pop(bound)
            axes.plot([began, entry.t], [value, value], color=LAG, linewidth=3, solid_capstyle="butt", zorder=6)
            falls = bool(detail["known"]) == bound.startswith("<")  # the words stand where the course does not
            text = terms.span(entry.t - began, names.lang)
            ends = (began + entry.t) / 2 + (width(text, SMALL) + 6) * until / ((WIDTH - _LEFT - _RIGHT) * 72)
            if any(v == value and f == falls and began < taken for taken, v, f in said):
                continue  # no room: words that cover each other tell nothing
            said.append((ends, value, falls))
            axes.annotate(clean(text), ((began + entry.t) / 2, value), (2, 4 if falls else -4), zorder=8,
                          textcoords="offset points", fontproperties=font(SMALL), color=LAG, ha="left",
                          va="bottom" if falls else "top",
                          path_effects=[withStroke(linewidth=2.2, foreground="white")])  # fmt: skip


# ------------------------------------------------------------------------------------------ strips


def _strips(
    axes: Axes, entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names, until: float
) -> None:
    """One row for each scheme: the time a decision was pending hatched, then the level in force."""
    schemes = [str(s) for s in programs[plan].plan.schemes]
    axes.set_ylim(len(schemes) - 0.5, -0.5)
    tidy(axes, left=False)
    told = [wrapped(names.scheme(plan, s), SIZE, (_LEFT - 0.12) * 72) for s in schemes]
    axes.set_yticks(range(len(schemes)), [clean("\n".join(t)) for t in told], fontproperties=font(SIZE), color=INK,
                    linespacing=1.05)  # fmt: skip
    axes.tick_params(axis="y", length=0)
    per_point = until / ((WIDTH - _LEFT - _RIGHT) * 72)
    for began, ended, scheme, _ in pending(entries, plan):
        axes.barh(schemes.index(scheme) - 0.28, ended - began, left=began, height=0.2, facecolor="white",
                  edgecolor=GREY, linewidth=0.5, hatch="/////", zorder=3)  # fmt: skip
    for one in fold(entries, programs).plans[plan].levels:
        begins, ends = one["from_h"], until if one["to_h"] is None else min(one["to_h"], until)
        colour = names.colour(plan, one["scheme"], one["level"])
        row = schemes.index(one["scheme"])
        axes.barh(row + 0.11, ends - begins, left=begins, height=0.54, facecolor=fill(colour), edgecolor=EDGE,
                  linewidth=0.6, hatch=HATCH[colour], zorder=4)  # fmt: skip
        if text := _name(one, plan, names, (ends - begins) * 0.9 / per_point):
            axes.text((begins + ends) / 2, row + 0.11, clean(text), fontproperties=font(SIZE), color=on(colour),
                      ha="center", va="center_baseline", zorder=5, clip_on=True,
                      bbox={"facecolor": fill(colour), "edgecolor": "none", "pad": 1.2})  # fmt: skip
    box = Patch(
        facecolor="white", edgecolor=GREY, linewidth=0.5, hatch="/////", label=terms.column("pending", names.lang)
    )
    axes.legend(handles=[box], loc="center left", bbox_to_anchor=(1.01, 0.5), prop=font(SMALL), frameon=False,
                handlelength=1.6)  # fmt: skip
    axes.set_xlim(0, until)


def _name(one: Mapping[str, str], plan: str, names: Names, room: float) -> str:
    """A level by its numeral, or by its word if it has one, where there is room [pt]; else nothing."""
    level = one["level"]
    text = level if level.isalnum() and len(level) <= 4 else names.level(plan, one["scheme"], level)
    return text if width(text, SIZE) <= room else ""


def pending(entries: Sequence[Entry], plan: str) -> list[tuple[float, float, str, str]]:
    """When decisions were under way: begin, end [h], scheme, level."""
    begun: dict[tuple[str, object], Entry] = {}
    found = []
    for entry in entries:
        if entry.plan != plan or entry.scheme is None:
            continue
        key = (entry.ref or "", entry.detail.get("route"))
        over = entry.kind in ("decided", "decision-refused") and entry.detail.get("why") != "not-authorised"
        if entry.kind == "decision-opened":
            begun[key] = entry
        for one in [k for k, e in begun.items() if over and (k == key or _together(e, entry))]:
            found.append((begun.pop(one).t, entry.t, entry.scheme, entry.level or ""))
    last = entries[-1].t if entries else 0.0
    found += [(e.t, last, e.scheme or "", e.level or "") for e in begun.values()]
    return found


def _together(opened: Entry, decided: Entry) -> bool:
    """Whether a decision opened by one of several routes, all of which must be gone through, is now taken."""
    both = opened.detail.get("joined") == "both"
    return both and opened.ref == decided.ref and decided.kind == "decided"


# ----------------------------------------------------------------------------------------- injects


def _injects(axes: Axes, injects: Sequence[Entry], until: float) -> None:
    last = -1e9
    for number, entry in enumerate(injects[:8], 1):
        axes.axvline(entry.t, color=GREY, linewidth=0.7, linestyle=":", zorder=1)
        x = max(entry.t, last + until * 0.028)
        last = x
        axes.annotate(str(number), (x, 1.0), (0, 7), xycoords=("data", "axes fraction"), textcoords="offset points",
                      fontproperties=font(SMALL), color="white", ha="center", va="center",
                      bbox={"boxstyle": "circle,pad=0.25", "facecolor": "#374151", "edgecolor": "none"})  # fmt: skip


def _key(figure: Figure, injects: Sequence[Entry], names: Names, height: float, tall: float) -> None:
    """What the numbers of the injects mean, in two columns below."""
    axes = figure.add_axes((0.02, 0.06 / height, 0.96, max(tall, 0.01) / height))
    axes.set_axis_off()
    axes.set_xlim(0, 2)
    rows = (min(len(injects), 8) + 1) // 2
    axes.set_ylim(max(rows, 1), 0)
    for i, entry in enumerate(injects[:8]):
        title = entry.detail.get("title", {}).get(names.lang, entry.ref or "")
        text = f"{i + 1}  {time_label(names.at(entry.t), names.lang)}  {title}"
        room = WIDTH * 0.47 * 72
        say(axes, i // rows if rows else 0, i % rows + 0.5, cut(text, SMALL, room), SMALL, va="center")


# ------------------------------------------------------------------------------------------ series


def series(entries: Sequence[Entry], plan: str, programs: Mapping[str, Program], names: Names) -> Figure | None:
    """The plan's other variables, a panel each; variables with the same course share one. None if there are none."""
    panels: list[list[Trace]] = []
    for trace in [t for t in traces(entries, programs, names) if t.plan == plan][1:]:
        if not trace.bounds and not any(v for _, v in trace.true):
            continue  # nothing to see
        same = next((p for p in panels if p[0].true == trace.true), None)
        if same is None:
            panels.append([trace])
        else:
            same.append(trace)
    if not panels:
        return None
    until, _ = window(entries)
    tall, between = 1.55, 0.42
    height = len(panels) * (tall + between) + 0.42
    figure = new_figure(height)
    for i, panel in enumerate(panels):
        bottom = height - (i + 1) * (tall + between) + 0.02
        axes = _place(figure, bottom, tall, height)
        _panel(axes, panel, names, until, labels=i == len(panels) - 1)
    return figure


def _panel(axes: Axes, panel: list[Trace], names: Names, until: float, *, labels: bool) -> None:
    lang, first = names.lang, panel[0]
    seen = [(t, v) for t, v in first.true if t <= until]
    bounds = tuple(b for t in panel for b in t.bounds)
    top = max([v for _, v in seen] + [b.value for b in bounds] + [1e-9]) * 1.12
    tidy(axes)
    axes.set_ylim(0, top)
    date_axis(axes, names.start, until, lang, labels=labels)
    value_ticks(axes, [t for t in steps_of(top, 4) if t <= top])
    merged = Trace(first.plan, first.variable, first.true, first.reported, bounds)
    _draw_bounds(axes, merged, names, until, top * 2)
    axes.fill_between([t for t, _ in seen], [v for _, v in seen], color=FAINT, zorder=1)
    axes.plot(*zip(*seen, strict=True), color=INK, linewidth=1.4, zorder=4)
    told = [(t, v) for t, v in first.reported if t <= until]
    if told:
        _marks(axes, told, until)
    unit, _ = names.unit(first.plan, first.variable)
    title = aside(strung(dict.fromkeys(names.variable(t.plan, t.variable) for t in panel), lang), unit, lang)
    axes.set_title(clean(title), fontproperties=font(SIZE), color=INK, loc="left", pad=4)
