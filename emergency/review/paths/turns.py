"""What can change the values of schemes, by the clauses alone: whose act, on what ground, from where.

Readings are not heard. Where clauses have somebody act and leave open on what ground, from where, into what, or who
takes a step, the turn is kept in two forms:

- *sure*: under every answer to what is left open it can be taken;
- *open*: under some answer it can.

A search that asks whether something can happen at all uses both, so that what it cannot reach no reading can reach.
A run shown as a witness is a fact where it consists of sure turns and a candidate otherwise. Where no clause has
anybody act, nobody acts: a warning or response that no clause enters or leaves is not entered or left. Grades of
incidents and states imposed from above are matters of fact; they come when their criteria hold and go when they do
not, whether or not a clause says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emergency.condition import All, Any, Flag, Guard, Node, Not
from emergency.machine import Value
from emergency.machine.guards import at_bound
from emergency.plan.leaves import UNSTATED, State
from emergency.plan.statements import Criterion, Decision, Step
from emergency.review.case import Case
from emergency.source import Citation, Id
from emergency.words.rules.paths import ENDS, STARTS

__all__ = ["FREE", "Turn", "turns_of"]

#: A ground that is not known to ask for anything.
FREE = None
_NEVER: Node = All((Flag("no"), Not(Flag("no"))))


@dataclass(frozen=True, slots=True)
class Turn:
    """One way in which a scheme takes another value.

    Attributes
    ----------
    id : the decision statement's; empty for a grade or a state that comes by itself.
    sources : the values of the scheme it can be taken from.
    guard : what must be so; None where nothing need be.
    steps : the acts it consists of, in order.
    """

    at: Value
    id: str
    sources: frozenset[str]
    guard: Node | None
    steps: tuple[Step, ...]
    clauses: tuple[Citation, ...]
    sure: bool

    @property
    def length(self) -> int:
        """How many steps of a run it takes."""
        return max(1, len(self.steps)) + (self.guard is not None)


def turns_of(case: Case) -> tuple[Turn, ...]:
    """Every turn of a plan, the sure ones first."""
    found = [*_decided(case), *_of_itself(case)]
    return tuple(sorted(dict.fromkeys(found), key=lambda turn: not turn.sure))


# ------------------------------------------------------------------------------------------ by an act


def _decided(case: Case) -> Iterator[Turn]:
    for value, decisions in case.decisions_into.items():
        if len(decisions) > 1:
            yield from _all_together(case, value, decisions)
        for decision in decisions:
            yield from _turns(case, value, decision, len(decisions) == 1)
    unlike = {tuple((s.do, s.by) for s in d.steps): d for d in reversed(case.decisions_into_nothing)}
    for decision in unlike.values():  # of those alike in their steps one is enough
        for value in _meant(case, decision):
            clauses = case.cite(decision, *case.criteria_of[value])
            guard = _guard(case, value, decision, False)
            yield Turn(value, str(decision.id), _others(case, value), guard, decision.steps, clauses, False)


def _meant(case: Case, decision: Decision) -> Iterator[Value]:
    """The values that a decision into nothing named may be meant to enter.

    A clause that tells of starting or ending the plan speaks of the response, whichever level; no warning is issued
    and nothing is graded by that. Any other clause may mean any value.
    """
    entry = case.clauses.get(decision.clause)
    told = f"{entry.zh or ''}{entry.heading or ''}" if entry else ""
    starts, ends = (bool(re.search(word, told)) for word in (STARTS, ENDS))
    responds = any(s.kind == "response" for s in case.plan.schemes.values())
    kinds = ("response",) if responds and (starts or ends) else ("warning", "response", "event")
    for id, scheme in case.plan.schemes.items():
        levels, over = map(str, scheme.levels), str(scheme.ends or "off")
        if scheme.kind in kinds:
            yield from (Value(str(id), v) for v in levels if starts or len(kinds) > 1)
            yield from [Value(str(id), over)] if ends or len(kinds) > 1 else []


def _all_together(case: Case, value: Value, decisions: tuple[Decision, ...]) -> Iterator[Turn]:
    """What several clauses tell of one value, done to the last step: enough, however the clauses go together."""
    stated = [s for d in decisions if (s := _stated_sources(case, value, d)) is not None]
    sources = frozenset.intersection(*stated) if len(stated) == len(decisions) else _surely_from(case, value)
    grounds = [_guard(case, value, d, True) for d in decisions]
    steps = tuple(s for d in decisions for s in d.steps)
    if sources and _NEVER not in grounds and all(s.by.named for s in steps):
        asked = dict.fromkeys(g for g in grounds if g is not None)
        guard = _joined(All, asked) if asked else FREE
        clauses = case.cite(*decisions, *case.criteria_of[value])
        yield Turn(value, str(decisions[0].id), sources, guard, steps, clauses, True)


def _turns(case: Case, value: Value, decision: Decision, alone: bool) -> Iterator[Turn]:
    """The sure and the open form of one decision into one value; it is never sure where it is not alone."""
    clauses = case.cite(decision, *case.criteria_of[value])
    sources = _stated_sources(case, value, decision)
    kept = sources if sources is not None else _surely_from(case, value)
    strict = _guard(case, value, decision, True)
    acted = alone and all(s.by.named for s in decision.steps) and decision.steps != ()
    if kept and strict != _NEVER and acted:
        yield Turn(value, str(decision.id), kept, strict, decision.steps, clauses, True)
    loose = _guard(case, value, decision, False)
    wide = sources if sources is not None else _others(case, value)
    if (wide, loose) != (kept, strict) or not acted:
        yield Turn(value, str(decision.id), wide, loose, decision.steps, clauses, False)


def _stated_sources(case: Case, value: Value, decision: Decision) -> frozenset[str] | None:
    if not isinstance(decision.from_, State):
        return None
    return frozenset(v.value for v in case.values_of(decision.from_) if v.scheme == value.scheme and v != value)


def _surely_from(case: Case, value: Value) -> frozenset[str]:
    """Where a decision is taken from under every reading: a level from rest, the end from any level."""
    levels = frozenset(map(str, case.plan.schemes[Id(value.scheme)].levels))
    return frozenset({"off"}) if value.value in levels else levels


def _others(case: Case, value: Value) -> frozenset[str]:
    return frozenset(str(v) for v in case.plan.schemes[Id(value.scheme)].values if v != value.value)


def _guard(case: Case, value: Value, decision: Decision, strict: bool) -> Node | None:
    """The ground of a decision: the level's criteria, its own condition, or both where the strict form asks."""
    criteria = _criteria(case, value, strict, ())
    own = decision.when.tree if isinstance(decision.when, Guard) else None
    if decision.when == UNSTATED:
        return _NEVER if strict else FREE
    if own is None or not _has_criteria(case, value):
        return own if own is not None else criteria
    if criteria is FREE:
        return own if strict else FREE
    return All((criteria, own)) if strict else Any((criteria, own))


# ------------------------------------------------------------------------------------------- of itself


def _of_itself(case: Case) -> Iterator[Turn]:
    """Grades and states from above."""
    for id, scheme in case.plan.schemes.items():
        if scheme.kind not in ("event", "imposed"):
            continue
        for name in scheme.levels:
            value = Value(str(id), str(name))
            if not case.decisions_into[value]:
                yield from _comes(case, value)
        rest = Value(str(id), "off")
        if not case.decisions_into[rest]:
            clauses = case.cite(*case.criteria_of[rest])
            yield Turn(rest, "", _others(case, rest), _criteria(case, rest, False, ()), (), clauses, False)


def _comes(case: Case, value: Value) -> Iterator[Turn]:
    clauses = case.cite(*case.criteria_of[value])
    strict, loose = (_criteria(case, value, s, ()) for s in (True, False))
    if _has_criteria(case, value) and strict != _NEVER:
        yield Turn(value, "", frozenset({"off"}), strict, (), clauses, True)
    yield Turn(value, "", _others(case, value), loose, (), clauses, False)


# ------------------------------------------------------------------------------------------- criteria


def _has_criteria(case: Case, value: Value) -> bool:
    return bool(case.criteria_of[value])


def _criteria(case: Case, value: Value, strict: bool, seen: tuple[str, ...]) -> Node | None:
    """The criteria of a level put together: all that clauses leave open against it (strict), or for it."""
    own = case.criteria_of[value]
    vague = [c for c in own if c.when == UNSTATED]
    if not own or (vague and not strict):
        return FREE
    same = [_same(case, value, c, strict, seen) for c in own if c.same_as and str(c.same_as) not in seen]
    stated = [c for c in own if isinstance(c.when, Guard)]
    loose = [] if strict else [c for c in case.plan.criteria if c.of == UNSTATED and isinstance(c.when, Guard)]
    trees = [t for t in same if t is not None]
    if len(trees) < len(same) and not strict:
        return FREE
    trees += _put_together(case, stated, strict) + [_tree(c, strict) for c in loose]
    return _joined(Any, trees) if trees else _NEVER


def _same(case: Case, value: Value, criterion: Criterion, strict: bool, seen: tuple[str, ...]) -> Node | None:
    return _criteria(case, Value(str(criterion.same_as), value.value), strict, (*seen, value.scheme))


def _put_together(case: Case, stated: list[Criterion], strict: bool) -> list[Node]:
    """Items are alternatives unless a clause joins them; a definition beside items is met too, or instead."""
    definitions = [_tree(c, strict) for c in stated if c.role == "definition"]
    items = [c for c in stated if c.role != "definition"]
    joined = _connective(case, items)
    hard = joined == "all" or (joined == "unstated" and strict)
    tree = _joined(All if hard else Any, [_tree(c, strict) for c in items]) if items else None
    if definitions and tree is not None and strict:
        return [_joined(All, [*definitions, tree])]
    return [*definitions, *([tree] if tree is not None else [])]


def _connective(case: Case, items: list[Criterion]) -> str:
    ids = {c.id for c in items}
    return next((str(g.connective) for g in case.plan.groups if ids & set(g.joins)), "any")


def _tree(criterion: Criterion, strict: bool) -> Node:
    assert isinstance(criterion.when, Guard)
    tree = criterion.when.tree
    return at_bound(tree, not strict) if criterion.boundary == UNSTATED else tree


def _joined(kind: type[All] | type[Any], trees: Iterable[Node]) -> Node:
    several = tuple(trees)
    return several[0] if len(several) == 1 else kind(several)
