"""Measures: started with a level or a condition, carried out by the agencies named, undone when they end."""

from __future__ import annotations

from emergency.incident.prepared import ReadyPlan
from emergency.incident.steps import Desk, StepRunner
from emergency.incident.task import Task, carry_out
from emergency.machine import MeasurePlan, Value
from emergency.scenario import Effect
from emergency.source import Id

__all__ = ["MeasureRunner"]


class MeasureRunner(StepRunner):
    """The measures of one plan under way."""

    def __init__(self, ready: ReadyPlan, desk: Desk) -> None:
        super().__init__(ready, desk)
        self.active: dict[str, Task] = {}
        #: measures whose condition is not yet known to hold, with the value they would run under
        self._waiting: dict[str, tuple[MeasurePlan, Value | None]] = {
            str(m.says.id): (m, None) for m in self.program.measures if not m.during
        }

    def start_measures(self, at: Value, before: Value) -> None:
        """Start what entering a value brings; what ran under the value before and runs on is left alone."""
        for value in (*self._skipped(at, before), at):
            for measure in self.ready.measures_at.get(value, ()):
                id = str(measure.says.id)
                if id in self.active or (before in measure.during and id in self._waiting):
                    continue
                if id in self.ready.conditions:
                    self._waiting[id] = (measure, value)
                else:
                    self._start(measure, value)

    def _skipped(self, at: Value, before: Value) -> tuple[Value, ...]:
        """Levels passed over, where a reading has their measures started too."""
        ranks = self.program.ranks
        levels = [Value(at.scheme, v) for v in self.program.plan.schemes[Id(at.scheme)].levels]
        between = tuple(v for v in levels if ranks[before] < ranks[v] < ranks[at])
        if between:
            self.gap_of("measures-of-skipped-levels", str(at))
        started = self.program.precedence.get("measures-of-skipped-levels") == "started"
        return between if started else ()

    def check_conditions(self, known: list[bool], values: dict[str, str], sustained: list[bool]) -> None:
        """Start measures whose condition is known to hold now; stop those bound to no level once it does not."""
        for id, test in self.ready.conditions.items():
            holds = test(known, values, sustained)
            if holds and id in self._waiting:
                measure, at = self._waiting.pop(id)
                self._start(measure, at)
            elif not holds and id in self.active and self.active[id].at is None:
                self._waiting[id] = (_measure(self.active[id]), None)
                self.desk.effects.undo(self._stop(id, self.active[id]))

    def _start(self, measure: MeasurePlan, at: Value | None) -> None:
        says = measure.says
        steps = (*measure.steps, carry_out(says.verb, measure.by, measure.clauses, measure.bounds))
        task = self.task("measure", str(says.id), steps, at, measure)
        self.active[str(says.id)] = task
        if measure.gap:
            self.gap(measure.gap, str(says.id))
        detail: dict[str, object] = {"verb": says.verb, "by": [p.actor for p in measure.by]}
        if says.target:
            detail["target"] = [str(t) for t in says.target]
        if says.strength:
            detail["strength"] = says.strength
        if measure.towards:
            detail["towards"] = [p.actor for p in measure.towards]
        self.add("measure-started", task, measure.by[0].actor if measure.by else None, measure.clauses, detail)
        self.next_step(task)

    def measure_done(self, task: Task) -> None:
        """A measure is carried out: its effects on the world begin, and its next time is set."""
        measure = _measure(task)
        detail: dict[str, object] = {"verb": measure.says.verb, "took": self.clock.now - task.opened}
        if kept := self.met(task, len(task.steps) - 1):
            detail |= {"do": measure.says.verb, **kept}
        self.add("measure-done", task, measure.by[0].actor if measure.by else None, measure.clauses, detail)
        rank = self.program.ranks[task.at] if task.at is not None else 0
        if not task.effects:
            found = self.desk.prepared.effects.get(f"{self.id}:{task.ref}", ())
            task.effects = [(e, f"{self.id}:{task.ref}:{k}") for k, e in enumerate(found)]
            self.desk.effects.start(task.effects, rank)
        if measure.every is not None:
            prepared = self.desk.prepared
            again = task.opened + measure.every.hours(prepared.instant(task.opened), prepared.calendar)
            self.clock.at(max(again, self.clock.now), lambda: self._repeat(task))

    def _repeat(self, task: Task) -> None:
        if not task.closed:
            task.index, task.done, task.opened = len(task.steps) - 1, False, self.clock.now
            task.n += 1
            task.deadlines.clear()
            self.next_step(task)

    def stop_measures(self, at: Value) -> None:
        """Stop measures that the new value no longer carries."""
        ranks = self.program.ranks
        kept = self.program.precedence.get("measures-of-milder-levels", "kept") == "kept"
        undone: list[tuple[Effect, str]] = []
        for ref, task in list(self.active.items()):
            gravest = self.ready.reach[ref].get(at.scheme)
            if gravest is None or at in _measure(task).during:
                continue
            if kept and ranks[at] > gravest:
                self.gap_of("measures-of-milder-levels", ref)
            else:
                undone += self._stop(ref, task)
        self.desk.effects.undo(undone)
        for ref, (measure, _) in list(self._waiting.items()):
            if at.scheme in self.ready.reach[ref] and at not in measure.during:
                del self._waiting[ref]

    def _stop(self, ref: str, task: Task) -> list[tuple[Effect, str]]:
        """End a measure; returns its effects, for the caller to undo together with others."""
        del self.active[ref]
        self.close_task(task)
        return task.effects


def _measure(task: Task) -> MeasurePlan:
    assert isinstance(task.says, MeasurePlan)
    return task.says
