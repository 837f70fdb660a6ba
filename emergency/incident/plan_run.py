"""One plan during one incident: levels judged on what is known, decisions opened and entered, reports due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emergency.errors import RunError
from emergency.incident.measures import MeasureRunner
from emergency.incident.prepared import ReadyPlan
from emergency.incident.signals import Test
from emergency.incident.steps import Desk, by_route
from emergency.incident.task import Task, carry_out
from emergency.incident.watch import Watch
from emergency.machine import DecisionPlan, EventPlan, PublicationPlan, ReportPlan, Route, Value, decider
from emergency.quantity import Duration
from emergency.seat import Ask
from emergency.source import Id

__all__ = ["PlanRun"]

TURNS = 100  # values entered, or events, at one instant: more than any plan has
Way = tuple[Value, str]  # a value with the id of a route to it


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
        self.pending: dict[Way, Task] = {}
        self._dormant: set[Way] = set()
        self._issued: dict[str, Task] = {}  # publication → the last time it was set going
        self._through: dict[Value, set[str]] = {}  # routes gone through, where all of them must be
        decisions = self.program.decisions.items()
        self._following = {at.scheme for at, d in decisions if d.mode == "by-criteria" and self.program.ranks[at]}
        self._best: dict[str, Value | None] = {}
        self._held: dict[Value, bool] = {}
        self._turns = (-1.0, 0)
        self._events_now = (-1.0, 0)
        self._so: set[str] = set()  # events whose guard is known to hold

    def begin(self, truths: list[bool]) -> None:
        """Start with all that is true known, and write down the readings this run rests on."""
        taken = dict(sorted(self.program.readings.items()))
        detail = {"taken": taken, "overruled": list(self.program.overruled)}
        clauses = self.program.settled_clauses
        self.log.add(0.0, "note", plan=self.id, ref="readings", clauses=clauses, detail=detail)
        self.watch.begin(truths)
        self._so = {e.id for e in self.program.events.values() if self._is_so(e)}
        self.desk.changed(self)

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        return self.machine.values(self.situation)

    # --- judging

    def holding(self, test: Test) -> bool:
        """Whether what is known makes a condition hold now."""
        return test(self.watch.known, self.values(), self.watch.sustained)

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
            found = self._held[at] = test is not None and self.holding(test)
        return found

    def _open_way(self, at: Value, way: Route) -> bool:
        """Whether the guard of one route to a value is known to hold."""
        if not way.id or way.when is None:
            return self.holds(at)
        return self.holding(self.ready.guards[way.when])

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
        self._forget_lost_ground()
        for scheme in self.machine.schemes:
            best = self.best(scheme)
            if not self._follow(scheme, best):
                self._consider(scheme, best)
        self.check_measures()
        self._check_events()

    def _forget_lost_ground(self) -> None:
        """What was refused, gone through, or waits for somebody who never answers counts while its ground lasts."""
        self._dormant = {way for way in self._dormant if self.holds(way[0])}
        self._through = {at: done for at, done in self._through.items() if self.holds(at)}
        for task in list(self.pending.values()):
            if task.stuck and not self.valid(task):
                self.lapse(task)

    def _follow(self, scheme: str, best: Value | None) -> bool:
        """Enter what holds by its criteria alone; True for a scheme whose levels do."""
        target = best or Value(scheme, "off")
        decision = self.program.decisions.get(target)
        if decision is not None and decision.mode == "by-criteria":
            ready = self.values()[scheme] != target.value and self.machine.may(self.situation, target)
            if ready and (best is not None or decision.when is None or self.holds(target)):
                if decision.gap:
                    self.gap(decision.gap, str(target))
                self._tell_ground(target)
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
        over = [at for v in (ends, "off") if v and self.holds(at := Value(scheme, v))]
        for at in over:
            self._open(at)
        if not over and ranks[current] and (best is None or ranks[best] < ranks[current]) and not falls:
            self.gap_of("step-down", str(current))

    def _met(self, at: Value) -> tuple[str, ...]:
        """The clauses of the criteria that hold."""
        known, values, sustained = self.watch.known, self.values(), self.watch.sustained
        found = [
            c for test, clauses in self.ready.parts.get(at, ()) if test(known, values, sustained) for c in clauses
        ]
        return tuple(dict.fromkeys(found))

    def _tell_ground(self, at: Value) -> None:
        """Log the silences in the criteria that hold, once a run."""
        decision = self.program.decisions[at]
        for part, (test, _) in zip(decision.parts, self.ready.parts.get(at, ()), strict=True):
            for gap in part.gaps if part.gaps and self.holding(test) else ():
                self.gap(gap, str(at))

    # --- decisions

    def _open(self, at: Value) -> None:
        decision = self.program.decisions.get(at)
        if decision is None or decision.mode != "steps" or not self.machine.may(self.situation, at):
            return
        for way in decision.ways:
            key = (at, way.id)
            waits = key in self.pending or key in self._dormant or way.id in self._through.get(at, ())
            if not waits and self._open_way(at, way):
                self._open_by(at, way, decision)

    def _open_by(self, at: Value, way: Route, decision: DecisionPlan) -> None:
        before = self.values()[at.scheme]
        steps = tuple(replace(s, clauses=decision.cited(s.clauses, before)) for s in way.steps)
        task = self.task("decision", str(at), steps, at, decision)
        task.route = way
        self.pending[(at, way.id)] = task
        self._tell_ground(at)
        met = self._met(at)
        detail: dict[str, object] = {"criteria": list(met), "steps": [s.do for s in way.steps]}
        if way.id:
            detail |= {"route": way.id, "joined": decision.joined}
        self.add("decision-opened", task, None, (*met, *decision.cited(way.clauses, before)), detail)
        self.next_step(task)

    def valid(self, task: Task) -> bool:
        """Whether a pending decision still has its ground and no graver level is called for."""
        at = task.at
        if task.kind != "decision" or at is None or task.route is None:
            return True
        if not self.machine.may(self.situation, at) or not self._open_way(at, task.route):
            return False
        best = self.best(at.scheme)
        rank = self.program.ranks
        return not (rank[at] and best is not None and rank[best] > rank[at])

    def lapse(self, task: Task) -> None:
        """A pending decision has lost its ground, or a graver one has taken its place."""
        at = task.at
        assert at is not None
        best = self.best(at.scheme)
        ranks = self.program.ranks
        why = "superseded" if best and ranks[at] and ranks[best] > ranks[at] else "lapsed"
        self._give_up(task, why)

    def _give_up(self, task: Task, why: str) -> None:
        self.add("decision-refused", task, None, task.says.clauses, {"why": why, **by_route(task)})
        self.close_task(task)

    def refused(self, ask: Ask, task: Task) -> None:
        """A refused decision rests until its ground is gone and comes again."""
        super().refused(ask, task)
        if task.at is not None and task.kind == "decision" and task.route is not None:
            self._dormant.add((task.at, task.route.id))

    def close_task(self, task: Task) -> None:
        """A task is over; a decision may be opened again."""
        super().close_task(task)
        key = (task.at, task.route.id) if task.at is not None and task.route is not None else None
        if key is not None and self.pending.get(key) is task:
            del self.pending[key]

    def finished(self, task: Task) -> None:
        """The last step of a task is done."""
        if task.kind == "decision":
            self._decided(task)
        elif task.kind == "measure":
            self.measure_done(task)
        else:
            self.close_task(task)
            if isinstance(task.says, PublicationPlan) and task.says.every is not None:
                self._publish_again(task, task.says, task.says.every)
            if task.kind == "report":
                self.sent.add(task.ref)
                events = {e.id for e in self.program.events.values() if e.report == task.ref}
                self._count_events(events, task.says.clauses)
                self._come_due(events)
                self._look_again()

    def _decided(self, task: Task) -> None:
        at, way, decision = task.at, task.route, task.says
        assert at is not None
        assert way is not None
        assert isinstance(decision, DecisionPlan)
        met, says = self._met(at), way.clauses if decision.joined == "either" else decision.clauses
        says = decision.cited(says, self.values()[at.scheme])
        self.close_task(task)
        if decision.joined == "both" and not self._all_gone_through(at, way, decision):
            return
        last = decider(task.steps)
        actor = last.by[0].actor if last and last.by else None
        detail: dict[str, object] = {"criteria": list(met), "took": self.clock.now - task.opened, **by_route(task)}
        self.add("decided", task, actor, says, detail)
        self.enter(at, actor, tuple(dict.fromkeys((*met, *says))))
        for other in [t for (to, _), t in self.pending.items() if to == at]:
            self._give_up(other, "other-route")

    def _all_gone_through(self, at: Value, way: Route, decision: DecisionPlan) -> bool:
        """Whether every route to a value has now come to its end; else note which one has."""
        done = self._through.setdefault(at, set())
        done.add(way.id)
        left = [r.id for r in decision.routes if r.id not in done]
        if left:
            detail = {"at": str(at), "route": way.id, "left": left}
            self.log.add(self.clock.now, "note", plan=self.id, ref="route-done", clauses=way.clauses, detail=detail)
            return False
        del self._through[at]
        return True

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

    # --- events

    def _happened(self, at: Value, before: Value) -> None:
        """Events that this entry is: reports and publications fall due."""
        matching = {e.id for e in self.program.events.values() if _is(e, at, before)}
        if at.value == self.program.plan.schemes[Id(at.scheme)].ends:
            due = [r for r in self.program.reports if r.after in matching and self._owed(r)]
            told = tuple(c for r in due for c in r.clauses)
            detail = {"due": [str(r.says.id) for r in due]}
            now = self.clock.now
            self.log.add(now, "aftermath", plan=self.id, scheme=at.scheme, ref=str(at), clauses=told, detail=detail)
        self._come_due(matching)
        for one in self.program.publications:
            if not one.after and at in one.during and before not in one.during and self._owed(one):
                self._publish(one)

    def _is_so(self, event: EventPlan) -> bool:
        return event.when is not None and self.holding(self.ready.guards[event.when])

    def _check_events(self) -> None:
        """Events that have come with what is known now."""
        now = {e.id for e in self.program.events.values() if self._is_so(e)}
        new, self._so = now - self._so, now
        if new:
            self._come_due(new)
            self._look_again()

    def told(self, names: Iterable[str]) -> None:
        """A report outside the schedule: on indicators, or that an event has happened."""
        wanted = set(names)
        self.watch.tell(wanted)
        self._come_due({id for id in self.program.events if id in wanted})

    def _come_due(self, events: set[str]) -> None:
        self.happened |= dict.fromkeys(events, self.clock.now)
        for report in self.program.reports:
            if report.after in events and self._owed(report):
                self._report(report)
        for publication in self.program.publications:
            if publication.after in events and self._owed(publication):
                self._publish(publication)

    def _count_events(self, events: set[str], clauses: tuple[str, ...]) -> None:
        """Refuse to go round for ever where each of two reports falls due when the other has been sent."""
        since, count = self._events_now
        self._events_now = (self.clock.now, count + 1 if since == self.clock.now else 1)
        if events and self._events_now[1] > TURNS:
            why = f"{self.id}: {', '.join(sorted(events))} come again without end at {self.clock.now:g} h"
            raise RunError(f"{why} ({', '.join(clauses)})")

    def _owed(self, one: ReportPlan | PublicationPlan) -> bool:
        """Whether a report or publication is owed in the present state, as far as it is known."""
        values = self.values()
        if one.during and not any(values[v.scheme] == v.value for v in one.during):
            return False
        return one.condition is None or self.holding(self.ready.guards[one.condition])

    def _report(self, report: ReportPlan) -> None:
        for gap in report.gaps:
            self.gap(gap, str(report.says.id))
        step = carry_out("report", report.by, report.clauses, report.bounds)
        step = replace(step, to=report.to, together_with=report.together_with)
        self.next_step(self.task("report", str(report.says.id), (step,), None, report))

    def _publish(self, publication: PublicationPlan) -> None:
        says = publication.says
        ref = str(says.id or says.clause)
        for gap in publication.gaps:
            self.gap(gap, ref)
        step = carry_out("publish", publication.by, publication.clauses, publication.bounds)
        step = replace(step, together_with=publication.together_with)
        cleared = (carry_out("approve", publication.cleared_by, publication.clauses),)
        steps = (*(cleared if says.cleared_by else ()), step)
        task = self.task("publication", ref, steps, None, publication)
        task.may = says.discretion is not None or says.modality == "may"
        self._issued[ref] = task
        self.next_step(task)

    def _publish_again(self, task: Task, publication: PublicationPlan, every: Duration) -> None:
        """Have a publication that recurs made again, as long as it is owed and the matter of its values lasts."""
        prepared = self.desk.prepared
        again = task.opened + every.hours(prepared.instant(task.opened), prepared.calendar)

        def due() -> None:
            if self._issued.get(task.ref) is task and self._lasts(publication) and self._owed(publication):
                self._publish(publication)

        self.clock.at(max(again, self.clock.now), due)

    def _lasts(self, publication: PublicationPlan) -> bool:
        """Whether a level is in force that a publication is about: one of those it names, else any."""
        now = {Value(s, v) for s, v in self.values().items()}
        return any(self.program.ranks[at] and (not publication.during or at in publication.during) for at in now)

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
