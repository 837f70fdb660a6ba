"""One plan during one incident: levels judged on what is known, decisions opened and entered, reports due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emergency.errors import RunError
from emergency.incident.measures import MeasureRunner
from emergency.incident.prepared import ReadyPlan
from emergency.incident.steps import Desk
from emergency.incident.task import Task, carry_out
from emergency.incident.watch import Watch
from emergency.machine import DecisionPlan, EventPlan, PublicationPlan, ReportPlan, Value, decider
from emergency.seat import Ask
from emergency.source import Id

__all__ = ["PlanRun"]

TURNS = 100  # values entered at one instant: more than any plan has


class PlanRun(MeasureRunner):
    """A plan's situation and everything it has set going."""

    def __init__(self, ready: ReadyPlan, desk: Desk) -> None:
        super().__init__(ready, desk)
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
        self._dormant: set[Value] = set()
        decisions = self.program.decisions.items()
        self._following = {at.scheme for at, d in decisions if d.mode == "by-criteria" and self.program.ranks[at]}
        self._best: dict[str, Value | None] = {}
        self._held: dict[Value, bool] = {}
        self._turns = (-1.0, 0)

    def begin(self, truths: list[bool]) -> None:
        """Start with all that is true known, and write down the readings this run rests on."""
        taken = dict(sorted(self.program.readings.items()))
        detail = {"taken": taken, "overruled": list(self.program.overruled)}
        clauses = self.program.settled_clauses
        self.log.add(0.0, "note", plan=self.id, ref="readings", clauses=clauses, detail=detail)
        self.watch.begin(truths)
        self.desk.changed(self)

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        return self.machine.values(self.situation)

    # --- judging

    def _reconsider(self) -> None:
        """What is known has changed: judge anew before time goes on."""
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
        held = [at for at, test in self.ready.rules.items() if at.scheme == scheme and test(known, values, sustained)]
        if not held:
            return None
        if len(held) > 1:
            self.gap_of("several-criteria-hold", str(held[-1]))
        ranks = self.program.ranks
        mildest = self.program.precedence.get("several-criteria-hold") == "mildest"
        return (min if mildest else max)(held, key=lambda at: ranks[at])

    def judge(self) -> None:
        """See what the criteria, as known now, call for: grades that follow by themselves, decisions to open."""
        self.watch.sustain()
        self._forget()
        self._dormant = {at for at in self._dormant if self.holds(at)}
        for scheme in self.machine.schemes:
            best = self.best(scheme)
            if not self._follow(scheme, best):
                self._consider(scheme, best)
        self.check_conditions(self.watch.known, self.values(), self.watch.sustained)

    def _follow(self, scheme: str, best: Value | None) -> bool:
        """Enter what holds by its criteria alone; True for a scheme whose levels do."""
        target = best or Value(scheme, "off")
        decision = self.program.decisions.get(target)
        if decision is not None and decision.mode == "by-criteria":
            ready = self.values()[scheme] != target.value and self.machine.may(self.situation, target)
            if ready and (best is not None or decision.when is None or self.holds(target)):
                if decision.gap:
                    self.gap(decision.gap, str(target))
                self.enter(target, None, self._met(target) or decision.clauses)
        return scheme in self._following

    def _consider(self, scheme: str, best: Value | None) -> None:
        current = Value(scheme, self.values()[scheme])
        ranks = self.program.ranks
        falls = self.program.precedence.get("step-down") == "when-criteria-fall"
        if best is not None and best != current and (ranks[best] > ranks[current] or falls):
            self._open(best)
        for level in self.program.plan.schemes[Id(scheme)].levels:
            at = Value(scheme, level)  # a level with no criteria of its own is opened by its decision's condition
            if at not in self.ready.rules and ranks[at] > ranks[current] and self.holds(at):
                self._open(at)
        ends = self.program.plan.schemes[Id(scheme)].ends
        over = Value(scheme, ends) if ends else None
        if over and self.holds(over):
            self._open(over)
        elif ranks[current] and (best is None or ranks[best] < ranks[current]) and not falls:
            self.gap_of("step-down", str(current))

    def _met(self, at: Value) -> tuple[str, ...]:
        """The clauses of the criteria that hold."""
        known, values, sustained = self.watch.known, self.values(), self.watch.sustained
        found = [
            c for test, clauses in self.ready.parts.get(at, ()) if test(known, values, sustained) for c in clauses
        ]
        return tuple(dict.fromkeys(found))

    # --- decisions

    def _open(self, at: Value) -> None:
        decision = self.program.decisions.get(at)
        busy = at in self.pending or at in self._dormant
        if decision is None or decision.mode != "steps" or busy or not self.machine.may(self.situation, at):
            return
        task = self.task("decision", str(at), decision.steps, at, decision)
        self.pending[at] = task
        met = self._met(at)
        detail: dict[str, object] = {"criteria": list(met), "steps": [s.do for s in decision.steps]}
        self.add("decision-opened", task, None, (*met, *decision.clauses), detail)
        self.next_step(task)

    def valid(self, task: Task) -> bool:
        """Whether a pending decision still has its ground and no graver level is called for."""
        at = task.at
        if task.kind != "decision" or at is None:
            return True
        if not self.machine.may(self.situation, at) or not self.holds(at):
            return False
        best = self.best(at.scheme)
        rank = self.program.ranks
        return not (rank[at] and best is not None and rank[best] > rank[at])

    def lapse(self, task: Task) -> None:
        """A pending decision has lost its ground, or a graver one has taken its place."""
        at = task.at
        assert at is not None
        best = self.best(at.scheme)
        why = "superseded" if best and self.program.ranks[best] > self.program.ranks[at] else "lapsed"
        self.add("decision-refused", task, None, task.says.clauses, {"why": why})
        self.close_task(task)

    def refused(self, ask: Ask, task: Task) -> None:
        """A refused decision rests until its ground is gone and comes again."""
        super().refused(ask, task)
        if task.at is not None and task.kind == "decision":
            self._dormant.add(task.at)

    def close_task(self, task: Task) -> None:
        """A task is over; a decision may be opened again."""
        super().close_task(task)
        if task.at is not None and self.pending.get(task.at) is task:
            del self.pending[task.at]

    def finished(self, task: Task) -> None:
        """The last step of a task is done."""
        if task.kind == "decision":
            self._decided(task)
        elif task.kind == "measure":
            self.measure_done(task)
        else:
            self.close_task(task)

    def _decided(self, task: Task) -> None:
        assert task.at is not None
        met, says = self._met(task.at), task.says.clauses
        self.close_task(task)
        last = decider(task.steps)
        actor = last.by[0].actor if last and last.by else None
        detail: dict[str, object] = {"criteria": list(met), "took": self.clock.now - task.opened}
        self.add("decided", task, actor, says, detail)
        self.enter(task.at, actor, tuple(dict.fromkeys((*met, *says))))

    # --- values

    def enter(self, at: Value, actor: str | None, clauses: tuple[str, ...]) -> None:
        """Enter a value: leave the old one, start what the new one brings."""
        before = Value(at.scheme, self.values()[at.scheme])
        self._count_turn(at, before, clauses)
        self.machine.enter(self.situation, at)
        self._forget()
        self._log_entry(at, before, actor, clauses)
        self.stop_measures(at)
        self.start_measures(at, before)
        self._happened(at, before)
        for decision in self.program.decisions.values():
            if decision.follows == at and self.machine.may(self.situation, decision.at):
                self._follows(decision)
        self.watch.stale = True
        self.desk.changed(self)

    def _count_turn(self, at: Value, before: Value, clauses: tuple[str, ...]) -> None:
        """Refuse to go round for ever where a value's criteria and those of leaving it hold at once."""
        since, turns = self._turns
        self._turns = (self.clock.now, turns + 1 if since == self.clock.now else 1)
        if self._turns[1] > TURNS:
            why = f"{self.id}: {before} and {at} follow each other without end at {self.clock.now:g} h"
            raise RunError(f"{why} ({', '.join(clauses)})")

    def _log_entry(self, at: Value, before: Value, actor: str | None, clauses: tuple[str, ...]) -> None:
        now = self.clock.now
        if before.value in self.program.plan.schemes[Id(at.scheme)].levels:
            stayed = {"stayed": now - self.entered_at.get(at.scheme, 0.0)}
            self.log.add(
                now, "level-left", plan=self.id, scheme=at.scheme, level=before.value, ref=str(before), detail=stayed
            )
        self.entered_at[at.scheme] = now
        detail = {"from": before.value}
        ref = str(at)
        self.log.add(
            now,
            "entered",
            plan=self.id,
            scheme=at.scheme,
            actor=actor,
            level=at.value,
            ref=ref,
            clauses=clauses,
            detail=detail,
        )

    def _follows(self, decision: DecisionPlan) -> None:
        if decision.gap:
            self.gap(decision.gap, str(decision.at))
        self.enter(decision.at, None, decision.clauses)

    def _happened(self, at: Value, before: Value) -> None:
        """Events that this entry is: reports and publications fall due."""
        matching = {e.id for e in self.program.events.values() if _is(e, at, before)}
        due = [r for r in self.program.reports if r.after in matching]
        if at.value == self.program.plan.schemes[Id(at.scheme)].ends:
            told = tuple(c for r in due for c in r.clauses)
            detail = {"due": [str(r.says.id) for r in due]}
            now = self.clock.now
            self.log.add(now, "aftermath", plan=self.id, scheme=at.scheme, ref=str(at), clauses=told, detail=detail)
        self._come_due(matching)

    def told(self, names: Iterable[str]) -> None:
        """A report outside the schedule: on indicators, or that an event has happened."""
        wanted = set(names)
        self.watch.tell(wanted)
        self._come_due({id for id in self.program.events if id in wanted})

    def _come_due(self, events: set[str]) -> None:
        self.happened |= dict.fromkeys(events, self.clock.now)
        for report in self.program.reports:
            if report.after in events:
                self._report(report)
        for publication in self.program.publications:
            if publication.after in events:
                self._publish(publication)

    def _report(self, report: ReportPlan) -> None:
        for gap in report.gaps:
            self.gap(gap, str(report.says.id))
        step = replace(carry_out("report", report.by, report.clauses, report.bounds), to=report.to)
        self.next_step(self.task("report", str(report.says.id), (step,), None, report))

    def _publish(self, publication: PublicationPlan) -> None:
        ref = str(publication.says.id or publication.says.clause)
        step = carry_out("publish", publication.by, publication.clauses, publication.bounds)
        self.next_step(self.task("publication", ref, (step,), None, publication))

    # --- the end

    def close(self) -> None:
        """Nothing more will happen; what still waits is told in the log's last entries."""
        waiting = [t.ref for t in self.tasks if not t.done and not t.closed]
        if waiting:
            self.log.add(self.clock.now, "note", plan=self.id, ref="unfinished", detail={"waiting": waiting})


def _is(event: EventPlan, at: Value, before: Value) -> bool:
    """Whether going from one value to another is an event."""
    if event.kind == "left":
        return before in event.values and at not in event.values
    return at in event.values and before not in event.values
