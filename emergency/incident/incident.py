"""One incident: a world, the plans that answer it, and the seats that act.

An incident is stepped from outside. `advance` runs until somebody must be asked; `open_decisions` says who and
what; `decide` gives the answer. Simulation is a loop over these three in which policies answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from math import inf

from emergency.chance import Stream
from emergency.condition import Atom
from emergency.errors import RefusedError
from emergency.incident.clock import Clock
from emergency.incident.effects import Effects
from emergency.incident.matters import Turn
from emergency.incident.outcome import outcome
from emergency.incident.plan_run import PlanRun
from emergency.incident.pool import Fleet, Job, Pool
from emergency.incident.prepared import Prepared
from emergency.incident.spread import Spread
from emergency.incident.steps import Part, StepRunner
from emergency.incident.task import Task
from emergency.incident.trace import Trace
from emergency.incident.worlds import headlines
from emergency.log import EventLog
from emergency.scenario import Assumption, Inject
from emergency.seat import Answer, Ask, AsWritten, Policy
from emergency.source import Id

__all__ = ["Incident", "simulate"]

INSTANT = 1e-9  # [h] more than the clock's rounding
GRID = 240  # samples of a trace over the horizon, beside those at changes


#: A question, and what its answer is for.
_Asked = tuple[Ask, Turn, Task, StepRunner]


class Incident:
    """One run of a prepared scenario.

    Parameters
    ----------
    prepared : Prepared
        What runs share.
    stream : Stream
        The chance of this run.
    log : EventLog
        Where entries go; one that keeps nothing makes the run lean.
    apart : bool
        Give each plan people and vehicles of its own, as if no plan had to wait for another: what sharing costs is
        the difference between two runs that share all chance.
    """

    def __init__(self, prepared: Prepared, stream: Stream, log: EventLog, *, apart: bool = False) -> None:
        self.prepared, self.stream, self.log, self.apart = prepared, stream, log, apart
        self.clock = Clock()
        self.crisis = prepared.crisis(stream)
        self.world = self.crisis.all
        self.pools: dict[tuple[str, str], Pool] = {}
        self._fleets: dict[str, Fleet] = {}
        self._counts = {str(id): int(one.count) for id, one in prepared.scenario.fleets.items()}
        self._open: dict[int, _Asked] = {}  # what waits for an answer, oldest first
        self._asked = 0
        self._news = False  # somebody is asked whom open_decisions has not told of yet
        self._changed: set[str] = set()  # plans whose people know something new, or that stand elsewhere
        self._stirred: set[str] = set()  # those, and plans of which something is truly otherwise than before
        self._rivals: set[tuple[str, frozenset[str]]] = set()  # seat and two plans that have met at it
        self._dirty = self._unsettled = True
        self._crossing = 0
        self._clear = 0.0  # up to when it is known what is crossed [h]
        self.ended = False
        around = (self._before, self._jumped)
        self.effects = Effects(prepared.scenario, self.crisis, self.clock, stream, *around)
        self._spread = Spread(prepared.scenario.world, self.crisis, self.clock, stream, log, *around)
        self._kept_back: set[str] = set()
        self._skipped: set[str] = set()
        self._fired: dict[Id, tuple[bool, int]] = {}  # conditional inject → whether its guard held, how often it came
        self.plans = {id: PlanRun(ready, self) for id, ready in prepared.plans.items()}
        self._runs = tuple(self.plans.values())
        self._truths: dict[Atom, bool] = {}
        self._moving: dict[Atom, bool] = {}  # those that can change without being changed
        self._trace: Trace | None = None
        self._begin()

    # --- from outside

    def advance(self, until: float, who: Policy | None = None) -> None:
        """Run on until somebody new is asked, or to `until` [h], or to the end.

        Whoever `open_decisions` has already told of does not hold time up: people may take theirs.

        Parameters
        ----------
        who : Policy, optional
            Answers at once for every seat, so that nobody holds time up.
        """
        until = min(until, self.prepared.horizon)
        while not self.ended:
            if self._news and self._open:
                if who is None:
                    return
                self._answer_all(who)
            elif self._unsettled and not self.clock.due(self.clock.now):
                self._settle()  # people judge by all that one instant brings
            elif self._clear < (soon := min(self.clock.next(), until)):
                self._look_ahead(soon)
            elif not self.clock.step_by(until):
                self.clock.skip_to(until)
                if until >= self.prepared.horizon:
                    self._end()
                return

    def next_event(self) -> float:
        """When something next happens by itself [h], what the world crosses included; infinite if nothing will."""
        while not self.ended and self._clear < (soon := min(self.clock.next(), self.prepared.horizon)):
            self._look_ahead(soon)
        return self.clock.next()

    def open_decisions(self) -> list[Ask]:
        """The steps that wait for an answer, oldest first."""
        self._news = False
        return [ask for ask, _, _, _ in self._open.values()]

    def decide(self, ask: Ask, answer: Answer, *, by: str | None = None) -> None:
        """Answer one open step.

        Parameters
        ----------
        by : str, optional
            The seat that answers; checked against the one the plan gives the step to.

        Raises
        ------
        RefusedError
            If the step is not open, or belongs to another seat: the error cites the clause that says whose.
        """
        found = self._open.get(ask.id)
        if found is None:
            facts = {"plan": ask.plan, "ref": ask.ref, "do": ask.do}
            raise RefusedError(f"{ask.plan}: {ask.ref} {ask.do} is not open", ask.clauses, "not-open", facts)
        if by is not None and by not in (ask.seat, ask.actor):
            self._refuse(ask, by)
        self._take(found, answer)

    def _refuse(self, ask: Ask, by: str) -> None:
        """A seat has tried to take a step that is another's."""
        detail = {"do": ask.do, "why": "not-authorised", "whose": ask.actor}
        told = {"plan": ask.plan, "actor": by, "ref": ask.ref, "clauses": ask.clauses}
        self.log.add(self.clock.now, "decision-refused", **told, detail=detail)  # type: ignore[arg-type]
        cited = ", ".join(ask.clauses)
        facts = {"plan": ask.plan, "ref": ask.ref, "do": ask.do, "by": by, "whose": ask.actor, "clauses": cited}
        message = f"{ask.ref} {ask.do}: {by} may not; {cited} gives it to {ask.actor}"
        raise RefusedError(message, ask.clauses, "not-authorised", facts)

    def _answer_all(self, who: Policy) -> None:
        """Have a policy answer everything that is open, what its answers open included."""
        while self._open:  # an answer may withdraw the questions after it
            one = next(iter(self._open.values()))
            self._take(one, who.answer(one[0], self.clock.now))
        self._news = False

    def _take(self, one: _Asked, answer: Answer) -> None:
        """Let an answer have its consequences."""
        ask, _, task, run = one
        del self._open[ask.id]
        if answer.verdict == "never":
            run.never(ask, task)
        elif answer.delay > 0:
            self.clock.at(self.clock.now + answer.delay, lambda: self._answered(one, answer))
        else:
            self._answered(one, answer)

    def _answered(self, one: _Asked, answer: Answer) -> None:
        ask, turn, task, run = one
        if task.closed:
            return
        if answer.verdict == "refuse":
            run.refused(ask, task)
        elif answer.at_once or not turn.staffed:
            self._work_off(answer.work, partial(run.step_done, ask, turn, task))
        else:
            part = Part(ask, turn, task, run, answer.work)
            self._pool(turn.seat, run.id).submit(part, part.asked)

    def _work_off(self, work: float, done: Callable[[], None]) -> None:
        """A seat nobody staffs in this scenario has no queue and no hours, but its work takes time too."""
        if work > 0:
            self.clock.at(self.clock.now + work, done)
        else:
            done()

    # --- for the plans' runs

    def ask(self, task: Task, run: StepRunner) -> None:
        """Put the present step of a task to its performers."""
        task.began = self.clock.now
        for turn in task.step.turns:
            ask = task.ask(self._asked, run.id, turn)
            self._asked += 1
            task.waiting.add(ask.id)
            self._open[ask.id] = (ask, turn, task, run)
        self._news = True

    def withdraw(self, task: Task) -> None:
        """A task is over: nobody need answer any more."""
        for id in task.waiting:
            self._open.pop(id, None)

    def changed(self, run: StepRunner) -> None:
        """What a plan's people know, or where it stands, has changed: judge anew before time goes on."""
        self._changed.add(run.id)
        self._stirred.add(run.id)
        self._unsettled = True

    # --- inside

    def _begin(self) -> None:
        scenario = self.prepared.scenario
        detail = {"scenario": scenario.scenario, "run": self.stream.run, "horizon": self.prepared.horizon}
        if self.prepared.settings:
            detail["settings"] = list(self.prepared.settings)
        self.log.add(0.0, "note", ref="scenario", detail=detail)
        self._truths = {atom: self.world.truth(atom, 0.0) for atom in self.prepared.atoms}
        self._moving = {a: v for a, v in self._truths.items() if not self.world.steady(a.variable)}
        for run in self._runs:
            run.begin([self._truths[s.atom] for s in run.ready.signals.found])
        if self.log.keep:
            watches = [run.watch for run in self._runs]
            step = self.prepared.horizon / GRID
            self._trace = Trace(watches, self.world.reading, step, headlines(scenario.world))
        self._spread.begin()
        for inject in scenario.injects:
            if inject.when is None:
                self._schedule(inject, 0.0, 0)
        if scenario.world.stock is not None and scenario.world.stock.noise is not None:
            self._noise()

    def _settle(self) -> None:
        """Bring judgement and the next crossing up to date before time goes on."""
        self._unsettled = False
        while self._changed:
            for run in self._runs:  # in their order, which decides who stands in line before whom
                if run.id in self._changed:
                    self._changed.remove(run.id)
                    run.judge()
        for run in [run for run in self._runs if run.id in self._stirred]:
            self._stirred.remove(run.id)
            run.watch.settle()
            for inject, test in run.ready.triggers:
                self._watch_for(inject, test(run.watch.true, run.values(), run.watch.sustained))
        if self._dirty:
            self._dirty = False
            self._plan_crossing()

    def _disturbed(self) -> None:
        """The world no longer goes on as it did: what was to be crossed next is not known any more."""
        self._dirty = self._unsettled = True

    def _plan_crossing(self) -> None:
        self._crossing += 1
        mark = self._crossing
        chance = self._spread.next(self._look_ahead(self.clock.next()))
        if chance is not None:
            self.clock.at(chance[0], lambda: self._strike(mark, *chance[1:]))

    def _look_ahead(self, soon: float) -> float:
        """Have what is crossed next happen, if it is known by `soon`; returns when, or else the horizon [h]."""
        mark, horizon = self._crossing, self.prepared.horizon
        # The clock's times are rounded; what is crossed as the next call is made must not come after it.
        found, self._clear = self.world.ahead(self._moving, self.clock.now, horizon, soon + INSTANT)
        if not found:
            return horizon
        self._clear = inf
        self.clock.at(found[0][0], lambda: self._cross(mark, found))
        return found[0][0]

    def _strike(self, mark: int, outbreak: str, cause: str) -> None:
        if mark == self._crossing:
            self._disturbed()
            self._spread.happen(outbreak, cause)

    def _cross(self, mark: int, found: list[tuple[float, Atom, bool]]) -> None:
        if mark != self._crossing:
            return
        self._disturbed()
        self._before()
        self.world.advance(self.clock.now)
        for _, atom, value in found:
            self._flip(atom, value)

    def _flip(self, atom: Atom, value: bool) -> None:
        self._truths[atom] = value
        if atom in self._moving:
            self._moving[atom] = value
        heard = self.prepared.atoms[atom]
        for plan, sid in heard.signals:
            self._stirred.add(plan)
            self.plans[plan].watch.flip(sid, value)
        if heard.shortage is not None:
            self.log.add(self.clock.now, "shortage", ref=heard.shortage, detail={"short": value})

    def _before(self) -> None:
        if self._trace is not None:
            self._trace.upto(self.clock.now)

    def _jumped(self, variables: frozenset[str]) -> None:
        """The world has changed; only what jumped is read again, the rest keeps the truth it had."""
        self._disturbed()
        now = self.clock.now
        if self._trace is not None:
            self._trace.after(now)
        atoms = [a for name in variables if name in self.prepared.atoms_on for a in self.prepared.atoms_on[name]]
        flipped = [(a, value) for a in atoms if (value := self.world.truth(a, now)) != self._truths[a]]
        for atom, value in sorted(flipped, key=lambda one: self.prepared.atoms[one[0]].place):
            self._flip(atom, value)

    # --- injects and noise

    def _watch_for(self, inject: Inject, holds: bool) -> None:
        """An inject that waits for something happens each time, or the first time, that it comes to be so."""
        held, n = self._fired.get(inject.id, (False, 0))
        comes = holds and not held and (n == 0 or inject.once == "no")
        self._fired[inject.id] = (holds, n + comes)
        if comes:
            after = self.effects.drawn(inject.after, f"inject:{inject.id}") if inject.after else 0.0
            self.clock.at(self.clock.now + after, lambda: self._inject(inject, n))

    def _schedule(self, inject: Inject, start: float, n: int) -> None:
        assumption = inject.at or inject.every
        assert assumption is not None
        at = start + self.effects.drawn(assumption, f"inject:{inject.id}")
        if at <= self.prepared.horizon:
            self.clock.at(at, lambda: self._inject(inject, n))

    def hold_inject(self, id: str) -> None:
        """Let an inject wait, whatever its own time, until it is released."""
        self.known_inject(id)
        self._kept_back.add(id)

    def skip_inject(self, id: str) -> None:
        """Let an inject not happen."""
        self.known_inject(id)
        self._skipped.add(id)

    def release_inject(self, id: str) -> None:
        """Let an inject happen now, and not again at a time of its own."""
        inject = self.known_inject(id)
        self._kept_back.discard(id)
        self._skipped.discard(id)
        self._happen(inject, 0)
        self._skipped.add(id)

    def known_inject(self, id: str) -> Inject:
        """The inject of that id.

        Raises
        ------
        RefusedError
            If the scenario has none.
        """
        for inject in self.prepared.scenario.injects:
            if inject.id == id:
                return inject
        raise RefusedError(f"there is no inject {id}", code="unknown-inject", facts={"name": id})

    def _inject(self, inject: Inject, n: int) -> None:
        """The time of an inject has come."""
        if inject.id in self._skipped:
            return
        if inject.id in self._kept_back:
            self.log.add(self.clock.now, "note", ref=str(inject.id), detail={"inject": "held"})
        elif any(self._stays_away(inject, run) for run in self.plans.values()):
            self.log.add(self.clock.now, "note", ref=str(inject.id), detail={"inject": "not-needed"})
        else:
            self._happen(inject, n)
        if inject.every is not None:
            self._schedule(inject, self.clock.now, n + 1)

    def _stays_away(self, inject: Inject, run: PlanRun) -> bool:
        test = run.ready.unless.get(inject.id)
        return test is not None and test(run.watch.true, run.values(), run.watch.sustained)

    def _happen(self, inject: Inject, n: int) -> None:
        now = self.clock.now
        title = {"zh": inject.title.zh, "en": inject.title.en}
        self.log.add(now, "inject", ref=inject.id, detail={"title": title, "n": n})
        self.effects.start([(e, f"inject:{inject.id}:{k}") for k, e in enumerate(inject.effects)])
        for k, tell in enumerate(inject.tells):
            after = self.effects.drawn(tell.after, f"tell:{inject.id}:{k}")
            names = tuple(str(a) for a in tell.about)
            self.clock.at(now + after, lambda names=names, to=tell.to: self._tell(names, str(to), inject))  # type: ignore[misc]

    def _tell(self, names: Iterable[str], to: str, inject: Inject) -> None:
        title = {"zh": inject.title.zh, "en": inject.title.en}
        self.log.add(
            self.clock.now, "message", actor=to, ref=inject.id, detail={"title": title, "about": list(names)}
        )
        for run in self.plans.values():
            run.told(names)

    def _noise(self) -> None:
        stock = self.prepared.scenario.world.stock
        assert stock is not None
        assert stock.noise is not None
        self.effects.noise(self.effects.drawn(stock.noise.spread, "noise"))
        self.clock.at(self.clock.now + stock.noise.every.plain_hours, self._noise)

    # --- seats

    def _pool(self, seat: str, plan: str) -> Pool:
        key = (seat, plan if self.apart else "")
        pool = self.pools.get(key)
        if pool is None:
            rules = self.prepared.staffing[seat]
            opening = self.prepared.opening if rules.hours == "office" else None
            call_in = None if rules.call_in is None else partial(self._called_in, seat, rules.call_in)
            fleet = self._fleets.setdefault(key[1], Fleet(self._counts, self._queued, self._first))
            pool = Pool(seat, rules.crews, opening, call_in, self.clock.at, self._stood_in_line, fleet)
            self.pools[key] = pool
        return pool

    def _called_in(self, seat: str, takes: Assumption, job: Job) -> float:
        """How long it takes to call people in [h]; what other plans want of them must not change a plan's chance."""
        whose = f":{job.plan}:{job.what}" if len(self.plans) > 1 else ""
        return self.effects.drawn(takes, f"call-in:{seat}{whose}")

    def _first(self, kind: str) -> dict[str, str]:
        """The plans that have put their own work first on a kind of vehicle, each with the measure that does."""
        claims = (m.partition(":") for m in self.prepared.scenario.fleets[Id(kind)].first)
        return {plan: ref for plan, _, ref in claims if plan in self.plans and self.plans[plan].in_force(ref)}

    def _queued(self, kind: str, job: Job, hours: float, behind: str) -> None:
        self._waited(f"fleet:{kind}", job, hours, behind)
        plan, _, _ = behind.partition(":")
        claims, rivals = self._first(kind), (f"fleet:{kind}", frozenset((job.plan, plan)))
        if plan != job.plan and {plan, job.plan} <= claims.keys() and rivals not in self._rivals:
            self._rivals.add(rivals)  # both say that theirs goes first
            clauses = [c for id in (job.plan, plan) for c in self.plans[id].clauses_of(claims[id])]
            told = {"why": "both-first", "who": f"fleet:{kind}", "behind": behind}
            self.plans[job.plan].gap(f"both-first:{kind}:{plan}", job.what, tuple(clauses), **told)

    def _stood_in_line(self, seat: str, job: Job, hours: float, behind: str) -> None:
        self._waited(seat, job, hours, behind)
        plan, _, _ = behind.partition(":")
        rivals = (seat, frozenset((job.plan, plan)))
        if plan != job.plan and hours > 0 and rivals not in self._rivals:
            self._rivals.add(rivals)
            clauses = [c for id in (job.plan, plan) for c in self.prepared.place_of(seat, id)]
            told = {"why": "no-precedence", "who": seat, "behind": behind}
            self.plans[job.plan].gap(f"no-precedence:{seat}:{plan}", job.what, tuple(clauses), **told)

    def _waited(self, seat: str, job: Job, hours: float, behind: str) -> None:
        detail = {"waited": hours, "behind": behind}
        self.log.add(self.clock.now, "resource", plan=job.plan, actor=seat, ref=job.what, detail=detail)

    # --- the end

    def _end(self) -> None:
        self.ended = True
        self._before()
        self.world.advance(self.clock.now)
        for run in self.plans.values():
            run.close()
        if self._trace is not None:
            self._trace.write(self.log, self.clock.now)
        self.log.add(self.clock.now, "ended", ref="horizon", detail=outcome(self.crisis))


def simulate(incident: Incident, policy: Policy | None = None) -> Incident:
    """Run an incident to its end with policies in all seats.

    Parameters
    ----------
    policy : Policy, optional
        Answers for every seat; by default the scenario's own behaviours.
    """
    prepared = incident.prepared
    who = policy or AsWritten(prepared.work, prepared.scenario.behaviour, incident.stream)
    incident.advance(prepared.horizon, who)
    return incident
