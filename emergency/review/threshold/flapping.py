"""Entering and leaving a level at the same number: a variable that stays there starts and ends it without end."""

from __future__ import annotations

from collections.abc import Iterator

from emergency.condition import (
    All,
    Any,
    Compare,
    For,
    Guard,
    InState,
    Node,
    Not,
    Quantified,
    Region,
    atoms,
    leaves,
    regions,
)
from emergency.machine import Value
from emergency.plan.leaves import State
from emergency.plan.statements import Decision
from emergency.review.case import Case
from emergency.review.finding import Draft
from emergency.review.rules import rule
from emergency.review.threshold.grounds import held_at
from emergency.words.rules import both
from emergency.words.rules.threshold import THRESHOLD
from emergency.words.terms import amount as in_words

__all__: list[str] = []


@rule("entry-and-exit-share-bound", words=THRESHOLD, cls="threshold", severity="medium")
def entry_and_exit_share_bound(case: Case) -> Iterator[Draft]:
    """Levels entered and left at the same number, or left where they still hold, with nothing that must last."""
    for decision in case.plan.decisions:
        for level in _left_by(case, decision):
            criteria = [c for c in case.criteria_of[level] if isinstance(c.when, Guard)]
            trees = [c.when.tree for c in criteria if isinstance(c.when, Guard)]
            leaving = decision.when.tree if isinstance(decision.when, Guard) else None
            for variable in dict.fromkeys(v for t in trees for v in _compared(t)):
                number = _shared_bound(trees, leaving, variable, level)
                if number is None:
                    continue
                entry = [c for c in criteria if isinstance(c.when, Guard) and variable in _compared(c.when.tree)]
                facts = {
                    "level": [case.value_name(level)],
                    "variable": case.variable_name(variable),
                    "number": [both(in_words, number)],
                    "entry": list(dict.fromkeys(c.clause for c in entry)),
                    "exit": [decision.clause],
                }
                yield Draft(f"{level.scheme} {variable}", case.cite(*entry, decision), facts, {"bounds": [number]})


def _left_by(case: Case, decision: Decision) -> list[Value]:
    """The levels a decision leads out of, to a milder value of their scheme or to none of its levels."""
    if not isinstance(decision.to, State):
        return []
    levels = [v for v in case.levels if v.scheme == decision.to.scheme]
    rank = max((levels.index(v) for v in case.values_of(decision.to) if v in levels), default=-1)
    graver = [v for v in levels if levels.index(v) > rank]
    told = case.values_of(decision.from_) if isinstance(decision.from_, State) else levels
    by_rule = rank >= 0 and isinstance(decision.from_, State)  # lowered: once the level's own criteria have gone
    return [v for v in graver if v in told] if by_rule or isinstance(decision.when, Guard) else []


def _shared_bound(entry: list[Node], leaving: Node | None, variable: str, level: Value) -> str | None:
    """The number at which a level may be both entered and left; what must last, or is counted, prevents it."""
    ways = [t for t in entry if variable in _compared(t)]
    asked = [*ways, *([leaving] if leaving else [])]
    if (leaving and variable not in _compared(leaving)) or any(isinstance(n, For | Quantified) for n in _all(asked)):
        return None
    cut = regions([atom for t in asked for atom in atoms(t) if atom.variable == variable])
    entered = [i for i, at in enumerate(cut) if any(True in _may(t, variable, at, level, "off") for t in ways)]
    left = [i for i, at in enumerate(cut) if _may_leave(ways, leaving, variable, at, level)]
    meeting = [k for i in entered for j in left if abs(i - j) <= 1 for k in (i, j)]
    if not meeting:
        return None
    bounds = [n.amount for n in _all(asked) if isinstance(n, Compare) and n.indicator == variable]
    points = {cut[k].low for k in meeting if cut[k].low == cut[k].high}
    return str(next((b for b in bounds if b.base in points), bounds[0]))


def _may_leave(ways: list[Node], leaving: Node | None, variable: str, at: Region, level: Value) -> bool:
    if leaving is not None:
        return True in _may(leaving, variable, at, level, level.value)
    return all(False in _may(t, variable, at, level, level.value) for t in ways)


def _may(tree: Node, variable: str, at: Region, level: Value, state: str) -> set[bool]:
    """What a condition may come to where one variable and the value of the level's scheme are known."""
    match tree:
        case Compare(indicator) if indicator == variable:
            return {held_at(tree, at.witness)}
        case InState(scheme, value, negated) if scheme == level.scheme:
            return {(value == state or (value == "any" and state != "off")) != negated}
        case Not(inner):
            return {not one for one in _may(inner, variable, at, level, state)}
        case All(parts) | Any(parts):
            decisive = isinstance(tree, Any)  # one part decides an "or" when true, an "and" when false
            found = [_may(part, variable, at, level, state) for part in parts]
            some = {decisive} if any(decisive in one for one in found) else set()
            return some | ({not decisive} if all((not decisive) in one for one in found) else set())
        case _:
            return {True, False}


def _all(trees: list[Node]) -> Iterator[object]:
    for tree in trees:
        yield from leaves(tree)


def _compared(tree: Node) -> set[str]:
    return {n.indicator for n in leaves(tree) if isinstance(n, Compare)}
