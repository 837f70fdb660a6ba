"""Steps: what several clauses tell of one matter, put together into one sequence."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from emergency.condition import Any, Guard, Node
from emergency.errors import Problem
from emergency.machine.levels import LevelCompiler, join
from emergency.machine.program import Bound, StepPlan, Value
from emergency.plan.leaves import UNSTATED, Within
from emergency.plan.statements import Decision, Step
from emergency.quantity import Duration
from emergency.source import Citation, Clause

__all__ = ["StepCompiler"]

Key = tuple[str, str]  # verb and actor: one step, whoever tells it
Told = tuple[Step, Clause]


class StepCompiler(LevelCompiler):
    """Compiles the steps that the decisions of one plan, and its measures, are made of."""

    def merged_steps(self, voices: list[Decision], at: Value) -> tuple[StepPlan, ...]:
        """The union of the steps the clauses tell, in the order they tell; a tie needs a reading."""
        keys = self.keys(voices, at)
        told: dict[Key, list[Told]] = {}
        graph: TopologicalSorter[Key] = TopologicalSorter()
        for voice in voices:
            before: Key | None = None
            for step in voice.steps:
                key = keys[id(step)]
                told.setdefault(key, []).append((step, voice.clause))
                if key != before:
                    graph.add(key, *([before] if before else []))
                before = key
        order = _only_order(graph)
        if order is None:
            order = self.settled_order(at, voices, list(told))
        return tuple(self.step(told[key], key) for key in order)

    # --- which tellings are of one step

    def keys(self, voices: list[Decision], at: Value) -> dict[int, Key]:
        """The step that each telling is of.

        A clause that leaves the actor open speaks of the step that another clause gives to someone. Those whom a
        clause has act together take one step, whichever of them another clause names. Verbs are one where a reading
        says so and the same actor does both.
        """
        told = [(s, v.clause) for v in voices for s in v.steps]
        found: dict[int, Key] = {id(s): (s.do, self.actor(s, clause, told, at)) for s, clause in told}
        same = self.readings.answer("entering", str(at), "steps") if len(voices) > 1 else ()
        for verb, kept in same if isinstance(same, tuple) else ():
            for step, (do, actor) in list(found.items()):
                if do == verb and (kept, actor) in found.values():
                    found[step] = (kept, actor)
        together = self.together(told, found)
        return {step: together.get(key, key) for step, key in found.items()}

    def actor(self, step: Step, clause: Clause, told: Iterable[Told], at: Value) -> str:
        if step.by.named:
            return str(step.by)
        others = {str(s.by) for s, _ in told if s.do == step.do and s.by.named}
        own = self.readings.taken("entering", str(at), f"{step.do}.by")
        if own is None and len(others) == 1:
            return others.pop()
        return self.readings.find("entering", str(at), f"{step.do}.by", needed_by=[clause]) or str(UNSTATED)

    def together(self, told: Iterable[Told], keys: dict[int, Key]) -> dict[Key, Key]:
        """Steps of those who act jointly → the step of the one named first."""
        found: dict[Key, Key] = {}
        for step, _ in told:
            do, first = keys[id(step)]
            for partner in step.with_ or ():
                if partner.named and (do, str(partner)) != found.get((do, first)):
                    found.setdefault((do, str(partner)), found.get((do, first), (do, first)))
        return {key: to for key, to in found.items() if key != to}

    # --- their order

    def settled_order(self, at: Value, voices: list[Decision], keys: list[Key]) -> list[Key]:
        clauses = [v.clause for v in voices]
        self.readings.find("entering", str(at), "order", needed_by=clauses)
        verbs = self.readings.answer("entering", str(at), "order")
        if verbs is None:
            return keys
        lost = sorted({do for do, _ in keys} - set(verbs))
        if lost:
            cited = ", ".join(self.cite(*clauses))
            facts = {"question": f"entering {at} order", "clauses": cited, "plan": self.plan.plan}
            self.readings.missing.append(Problem("unsettled", None, {**facts, "why": ", ".join(lost)}))
            return keys
        return sorted(keys, key=lambda key: verbs.index(key[0]))

    # --- one step

    def step(self, told: list[Told], key: Key | None = None) -> StepPlan:
        """One step from all that is told of it."""
        first, clause = told[0]
        do, actor = key or (first.do, str(first.by))
        by = self.cast.performer(actor, clause) if actor != UNSTATED else ()
        partners = [a for s, _ in told for a in (s.by, *(s.with_ or ())) if a.named and a != actor]
        to = self.cast.performers([a for s, _ in told for a in s.to or ()], clause)
        bounds = tuple(b for s, c in told for b in self.bounds(s.within, c))
        urgency = next((s.within.urgency for s, _ in told if s.within and s.within.urgency), None)
        form = next((s.form for s, _ in told if s.form), None)
        with_ = self.cast.performers(partners, clause)
        cited = self.cite(*[c for _, c in told])
        names = frozenset(str(a) for s, _ in told for a in s.to or () if a.named)
        return StepPlan(do, by, with_, to, bounds, urgency, cited, form, _guard(told), names)

    def bounds(self, within: Within | None, clause: Clause) -> list[Bound]:
        if within is None or not isinstance(within.bound, Duration):
            return []
        after = str(within.after) if within.after and within.after != UNSTATED else None
        return [Bound(within.bound, after, Citation.of(self.plan.plan, clause))]


def _guard(told: list[Told]) -> Node | None:
    """When a step is taken: whenever one of the clauses that tell a condition would have it taken."""
    return join(Any, list(dict.fromkeys(s.when.tree for s, _ in told if isinstance(s.when, Guard))))


def _only_order(graph: TopologicalSorter[Key]) -> list[Key] | None:
    """The order of the steps where the clauses leave just one; None for a tie or a circle."""
    order: list[Key] = []
    try:
        graph.prepare()
    except CycleError:
        return None
    while graph.is_active():
        ready = graph.get_ready()
        if len(ready) > 1:
            return None
        order += ready
        graph.done(*ready)
    return order
