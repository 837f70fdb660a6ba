"""What a plan asks for in a stated situation: no clock, no world, only facts as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emergency.condition import Compare, Flag, For, Guard, InState, Node, Quantified, evaluate, leaves
from emergency.machine.program import DecisionPlan, MeasurePlan, Part, Program, Value, decider
from emergency.quantity import Duration
from emergency.source import Id

__all__ = ["Assessment", "Verdict", "assess", "holds"]

Fact = float | bool | frozenset[str]
Leaf = Compare | Flag | InState | Quantified | For


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one scheme.

    Attributes
    ----------
    level : the level called for by its criteria (where it has none, by its decision's condition), in the plan's
        order of precedence, or coming with a value of another scheme; None if there is none.
    enters : whether it differs from the present value and may be entered from it.
    clauses : the clauses of what calls for it.
    decided_by : the actor who takes the last deciding step of entering it, by whatever routes are open, with the
        clauses that say so.
    follows : the newly entered value of another scheme with which it comes, by a reading.
    """

    scheme: str
    level: str | None
    enters: bool
    clauses: tuple[str, ...]
    decided_by: tuple[str, ...]
    decided_clauses: tuple[str, ...]
    follows: Value | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a situation calls for.

    Attributes
    ----------
    verdicts : what holds, by scheme.
    state : the value of each scheme once what is called for has been done.
    measures : those that the values reached bring, and those tied to a condition alone that holds.
    kept : those of the milder value before, where a reading has them go on.
    """

    verdicts: Mapping[str, Verdict]
    state: Mapping[str, str]
    measures: tuple[MeasurePlan, ...]
    kept: tuple[MeasurePlan, ...]

    def measure(self, id: str) -> MeasurePlan | None:
        """One of the measures, by id."""
        return next((m for m in self.measures if m.says.id == id), None)


def assess(
    program: Program,
    facts: Mapping[str, Fact],
    now: Mapping[str, str] | None = None,
    lasted: Mapping[str, Duration] | None = None,
) -> Assessment:
    """Say which levels hold and who decides.

    Parameters
    ----------
    facts : mapping of indicator to value
        Numbers in base units (days of demand; 0.5 for 50 %), flags as bool, flags of places as the set of places
        where they hold. What is not given does not hold; a number not given satisfies no comparison.
    now : mapping of scheme to value, optional
        The present state; ``off`` where not given.
    lasted : mapping of indicator to duration, optional
        For how long each has been as it is. A condition that must have held "for 9 months" does not hold where this
        is not given for every indicator it looks at.

    Notes
    -----
    A scheme whose grade follows its criteria is brought up to date before the schemes that refer to it. A value that
    comes with another is entered at the moment that other is entered, as in a run; it does not catch up later.
    """
    before = {str(s): "off" for s in program.plan.schemes} | dict(now or {})
    known = _Known(program, facts, dict(before), lasted or {})
    verdicts: dict[str, Verdict] = {}
    for scheme in map(str, program.plan.schemes):
        verdicts[scheme] = verdict = _verdict(known, scheme)
        decision = program.decisions.get(Value(scheme, verdict.level or "off"))
        if verdict.enters and decision is not None and decision.mode == "by-criteria":
            known.state[scheme] = decision.at.value
    after = {s: (v.level or "off") if v.enters else known.state[s] for s, v in verdicts.items()}
    verdicts |= _following(program, before, after)
    reached = replace(known, state=after)
    held = [m for m in program.measures if _condition(reached, m)]
    measures = _called_for(held, frozenset(Value(s, v) for s, v in after.items()))
    ranks = program.ranks
    milder = {Value(s, v) for s, v in before.items() if ranks[Value(s, v)] < ranks[Value(s, after[s])]}
    keeps = program.precedence.get("measures-of-milder-levels") == "kept"
    kept = tuple(m for m in held if keeps and m.during & milder and m not in measures)
    return Assessment(verdicts, after, measures, kept)


def holds(
    program: Program,
    tree: Node,
    facts: Mapping[str, Fact],
    now: Mapping[str, str] | None = None,
    lasted: Mapping[str, Duration] | None = None,
) -> bool:
    """Whether one condition holds in a stated situation; parameters as for `assess`."""
    state = {str(s): "off" for s in program.plan.schemes} | dict(now or {})
    return _Known(program, facts, state, lasted or {}).holds(tree)


def _following(program: Program, before: Mapping[str, str], after: dict[str, str]) -> dict[str, Verdict]:
    """The values that come with others newly entered; `after` is brought up to date."""
    found: dict[str, Verdict] = {}

    def due(decision: DecisionPlan) -> bool:
        at, leader = decision.at, decision.follows
        if leader is None or at.scheme in found or before[at.scheme] not in decision.sources:
            return False
        return after[leader.scheme] == leader.value != before[leader.scheme]

    while decision := next((d for d in program.decisions.values() if due(d)), None):
        scheme, value = decision.at
        after[scheme] = value
        level = None if value == "off" else value
        found[scheme] = Verdict(scheme, level, True, decision.clauses, (), (), decision.follows)
    return found


def _called_for(held: list[MeasurePlan], values: frozenset[Value]) -> tuple[MeasurePlan, ...]:
    """Of the measures whose condition holds, those that some values bring, with what these are in addition to."""
    found = tuple(m for m in held if m.during & values or _by_condition_alone(m))
    more = values.union(*(m.adds for m in found if not m.discretionary))
    return found if more == values else _called_for(held, more)


def _by_condition_alone(measure: MeasurePlan) -> bool:
    return not measure.during and not measure.never and isinstance(measure.says.condition, Guard)


def _condition(known: _Known, measure: MeasurePlan) -> bool:
    condition = measure.says.condition
    return not isinstance(condition, Guard) or known.holds(condition.tree)


def _verdict(known: _Known, scheme: str) -> Verdict:
    program, state = known.program, known.state
    ranks = program.ranks
    grounds = _grounds(known, scheme)
    mildest = program.precedence.get("several-criteria-hold") == "mildest"
    best = (min if mildest else max)(grounds, key=lambda at: ranks[at], default=None)
    for over in _ways_out(program, scheme):
        if over.when and state[scheme] in over.sources and known.holds(over.when):
            clauses = tuple(dict.fromkeys(c for p in over.parts for c in p.clauses))
            told = _told(known, over.at, True, clauses)
            return told if over.at.value != "off" else replace(told, level=None)
    if best is None:
        return _nothing(known, scheme)
    decision = program.decisions.get(best)
    enters = decision is not None and state[scheme] in decision.sources
    parts = [p for p in grounds[best] if known.holds(p.tree)]
    return _told(known, best, enters, tuple(dict.fromkeys(c for p in parts for c in p.clauses)))


def _ways_out(program: Program, scheme: str) -> list[DecisionPlan]:
    """The decisions by which a scheme is ended, or brought back to nothing."""
    ends = program.plan.schemes[Id(scheme)].ends
    found = (program.decisions.get(Value(scheme, v)) for v in (ends, "off") if v)
    return [d for d in found if d is not None and (d.mode == "steps" or d.at.value == ends)]


def _grounds(known: _Known, scheme: str) -> dict[Value, tuple[Part, ...]]:
    """The levels called for: by their criteria or, where a level has none, by the condition of its decision."""
    program = known.program
    rules = {r.at: r for r in program.rules if r.at.scheme == scheme}
    found = {at: r.parts for at, r in rules.items() if known.holds(r.tree)}
    for at, decision in program.decisions.items():
        silent = at.scheme == scheme and at not in rules and program.ranks[at] and decision.mode == "steps"
        if silent and decision.when is not None and known.holds(decision.when):
            found[at] = decision.parts
    return found


def _nothing(known: _Known, scheme: str) -> Verdict:
    """No level holds; the value before is left only where the plan, or a reading, lets it be."""
    off = known.program.decisions.get(Value(scheme, "off"))
    leaves_it = off is not None and off.mode == "by-criteria" and known.state[scheme] in off.sources
    if leaves_it and off and (off.when is None or known.holds(off.when)):
        return Verdict(scheme, None, True, off.clauses, (), ())
    return Verdict(scheme, None, False, (), (), ())


def _told(known: _Known, at: Value, enters: bool, clauses: tuple[str, ...]) -> Verdict:
    decision = known.program.decisions.get(at)
    ways = [w for w in decision.ways if not w.id or w.when is None or known.holds(w.when)] if decision else []
    last = [step for way in ways if (step := decider(way.steps)) is not None]
    who = tuple(dict.fromkeys(p.actor for step in last for p in step.by))
    source = known.state[at.scheme]
    told = [c for step in last for c in (decision.cited(step.clauses, source) if decision else ())]
    cited = tuple(dict.fromkeys(told))
    return Verdict(at.scheme, at.value, enters, clauses, who, cited)


@dataclass(frozen=True, slots=True)
class _Known:
    """A stated situation, against which conditions are judged."""

    program: Program
    facts: Mapping[str, Fact]
    state: dict[str, str]
    lasted: Mapping[str, Duration]

    def holds(self, tree: Node, place: str | None = None) -> bool:
        """Whether a condition holds, at a place where it is asked of each place of a set."""

        def leaf(node: Leaf) -> bool:
            match node:
                case For(inner, duration):
                    return self.holds(inner, place) and self._has_lasted(inner, duration)
                case InState(scheme, value, negated):
                    levels = self.program.plan.schemes[Id(scheme)].levels if value == "any" else (value,)
                    return (self.state[scheme] in levels) != negated
                case Quantified(kind, inner, places, op, number):
                    among = self.program.jurisdiction.sets[Id(places)].places
                    count = sum([self.holds(inner, str(p)) for p in among])
                    wanted = {"any": count >= 1, "all": count == len(among), "none": count == 0}
                    return wanted[kind] if kind in wanted else _compare(count, op, number)
                case Compare(indicator, op, amount):
                    fact = self.facts.get(indicator)
                    return isinstance(fact, int | float) and _compare(fact, op, amount.base)
                case Flag(indicator):
                    return self._flag(indicator, place)

        return evaluate(tree, leaf)

    def _has_lasted(self, tree: Node, wanted: Duration) -> bool:
        names = {n.indicator for n in leaves(tree) if isinstance(n, Compare | Flag)}
        return bool(names) and all(n in self.lasted and _as_long(self.lasted[n], wanted) for n in names)

    def _flag(self, indicator: str, place: str | None) -> bool:
        fact = self.facts.get(indicator)
        if fact is None:
            variable = self.program.variables.get(indicator)
            tree = variable.holds_when if variable else None
            return tree is not None and self.holds(tree, place)
        if isinstance(fact, frozenset):
            return place in fact if place else bool(fact)
        return bool(fact)


def _as_long(one: Duration, other: Duration) -> bool:
    """Whether one duration is at least another; months are not compared with days, nor workdays with either."""
    months = {"month": 1, "year": 12}
    if one.unit in months and other.unit in months:
        return one.value * months[one.unit] >= other.value * months[other.unit]
    if one.unit == other.unit:
        return one.value >= other.value
    return one.plain_hours >= other.plain_hours


def _compare(value: float, op: str, bound: float) -> bool:
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[op]
