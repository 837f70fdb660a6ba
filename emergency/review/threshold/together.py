"""Conditions over several variables: levels that hold together, levels never alone, conditions that never hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from emergency.condition import Any, Guard, Node, leaves
from emergency.machine import Value
from emergency.review.case import Case
from emergency.review.finding import Draft, Severity
from emergency.review.precedence import settled_for
from emergency.review.rules import rule
from emergency.review.threshold.grounds import Ground, grounds, indicators_in, leads, spoken, variable_of
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
    """Two levels whose conditions hold at once, and no clause says which counts: on the same things, or at all."""
    settled = settled_for(case, "several-criteria-hold")
    for scheme in (s for s in case.plan.schemes if s not in settled):
        ones = [g for g in grounds(case) if g.at.scheme == scheme]
        pairs = [(a, b) for a, b in combinations(ones, 2) if _comparable(a, b)]
        alike = list(_meeting(case, [(a, b) for a, b in pairs if _of_one_matter(a, b)]))
        if alike:
            yield _overlap(case, str(scheme), alike)
        elif met := next(_meeting(case, pairs), None):
            yield replace(_overlap(case, str(scheme), [met]), severity="medium", kind="candidate", variant="apart")


#: Two grounds, and a case in which both hold.
Met = tuple[Ground, Ground, Facts]


def _comparable(a: Ground, b: Ground) -> bool:
    """Whether two grounds are of two levels and for one hazard."""
    return a.at != b.at and {c.hazard for c in a.said} == {c.hazard for c in b.said}


def _of_one_matter(a: Ground, b: Ground) -> bool:
    """Whether two grounds look at something in common; of one variable alone `levels-overlap` tells."""
    direct = variable_of(a.tree) is not None and variable_of(a.tree) == variable_of(b.tree)
    return not direct and bool(set(indicators_in(a.tree)) & set(indicators_in(b.tree)))


def _meeting(case: Case, pairs: Iterable[tuple[Ground, Ground]]) -> Iterator[Met]:
    yield from ((a, b, facts) for a, b in pairs if (facts := smallest(case, [a.tree, b.tree])))


def _overlap(case: Case, scheme: str, meeting: list[Met]) -> Draft:
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
    severity: Severity | None = "high" if crossing else None
    return Draft(scheme, case.cite(*said, *leads(case, said)), told, evidence, severity)


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
