"""One plan during one incident: levels judged on what is known, decisions opened and entered, reports due."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from emergency.errors import RunError
from emergency.incident.matters import Notice, Way
from emergency.incident.measures import MeasureRunner
from emergency.incident.prepared import ReadyPlan, ReadyScheme
from emergency.incident.signals import Test
from emergency.incident.steps import Desk
from emergency.incident.task import Task
from emergency.incident.watch import Watch
from emergency.machine import DecisionPlan, Value
from emergency.seat import Ask

__all__ = ["PlanRun"]

TURNS = 100  # values entered, or events, at one instant: more than any plan has


class PlanRun(MeasureRunner):
    """A plan's situation and everything it has set going."""

    def __init__(self, ready: ReadyPlan, desk: Desk) -> None:
        super().__init__(ready, desk)
        self.situation = self.machine.situation()
        self._values = self.machine.values(self.situation)
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
        self._best: dict[str, Value | None] = {}
        self._held: dict[Test, bool] = {}  # conditions looked at since anything last changed
        self._turns = (-1.0, 0)
        self._events_now = (-1.0, 0)
        self._so: set[str] = set()  # events whose guard is known to hold

    def begin(self, truths: list[bool]) -> None:
        """Start with all that is true known, and write down the readings this run rests on."""
        ready = self.ready
        detail = {"taken": dict(ready.taken), "overruled": list(self.program.overruled)}
        self.log.add(0.0, "note", plan=self.id, ref="readings", clauses=ready.settled, detail=detail)
        self.watch.begin(truths)
        self._so = {id for id, test in self.ready.events if self.holding(test)}
        self.desk.changed(self)

    def values(self) -> dict[str, str]:
        """The value of each scheme now."""
        return self._values

    # --- judging

    def holding(self, test: Test) -> bool:
        """Whether what is known makes a condition hold now."""
        found = self._held.get(test)
        if found is None:
            found = self._held[test] = test(self.watch.known, self._values, self.watch.sustained)
        return found

    def _reconsider(self) -> None:
        """What is known has changed: judge anew before time goes on."""
        self._forget()
        self.desk.changed(self)

    def _forget(self) -> None:
        self._best.clear()
        self._held.clear()

    def holds(self, at: Value) -> bool:
        """Whether the guard of entering a value is known to hold."""
        test = self.ready.whens.get(at)
        return test is not None and self.holding(test)

    def _open_way(self, way: Way) -> bool:
        """Whether the guard of one way to a value is known to hold."""
        return self.holds(way.at) if way.test is None else self.holding(way.test)

    def best(self, scheme: str) -> Value | None:
        """The level of a scheme that its criteria, as known, call for."""
        if scheme not in self._best:
            self._best[scheme] = self._find_best(scheme)
        return self._best[scheme]

    def _find_best(self, scheme: str) -> Value | None:
        held = [at for at, test in self.ready.schemes[scheme].rules if self.holding(test)]
        if len(held) > 1:
            self.gap_of("several-criteria-hold", held[-1])
            mildest = self.program.precedence.get("several-criteria-hold") == "mildest"
            return (min if mildest else max)(held, key=self.program.ranks.__getitem__)
        return held[0] if held else None

    def judge(self) -> None:
        """See what the criteria, as known now, call for: grades that follow by themselves, decisions to open."""
        before = self.watch.sustained.copy()
        self.watch.sustain()
        if before != self.watch.sustained:
            self._forget()
        self._forget_lost_ground()
        for scheme in self.ready.schemes.values():
            best = self.best(scheme.name)
            if not self._follow(scheme, best):
                self._consider(scheme, best)
        self.check_measures()
        self._check_events()

    def _forget_lost_ground(self) -> None:
        """What was refused, gone through, or waits for somebody who never answers counts while its ground lasts."""
        self._dormant = {way for way in self._dormant if self.holds(way.at)}
        self._through = {at: done for at, done in self._through.items() if self.holds(at)}
        for task in [t for t in self.pending.values() if t.stuck]:
            if not self.valid(task):
                self.lapse(task)

    def _follow(self, scheme: ReadyScheme, best: Value | None) -> bool:
        """Enter what holds by its criteria alone; True for a scheme whose levels do."""
        target = best or scheme.off
        decision = self.program.decisions.get(target)
        if decision is not None and decision.mode == "by-criteria":
            ready = self._values[scheme.name] != target.value and self.machine.may(self.situation, target)
            if ready and (best is not None or decision.when is None or self.holds(target)):
                if decision.gap:
                    self.gap(decision.gap, str(target))
                self._tell_ground(target)
                self.enter(target, None, self._met(target) or decision.clauses)
        return scheme.follows

    def _consider(self, scheme: ReadyScheme, best: Value | None) -> None:
        current = scheme.at[self._values[scheme.name]]
        ranks = self.program.ranks
        now = ranks[current]
        falls = self.program.precedence.get("step-down") == "when-criteria-fall"
        if best is not None and best != current and (ranks[best] > now or falls):
            self._open(best)
        for at in scheme.bare:
            if ranks[at] > now and self.holds(at):
                self._open(at)
        over = [at for at in scheme.over if self.holds(at)]
        for at in over:
            self._open(at)
        if not over and now and (best is None or ranks[best] < now) and not falls:
            self.gap_of("step-down", current)

    def _met(self, at: Value) -> tuple[str, ...]:
        """The clauses of the criteria that hold."""
        found = [c for test, clauses in self.ready.parts.get(at, ()) if self.holding(test) for c in clauses]
        return tuple(dict.fromkeys(found))

    def _tell_ground(self, at: Value) -> None:
        """Log the silences in the criteria that hold, once a run."""
        decision = self.program.decisions[at]
        for part, (test, _) in zip(decision.parts, self.ready.parts.get(at, ()), strict=True):
            for gap in part.gaps if part.gaps and self.holding(test) else ():
                self.gap(gap, str(at))

    # --- decisions

    def _open(self, at: Value) -> None:
        if not self.machine.may(self.situation, at):
            return
        for way in self.ready.ways.get(at, ()):
            waits = way in self.pending or way in self._dormant or way.id in self._through.get(at, ())
            if not waits and self._open_way(way):
                self._open_by(way)

    def _open_by(self, way: Way) -> None:
        at = way.at
        matter = way.matters[self._values[at.scheme]]
        self.pending[way] = task = self.take_on(matter, at, way)
        self._tell_ground(at)
        met = self._met(at)
        self.add("decision-opened", task, None, (*met, *matter.clauses), {"criteria": list(met), **matter.told})
        self.next_step(task)

    def valid(self, task: Task) -> bool:
        """Whether a pending decision still has its ground and no graver level is called for."""
        way = task.way
        assert way is not None
        at = way.at
        if not self.machine.may(self.situation, at) or not self._open_way(way):
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
        assert task.way is not None
        cited = task.way.decision.clauses
        self.add("decision-refused", task, None, cited, {"why": why, **task.matter.route})
        self.close_task(task)

    def refused(self, ask: Ask, task: Task) -> None:
        """A refused decision rests until its ground is gone and comes again."""
        super().refused(ask, task)
        if task.way is not None:
            self._dormant.add(task.way)

    def close_task(self, task: Task) -> None:
        """A task is over; a decision may be opened again."""
        super().close_task(task)
        if task.way is not None and self.pending.get(task.way) is task:
            del self.pending[task.way]

    def finished(self, task: Task) -> None:
        """The last step of a task is done."""
        match task.matter.kind:
            case "decision":
                self._decided(task)
            case "measure":
                self.measure_done(task)
            case "report":
                self.close_task(task)
                self._reported(task)
            case _:
                self.close_task(task)
                self._publish_again(task)

    def _reported(self, task: Task) -> None:
        """Events may lie in a report's having been sent, and measures may have waited for it."""
        self.sent.add(task.ref)
        events = {e.id for e in self.program.events.values() if e.report == task.ref}
        self._count_events(events, task.matter.clauses)
        self._come_due(events)
        self._look_again()

    def _decided(self, task: Task) -> None:
        way = task.way
        assert way is not None
        at, decision = way.at, way.decision
        met, says = self._met(at), way.clauses if decision.joined == "either" else decision.clauses
        says = decision.cited(says, self._values[at.scheme])
        self.close_task(task)
        if decision.joined == "both" and not self._all_gone_through(way):
            return
        actor = task.matter.by
        took = self.clock.now - task.opened
        detail: dict[str, object] = {"criteria": list(met), "took": took, **task.matter.route}
        self.add("decided", task, actor, says, detail)
        self.enter(at, actor, tuple(dict.fromkeys((*met, *says))))
        for other in [t for t in self.pending.values() if t.at == at]:
            self._give_up(other, "other-route")

    def _all_gone_through(self, way: Way) -> bool:
        """Whether every route to a value has now come to its end; else note which one has."""
        at = way.at
        done = self._through.setdefault(at, set())
        done.add(way.id)
        left = [r.id for r in way.decision.routes if r.id not in done]
        if left:
            detail = {"at": str(at), "route": way.id, "left": left}
            self.log.add(self.clock.now, "note", plan=self.id, ref="route-done", clauses=way.clauses, detail=detail)
            return False
        del self._through[at]
        return True

    # --- values

    def enter(self, at: Value, actor: str | None, clauses: tuple[str, ...]) -> None:
        """Enter a value: leave the old one, start what the new one brings."""
        before = self.ready.schemes[at.scheme].at[self._values[at.scheme]]
        self._count_turn(at, before, clauses)
        self.machine.enter(self.situation, at)
        self._values = self.machine.values(self.situation)
        self._forget()
        self._log_entry(at, before, actor, clauses)
        self.stop_measures(at)
        self.start_measures(at, before)
        self._happened(at, before)
        for decision in self.ready.following.get(at, ()):
            if self.machine.may(self.situation, decision.at):
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
        if before in self.ready.schemes[at.scheme].levels:
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
        matching = self.ready.happens.get((at, before), ())
        if at == self.ready.schemes[at.scheme].ends:
            due = [r for r in self.ready.reports if r.after in matching and self._owed(r)]
            told = tuple(c for r in due for c in r.clauses)
            detail = {"due": [r.matter.ref for r in due]}
            now = self.clock.now
            self.log.add(now, "aftermath", plan=self.id, scheme=at.scheme, ref=str(at), clauses=told, detail=detail)
        self._come_due(matching)
        for one in self.ready.publications:
            if not one.after and at in one.during and before not in one.during and self._owed(one):
                self._publish(one)

    def _check_events(self) -> None:
        """Events that have come with what is known now."""
        now = {id for id, test in self.ready.events if self.holding(test)}
        new, self._so = now - self._so, now
        if new:
            self._come_due(new)
            self._look_again()

    def told(self, names: Iterable[str]) -> None:
        """A report outside the schedule: on indicators, or that an event has happened."""
        wanted = set(names)
        self.watch.tell(wanted)
        self._come_due({id for id in self.program.events if id in wanted})

    def _come_due(self, events: Collection[str]) -> None:
        if not events:
            return
        self.happened |= dict.fromkeys(events, self.clock.now)
        for report in self.ready.reports:
            if report.after in events and self._owed(report):
                self.next_step(self.take_on(report.matter))
        for publication in self.ready.publications:
            if publication.after in events and self._owed(publication):
                self._publish(publication)

    def _count_events(self, events: set[str], clauses: tuple[str, ...]) -> None:
        """Refuse to go round for ever where each of two reports falls due when the other has been sent."""
        since, count = self._events_now
        self._events_now = (self.clock.now, count + 1 if since == self.clock.now else 1)
        if events and self._events_now[1] > TURNS:
            why = f"{self.id}: {', '.join(sorted(events))} come again without end at {self.clock.now:g} h"
            raise RunError(f"{why} ({', '.join(clauses)})")

    def _owed(self, one: Notice) -> bool:
        """Whether a report or publication is owed in the present state, as far as it is known."""
        if one.during and not any(self._values[v.scheme] == v.value for v in one.during):
            return False
        return one.test is None or self.holding(one.test)

    def _publish(self, publication: Notice) -> None:
        task = self.take_on(publication.matter)
        self._issued[task.ref] = task
        self.next_step(task)

    def _publish_again(self, task: Task) -> None:
        """Have a publication that recurs made again, as long as it is owed and the matter of its values lasts."""
        one = next(p for p in self.ready.publications if p.matter is task.matter)
        if one.every is None:
            return
        again = task.opened + self.desk.prepared.span(one.every, task.opened)

        def due() -> None:
            if self._issued.get(task.ref) is task and self._lasts(one) and self._owed(one):
                self._publish(one)

        self.clock.at(max(again, self.clock.now), due)

    def _lasts(self, publication: Notice) -> bool:
        """Whether a level is in force that a publication is about: one of those it names, else any."""
        now = {Value(s, v) for s, v in self._values.items()}
        return any(self.program.ranks[at] and (not publication.during or at in publication.during) for at in now)

    # --- the end

    def close(self) -> None:
        """Nothing more will happen; what still waits is told in the log's last entries."""
        waiting = [t.ref for t in self.tasks if not t.done and not t.closed]
        if waiting:
            self.log.add(self.clock.now, "note", plan=self.id, ref="unfinished", detail={"waiting": waiting})
