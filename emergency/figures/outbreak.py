"""An outbreak place by place: the infested area, when it was found and carried elsewhere, how many hosts died."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from emergency.figures.font import clean
from emergency.figures.names import Names
from emergency.figures.panels import Course, Sheet, courses, draw, scaled, shown
from emergency.figures.style import LAG
from emergency.log import Entry
from emergency.source import Id
from emergency.words import terms
from emergency.words.punctuation import aside

__all__ = ["Spread", "outbreak", "spread"]

ARRIVAL = "#1b6b5a"
_CROWD = 40  # marks on one course, above which they are drawn smaller
_MARKS = {"new-finding": ("v", LAG), "jump": (">", ARRIVAL)}


@dataclass(frozen=True, slots=True)
class Spread:
    """What the log tells of one place: when it was found there, when it was carried there and from where [h]."""

    found: list[float]
    arrived: list[tuple[float, str]]


def spread(entries: Iterable[Entry], id: str) -> dict[str, Spread]:
    """Findings and arrivals of an outbreak, by place."""
    told: dict[str, Spread] = {}
    for entry in entries:
        name, _, what = (entry.ref or "").partition(":")
        if entry.kind != "indicator" or name != id or what not in _MARKS:
            continue
        place = str(entry.detail["place" if what == "new-finding" else "to"])
        one = told.setdefault(place, Spread([], []))
        if what == "new-finding":
            one.found.append(entry.t)
        else:
            one.arrived.append((entry.t, str(entry.detail["from"])))
    return told


def outbreak(entries: Sequence[Entry], id: str, names: Names) -> Figure | None:
    """The whole area [mu] and the mortality [%], then a cell for each place that was ever infested.

    None where the log holds no course of them, or there never was any.
    """
    found = courses(entries, names)
    if not any(v > 0 for _, v in found.get(f"{id}:infested", [])):
        return None
    spec = names.scenario.world.outbreaks[Id(id)]
    places = [str(p) for p in spec.places if any(v > 0 for _, v in found.get(f"{id}:infested@{p}", []))]
    wholes = [("infested", 1.0)] + [("mortality", 100.0)] * (f"{id}:mortality" in found)
    told = spread(entries, id)
    until = shown(entries, [found[f"{id}:{what}"] for what, _ in wholes])
    count = len(wholes) + len(places)
    plans = names.concerned(id)
    sheet = Sheet(entries, names, until, count=count, tall=(0.85,), plans=plans, keys=bool(told))
    for what, factor in wholes:
        unit = "%" if what == "mortality" else terms.unit("mu", names.lang)
        title = aside(terms.column(f"{what}-whole", names.lang), unit, names.lang)
        _area(sheet.cell(title)[0], scaled(found[f"{id}:{what}"], factor, until), what == "mortality")
    for place in places:
        course = scaled(found[f"{id}:infested@{place}"], 1.0, until)
        title, origin = _title(names, place, told.get(place)), _origin(names, course, told.get(place))
        axes = sheet.cell(title, origin, ARRIVAL)[0]
        _area(axes, course, False)
        _mark(axes, course, told.get(place))
    return sheet.finish(_handles(told, names.lang))


def _title(names: Names, place: str, told: Spread | None) -> str:
    if told is None or not told.found:
        return names.place(place)
    count = terms.column("times-found", names.lang).replace("{n}", str(len(told.found)))
    return f"{names.place(place)} · {count}"


def _area(axes: Axes, course: Course, percent: bool) -> None:
    top = 1.18 * max((v for _, v in course), default=0.0) or 1.0
    draw(axes, course, top, 3, percent=percent)
    if course:
        axes.fill_between([t for t, _ in course], [v for _, v in course], color="#d9e2dc", zorder=1)


def _origin(names: Names, course: Course, told: Spread | None) -> str:
    """From where it came to a place that had none."""
    if told is None or not told.arrived or not course or course[0][1] > 0:
        return ""
    return terms.column("carried-from", names.lang).replace("{place}", names.place(told.arrived[0][1]))


def _mark(axes: Axes, course: Course, told: Spread | None) -> None:
    """Findings and arrivals on the course."""
    if told is None:
        return
    for shape, times in (("new-finding", told.found), ("jump", [t for t, _ in told.arrived])):
        marker, colour = _MARKS[shape]
        inside = [t for t in times if not course or t <= course[-1][0]]
        size = 4.2 if len(inside) <= _CROWD else 2.4
        axes.plot(inside, [_at(course, t) for t in inside], linestyle="", marker=marker, markersize=size,
                  markerfacecolor="white", markeredgecolor=colour, markeredgewidth=0.9 if size > 4 else 0.6,
                  zorder=6, clip_on=False)  # fmt: skip


def _at(course: Course, t: float) -> float:
    """The value of a course at `t`, straight between samples."""
    before = after = course[0]
    for point in course:
        before, after = after, point
        if point[0] >= t:
            break
    wide = after[0] - before[0]
    return after[1] if wide <= 0 else before[1] + (after[1] - before[1]) * min(max((t - before[0]) / wide, 0.0), 1.0)


def _handles(told: dict[str, Spread], lang: str) -> list[Artist]:
    wanted = {
        "new-finding": any(one.found for one in told.values()),
        "jump": any(one.arrived for one in told.values()),
    }
    return [_handle(what, lang) for what, is_there in wanted.items() if is_there]


def _handle(what: str, lang: str) -> Artist:
    marker, colour = _MARKS[what]
    return Line2D([], [], marker=marker, markersize=4.2, markerfacecolor="white", markeredgecolor=colour,
                  linestyle="", label=clean(terms.column(f"mark-{what}", lang)))  # fmt: skip
