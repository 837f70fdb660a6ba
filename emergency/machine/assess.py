"""What a plan asks for in a stated situation: no clock, no world, only facts as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emergency.condition import Compare, Flag, For, Guard, InState, Node, Quantified, evaluate
from emergency.machine.program import MeasurePlan, Program, Value
from emergency.source import Id

__all__ = ["Assessment", "Verdict", "assess"]

Fact = float | bool | frozenset[str]
Leaf = Compare | Flag | InState | Quantified | For


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one scheme.

    Attributes
    ----------
    level : the level whose criteria hold, by the plan's order of precedence; None if none does.
    enters : whether it differs from the present value and may be entered from it.
    clauses : the clauses of the criteria that hold for it.
    decided_by : the actor who takes the last step of entering it, with the clauses that say so.
    """

    scheme: str
    level: str | None
    enters: bool
    clauses: tuple[str, ...]
    decided_by: tuple[str, ...]
    decided_clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a situation calls for.

    Attributes
    ----------
    verdicts : what holds, by scheme.
    state : the value of each scheme once what is called for has been done.
    measures : those that the values reached bring.
    kept : those of the milder value before, where a reading has them go on.
    """

    verdicts: Mapping[str, Verdict]
    state: Mapping[str, str]
    measures: tuple[MeasurePlan, ...]
    kept: tuple[MeasurePlan, ...]

    def measure(self, id: str) -> MeasurePlan | None:
        """One of the measures, by id."""
        return next((m for m in self.measures if m.says.id == id), None)


def assess(program: Program, facts: Mapping[str, Fact], now: Mapping[str, str] | None = None) -> Assessment:
    """Say which levels hold and who decides.

    Parameters
    ----------
    facts : mapping of indicator to value
        Numbers in base units (days of demand; 0.5 for 50 %), flags as bool, flags of places as the set of places
        where they hold. What is not given does not hold; a number not given satisfies no comparison.
    now : mapping of scheme to value, optional
        The present state; ``off`` where not given.

    Notes
    -----
    A scheme whose grade follows its criteria is brought up to date before the schemes that refer to it.
    """
    before = {str(s): "off" for s in program.plan.schemes} | dict(now or {})
    state = dict(before)
    verdicts: dict[str, Verdict] = {}
    for scheme in map(str, program.plan.schemes):
        verdicts[scheme] = verdict = _verdict(program, scheme, facts, state)
        decision = program.decisions.get(Value(scheme, verdict.level or "off"))
        if verdict.enters and decision is not None and decision.mode == "by-criteria":
            state[scheme] = decision.at.value
    after = {s: (v.level or "off") if v.enters else state[s] for s, v in verdicts.items()}
    for decision in program.decisions.values():
        if decision.follows and after[decision.follows.scheme] == decision.follows.value:
            after[decision.at.scheme] = decision.at.value
    held = [m for m in program.measures if _condition(program, m, facts, state)]
    measures = tuple(m for m in held if m.during & {Value(s, v) for s, v in after.items()})
    ranks = program.ranks
    milder = {Value(s, v) for s, v in before.items() if ranks[Value(s, v)] < ranks[Value(s, after[s])]}
    keeps = program.precedence.get("measures-of-milder-levels") == "kept"
    kept = tuple(m for m in held if keeps and m.during & milder and m not in measures)
    return Assessment(verdicts, after, measures, kept)


def _condition(program: Program, measure: MeasurePlan, facts: Mapping[str, Fact], state: Mapping[str, str]) -> bool:
    condition = measure.says.condition
    return not isinstance(condition, Guard) or _holds(program, condition.tree, facts, state, None)


def _verdict(program: Program, scheme: str, facts: Mapping[str, Fact], state: Mapping[str, str]) -> Verdict:
    ranks = program.ranks
    held = [r for r in program.rules if r.at.scheme == scheme and _holds(program, r.tree, facts, state, None)]
    mildest = program.precedence.get("several-criteria-hold") == "mildest"
    best = (min if mildest else max)(held, key=lambda r: ranks[r.at], default=None)
    ends = program.plan.schemes[Id(scheme)].ends
    over = program.decisions.get(Value(scheme, ends)) if ends else None
    if over and over.when and state[scheme] in over.sources and _holds(program, over.when, facts, state, None):
        clauses = tuple(dict.fromkeys(c for p in over.parts for c in p.clauses))
        return _told(program, over.at, True, clauses)
    if best is None:
        return _nothing(program, scheme, facts, state)
    decision = program.decisions.get(best.at)
    enters = decision is not None and state[scheme] in decision.sources
    parts = [p for p in best.parts if _holds(program, p.tree, facts, state, None)]
    return _told(program, best.at, enters, tuple(dict.fromkeys(c for p in parts for c in p.clauses)))


def _nothing(program: Program, scheme: str, facts: Mapping[str, Fact], state: Mapping[str, str]) -> Verdict:
    """No level holds; the value before is left only where the plan, or a reading, lets it be."""
    off = program.decisions.get(Value(scheme, "off"))
    leaves = off is not None and off.mode == "by-criteria" and state[scheme] in off.sources
    if leaves and off and (off.when is None or _holds(program, off.when, facts, state, None)):
        return Verdict(scheme, None, True, off.clauses, (), ())
    return Verdict(scheme, None, False, (), (), ())


def _told(program: Program, at: Value, enters: bool, clauses: tuple[str, ...]) -> Verdict:
    decision = program.decisions.get(at)
    last = decision.steps[-1] if decision and decision.steps else None
    who = tuple(p.actor for p in last.by) if last else ()
    return Verdict(at.scheme, at.value, enters, clauses, who, last.clauses if last else ())


def _holds(
    program: Program, tree: Node, facts: Mapping[str, Fact], state: Mapping[str, str], place: str | None
) -> bool:
    def again(inner: Node, at: str | None) -> bool:
        return _holds(program, inner, facts, state, at)

    def leaf(node: Leaf) -> bool:
        match node:
            case For(inner, _):
                return again(inner, place)
            case InState(scheme, value, negated):
                levels = program.plan.schemes[Id(scheme)].levels if value == "any" else (value,)
                return (state[scheme] in levels) != negated
            case Quantified(kind, inner, places, op, number):
                known = program.jurisdiction.sets[Id(places)].places
                count = sum(again(inner, str(p)) for p in known)
                wanted = {"any": count >= 1, "all": count == len(known), "none": count == 0}
                return wanted[kind] if kind in wanted else _compare(count, op, number)
            case Compare(indicator, op, amount):
                fact = facts.get(indicator)
                return isinstance(fact, int | float) and _compare(fact, op, amount.base)
            case Flag(indicator):
                return _flag(program, indicator, facts, state, place)

    return evaluate(tree, leaf)


def _flag(
    program: Program, indicator: str, facts: Mapping[str, Fact], state: Mapping[str, str], place: str | None
) -> bool:
    fact = facts.get(indicator)
    if fact is None:
        variable = program.variables.get(indicator)
        tree = variable.holds_when if variable else None
        return tree is not None and _holds(program, tree, facts, state, place)
    if isinstance(fact, frozenset):
        return place in fact if place else bool(fact)
    return bool(fact)


def _compare(value: float, op: str, bound: float) -> bool:
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[op]
