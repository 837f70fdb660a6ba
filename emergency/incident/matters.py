"""Matters made ready: what each decision, measure, report and publication comes down to, step by step.

Worked out once for all runs: who takes each step and what that occupies, which conditions and bounds it has, what the
log says of it every time. A run only adds when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emergency.condition import Node
from emergency.incident.signals import Test
from emergency.machine import (
    Bound,
    DecisionPlan,
    MeasurePlan,
    Performer,
    Program,
    PublicationPlan,
    ReportPlan,
    Route,
    StepPlan,
    Value,
    decider,
)
from emergency.quantity import Duration
from emergency.scenario import Scenario
from emergency.seat import WorkTimes

__all__ = ["Matter", "Matters", "Notice", "ReadyStep", "Turn", "Way"]

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Turn:
    """One performer's part in a step.

    Attributes
    ----------
    cause : the end of the name under which chance is drawn for it.
    staffed : whether the seat has people and hours in the scenario; one that has not has no queue.
    uses : what of the fleets the work occupies.
    told : what the log says of it every time.
    """

    actor: str
    seat: str
    cause: str
    staffed: bool
    uses: Mapping[str, int]
    told: Facts


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """One step of a matter.

    Attributes
    ----------
    entry : the kind of entry that tells it is done; empty where the end of the matter tells as much.
    turns : of all who take it, side by side.
    when : the condition without which it falls out.
    reaches : the events that it makes happen by telling somebody.
    """

    do: str
    entry: str
    turns: tuple[Turn, ...]
    bounds: tuple[Bound, ...]
    urgency: str | None
    clauses: tuple[str, ...]
    when: Test | None
    reaches: tuple[str, ...]

    @property
    def actor(self) -> str | None:
        """The first who takes it."""
        return self.turns[0].actor if self.turns else None


@dataclass(frozen=True, slots=True, eq=False)
class Matter:
    """Something a plan has people do.

    Attributes
    ----------
    kind : ``decision``, ``measure``, ``report`` or ``publication``.
    ref : its name in the log: a value, or the id of a statement.
    cause : the beginning of the names under which chance is drawn for it.
    clauses, told : what the entry that opens it cites and says, beside what depends on the run.
    route : what its entries say of the way a decision goes, where its value has several.
    may : whether the plan leaves it to those asked.
    gaps : the readings that stand in for what the plan does not say of it.
    by : who decides it or carries it out, as the plan names them.
    """

    kind: str
    ref: str
    cause: str
    steps: tuple[ReadyStep, ...]
    clauses: tuple[str, ...]
    told: Facts
    route: Facts
    may: bool
    gaps: tuple[str, ...]
    by: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to a value.

    Attributes
    ----------
    test : its own ground; None where that is the value's.
    matters : the value it is entered from → what has to be done then.
    """

    at: Value
    id: str
    test: Test | None
    clauses: tuple[str, ...]
    decision: DecisionPlan
    matters: Mapping[str, Matter]


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """A report or a publication: after which event, in which values and on what condition it is owed."""

    matter: Matter
    after: str
    during: frozenset[Value]
    test: Test | None
    clauses: tuple[str, ...]
    every: Duration | None = None


class Matters:
    """Makes the matters of one program ready."""

    def __init__(self, program: Program, scenario: Scenario, guards: Mapping[Node, Test]) -> None:
        self._program, self._guards = program, guards
        self._work = WorkTimes(scenario.work)
        self._staffed = {str(s.seat) for s in scenario.staffing}

    # --- kinds of matter

    def ways(self, decision: DecisionPlan) -> tuple[Way, ...]:
        """The ways to a value that is entered by steps."""
        return tuple(self._way(decision, one) for one in decision.ways if decision.mode == "steps")

    def _way(self, decision: DecisionPlan, one: Route) -> Way:
        test = self._guards[one.when] if one.id and one.when is not None else None
        matters = {source: self._decision(decision, one, source) for source in decision.sources}
        return Way(decision.at, one.id, test, one.clauses, decision, matters)

    def _decision(self, decision: DecisionPlan, way: Route, source: str) -> Matter:
        steps = [replace(s, clauses=decision.cited(s.clauses, source)) for s in way.steps]
        last = decider(way.steps)
        told: dict[str, object] = {"steps": [s.do for s in steps]}
        route = {"route": way.id} if way.id else {}
        if way.id:
            told |= {**route, "joined": decision.joined}
        clauses, by = decision.cited(way.clauses, source), _actor(last.by) if last is not None else None
        return self._matter("decision", str(decision.at), steps, clauses, told, route=route, by=by)

    def measure(self, measure: MeasurePlan) -> Matter:
        """Its approvals, then its being carried out."""
        steps = [*measure.steps, _doing(measure.says.verb, measure)]
        told, may = _told_of(measure), measure.discretionary
        kept = measure.clauses, told
        return self._matter("measure", measure.id, steps, *kept, may=may, gaps=measure.gaps, by=_actor(measure.by))

    def report(self, report: ReportPlan) -> Notice:
        """A report that falls due with an event."""
        step = replace(_doing("report", report), to=report.to, together_with=report.together_with)
        matter = self._matter("report", str(report.says.id), [step], report.clauses, gaps=report.gaps)
        return Notice(matter, report.after, report.during, self._test(report.condition), report.clauses)

    def publication(self, one: PublicationPlan) -> Notice:
        """A publication, cleared first where the plan wants that."""
        says = one.says
        step = replace(_doing("publish", one), together_with=one.together_with)
        cleared = [StepPlan("approve", one.cleared_by, (), (), (), None, one.clauses)] if says.cleared_by else []
        may = says.discretion is not None or says.modality == "may"
        ref = str(says.id or says.clause)
        matter = self._matter("publication", ref, [*cleared, step], one.clauses, may=may, gaps=one.gaps)
        return Notice(matter, one.after, one.during, self._test(one.condition), one.clauses, one.every)

    def _matter(
        self,
        kind: str,
        ref: str,
        steps: list[StepPlan],
        clauses: tuple[str, ...],
        told: Facts | None = None,
        *,
        route: Facts | None = None,
        may: bool = False,
        gaps: tuple[str, ...] = (),
        by: str | None = None,
    ) -> Matter:
        facts = route or {}
        ready = tuple(self._step(kind, ref, step, facts, last=step is steps[-1]) for step in steps)
        return Matter(kind, ref, f"{self._program.id}:{ref}:", ready, clauses, told or {}, facts, may, gaps, by)

    def events(self) -> tuple[tuple[str, Test], ...]:
        """The events that are a condition's coming to be known to hold."""
        return tuple((id, self._guards[e.when]) for id, e in self._program.events.items() if e.when is not None)

    # --- their steps

    def _step(self, kind: str, ref: str, step: StepPlan, route: Facts, *, last: bool) -> ReadyStep:
        turns = tuple(self._turn(ref, step, performer, route) for performer in step.by)
        reaches = tuple(e.id for e in self._program.events.values() if e.to in step.told)
        entry = _ENTRIES.get((kind, last), "step")
        return ReadyStep(
            step.do, entry, turns, step.bounds, step.urgency, step.clauses, self._test(step.when), reaches
        )

    def _turn(self, ref: str, step: StepPlan, performer: Performer, route: Facts) -> Turn:
        actor, seat = performer.actor, performer.seat
        told: dict[str, object] = {"seat": seat} if seat != actor else {}
        told |= {name: [p.actor for p in who] for name, who in (("to", step.to), ("with", step.together_with)) if who}
        work = self._work.of(self._program.id, ref, actor, step.do)
        uses = {str(kind): int(n) for kind, n in work.uses.items()} if work is not None else {}
        return Turn(actor, seat, f":{step.do}:{seat}", seat in self._staffed, uses, {**told, **route})

    def _test(self, guard: Node | None) -> Test | None:
        return self._guards[guard] if guard is not None else None


#: (kind of matter, whether it is the last step) → the kind of entry that tells of a step done, if not ``step``.
_ENTRIES = {
    ("measure", True): "",  # told by measure-done
    ("report", True): "report-sent",
    ("publication", True): "published",  # what comes before it is its clearance
}


def _doing(do: str, one: MeasurePlan | ReportPlan | PublicationPlan) -> StepPlan:
    """The step of doing a thing, where the plan only says that it is done."""
    return StepPlan(do, one.by, (), (), one.bounds, None, one.clauses)


def _actor(by: tuple[Performer, ...]) -> str | None:
    return by[0].actor if by else None


def _told_of(measure: MeasurePlan) -> Facts:
    """What the log tells of a measure that starts."""
    says = measure.says
    told: dict[str, object] = {"verb": says.verb, "by": [p.actor for p in measure.by]}
    if says.target:
        told["target"] = [str(t) for t in says.target]
    if says.strength:
        told["strength"] = says.strength
    if measure.towards:
        told["towards"] = [p.actor for p in measure.towards]
    if measure.discretionary:
        words = says.discretion
        told["discretion"] = {"zh": words.zh, "en": words.en} if words else says.modality
    return told
