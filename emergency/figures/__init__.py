"""Figures of plans and of runs, in Chinese or English; the only package that knows matplotlib.

Figures of a run are drawn from its log entries and the values of its plans and scenario, never from live objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from matplotlib.figure import Figure

from emergency.figures.demand import demand
from emergency.figures.font import subset
from emergency.figures.lanes import Action, actions, lanes
from emergency.figures.levels import levels, series
from emergency.figures.machine import machine
from emergency.figures.market import chain, market
from emergency.figures.names import Names, window
from emergency.figures.outbreak import Spread, outbreak, spread
from emergency.figures.panels import Course, courses
from emergency.figures.signs import signs
from emergency.figures.style import day_label, render, settings, time_label
from emergency.figures.waiting import waiting
from emergency.graph import machine_graph, to_dot, to_mermaid
from emergency.log import Entry
from emergency.machine import Program
from emergency.scenario import Scenario

__all__ = [
    "Action", "Course", "Names", "Spread", "actions", "courses", "day_label", "draw_machine", "draw_run", "spread",
    "subset", "time_label", "window",
]  # fmt: skip


def draw_machine(program: Program, form: str, lang: str) -> bytes:
    """The machine of a plan as ``svg``, ``png``, ``mermaid`` or ``dot``."""
    if form == "mermaid":
        return to_mermaid(machine_graph(program, lang)).encode()
    if form == "dot":
        return to_dot(machine_graph(program, lang)).encode()
    with settings():
        return render(machine(program, lang), form)


def draw_run(
    entries: Sequence[Entry],
    scenario: Scenario,
    programs: Mapping[str, Program],
    lang: str,
    forms: Sequence[str] = ("svg",),
) -> dict[str, dict[str, bytes]]:
    """The figures of a run: name → form → bytes.

    Names are ``demand``; for each plan ``levels-PLAN``, ``signs-PLAN``, ``lanes-PLAN``, ``series-PLAN`` and
    ``waiting-PLAN``; for each market ``market-MARKET`` and ``chain-MARKET``; for each outbreak
    ``outbreak-OUTBREAK``. A figure with nothing to show is left out.
    """
    if not entries:
        return {}
    found: dict[str, dict[str, bytes]] = {}
    for name, draw in _wanted(entries, Names(scenario, programs, entries[0].start, lang), programs).items():
        with settings():
            figure = draw()
            if figure is not None:
                found[name] = {form: render(figure, form) for form in forms}
    return found


def _wanted(
    entries: Sequence[Entry], names: Names, programs: Mapping[str, Program]
) -> dict[str, Callable[[], Figure | None]]:
    """Every figure there may be, by its name."""
    kinds = {"levels": levels, "signs": signs, "lanes": lanes, "series": series, "waiting": waiting}
    found: dict[str, Callable[[], Figure | None]] = {
        f"{kind}-{plan}": partial(draw, entries, plan, programs, names)
        for plan in programs
        for kind, draw in kinds.items()
    }
    found["demand"] = partial(demand, entries, next(iter(programs)), programs, names)
    for id in names.scenario.world.markets:
        found[f"market-{id}"] = partial(market, entries, str(id), names)
        found[f"chain-{id}"] = partial(chain, entries, str(id), names)
    for id in names.scenario.world.outbreaks:
        found[f"outbreak-{id}"] = partial(outbreak, entries, str(id), names)
    return found
