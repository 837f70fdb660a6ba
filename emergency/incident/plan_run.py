"""One plan during one incident: levels judged on what is known, decisions step by step, measures, reports."""

from __future__ import annotations

from typing import Protocol

from emergency.chance import Stream
from emergency.incident.clock import Clock
from emergency.incident.effects import Effects
from emergency.incident.prepared import Prepared, ReadyPlan
from emergency.incident.task import Deadline, Task, carry_out
from emergency.incident.watch import Watch
from emergency.log import EventLog
from emergency.machine import DecisionPlan, MeasurePlan, PublicationPlan, ReportPlan, Value
from emergency.quantity import Duration
from emergency.seat import Ask
from emergency.world import Worlds

__all__ = ["Desk", "PlanRun"]


class Desk(Protocol):
    """What a plan's run needs of the incident it is part of."""

    prepared: Prepared
    clock: Clock
    log: EventLog
    stream: Stream
    world: Worlds
    effects: Effects

    def ask(self, task: Task, run: PlanRun) -> None:
        """Put the present step of a task to its performers."""

    def withdraw(self, task: Task) -> None:
        """A task is over: nobody need answer any more."""

    def changed(self, run: PlanRun) -> None:
        """Have the plan judged anew before time goes on."""


class PlanRun:
    """A plan's situation and everything it has set going."""

    def __init__(self, ready: ReadyPlan, desk: Desk) -> None:
        self.ready, self.desk = ready, desk
        self.program, self.machine = ready.program, ready.machine
        self.clock, self.log = desk.clock, desk.log
        self.id = self.program.id
        self.situation = self.machine.situation()
        self.watch = Watch(
            ready,
            desk.prepared,
            self.situation,
            self.clock,
            self.log,
            desk.stream,
            self._reconsider,
            lambda name: desk.world.value(name, self.clock.now),
        )
        self.entered_at: dict[str, float] = {}
        self.pending: dict[Value, Task] = {}
        self.active: dict[str, Task] = {}
        self.tasks: list[Task] = []
        self._dormant: set[Value] = set()
        self._opened: dict[str, int] = {}
        self._gaps: set[str] = set()
        self._waiting_conditions: list[MeasurePlan] = []
        self._best: dict[str, Value | None] = {}
        self._held: dict[Value, bool] = {}

    def begin(self, truths: list[bool]) -> None:
        """Start with all that is true known, and write down the readings this run rests on."""
        taken = dict(sorted(self.program.readings.items()))
        clauses = tuple(
            self.program.plan.cite(
                *(c for r in self.program.plan.readings if r.id in taken for c in r.clauses)
            )
        )
        detail = {"taken": taken, "overruled": list(self.program.overruled)}
        self.log.add(0.0, "note", plan=self.id, ref="readings", clauses=clauses, detail=detail)
        self.watch.begin(truths)
        self.desk.changed(self)

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        return self.machine.values(self.situation)

    def gap(self, name: str, ref: str | None = None, clauses: tuple[str, ...] = (), **detail: object) -> None:
        """Log, once a run, that the plan is silent here; `name` is the reading that stands in."""
        if name in self._gaps:
            return
        self._gaps.add(name)
        found = self.program.gaps.get(name)
        if found is not None:
            detail = {"question": dict(found.question), "reading": name, "taken": found.taken, **detail}
            clauses = found.clauses
        self.log.add(self.clock.now, "gap", plan=self.id, ref=ref, clauses=clauses, detail=detail)

    # --- judging

    def _reconsider(self) -> None:
        """What is known, or where the plan stands, has changed: judge anew before time goes on."""
        self._forget()
        self.desk.changed(self)

    def _forget(self) -> None:
        self._best.clear()
        self._held.clear()

    def holds(self, at: Value) -> bool:
        """Whether the guard of entering a value is known to hold."""
        found = self._held.get(at)
        if found is None:
            test = self.ready.whens.get(at)
            found = test is not None and test(self.watch.known, self.values(), self.watch.sustained)
            self._held[at] = found
        return found

    def best(self, scheme: str) -> Value | None:
        """The level of a scheme that its criteria, as known, call for."""
        if scheme not in self._best:
            self._best[scheme] = self._find_best(scheme)
        return self._best[scheme]

    def _find_best(self, scheme: str) -> Value | None:
        known, values, sustained = self.watch.known, self.values(), self.watch.sustained
        held = [
            at
            for at, test in self.ready.rules.items()
            if at.scheme == scheme and test(known, values, sustained)
        ]
        if not held:
            return None
        if len(held) > 1:
            self.gap_of("several-criteria-hold", str(held[-1]))
        ranks = self.program.ranks
        mildest = self.program.precedence.get("several-criteria-hold") == "mildest"
        return (min if mildest else max)(held, key=lambda at: ranks[at])

    def gap_of(self, precedence: str, ref: str) -> None:
        """Log the gap behind a rule of precedence."""
        for reading in self.program.plan.readings:
            if reading.settles.precedence == precedence and reading.id in self.program.gaps:
                self.gap(reading.id, ref)

    def judge(self) -> None:
        """See what the criteria, as known now, call for: grades that follow by themselves, decisions to open."""
        self.watch.sustain()
        self._forget()
        self._dormant = {at for at in self._dormant if self.holds(at)}
        for scheme in self.machine.schemes:
            best = self.best(scheme)
            if not self._follow(scheme, best):
                self._consider(scheme, best)
        self._start_conditional()

    def _follow(self, scheme: str, best: Value | None) -> bool:
        """Enter what holds by its criteria alone; True for a scheme of that kind."""
        target = best or Value(scheme, "off")
        decision = self.program.decisions.get(target)
        if decision is None or decision.mode != "by-criteria":
            return False
        if self.values()[scheme] != target.value and self.machine.may(self.situation, target):
            if decision.gap:
                self.gap(decision.gap, str(target))
            self.enter(target, None, self._met(target) or decision.clauses)
        return True

    def _consider(self, scheme: str, best: Value | None) -> None:
        current = Value(scheme, self.values()[scheme])
        ranks = self.program.ranks
        falls = self.program.precedence.get("step-down") == "when-criteria-fall"
        if best is not None and best != current and (ranks[best] > ranks[current] or falls):
            self._open(best)
        ends = self.program.plan.schemes[scheme].ends  # type: ignore[index]
        over = Value(scheme, ends) if ends else None
        if over and self.holds(over):
            self._open(over)
        elif ranks[current] and (best is None or ranks[best] < ranks[current]) and not falls:
            self.gap_of("step-down", str(current))

    def _met(self, at: Value) -> tuple[str, ...]:
        """The clauses of the criteria that hold."""
        known, values, sustained = self.watch.known, self.values(), self.watch.sustained
        found = [
            c
            for test, clauses in self.ready.parts.get(at, ())
            if test(known, values, sustained)
            for c in clauses
        ]
        return tuple(dict.fromkeys(found))

    # --- decisions

    def _open(self, at: Value) -> None:
        decision = self.program.decisions.get(at)
        busy = at in self.pending or at in self._dormant
        if decision is None or decision.mode != "steps" or busy or not self.machine.may(self.situation, at):
            return
        task = self._task("decision", str(at), decision.steps, at, decision)
        self.pending[at] = task
        met = self._met(at)
        detail = {"criteria": list(met), "steps": [s.do for s in decision.steps]}
        self.log.add(
            self.clock.now,
            "decision-opened",
            plan=self.id,
            scheme=at.scheme,
            level=at.value,
            ref=str(at),
            clauses=(*met, *decision.clauses),
            detail=detail,
        )
        self._next_step(task)

    def _valid(self, task: Task) -> bool:
        """Whether a pending decision still has its ground."""
        at = task.at
        if task.kind != "decision" or at is None:
            return True
        if not self.machine.may(self.situation, at) or not self.holds(at):
            return False
        best = self.best(at.scheme)
        rank = self.program.ranks
        return not (rank[at] and best is not None and rank[best] > rank[at])

    def _task(self, kind: str, ref: str, steps: tuple[object, ...], at: Value | None, says: object) -> Task:
        n = self._opened.get(f"{kind}:{ref}", 0)
        self._opened[f"{kind}:{ref}"] = n + 1
        task = Task(self.id, kind, ref, steps, self.clock.now, n, at, says)  # type: ignore[arg-type]
        self.tasks.append(task)
        return task

    def _next_step(self, task: Task) -> None:
        if not self._valid(task):
            self._lapse(task)
            return
        if task.index == len(task.steps):
            self._finished(task)
            return
        for bound in task.step.bounds:
            self._run_bound(task, bound.duration, bound.clause)
        if task.step.by:
            self.desk.ask(task, self)
        else:
            task.index += 1
            self._next_step(task)

    def _run_bound(self, task: Task, length: Duration, clause: str) -> None:
        prepared = self.desk.prepared
        begins = task.opened
        due = begins + length.hours(prepared.instant(begins), prepared.calendar)
        deadline = Deadline(due, clause)
        task.deadlines.append(deadline)
        step = task.index
        self.log.add(
            self.clock.now,
            "report-due",
            plan=self.id,
            ref=task.ref,
            clauses=(clause,),
            actor=task.step.by[0].actor if task.step.by else None,
            detail={"due": due, "do": task.step.do},
        )
        self.clock.at(due, lambda: self._overdue(task, deadline, step))

    def _overdue(self, task: Task, deadline: Deadline, step: int) -> None:
        if deadline.met is None and not task.closed and task.index == step:
            deadline.met = False
            actor = task.step.by[0].actor if task.step.by else None
            self.log.add(
                self.clock.now,
                "deadline-missed",
                plan=self.id,
                actor=actor,
                ref=task.ref,
                clauses=(deadline.clause,),
                detail={"due": deadline.due, "do": task.step.do},
            )

    def step_done(self, ask: Ask, task: Task) -> None:
        """A performer has done its part of a step."""
        if task.closed:
            return
        task.waiting.discard(ask.id)
        if not self._valid(task):
            self._lapse(task)
            return
        self._log_step(ask, task)
        if not task.waiting:
            task.index += 1
            self._next_step(task)

    def _log_step(self, ask: Ask, task: Task) -> None:
        step = task.step
        now = self.clock.now
        detail: dict[str, object] = {"do": ask.do, "took": now - ask.opened}
        if ask.seat != ask.actor:
            detail["seat"] = ask.seat
        for name, group in (("to", step.to), ("with", step.together_with)):
            if group:
                detail[name] = [p.actor for p in group]
        for deadline in task.deadlines:
            if deadline.met is None and not task.waiting:
                deadline.met = now <= deadline.due + 1e-9
                detail["due"] = deadline.due
                detail["met"] = deadline.met
            elif deadline.met is False:
                detail["due"], detail["met"] = deadline.due, False
        kind = {"report": "report-sent", "publication": "published"}.get(task.kind, "step")
        if task.kind == "measure" and task.index == len(task.steps) - 1:
            return  # told by measure-done
        at = task.at
        self.log.add(
            now,
            kind,
            plan=self.id,
            actor=ask.actor,
            scheme=at.scheme if at else None,
            level=at.value if at else None,
            ref=task.ref,
            clauses=ask.clauses,
            detail=detail,
        )

    def refused(self, ask: Ask, task: Task) -> None:
        """A seat has refused: the matter rests until its ground is gone and comes again."""
        self.log.add(
            self.clock.now,
            "decision-refused",
            plan=self.id,
            actor=ask.actor,
            ref=task.ref,
            clauses=ask.clauses,
            detail={"do": ask.do, "why": "refused"},
        )
        self._close(task)
        if task.at is not None and task.kind == "decision":
            self._dormant.add(task.at)
        self.gap(f"refused:{task.ref}", task.ref, ask.clauses, why="refused", do=ask.do, who=ask.actor)

    def never(self, ask: Ask, task: Task) -> None:
        """A seat never answers: without a bound the plan waits for ever, and that is a gap."""
        if not task.step.bounds:
            self.gap(
                f"waits:{task.ref}:{ask.do}", task.ref, ask.clauses, why="waits", do=ask.do, who=ask.actor
            )

    def _lapse(self, task: Task) -> None:
        at = task.at
        assert at is not None
        best = self.best(at.scheme)
        why = "superseded" if best and self.program.ranks[best] > self.program.ranks[at] else "lapsed"
        self.log.add(
            self.clock.now,
            "decision-refused",
            plan=self.id,
            scheme=at.scheme,
            level=at.value,
            ref=task.ref,
            clauses=task.says.clauses if task.says else (),
            detail={"why": why},
        )
        self._close(task)

    def _close(self, task: Task) -> None:
        task.closed = True
        self.desk.withdraw(task)
        if task.at is not None and self.pending.get(task.at) is task:
            del self.pending[task.at]

    def _finished(self, task: Task) -> None:
        task.done = True
        if task.kind == "decision":
            assert task.at is not None
            met = self._met(task.at)
            self._close(task)
            says = task.says.clauses if task.says else ()
            actor = task.steps[-1].by[0].actor if task.steps and task.steps[-1].by else None
            self.log.add(
                self.clock.now,
                "decided",
                plan=self.id,
                actor=actor,
                scheme=task.at.scheme,
                level=task.at.value,
                ref=task.ref,
                clauses=says,
                detail={"criteria": list(met), "took": self.clock.now - task.opened},
            )
            self.enter(task.at, actor, (*met, *says))
        elif task.kind == "measure":
            self._measure_done(task)
        else:
            self._close(task)

    # --- values

    def enter(self, at: Value, actor: str | None, clauses: tuple[str, ...]) -> None:
        """Enter a value: leave the old one, start what the new one brings."""
        before = Value(at.scheme, self.values()[at.scheme])
        now = self.clock.now
        self.machine.enter(self.situation, at)
        self._forget()
        levels = self.program.plan.schemes[at.scheme].levels  # type: ignore[index]
        if before.value in levels:
            stayed = now - self.entered_at.get(at.scheme, 0.0)
            self.log.add(
                now,
                "level-left",
                plan=self.id,
                scheme=at.scheme,
                level=before.value,
                ref=str(before),
                detail={"stayed": stayed},
            )
        self.entered_at[at.scheme] = now
        self.log.add(
            now,
            "entered",
            plan=self.id,
            actor=actor,
            scheme=at.scheme,
            level=at.value,
            ref=str(at),
            clauses=clauses,
            detail={"from": before.value},
        )
        self._stop_measures(at)
        self._start_measures(at, before)
        self._happened(at, before)
        for decision in self.program.decisions.values():
            if decision.follows == at and self.machine.may(self.situation, decision.at):
                self._follows(decision)
        self.watch.stale = True
        self.desk.changed(self)

    def _follows(self, decision: DecisionPlan) -> None:
        if decision.gap:
            self.gap(decision.gap, str(decision.at))
        self.enter(decision.at, None, decision.clauses)

    def _happened(self, at: Value, before: Value) -> None:
        """Events that this entry is: reports and publications fall due."""
        matching = {e.id for e in self.program.events.values() if at in e.values and before not in e.values}
        due = [r for r in self.program.reports if r.after in matching]
        ends = self.program.plan.schemes[at.scheme].ends  # type: ignore[index]
        if at.value == ends:
            clauses = tuple(c for r in due for c in r.clauses)
            self.log.add(
                self.clock.now,
                "aftermath",
                plan=self.id,
                scheme=at.scheme,
                ref=str(at),
                clauses=clauses,
                detail={"due": [str(r.says.id) for r in due]},
            )
        for report in due:
            self._report(report)
        for publication in self.program.publications:
            if publication.after in matching:
                self._publish(publication)

    def _report(self, report: ReportPlan) -> None:
        for gap in report.gaps:
            self.gap(gap, str(report.says.id))
        step = carry_out("report", report.by, report.clauses)
        steps = (type(step)(step.do, step.by, (), report.to, report.bounds, None, report.clauses),)
        self._next_step(self._task("report", str(report.says.id), steps, None, report))

    def _publish(self, publication: PublicationPlan) -> None:
        ref = str(publication.says.id or publication.says.clause)
        steps = (carry_out("publish", publication.by, publication.clauses),)
        self._next_step(self._task("publication", ref, steps, None, publication))

    # --- measures

    def _start_measures(self, at: Value, before: Value) -> None:
        for measure in self.ready.measures_at.get(at, ()):
            if before in measure.during and measure.says.id in self.active:
                continue
            if measure.says.id in self.ready.conditions:
                self._waiting_conditions.append(measure)
            elif measure.says.id not in self.active:
                self._start(measure, at)

    def _start_conditional(self) -> None:
        for measure in list(self._waiting_conditions):
            test = self.ready.conditions[measure.says.id]
            here = [at for at in measure.during if self.values()[at.scheme] == at.value]
            if here and test(self.watch.known, self.values(), self.watch.sustained):
                self._waiting_conditions.remove(measure)
                self._start(measure, here[0])

    def _start(self, measure: MeasurePlan, at: Value) -> None:
        says = measure.says
        steps = (*measure.steps, carry_out(says.verb, measure.by, measure.clauses))
        task = self._task("measure", str(says.id), steps, at, measure)
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
        actor = measure.by[0].actor if measure.by else None
        self.log.add(
            self.clock.now,
            "measure-started",
            plan=self.id,
            actor=actor,
            scheme=at.scheme,
            level=at.value,
            ref=str(says.id),
            clauses=measure.clauses,
            detail=detail,
        )
        self._next_step(task)

    def _measure_done(self, task: Task) -> None:
        at, measure = task.at, task.says
        assert at is not None
        assert isinstance(measure, MeasurePlan)
        self.log.add(
            self.clock.now,
            "measure-done",
            plan=self.id,
            actor=measure.by[0].actor if measure.by else None,
            scheme=at.scheme,
            level=at.value,
            ref=task.ref,
            clauses=measure.clauses,
            detail={"verb": measure.says.verb, "took": self.clock.now - task.opened},
        )
        rank = self.program.ranks[at]
        if not task.effects:
            for k, effect in enumerate(self.desk.prepared.effects.get(f"{self.id}:{task.ref}", ())):
                name = f"{self.id}:{task.ref}:{k}"
                task.effects.append((effect, name))
                self.desk.effects.start(effect, name, rank)
        every = measure.every
        if every is not None:
            prepared = self.desk.prepared
            again = task.opened + every.hours(prepared.instant(task.opened), prepared.calendar)
            self.clock.at(max(again, self.clock.now), lambda: self._repeat(task))

    def _repeat(self, task: Task) -> None:
        if not task.closed:
            task.index, task.done, task.opened = len(task.steps) - 1, False, self.clock.now
            task.n += 1
            self._next_step(task)

    def _stop_measures(self, at: Value) -> None:
        """Stop measures that the new value no longer carries."""
        ranks = self.program.ranks
        kept = self.program.precedence.get("measures-of-milder-levels", "kept") == "kept"
        for ref, task in list(self.active.items()):
            measure = task.says
            assert isinstance(measure, MeasurePlan)
            mine = [v for v in measure.during if v.scheme == at.scheme]
            if not mine or at in measure.during:
                continue
            milder = ranks[at] > max(ranks[v] for v in mine)
            if milder and kept:
                self.gap_of("measures-of-milder-levels", ref)
                continue
            self._stop(ref, task)
        self._waiting_conditions = [
            m
            for m in self._waiting_conditions
            if at in m.during or not any(v.scheme == at.scheme for v in m.during)
        ]

    def _stop(self, ref: str, task: Task) -> None:
        del self.active[ref]
        for effect, name in task.effects:
            self.desk.effects.undo(effect, name)
        self._close(task)

    # --- the end

    def close(self) -> None:
        """Nothing more will happen; what still waits is told in the log's last entries."""
        waiting = [t.ref for t in self.tasks if not t.done and not t.closed]
        if waiting:
            self.log.add(self.clock.now, "note", plan=self.id, ref="unfinished", detail={"waiting": waiting})
