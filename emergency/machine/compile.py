"""From statements and readings to a `Program`; refuses, naming all clauses, where a question is left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Date

from emergency.condition import Compare, Flag, Guard, Node, leaves
from emergency.errors import UnsettledError
from emergency.jurisdiction import Jurisdiction
from emergency.machine.decisions import DecisionCompiler
from emergency.machine.program import (
    Channel,
    EventPlan,
    MeasurePlan,
    Need,
    Program,
    PublicationPlan,
    ReportPlan,
    StepPlan,
    Value,
    Variable,
)
from emergency.machine.voices import Performer
from emergency.plan import Plan
from emergency.plan.leaves import UNSTATED, ActorRef, State
from emergency.plan.statements import (
    Decision,
    Event,
    Indicator,
    Measure,
    Publication,
    Report,
    Resource,
    Statement,
)
from emergency.quantity import Duration
from emergency.source import Clause

__all__ = ["compile_plan"]


def compile_plan(
    plan: Plan,
    jurisdiction: Jurisdiction,
    choices: Mapping[str, str] | None = None,
    on: Date | None = None,
) -> Program:
    """Build the program of a plan.

    Parameters
    ----------
    choices : mapping of reading id to choice, optional
        Other choices than the ones taken in the plan file.
    on : date, optional
        The day whose division of work names the posts.

    Raises
    ------
    UnsettledError
        Listing every question the run needs answered and no reading settles, each with its clauses.
    InputError
        For choices of readings that the plan does not have, or that its readings do not offer.
    """
    return _Compiler(plan, jurisdiction, choices or {}, on).program()


class _Compiler(DecisionCompiler):
    def program(self) -> Program:
        rules = self.rules()
        decisions = self.decisions(rules)
        measures = self.inherited(tuple(self.measure(m) for m in self.plan.measures))
        reports = self.reports()
        publications = self.publications()
        channels = self.channels()
        events = self.events()
        precedence = self.precedence(measures)
        program = Program(
            self.plan,
            self.jurisdiction,
            rules,
            decisions,
            measures,
            events,
            reports,
            publications,
            channels,
            {},
            {},
            precedence,
            self.gaps,
            (),
            self.ranks(),
        )
        variables = self.variables(_trees(program))
        if self.readings.missing:
            raise UnsettledError(self.readings.missing)
        used = dict(self.readings.used)
        return replace(program, variables=variables, readings=used, overruled=self.overruled())

    # --- measures, reports, publications

    def measure(self, given: Measure) -> MeasurePlan:
        says, gaps = self.settle(given, "during")
        never = self.readings.taken("statement", says.id, "during") == "never"
        says, vague = self.settle(says, "condition", needed=False)
        by, nobody = self.performers(says, "by", says.by)
        during = frozenset(v for s in says.during for v in self.values(s))
        needs, released, unsaid = self.needs(says, by)
        steps = (*released, *(self.step([(s, says.clause)]) for s in says.steps))
        return MeasurePlan(
            says,
            during,
            by,
            self.cast.performers(says.towards or (), says.clause),
            steps,
            self.every(says),
            self.cite(says.clause),
            (*gaps, *vague, *nobody, *unsaid),
            tuple(self.bounds(says.within, says.clause)),
            never,
            needs,
            self.earlier(says),
        )

    def inherited(self, measures: tuple[MeasurePlan, ...]) -> tuple[MeasurePlan, ...]:
        """Measures with, as states of theirs, those whose measures are in addition to them, however far on.

        What is inherited on a condition, or may be left, comes only once the inheriting measure is carried out.
        """
        of = {m.id: frozenset(self.values(m.says.inherits)) for m in measures if m.says.inherits}
        adding = [m for m in measures if m.id in of and not m.discretionary and not m.says.condition]
        whence = [(at, of[m.id]) for m in adding for at in m.during]

        def reached(during: frozenset[Value]) -> frozenset[Value]:
            more = during | {at for at, of in whence if of & during}
            return more if more == during else reached(more)

        later = {id: values for id, values in of.items() if id not in {m.id for m in adding}}
        return tuple(replace(m, during=reached(m.during), adds=later.get(m.id, frozenset())) for m in measures)

    def performers(
        self, says: Measure | Publication | Report, field: str, actors: Iterable[ActorRef]
    ) -> tuple[tuple[Performer, ...], tuple[str, ...]]:
        """Who does what a statement says and, where its clause names no one, the reading that says who."""
        actors = tuple(actors)
        by = self.cast.performers(actors, says.clause)
        measure = isinstance(says, Measure)
        if by or (measure and not all(str(a) == UNSTATED for a in actors)):
            return by, ()
        name = str(says.id or says.clause)
        own = self.readings.answer("statement", name, field)
        if own is None and measure:
            return self.nobody(says, actors)
        if own is None:
            self.settled("statement", name, field, says.clause)
            return (), ()
        gap = self.gap("statement", name, field)
        return self.cast.performers(own, says.clause), (gap,) if gap else ()

    def nobody(self, says: Statement, actors: tuple[ActorRef, ...]) -> tuple[tuple[Performer, ...], tuple[str, ...]]:
        """Who carries out measures for which no clause names anyone."""
        everyone = [m.clause for m in self.plan.measures if m.by == actors]
        choice = self.readings.find("precedence", "measures-without-actor", needed_by=everyone)
        gap = self.gap("precedence", "measures-without-actor")
        return self.cast.performer(choice, says.clause) if choice else (), (gap,) if gap else ()

    def earlier(self, says: Measure) -> tuple[str, ...]:
        """The measures that the clause of one has taken before it."""
        if says.rank is None:
            return ()
        others = (m for m in self.plan.measures if m.clause == says.clause and m.rank is not None)
        return tuple(str(m.id) for m in others if m.rank is not None and m.rank < says.rank)

    def needs(
        self, says: Measure, by: tuple[Performer, ...]
    ) -> tuple[tuple[Need, ...], tuple[StepPlan, ...], tuple[str, ...]]:
        """What must have come before a measure, the steps of releasing what it needs, the readings behind these."""
        found: list[Need] = []
        steps: list[StepPlan] = []
        gaps: list[str] = []
        sections = {str(s.id): (section, s) for section, _, s in self.plan.statements() if s.id}
        for id in says.needs:
            section, other = sections[str(id)]
            values: frozenset[Value] = frozenset()
            if isinstance(other, Decision):
                to = self.settle(other, "to")[0].to
                values = frozenset(self.values(to)) if isinstance(to, State) else frozenset()
            if isinstance(other, Resource):
                step, unsaid = self.release(other)
                gaps += unsaid
                steps += [step] if step is not None and set(step.by) != set(by) else []
            else:
                found.append(Need(section, str(id), values))
        return tuple(found), tuple(steps), tuple(gaps)

    def release(self, given: Resource) -> tuple[StepPlan | None, tuple[str, ...]]:
        """The step of releasing a resource, where a clause speaks of who does."""
        resource, gaps = self.settle(given, "released_by")
        if resource.released_by is None or not resource.released_by.named:
            return None, gaps
        by = self.cast.performer(resource.released_by, resource.clause)
        return StepPlan("release", by, (), (), (), None, self.cite(resource.clause)), gaps

    def every(self, says: Measure | Indicator) -> Duration | None:
        """How often something recurs; "regularly" needs a reading."""
        if isinstance(says.every, Duration) or says.every is None:
            return says.every
        choice = self.settled("statement", says.id or says.clause, "every", says.clause)
        return Duration.parse(choice) if choice else None

    def reports(self) -> tuple[ReportPlan, ...]:
        return tuple(self.report(r) for r in self.plan.reports)

    def report(self, given: Report) -> ReportPlan:
        says, gaps = self.settle(given, "after")
        says, vague = self.settle(says, "condition", needed=False)
        to, unsaid_to = self.performers(says, "to", says.to)
        by, unsaid_by = self.performers(says, "from", says.from_)
        return ReportPlan(
            says,
            str(says.after) if says.after != UNSTATED else "",
            by,
            to,
            tuple(self.bounds(says.within, says.clause)),
            self.cite(says.clause),
            (*gaps, *unsaid_to, *unsaid_by, *vague),
            self.cast.performers(says.together_with or (), says.clause),
            frozenset(v for s in says.during for v in self.values(s)),
            says.condition.tree if isinstance(says.condition, Guard) else None,
        )

    def publications(self) -> tuple[PublicationPlan, ...]:
        """What is published on an event or with a level; the rest is a standing duty that nothing sets off."""
        return tuple(self.publication(p) for p in self.plan.publications if p.after or p.during)

    def publication(self, given: Publication) -> PublicationPlan:
        says, gaps = self.settle(given, "after")
        says, vague = self.settle(says, "condition", needed=False)
        by, unsaid = self.performers(says, "by", says.by)
        return PublicationPlan(
            says,
            str(says.after) if says.after and says.after != UNSTATED else "",
            by,
            self.cite(says.clause),
            tuple(self.bounds(says.within, says.clause)),
            (*gaps, *unsaid, *vague),
            self.cast.performers(says.together_with or (), says.clause),
            frozenset(v for s in says.during for v in self.values(s)),
            says.condition.tree if isinstance(says.condition, Guard) else None,
            self.cast.performers(says.cleared_by or (), says.clause),
            says.every if isinstance(says.every, Duration) else None,
        )

    def events(self) -> dict[str, EventPlan]:
        return {str(e.id): self.event(e) for e in self.plan.events}

    def event(self, given: Event) -> EventPlan:
        says, _ = self.settle(given, "when")
        if says.kind in ("entered", "left", "occurs") and not isinstance(says.state, State):
            self.settled("statement", says.id, "state", says.clause)
            says, _ = self.settle(says, "state")
        values = frozenset(self.values(says.state)) if isinstance(says.state, State) else frozenset()
        when = says.when.tree if isinstance(says.when, Guard) else None
        report = str(says.report) if says.report else None
        to = str(says.to) if says.kind == "reported" and says.to and report is None else None
        return EventPlan(str(says.id), says.kind, values, self.cite(says.clause)[0], when, report, to)

    # --- what is watched

    def channels(self) -> tuple[Channel, ...]:
        found = []
        for one in self.plan.indicators:
            every = self.every(one)
            if every is not None:
                condition = one.condition.tree if isinstance(one.condition, Guard) else None
                observer = str(one.observer or "")
                to = str(one.to) if one.to else None
                found.append(Channel(one.variable, every, condition, observer, to, self.cite(one.clause)))
        return tuple(found)

    def variables(self, trees: Iterable[Node]) -> dict[str, Variable]:
        """Every indicator that the trees need, and those that these need in turn."""
        found: dict[str, Variable] = {}
        todo = [n for tree in trees for n in _names(tree)]
        while todo:
            name = todo.pop(0)
            if name not in found:
                found[name] = variable = self.variable(name)
                todo += _names(variable.holds_when) if variable.holds_when is not None else []
        return found

    def variable(self, name: str) -> Variable:
        voices = [i for i in self.plan.indicators if i.variable == name]
        unit = next((v.unit for v in voices if v.unit), "")
        measured = next((v.measured_as for v in voices if v.measured_as), None)
        over: str | None = next((v.over for v in voices if v.over), None)
        stated = next((v.holds_when for v in voices if v.holds_when), None)
        clauses = [v.clause for v in voices]
        if measured == UNSTATED:
            measured = self.readings.find("indicator", name, "measured_as", needed_by=clauses)
        if over == UNSTATED:
            over = self.readings.find("indicator", name, "over", needed_by=clauses)
        tree = stated.tree if isinstance(stated, Guard) else None
        if stated == UNSTATED:
            choice = self.readings.find("indicator", name, "holds_when", needed_by=clauses)
            tree = Guard.parse(choice).tree if choice else None
            self.gap("indicator", name, "holds_when")
        sets = self.jurisdiction.sets
        places = tuple(dict.fromkeys(p for v in voices if v.scope in sets for p in sets[v.scope].places))
        return Variable(name, unit, measured, over, places, tree, self.cite(*clauses))

    def precedence(self, measures: tuple[MeasurePlan, ...]) -> dict[str, str]:
        """The order rules a run needs: which level counts, whether levels fall, whether measures stay."""
        needed: dict[str, list[Clause]] = {}
        criteria = [c.clause for c in self.plan.criteria]
        if len({c.of for c in self.plan.criteria}) > 1:
            needed["several-criteria-hold"] = criteria
            needed["step-down"] = [d.clause for d in self.plan.decisions]
        if len({v for m in measures for v in m.during}) > 1:
            needed["measures-of-milder-levels"] = [m.says.clause for m in measures]
            needed["measures-of-skipped-levels"] = [m.says.clause for m in measures]
        found: dict[str, str] = {}
        for name, clauses in needed.items():
            choice = self.readings.find("precedence", name, needed_by=clauses)
            if choice is not None:
                found[name] = choice
                self.gap("precedence", name)
        return found


def _names(tree: Node) -> list[str]:
    return [n.indicator for n in leaves(tree) if isinstance(n, Compare | Flag)]


def _trees(program: Program) -> list[Node]:
    """Every guard that a run of a program looks at."""
    found = [d.when for d in program.decisions.values() if d.when is not None]
    found += [c.condition for c in program.channels if c.condition is not None]
    found += [m.says.condition.tree for m in program.measures if isinstance(m.says.condition, Guard)]
    return [*found, *program.guards]
