"""Measures: started with a level or a condition, in the order the clauses set, undone when they end."""

from __future__ import annotations

from emergency.incident.prepared import ReadyPlan
from emergency.incident.steps import Desk, StepRunner
from emergency.incident.task import Task, carry_out
from emergency.machine import MeasurePlan, Need, Value
from emergency.scenario import Effect
from emergency.seat import Ask
from emergency.source import Id

__all__ = ["MeasureRunner"]


class MeasureRunner(StepRunner):
    """The measures of one plan under way.

    Attributes
    ----------
    active : dict of str to Task
        Those begun, refused ones among them, until the value that carries them is left.
    done, failed : set of str
        Those carried out at least once since they were begun, and those that somebody refused.
    sent : set of str
        The reports that have been sent.
    """

    def __init__(self, ready: ReadyPlan, desk: Desk) -> None:
        super().__init__(ready, desk)
        self.active: dict[str, Task] = {}
        self.done: set[str] = set()
        self.failed: set[str] = set()
        self.sent: set[str] = set()
        measures = self.program.measures
        self._place = {m.id: i for i, m in enumerate(measures)}
        self._never = [m for m in measures if m.never]
        #: those called for that cannot start yet, with the value they would run under: their condition is not known
        #: to hold, or something has to come first
        self._waiting: dict[str, tuple[MeasurePlan, Value | None]] = {
            m.id: (m, None) for m in measures if not m.during and not m.never and m.id in ready.conditions
        }

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        raise NotImplementedError

    # --- starting

    def start_measures(self, at: Value, before: Value) -> None:
        """Start what entering a value brings; what ran under the value before and runs on is left alone."""
        self._tell_never(at)
        new: list[str] = []
        for value in (*self._skipped(at, before), at):
            for measure in self.ready.measures_at.get(value, ()):
                runs_on = measure.id in self.active or (before in measure.during and measure.id in self._waiting)
                if not runs_on and measure.id not in new:
                    self._waiting[measure.id] = (measure, value)
                    new.append(measure.id)
        for id in new:
            if id not in self.ready.conditions:
                self._start_if_free(id)

    def _tell_never(self, at: Value) -> None:
        """Log the silence about when a measure is taken, where a reading has it taken at no time."""
        for measure in self._never if self.program.ranks[at] else ():
            for gap in measure.gaps:
                self.gap(gap, measure.id)

    def _skipped(self, at: Value, before: Value) -> tuple[Value, ...]:
        """Levels passed over, where a reading has their measures started too."""
        ranks = self.program.ranks
        levels = [Value(at.scheme, v) for v in self.program.plan.schemes[Id(at.scheme)].levels]
        between = tuple(v for v in levels if ranks[before] < ranks[v] < ranks[at])
        if between:
            self.gap_of("measures-of-skipped-levels", str(at))
        started = self.program.precedence.get("measures-of-skipped-levels") == "started"
        return between if started else ()

    def check_measures(self) -> None:
        """Start what nothing holds back any more; stop measures bound to no level whose condition is gone."""
        for id, test in self.ready.conditions.items():
            holds = self.holding(test)
            if holds and id in self._waiting:
                self._start_if_free(id)
            elif not holds and id in self.active and self.active[id].at is None:
                self._waiting[id] = (_measure(self.active[id]), None)
                self.desk.effects.undo(self._stop(id, self.active[id]))
        for id in [i for i in self._waiting if i not in self.ready.conditions]:
            self._start_if_free(id)

    def _start_if_free(self, id: str) -> None:
        measure, at = self._waiting[id]
        if self._free(measure):
            del self._waiting[id]
            self._start(measure, at)

    # --- what has to come first

    def _free(self, measure: MeasurePlan) -> bool:
        """Whether all that a measure comes after is past: earlier ranks, what it stands in for, what it needs."""
        earlier = (id for id in measure.earlier if self._called_for(id))
        if not all(id in self.done or id in self.failed for id in earlier):
            return False
        return self._takes_the_place(measure) and all(self._met_need(n) for n in measure.needs)

    def _takes_the_place(self, measure: MeasurePlan) -> bool:
        """Whether its turn has come: of two alternatives, the one named second waits for the first to fail."""
        other = str(measure.says.alternative or "")
        if not other or not self._called_for(other):
            return True
        mutual = self.program.measures[self._place[other]].says.alternative == measure.says.id
        if mutual and self._place[measure.id] < self._place[other]:
            return True
        return other in self.failed

    def _called_for(self, id: str) -> bool:
        """Whether a measure is in force, or would be but for what has to come first."""
        if id in self.active:
            return True
        test = self.ready.conditions.get(id)
        return id in self._waiting and (test is None or self.holding(test))

    def _met_need(self, need: Need) -> bool:
        match need.kind:
            case "measures":
                return need.id in self.done
            case "decisions":
                values = self.values()
                return any(values[v.scheme] == v.value for v in need.values)
            case "reports":
                return need.id in self.sent
            case "events":
                return need.id in self.happened
            case _:
                return True

    def _look_again(self) -> None:
        """Something others may have waited for has come: judge anew before time goes on."""
        if any(m.earlier or m.says.alternative or m.needs for m, _ in self._waiting.values()):
            self.desk.changed(self)

    # --- under way

    def _start(self, measure: MeasurePlan, at: Value | None) -> None:
        says = measure.says
        steps = (*measure.steps, carry_out(says.verb, measure.by, measure.clauses, measure.bounds))
        task = self.task("measure", measure.id, steps, at, measure)
        task.may = measure.discretionary
        self.active[measure.id] = task
        for gap in measure.gaps:
            self.gap(gap, measure.id)
        actor = measure.by[0].actor if measure.by else None
        self.add("measure-started", task, actor, measure.clauses, self._told(measure))
        self.next_step(task)

    def _told(self, measure: MeasurePlan) -> dict[str, object]:
        """What the log tells of a measure that starts."""
        says = measure.says
        detail: dict[str, object] = {"verb": says.verb, "by": [p.actor for p in measure.by]}
        if says.target:
            detail["target"] = [str(t) for t in says.target]
        if says.strength:
            detail["strength"] = says.strength
        if measure.towards:
            detail["towards"] = [p.actor for p in measure.towards]
        if measure.discretionary:
            words = says.discretion
            detail["discretion"] = {"zh": words.zh, "en": words.en} if words else says.modality
        if says.alternative in self.failed:
            detail["instead-of"] = str(says.alternative)
        return detail

    def in_force(self, ref: str) -> bool:
        """Whether a measure has been carried out and lasts."""
        return ref in self.active and self.active[ref].done

    def clauses_of(self, ref: str) -> tuple[str, ...]:
        """The clauses that order a measure."""
        return next((m.clauses for m in self.program.measures if str(m.says.id) == ref), ())

    def measure_done(self, task: Task) -> None:
        """A measure is carried out: its effects on the world begin, and its next time is set."""
        measure = _measure(task)
        self.done.add(measure.id)
        detail: dict[str, object] = {"verb": measure.says.verb, "took": self.clock.now - task.opened}
        if kept := self.met(task, len(task.steps) - 1):
            detail |= {"do": measure.says.verb, **kept}
        self.add("measure-done", task, measure.by[0].actor if measure.by else None, measure.clauses, detail)
        self._bring(measure, task.at)
        rank = self.program.ranks[task.at] if task.at is not None else 0
        if not task.effects:
            found = self.desk.prepared.effects.get(f"{self.id}:{task.ref}", ())
            task.effects = [(e, f"{self.id}:{task.ref}:{k}") for k, e in enumerate(found)]
            self.desk.effects.start(task.effects, rank)
        if measure.every is not None:
            prepared = self.desk.prepared
            again = task.opened + measure.every.hours(prepared.instant(task.opened), prepared.calendar)
            self.clock.at(max(again, self.clock.now), lambda: self._repeat(task))
        self._look_again()

    def _bring(self, measure: MeasurePlan, at: Value | None) -> None:
        """Start the measures that one now carried out is in addition to."""
        brought = [m for value in measure.adds for m in self.ready.measures_at.get(value, ())]
        for one in dict.fromkeys(m.id for m in brought if m.id not in self.active and m.id not in self._waiting):
            self._waiting[one] = (self.program.measures[self._place[one]], at)
            if one not in self.ready.conditions or self.holding(self.ready.conditions[one]):
                self._start_if_free(one)

    def _repeat(self, task: Task) -> None:
        if not task.closed:
            task.index, task.done, task.opened = len(task.steps) - 1, False, self.clock.now
            task.n += 1
            task.deadlines.clear()
            self.next_step(task)

    def refused(self, ask: Ask, task: Task) -> None:
        """A measure is not taken: a right where it is left to those asked; another takes its place where one may."""
        if task.kind != "measure":
            super().refused(ask, task)
            return
        self.failed.add(task.ref)
        why = "declined" if task.may else "refused"
        self.add("decision-refused", task, ask.actor, ask.clauses, {"do": ask.do, "why": why})
        self.close_task(task)
        if not task.may and not any(m.says.alternative == task.ref for m, _ in self._waiting.values()):
            self.gap(f"refused:{task.ref}", task.ref, ask.clauses, why="refused", do=ask.do, who=ask.actor)
        self._look_again()

    # --- stopping

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
        if ref not in self.failed:
            detail = {"measure": ref, "carried-out": ref in self.done}
            cited = _measure(task).clauses
            self.log.add(self.clock.now, "note", plan=self.id, ref="measure-stopped", clauses=cited, detail=detail)
        self.done.discard(ref)
        self.failed.discard(ref)
        self.close_task(task)
        return task.effects


def _measure(task: Task) -> MeasurePlan:
    assert isinstance(task.says, MeasurePlan)
    return task.says
