"""The course of a run: chosen variables and the levels in force, read off on a grid of time.

Courses are kept of the first runs only, enough for a figure: what a sweep keeps must not grow with its length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emergency.condition import Compare, leaves
from emergency.incident import Incident, Prepared
from emergency.incident.worlds import headlines
from emergency.indicators import PlanIndicators
from emergency.machine import Program, Value
from emergency.seat import Policy

__all__ = ["COURSE_RUNS", "Courses", "Layout", "Line", "run_with_course"]

COURSE_RUNS = 2000
STEPS = 120  # of the grid, over the horizon
MOST = 4  # variables kept of each plan, and of the worlds
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of a course shows: a variable as the plan names it, or the level in force of a scheme.

    Attributes
    ----------
    plan : str
        Empty for a variable that tells the story of a world though no plan asks for it.
    world : str
        What the world calls the variable; empty for a scheme.
    """

    plan: str
    name: str
    world: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines and the grid of all courses of a case.

    Attributes
    ----------
    grid : tuple of float
        Times [h] from the start to the horizon.
    """

    lines: tuple[Line, ...]
    grid: tuple[float, ...]

    @classmethod
    def of(cls, prepared: Prepared) -> Layout:
        """The variables that levels' criteria bound, those with most bounds first, the schemes, the world's own."""
        found: list[Line] = []
        for id, ready in prepared.plans.items():
            counts = _bounds(ready.program)
            shown = [(s.variable, s.atom.variable) for s in ready.signals.found if s.variable in counts]
            worlds = {world: variable for variable, world in reversed(shown)}
            ordered = sorted(worlds, key=lambda w: -counts[worlds[w]])
            found += [Line(id, worlds[world], world) for world in ordered[:MOST]]
            found += [Line(id, str(scheme)) for scheme in ready.program.plan.schemes]
        asked = {line.world for line in found}
        own = [name for name in headlines(prepared.scenario.world) if name not in asked]
        found += [Line("", name, name) for name in own[:MOST]]
        grid = tuple(prepared.horizon * k / STEPS for k in range(STEPS + 1))
        return cls(tuple(found), grid)

    @property
    def shape(self) -> tuple[int, int]:
        """Lines and points of one course."""
        return len(self.lines), len(self.grid)


def _bounds(program: Program) -> dict[str, int]:
    """How many bounds the criteria of levels put on each variable."""
    found: dict[str, int] = {}
    for rule in program.rules:
        for leaf in leaves(rule.tree):
            if isinstance(leaf, Compare):
                found[leaf.indicator] = found.get(leaf.indicator, 0) + 1
    return found


@dataclass(slots=True)
class Courses:
    """The courses of the first runs of a sweep.

    Attributes
    ----------
    values : array of shape (runs, lines, points)
        Variables in base units; of a scheme the rank of the level in force, 0 for none.
    runs : list of int
        Which runs they are of.
    """

    layout: Layout
    values: Floats
    runs: list[int]

    def line(self, plan: str, name: str) -> Floats:
        """One line of all courses, of shape (runs, points)."""
        index = next(i for i, one in enumerate(self.layout.lines) if (one.plan, one.name) == (plan, name))
        return self.values[:, index, :]


def run_with_course(
    incident: Incident, who: Policy, layout: Layout, plans: Mapping[str, PlanIndicators]
) -> Floats:
    """Run an incident to its end, stopping at each point of the grid to read off the variables."""
    course = np.zeros(layout.shape, dtype=np.float32)
    variables = [(row, line.world) for row, line in enumerate(layout.lines) if line.world]
    for column, t in enumerate(layout.grid):
        _run_to(incident, who, t)
        for row, world in variables:
            course[row, column] = incident.world.value(world, t)
    for row, line in enumerate(layout.lines):
        if not line.world:
            one = plans[line.plan]
            course[row] = _ranks(one, line.name, layout.grid)
    return course


def _run_to(incident: Incident, who: Policy, t: float) -> None:
    asked = True
    while asked:  # an answer may bring about more at the same instant
        asked = False
        incident.advance(t)
        while asks := incident.open_decisions():
            asked = True
            incident.decide(asks[0], who.answer(asks[0], incident.clock.now))


def _ranks(plan: PlanIndicators, scheme: str, grid: Sequence[float]) -> Floats:
    """How grave the level of a scheme was at each time."""
    found = np.zeros(len(grid), dtype=np.float32)
    times = np.asarray(grid)
    rank: Callable[[str], int] = lambda level: plan.program.ranks[Value(scheme, level)]  # noqa: E731
    for one in plan.levels:
        if one["scheme"] == scheme:
            until = np.inf if one["to_h"] is None else one["to_h"]
            found[(times >= one["from_h"]) & (times < until)] = rank(one["level"])
    return found
