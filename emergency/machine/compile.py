"""From statements and readings to a `Program`; refuses, naming all clauses, where a question is left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Date
from graphlib import CycleError, TopologicalSorter

from emergency.condition import All, Compare, Flag, Guard, Node, leaves
from emergency.errors import Problem, UnsettledError
from emergency.jurisdiction import Jurisdiction
from emergency.machine.levels import LevelCompiler, join
from emergency.machine.program import (
    Bound,
    Channel,
    DecisionPlan,
    EventPlan,
    LevelRule,
    MeasurePlan,
    Part,
    Program,
    PublicationPlan,
    ReportPlan,
    StepPlan,
    Value,
    Variable,
)
from emergency.machine.voices import Performer
from emergency.plan import Plan
from emergency.plan.leaves import UNSTATED, State, Within
from emergency.plan.statements import Decision, Indicator, Measure, Step
from emergency.quantity import Duration
from emergency.source import Citation, Clause, Id

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
    """
    return _Compiler(plan, jurisdiction, choices or {}, on).program()


class _Compiler(LevelCompiler):
    def program(self) -> Program:
        rules = self.rules()
        decisions = self.decisions(rules)
        measures = tuple(self.measure(m) for m in self.plan.measures)
        reports = self.reports()
        publications = self.publications()
        channels = self.channels()
        trees = [d.when for d in decisions.values() if d.when is not None]
        trees += [c.condition for c in channels if c.condition is not None]
        trees += [m.says.condition.tree for m in measures if isinstance(m.says.condition, Guard)]
        variables = self.variables(trees)
        events = self.events()
        precedence = self.precedence(measures)
        if self.readings.missing:
            raise UnsettledError(self.readings.missing)
        return Program(
            self.plan,
            self.jurisdiction,
            rules,
            decisions,
            measures,
            events,
            reports,
            publications,
            channels,
            variables,
            dict(self.readings.used),
            precedence,
            self.gaps,
            self.overruled(),
            self.ranks(),
        )

    # --- decisions

    def decisions(self, rules: Iterable[LevelRule]) -> dict[Value, DecisionPlan]:
        by_level = {r.at: r for r in rules}
        found: dict[Value, DecisionPlan] = {}
        for name, scheme in self.plan.schemes.items():
            wanted = [*scheme.levels, scheme.ends or "off"]
            for value in wanted:
                plan = self.decision(Value(name, value), by_level)
                if plan is not None:
                    found[plan.at] = plan
        return found

    def voices(self, at: Value) -> list[Decision]:
        """The decision statements about entering a value, a vague target settled by its reading."""
        found = []
        for decision in self.plan.decisions:
            target = decision.to
            if not isinstance(target, State):
                choice = self.settled("statement", decision.id, "to", decision.clause)
                if choice is None:
                    continue
                target = State.parse(choice)
            if at in self.values(target):
                found.append(decision)
        return found

    def decision(self, at: Value, rules: Mapping[Value, LevelRule]) -> DecisionPlan | None:
        voices = self.voices(at)
        rule = rules.get(at)
        if not voices:
            return self.silent_decision(at, rule)
        clauses = [v.clause for v in voices]
        when = self.when(at, voices, rule)
        parts = (
            rule.parts
            if rule
            else tuple(Part(v.when.tree, self.cite(v.clause)) for v in voices if isinstance(v.when, Guard))
        )
        steps = self.merged_steps(voices, at)
        return DecisionPlan(at, "steps", when, parts, self.sources(at, voices), steps, self.cite(*clauses))

    def silent_decision(self, at: Value, rule: LevelRule | None) -> DecisionPlan | None:
        """A value no clause enters: a reading says how, or that it never is."""
        near = [c.clause for c in self.plan.criteria if isinstance(c.of, State) and at in self.values(c.of)]
        near = near or [d.clause for d in self.plan.decisions if isinstance(d.to, State) and d.to.scheme == at.scheme]
        near = near or [c.clause for c in self.plan.criteria if isinstance(c.of, State) and c.of.scheme == at.scheme]
        how = self.readings.find("entering", str(at), needed_by=near)
        if how is None or how == "never":
            return None
        gap = self.gap("entering", str(at))
        clauses = self.gaps[gap].clauses if gap else ()
        everywhere = frozenset(v for v in self.plan.schemes[Id(at.scheme)].values if v != at.value)
        if how == "rises-with-criteria":
            everywhere = self.milder(at)
        if how.startswith("with "):
            follows = self.values(State.parse(how.removeprefix("with ")))[0]
            return DecisionPlan(at, "with", None, (), everywhere, (), clauses, follows, gap)
        tree = rule.tree if rule else None
        if how.startswith("when "):
            tree = Guard.parse(how.removeprefix("when ")).tree
        parts = rule.parts if rule else ()
        return DecisionPlan(at, "by-criteria", tree, parts, everywhere, (), clauses, None, gap)

    def when(self, at: Value, voices: list[Decision], rule: LevelRule | None) -> Node | None:
        stated = [v.when.tree for v in voices if isinstance(v.when, Guard)]
        own = join(All, stated)
        if rule is None or own is None:
            return rule.tree if rule else own
        clauses = [v.clause for v in voices if v.when is not None]
        how = self.readings.find("entering", str(at), "when", needed_by=clauses)
        return All((rule.tree, own)) if how == "criteria-and-when" else rule.tree

    def sources(self, at: Value, voices: list[Decision]) -> frozenset[str]:
        scheme = self.plan.schemes[Id(at.scheme)]
        stated = [v.from_ for v in voices if isinstance(v.from_, State)]
        if stated:
            return frozenset(v for s in stated for v in self.plan.values(s) if s.scheme == at.scheme)
        how = self.readings.find("entering", str(at), "from", needed_by=[v.clause for v in voices])
        others = frozenset(v for v in scheme.values if v != at.value)
        if how is None or how == "any":
            return others
        if how == "milder":
            return self.milder(at)
        return frozenset(self.plan.values(State.parse(how))) & others

    def milder(self, at: Value) -> frozenset[str]:
        """The values of the scheme that are less grave."""
        ranks = self.ranks()
        values = self.plan.schemes[Id(at.scheme)].values
        return frozenset(v for v in values if ranks[Value(at.scheme, v)] < ranks[at])

    # --- steps

    def merged_steps(self, voices: list[Decision], at: Value | None) -> tuple[StepPlan, ...]:
        """The union of the steps the clauses tell, in the order they tell; a tie needs a reading."""
        told: dict[tuple[str, str], list[tuple[Step, Clause]]] = {}
        graph: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
        for voice in voices:
            before: tuple[str, str] | None = None
            for step in voice.steps:
                key = (step.do, step.by)
                told.setdefault(key, []).append((step, voice.clause))
                graph.add(key, *([before] if before else []))
                before = key
        order = _only_order(graph)
        if order is None:
            order = self.settled_order(at, voices, list(told))
        return tuple(self.step(told[key], at) for key in order)

    def settled_order(
        self, at: Value | None, voices: list[Decision], keys: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        choice = self.readings.find("entering", str(at), "order", needed_by=[v.clause for v in voices])
        if choice is None:
            return keys
        verbs = [v.strip() for v in choice.split(",")]
        lost = sorted({do for do, _ in keys} - set(verbs))
        if lost:
            facts = {
                "question": f"entering {at} order",
                "clauses": ", ".join(self.cite(*[v.clause for v in voices])),
                "plan": self.plan.plan,
                "why": ", ".join(lost),
            }
            self.readings.missing.append(Problem("unsettled", None, facts))
            return keys
        return sorted(keys, key=lambda key: verbs.index(key[0]))

    def step(self, told: list[tuple[Step, Clause]], at: Value | None = None) -> StepPlan:
        first, clause = told[0]
        actor: str | None = first.by
        if actor == str(UNSTATED):
            actor = self.readings.find("entering", str(at), f"{first.do}.by", needed_by=[clause]) if at else None
        by = self.cast.performer(actor, clause) if actor else ()
        with_ = self.cast.performers([a for s, _ in told for a in s.with_ or ()], clause)
        to = self.cast.performers([a for s, _ in told for a in s.to or ()], clause)
        bounds = tuple(b for s, c in told for b in self.bounds(s.within, c))
        urgency = next((s.within.urgency for s, _ in told if s.within and s.within.urgency), None)
        form = next((s.form for s, _ in told if s.form), None)
        return StepPlan(first.do, by, with_, to, bounds, urgency, self.cite(*[c for _, c in told]), form)

    def bounds(self, within: Within | None, clause: Clause) -> list[Bound]:
        if within is None or not isinstance(within.bound, Duration):
            return []
        after = str(within.after) if within.after and within.after != UNSTATED else None
        return [Bound(within.bound, after, Citation.of(self.plan.plan, clause))]

    # --- measures, reports, publications

    def measure(self, says: Measure) -> MeasurePlan:
        by = self.cast.performers(says.by, says.clause)
        gap = None
        if all(a == str(UNSTATED) for a in says.by):
            by, gap = self.nobody(says)
        during = frozenset(v for s in says.during for v in self.values(s))
        steps = tuple(self.step([(s, says.clause)]) for s in says.steps)
        towards = self.cast.performers(says.towards or (), says.clause)
        bounds = tuple(self.bounds(says.within, says.clause))
        cited = self.cite(says.clause)
        return MeasurePlan(says, during, by, towards, steps, self.every(says), cited, gap, bounds)

    def nobody(self, says: Measure) -> tuple[tuple[Performer, ...], str | None]:
        """Who carries out a measure for which the clause names no one, and the reading that says so."""
        own = self.readings.taken("statement", says.id, "by")
        if own is not None:
            return self.cast.performer(own, says.clause), self.gap("statement", says.id, "by")
        everyone = [m.clause for m in self.plan.measures if m.by == says.by]
        choice = self.readings.find("precedence", "measures-without-actor", needed_by=everyone)
        by = self.cast.performer(choice, says.clause) if choice else ()
        return by, self.gap("precedence", "measures-without-actor")

    def every(self, says: Measure | Indicator) -> Duration | None:
        """How often something recurs; "regularly" needs a reading."""
        if isinstance(says.every, Duration) or says.every is None:
            return says.every
        choice = self.settled("statement", says.id or says.clause, "every", says.clause)
        return Duration.parse(choice) if choice else None

    def reports(self) -> tuple[ReportPlan, ...]:
        found = []
        for says in self.plan.reports:
            after, to, gaps = str(says.after), self.cast.performers(says.to, says.clause), []
            if says.after == UNSTATED:
                after = self.settled("statement", says.id, "after", says.clause) or ""
                gaps.append(self.gap("statement", says.id, "after"))
            if not to:
                choice = self.settled("statement", says.id, "to", says.clause)
                to = self.cast.performer(choice, says.clause) if choice else ()
                gaps.append(self.gap("statement", says.id, "to"))
            by = self.cast.performers(says.from_, says.clause)
            if not by:
                choice = self.settled("statement", says.id, "from", says.clause)
                by = self.cast.performer(choice, says.clause) if choice else ()
                gaps.append(self.gap("statement", says.id, "from"))
            bounds = tuple(self.bounds(says.within, says.clause))
            kept = tuple(g for g in gaps if g)
            found.append(ReportPlan(says, after, by, to, bounds, self.cite(says.clause), kept))
        return tuple(found)

    def publications(self) -> tuple[PublicationPlan, ...]:
        found = []
        for says in self.plan.publications:
            if says.after and says.after != UNSTATED:
                by = self.cast.performers(says.by, says.clause)
                if not by:
                    choice = self.settled("statement", says.id or says.clause, "by", says.clause)
                    by = self.cast.performer(choice, says.clause) if choice else ()
                bounds = tuple(self.bounds(says.within, says.clause))
                found.append(PublicationPlan(says, str(says.after), by, self.cite(says.clause), bounds))
        return tuple(found)

    def events(self) -> dict[str, EventPlan]:
        found: dict[str, EventPlan] = {}
        for event in self.plan.events:
            state = event.state
            if event.kind in ("entered", "left", "occurs") and not isinstance(state, State):
                choice = self.settled("statement", event.id, "state", event.clause)
                state = State.parse(choice) if choice else None
            values = frozenset(self.values(state)) if isinstance(state, State) else frozenset()
            found[event.id] = EventPlan(event.id, event.kind, values, self.cite(event.clause)[0])
        return found

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


def _only_order(graph: TopologicalSorter[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """The order of the steps where the clauses leave just one; None for a tie or a circle."""
    order: list[tuple[str, str]] = []
    try:
        graph.prepare()
    except CycleError:
        return None
    while graph.is_active():
        ready = graph.get_ready()
        if len(ready) > 1:
            return None
        order += ready
        graph.done(*ready)
    return order
