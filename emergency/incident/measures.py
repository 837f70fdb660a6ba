"""Measures: started with a level or a condition, in the order the clauses set, undone when they end."""

from __future__ import annotations

from emergency.incident.prepared import ReadyMeasure, ReadyPlan
from emergency.incident.steps import Desk, StepRunner
from emergency.incident.task import Task
from emergency.machine import Need, Value
from emergency.scenario import Effect
from emergency.seat import Ask

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
        #: those called for that cannot start yet, with the value they would run under: their condition is not known
        #: to hold, or something has to come first
        self._waiting: dict[str, Value | None] = dict.fromkeys(ready.by_condition)

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        raise NotImplementedError

    # --- starting

    def start_measures(self, at: Value, before: Value) -> None:
        """Start what entering a value brings; what ran under the value before and runs on is left alone."""
        self._tell_never(at)
        new: list[str] = []
        for value in (*self._skipped(at, before), at):
            for one in self.ready.measures_at.get(value, ()):
                runs_on = one.id in self.active or (before in one.plan.during and one.id in self._waiting)
                if not runs_on and one.id not in new:
                    self._waiting[one.id] = value
                    new.append(one.id)
        for id in new:
            if self.ready.measures[id].condition is None:
                self._start_if_free(id)

    def _tell_never(self, at: Value) -> None:
        """Log the silence about when a measure is taken, where a reading has it taken at no time."""
        for one in self.ready.never if self.program.ranks[at] else ():
            for gap in one.plan.gaps:
                self.gap(gap, one.id)

    def _skipped(self, at: Value, before: Value) -> tuple[Value, ...]:
        """Levels passed over, where a reading has their measures started too."""
        ranks = self.program.ranks
        levels = self.ready.schemes[at.scheme].levels
        between = tuple(v for v in levels if ranks[before] < ranks[v] < ranks[at])
        if between:
            self.gap_of("measures-of-skipped-levels", at)
        started = self.program.precedence.get("measures-of-skipped-levels") == "started"
        return between if started else ()

    def check_measures(self) -> None:
        """Start what nothing holds back any more; stop measures bound to no level whose condition is gone."""
        for one, test in self.ready.conditional:
            holds = self.holding(test)
            if holds and one.id in self._waiting:
                self._start_if_free(one.id)
            elif not holds and one.id in self.active and self.active[one.id].at is None:
                self._waiting[one.id] = None
                self.desk.effects.undo(self._stop(one.id, self.active[one.id]))
        for id in [i for i in self._waiting if self.ready.measures[i].condition is None]:
            self._start_if_free(id)

    def _start_if_free(self, id: str) -> None:
        if self._free(one := self.ready.measures[id]):
            self._start(one, self._waiting.pop(id))

    # --- what has to come first

    def _free(self, one: ReadyMeasure) -> bool:
        """Whether all that a measure comes after is past: earlier ranks, what it stands in for, what it needs."""
        if not one.follows:
            return True
        earlier = (id for id in one.plan.earlier if self._called_for(id))
        if not all(id in self.done or id in self.failed for id in earlier):
            return False
        return self._takes_the_place(one) and all(self._met_need(n) for n in one.plan.needs)

    def _takes_the_place(self, one: ReadyMeasure) -> bool:
        """Whether its turn has come: of two alternatives, the one named second waits for the first to fail."""
        if not one.alternative or not self._called_for(one.alternative):
            return True
        other = self.ready.measures[one.alternative]
        if other.alternative == one.id and one.place < other.place:
            return True
        return other.id in self.failed

    def _called_for(self, id: str) -> bool:
        """Whether a measure is in force, or would be but for what has to come first."""
        if id not in self._waiting:
            return id in self.active
        test = self.ready.measures[id].condition
        return test is None or self.holding(test) or id in self.active

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
        if not self.ready.followers.isdisjoint(self._waiting):
            self.desk.changed(self)

    # --- under way

    def _start(self, one: ReadyMeasure, at: Value | None) -> None:
        matter = one.matter
        task = self.take_on(matter, at)
        self.active[one.id] = task
        detail = dict(matter.told)
        if one.alternative in self.failed:
            detail["instead-of"] = one.alternative
        self.add("measure-started", task, matter.by, matter.clauses, detail)
        self.next_step(task)

    def in_force(self, ref: str) -> bool:
        """Whether a measure has been carried out and lasts."""
        return ref in self.active and self.active[ref].done

    def clauses_of(self, ref: str) -> tuple[str, ...]:
        """The clauses that order a measure."""
        one = self.ready.measures.get(ref)
        return one.matter.clauses if one is not None else ()

    def measure_done(self, task: Task) -> None:
        """A measure is carried out: its effects on the world begin, and its next time is set."""
        one = self.ready.measures[task.ref]
        self.done.add(one.id)
        detail: dict[str, object] = {"verb": one.plan.says.verb, "took": self.clock.now - task.opened}
        if task.deadlines and (kept := self.met(task, len(task.matter.steps) - 1)):
            detail |= {"do": one.plan.says.verb, **kept}
        self.add("measure-done", task, one.matter.by, one.matter.clauses, detail)
        self._bring(one, task.at)
        if not task.effects and one.effects:
            task.effects = one.effects
            rank = self.program.ranks[task.at] if task.at is not None else 0
            self.desk.effects.start(task.effects, rank)
        if one.plan.every is not None:
            again = task.opened + self.desk.prepared.span(one.plan.every, task.opened)
            self.clock.at(max(again, self.clock.now), lambda: self._repeat(task))
        self._look_again()

    def _bring(self, one: ReadyMeasure, at: Value | None) -> None:
        """Start the measures that one now carried out is in addition to."""
        for id in [i for i in one.brings if i not in self.active and i not in self._waiting]:
            self._waiting[id] = at
            test = self.ready.measures[id].condition
            if test is None or self.holding(test):
                self._start_if_free(id)

    def _repeat(self, task: Task) -> None:
        if not task.closed:
            task.index, task.done, task.opened = len(task.matter.steps) - 1, False, self.clock.now
            task.n += 1
            task.deadlines.clear()
            self.next_step(task)

    def refused(self, ask: Ask, task: Task) -> None:
        """A measure is not taken: a right where it is left to those asked; another takes its place where one may."""
        if task.matter.kind != "measure":
            super().refused(ask, task)
            return
        self.failed.add(task.ref)
        may = task.matter.may
        why = "declined" if may else "refused"
        self.add("decision-refused", task, ask.actor, ask.clauses, {"do": ask.do, "why": why})
        self.close_task(task)
        if not may and not any(self.ready.measures[id].alternative == task.ref for id in self._waiting):
            self.gap(f"refused:{task.ref}", task.ref, ask.clauses, why="refused", do=ask.do, who=ask.actor)
        self._look_again()

    # --- stopping

    def stop_measures(self, at: Value) -> None:
        """Stop measures that the new value no longer carries."""
        ending = self.ready.leaving[at]
        if not ending:
            return
        rank = self.program.ranks[at]
        kept = self.program.precedence.get("measures-of-milder-levels", "kept") == "kept"
        undone: list[tuple[Effect, str]] = []
        for ref, task in list(self.active.items()):
            gravest = ending.get(ref)
            if gravest is None:
                continue
            if kept and rank > gravest:
                self.gap_of("measures-of-milder-levels", ref)
            else:
                undone += self._stop(ref, task)
        self.desk.effects.undo(undone)
        for ref in [ref for ref in self._waiting if ref in ending]:
            del self._waiting[ref]

    def _stop(self, ref: str, task: Task) -> tuple[tuple[Effect, str], ...]:
        """End a measure; returns its effects, for the caller to undo together with others."""
        del self.active[ref]
        if ref not in self.failed:
            detail = {"measure": ref, "carried-out": ref in self.done}
            cited = task.matter.clauses
            self.log.add(self.clock.now, "note", plan=self.id, ref="measure-stopped", clauses=cited, detail=detail)
        self.done.discard(ref)
        self.failed.discard(ref)
        self.close_task(task)
        return task.effects
