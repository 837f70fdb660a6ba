"""Steps: how decisions, measures and reports go from seat to seat, and the bounds that run meanwhile."""

from __future__ import annotations

from typing import Protocol

from emergency.chance import Stream
from emergency.incident.clock import Clock
from emergency.incident.effects import Effects
from emergency.incident.matters import Matter, ReadyStep, Turn, Way
from emergency.incident.pool import Job
from emergency.incident.prepared import Prepared, ReadyPlan
from emergency.incident.signals import Test
from emergency.incident.task import Deadline, Task
from emergency.log import EventLog
from emergency.machine import Bound, Value
from emergency.seat import Ask
from emergency.world import Worlds

__all__ = ["Desk", "Part", "StepRunner"]


class Desk(Protocol):
    """What a plan's run needs of the incident it is part of."""

    prepared: Prepared
    clock: Clock
    log: EventLog
    stream: Stream
    world: Worlds
    effects: Effects

    def ask(self, task: Task, run: StepRunner) -> None:
        """Put the present step of a task to its performers."""

    def withdraw(self, task: Task) -> None:
        """A task is over: nobody need answer any more."""

    def changed(self, run: StepRunner) -> None:
        """Have the plan judged anew before time goes on."""


class Part(Job):
    """What one performer has to do for a step: work for its seat."""

    __slots__ = ("ask", "run", "task", "turn")

    def __init__(self, ask: Ask, turn: Turn, task: Task, run: StepRunner, work: float) -> None:
        super().__init__(task.ref, run.id, work, run.clock.now, turn.uses)
        self.ask, self.turn, self.task, self.run = ask, turn, task, run

    def done(self, now: float) -> None:
        """The performer has done its part."""
        self.run.step_done(self.ask, self.turn, self.task)

    def wanted(self) -> bool:
        """Whether its task is still under way."""
        return not self.task.closed


class StepRunner:
    """Moves the tasks of one plan forward; what a finished task means is for subclasses to say."""

    def __init__(self, ready: ReadyPlan, desk: Desk) -> None:
        self.ready, self.desk = ready, desk
        self.program, self.machine = ready.program, ready.machine
        self.clock, self.log = desk.clock, desk.log
        self.id = self.program.id
        self.tasks: list[Task] = []
        self._opened: dict[tuple[str, str], int] = {}
        self.happened: dict[str, float] = {}  # event → when last
        self._gaps: set[str] = set()

    # --- for subclasses

    def judge(self) -> None:
        """See what is called for by what is known now."""

    def valid(self, task: Task) -> bool:
        """Whether a decision under way still has its ground."""
        return True

    def lapse(self, task: Task) -> None:
        """A decision under way has lost its ground."""

    def finished(self, task: Task) -> None:
        """The last step of a task is done."""

    def holding(self, test: Test) -> bool:
        """Whether what is known makes a condition hold now."""
        raise NotImplementedError

    # --- what is logged

    def add(
        self,
        kind: str,
        task: Task,
        actor: str | None,
        clauses: tuple[str, ...],
        detail: dict[str, object],
    ) -> None:
        """Log one entry about a task."""
        at = task.at
        self.log.add(
            self.clock.now,
            kind,
            plan=self.id,
            actor=actor,
            scheme=at.scheme if at else None,
            level=at.value if at else None,
            ref=task.ref,
            clauses=clauses,
            detail=detail,
        )

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

    def gap_of(self, precedence: str, ref: Value | str) -> None:
        """Log the gap behind a rule of precedence."""
        reading = self.ready.silent.get(precedence)
        if reading is not None and reading not in self._gaps:
            self.gap(reading, str(ref))

    # --- tasks

    def take_on(self, matter: Matter, at: Value | None = None, way: Way | None = None) -> Task:
        """Take on a task; `next_step` sets it going."""
        name = (matter.kind, matter.ref)
        n = self._opened.get(name, 0)
        self._opened[name] = n + 1
        task = Task(matter, self.clock.now, n, at, way)
        self.tasks.append(task)
        for gap in matter.gaps:
            self.gap(gap, matter.ref)
        return task

    def next_step(self, task: Task) -> None:
        """Go on with a task, if it still has its ground."""
        if task.way is not None and not self.valid(task):
            self.lapse(task)
            return
        steps = task.matter.steps
        while task.index < len(steps) and self._passed_over(task, steps[task.index]):
            task.index += 1
        if task.index == len(steps):
            task.done = True
            self.finished(task)
            return
        for bound in steps[task.index].bounds:
            self._run_bound(task, bound)
        self.desk.ask(task, self)

    def _passed_over(self, task: Task, step: ReadyStep) -> bool:
        """Whether a step falls out: its condition does not hold, or nobody is there to take it."""
        if step.when is not None and not self.holding(step.when):
            detail = {"of": task.ref, "do": step.do}
            self.log.add(
                self.clock.now, "note", plan=self.id, ref="step-not-called-for", clauses=step.clauses, detail=detail
            )
            return True
        if not step.turns:
            self.gap(f"nobody:{task.ref}:{step.do}", task.ref, step.clauses, why="nobody", do=step.do)
            return True
        return False

    def step_done(self, ask: Ask, turn: Turn, task: Task) -> None:
        """A performer has done its part of a step."""
        if task.closed:
            return
        task.waiting.discard(ask.id)
        if task.way is not None and not self.valid(task):
            self.lapse(task)
            return
        step = task.step
        if step.entry:
            self._log_step(ask, turn, task, step)
        if not task.waiting:
            for event in step.reaches:
                task.reached[event] = self.clock.now
            task.index += 1
            self.next_step(task)

    def _log_step(self, ask: Ask, turn: Turn, task: Task, step: ReadyStep) -> None:
        detail: dict[str, object] = {"do": step.do, "took": self.clock.now - ask.opened, **turn.told}
        if task.deadlines and not task.waiting:
            detail |= self.met(task, task.index)
        self.add(step.entry, task, turn.actor, step.clauses, detail)

    def met(self, task: Task, step: int) -> dict[str, object]:
        """Whether a step that is done now has kept its bounds; nothing where it had none."""
        bounds = [d for d in task.deadlines if d.step == step]
        for deadline in bounds:
            if deadline.met is None:
                deadline.met = True
        return {"due": min(d.due for d in bounds), "met": all(d.met for d in bounds)} if bounds else {}

    def _run_bound(self, task: Task, bound: Bound) -> None:
        """Start the clock of a bound: from the event it names, else from when the step could begin."""
        begins = self._counted_from(task, bound.after)
        due = begins + self.desk.prepared.span(bound.duration, begins)
        deadline = Deadline(due, bound.clause, task.index)
        task.deadlines.append(deadline)
        self.add("report-due", task, task.step.actor, (bound.clause,), {"due": due, "do": task.step.do})
        if due < self.clock.now:
            self._overdue(task, deadline)
        else:
            self.clock.at(due, lambda: self._overdue(task, deadline), last=True)

    def _counted_from(self, task: Task, after: str | None) -> float:
        """Since when a bound runs [h]: an event of the task itself, else of the plan, since its opening."""
        if after is None:
            return self.clock.now
        return max(task.opened, task.reached.get(after, self.happened.get(after, 0.0)))

    def _overdue(self, task: Task, deadline: Deadline) -> None:
        if deadline.met is None and not task.closed and task.index == deadline.step:
            deadline.met = False
            detail: dict[str, object] = {"due": deadline.due, "do": task.step.do}
            self.add("deadline-missed", task, task.step.actor, (deadline.clause,), detail)

    # --- seats that do not do it

    def refused(self, ask: Ask, task: Task) -> None:
        """A seat has refused, and no clause says what then."""
        detail = {"do": ask.do, "why": "refused", **task.matter.route}
        self.add("decision-refused", task, ask.actor, ask.clauses, detail)
        self.close_task(task)
        self.gap(f"refused:{task.ref}", task.ref, ask.clauses, why="refused", do=ask.do, who=ask.actor)

    def never(self, ask: Ask, task: Task) -> None:
        """A seat never answers: without a bound the plan waits for ever, and that is a gap."""
        task.stuck = True
        if not task.step.bounds and not task.matter.may:
            name = f"waits:{task.ref}:{ask.do}"
            self.gap(name, task.ref, ask.clauses, why="waits", do=ask.do, who=ask.actor)

    def close_task(self, task: Task) -> None:
        """A task is over, done or not."""
        task.closed = True
        if task.waiting:
            self.desk.withdraw(task)
