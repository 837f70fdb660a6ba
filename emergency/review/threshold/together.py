"""Conditions over several variables: levels that hold together, levels never alone, conditions that never hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from emergency.condition import Any, Guard, Node, leaves
from emergency.machine import Value
from emergency.review.case import Case
from emergency.review.finding import Draft
from emergency.review.rules import rule
from emergency.review.threshold.grounds import Ground, grounds, indicators_in, precedence_stated, spoken, variable_of
from emergency.review.threshold.solver import Facts, smallest
from emergency.source import Text
from emergency.words.rules.threshold import SPOKEN, THRESHOLD

__all__: list[str] = []

_CHECK = ("z3", "check")


@rule(
    "levels-overlap-together",
    words=THRESHOLD,
    cls="threshold",
    severity="medium",
    needs=_CHECK,
    yields_to=("levels-overlap",),
)
def levels_overlap_together(case: Case) -> Iterator[Draft]:
    """Two levels whose conditions on the same things hold at once, and no clause says which counts."""
    if precedence_stated(case):
        return
    for scheme in case.plan.schemes:
        ones = [g for g in grounds(case) if g.at.scheme == scheme]
        meeting = [(a, b, facts) for a, b in combinations(ones, 2) if (facts := _both_hold(case, a, b))]
        if not meeting:
            continue
        a, b, facts = meeting[0]
        levels = [v for v in case.levels if any(v in (x.at, y.at) for x, y, _ in meeting)]
        told = {
            "levels": [case.value_name(v) for v in levels],
            "example": _at_once(facts.told(case)),
            "both": [case.value_name(a.at), case.value_name(b.at)],
        }
        said = [c for x, y, _ in meeting for c in (*x.said, *y.said)]
        crossing = any(not _nested(case, x, y) for x, y, _ in meeting)
        evidence = {"overlaps": [_witness(case, x, y, one) for x, y, one in meeting]}
        yield Draft(str(scheme), case.cite(*said), told, evidence, severity="high" if crossing else None)


def _both_hold(case: Case, a: Ground, b: Ground) -> Facts | None:
    """A case of both, where they are of two levels, for one hazard, and look at something in common."""
    if a.at == b.at or {c.hazard for c in a.said} != {c.hazard for c in b.said}:
        return None
    direct = variable_of(a.tree) is not None and variable_of(a.tree) == variable_of(b.tree)
    if direct or not set(indicators_in(a.tree)) & set(indicators_in(b.tree)):
        return None
    return smallest(case, [a.tree, b.tree])


def _nested(case: Case, a: Ground, b: Ground) -> bool:
    return smallest(case, [a.tree], [b.tree]) is None or smallest(case, [b.tree], [a.tree]) is None


def _witness(case: Case, a: Ground, b: Ground, facts: Facts) -> dict[str, object]:
    at = facts.at(case)
    told: dict[str, object] = {"levels": [str(a.at), str(b.at)], "facts": facts.plain()}
    return told | ({"at": at} if at else {})


@rule(
    "level-never-alone",
    words=THRESHOLD,
    cls="threshold",
    severity="high",
    needs=_CHECK,
    yields_to=("bounds-out-of-order",),
)
def level_never_alone(case: Case) -> Iterator[Draft]:
    """Levels that never hold without a graver one of their scheme holding too."""
    for milder, graver in combinations(case.levels, 2):
        one, other = _tree(case, milder), _tree(case, graver)
        if milder.scheme != graver.scheme or one is None or other is None:
            continue
        if smallest(case, [one], [other]) is None and smallest(case, [one]) is not None:
            said = [*case.criteria_of[milder], *case.criteria_of[graver]]
            facts = {"level": case.value_name(milder), "graver": [case.value_name(graver)]}
            yield Draft(str(milder), case.cite(*said), facts, {"graver": [str(graver)]})


@rule(
    "condition-never-holds",
    words=THRESHOLD,
    cls="threshold",
    severity="high",
    needs=_CHECK,
    yields_to=("count-out-of-reach",),
)
def condition_never_holds(case: Case) -> Iterator[Draft]:
    """Conditions that nothing can meet."""
    for use in case.guards:
        if len(list(leaves(use.leaf.tree))) > 1 and smallest(case, [use.leaf.tree]) is None:
            facts = {"clause": [use.clause], "condition": spoken(case, use.leaf.tree)}
            yield Draft(f"{use.clause} {use.leaf}", case.cite(use), facts, {"condition": str(use.leaf)})


def _at_once(told: list[Text]) -> Text:
    return Text(zh=SPOKEN["and"][0].join(t.zh for t in told), en=SPOKEN["and"][1].join(t.en for t in told))


def _tree(case: Case, value: Value) -> Node | None:
    """All that a level rests on, each criterion being enough; None where some of it stands elsewhere."""
    told = case.criteria_of[value]
    if not told or any(c.same_as for c in told):
        return None
    trees = tuple(c.when.tree for c in told if isinstance(c.when, Guard))
    if len(trees) < len(told):
        return None
    return trees[0] if len(trees) == 1 else Any(trees)
