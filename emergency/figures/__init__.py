"""Figures of plans and of runs, in Chinese or English; the only package that knows matplotlib.

Figures of a run are drawn from its log entries and the values of its plans and scenario, never from live objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emergency.figures.demand import demand
from emergency.figures.font import subset
from emergency.figures.lanes import Action, actions, lanes
from emergency.figures.levels import levels, series
from emergency.figures.machine import machine
from emergency.figures.names import Names, window
from emergency.figures.style import day_label, render, settings, time_label
from emergency.figures.waiting import waiting
from emergency.graph import machine_graph, to_dot, to_mermaid
from emergency.log import Entry
from emergency.machine import Program
from emergency.scenario import Scenario

__all__ = ["Action", "Names", "actions", "day_label", "draw_machine", "draw_run", "subset", "time_label", "window"]


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

    Names are ``demand`` and, for each plan, ``levels-PLAN``, ``lanes-PLAN``, ``series-PLAN``, ``waiting-PLAN``; a
    figure with nothing to show is left out.
    """
    if not entries:
        return {}
    names = Names(scenario, programs, entries[0].start, lang)
    found: dict[str, dict[str, bytes]] = {}
    for plan in programs:
        kinds = {"levels": levels, "lanes": lanes, "series": series, "waiting": waiting}
        if plan == next(iter(programs)):
            kinds["demand"] = demand
        for kind, draw in kinds.items():
            with settings():
                figure = draw(entries, plan, programs, names)
                if figure is not None:
                    name = kind if kind == "demand" else f"{kind}-{plan}"
                    found[name] = {form: render(figure, form) for form in forms}
    return found
