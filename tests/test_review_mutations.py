"""Faults put into plans on purpose are found, in the class they belong to and at the clause they were put in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mutations import OPERATORS, Mutant, mutants

from emergency.reader import known, load_inputs, load_jurisdiction, load_plan
from emergency.review.case import Case
from emergency.review.check import all_rules, check_plans
from emergency.review.finding import Finding
from emergency.review.rules import Rule

ISLAND = Path(__file__).parent / "fixtures" / "island"
PLANS = (*(one.id for one in known("plan")), "island")

#: Mutants no rule finds, with the reason.
SURVIVORS: Mapping[tuple[str, str, str], str] = {
    ("swap-two-level-words", "forest-pests", "event I II 1.6"): "the print has these two swapped; this mends it",
}


@cache
def rules() -> tuple[Rule, ...]:
    """The rules over statements; the search of paths, which takes seconds a plan, has tests of its own."""
    return tuple(r for r in all_rules() if not r.run.__module__.startswith("emergency.review.paths"))


class Met(NamedTuple):
    """How one mutant fared: the rules that found it, if any did."""

    operator: str
    plan: str
    place: str
    found_by: frozenset[str]


@cache
def case(plan: str) -> Case:
    """A plan under review."""
    if plan == "island":
        isle = load_inputs(ISLAND / "calm.yaml")
        return Case(isle.plans[plan], isle.jurisdiction)
    found = load_plan(plan)
    return Case(found, load_jurisdiction(found.jurisdiction))


@cache
def before(plan: str) -> Mapping[tuple[str, str], Counter[str]]:
    """What each finding of the plan as it stands tells, by rule and subject."""
    one = case(plan)
    review = check_plans([one.plan], [one.jurisdiction], rules=rules())
    return {(f.rule, f.subject): Counter(tells(f)) for f in review.findings}


def tells(finding: Finding) -> Iterator[str]:
    """Everything a finding points at: its clauses, and every value of its evidence."""
    yield from (f"clause {c.clause}" for c in finding.clauses)
    yield from values(finding.evidence)


def values(evidence: Any) -> Iterator[str]:
    """The values of plain data, each with the key it stands under."""
    if isinstance(evidence, Mapping):
        yield from (f"{key} {value}" for key, held in evidence.items() for value in values(held))
    elif isinstance(evidence, str) or not isinstance(evidence, Iterable):
        yield str(evidence)
    else:
        yield from (value for held in evidence for value in values(held))


def is_new(finding: Finding, plan: str) -> bool:
    """Whether a finding points at something that the same finding on the sound plan did not."""
    return bool(Counter(tells(finding)) - before(plan).get((finding.rule, finding.subject), Counter()))


def found_by(mutant: Mutant, plan: str, cls: str) -> frozenset[str]:
    """The rules of a class with a new finding that cites the clause a fault was put in."""
    heeded = {id for rule in rules() if rule.class_ == cls for id in rule.yields_to}
    run = [rule for rule in rules() if rule.class_ == cls or rule.id in heeded]
    review = check_plans([mutant.plan], [case(plan).jurisdiction], rules=run)
    there = (f for f in review.findings if f.class_ == cls and {str(c.clause) for c in f.clauses} & mutant.clauses)
    return frozenset(f.rule for f in there if is_new(f, plan))


@cache
def met(plan: str) -> tuple[Met, ...]:
    """Every mutant of a plan and how it fared."""
    return tuple(
        Met(op.name, plan, one.place, found_by(one, plan, op.aims_at))
        for op in OPERATORS.values()
        for one in mutants(op, case(plan))
    )


def everything() -> list[Met]:
    """Every mutant of every plan."""
    return [one for plan in PLANS for one in met(plan)]


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_is_left_as_it_was(plan: str) -> None:
    """Operators make new plans and change none; a mutant differs from its plan."""
    one = case(plan)
    kept = one.plan.model_dump(mode="json")
    for op in OPERATORS.values():
        for mutant in mutants(op, one)[:3]:
            assert mutant.plan != one.plan
            assert mutant.clauses
    assert one.plan.model_dump(mode="json") == kept


def test_there_are_operators_enough() -> None:
    """Thirty ways of spoiling a plan, over every class of rules on one plan but those on its words."""
    assert len(OPERATORS) >= 30
    classes = {op.aims_at for op in OPERATORS.values()}
    assert classes >= {"level scheme", "threshold", "authority", "membership", "deadline", "reference", "numbering"}
    assert classes >= {"resource", "arithmetic", "coverage", "law"}


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS)
def test_faults_put_in_are_found_where_they_were_put(plan: str) -> None:
    """Of a plan's faults nineteen in twenty get a new finding of their class at their clause; the rest are listed."""
    faults = met(plan)
    missed = [one for one in faults if not one.found_by]
    assert len(missed) <= 0.05 * len(faults)
    assert {one[:3] for one in missed} == {key for key in SURVIVORS if key[1] == plan}


@pytest.mark.slow
def test_no_operator_is_idle_and_none_is_missed_as_a_kind() -> None:
    """Each kind of fault occurs somewhere, and most of its faults are found."""
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    for one in everything():
        seen[one.operator].append(bool(one.found_by))
    assert set(seen) == set(OPERATORS)
    assert [name for name, found in seen.items() if 2 * sum(found) <= len(found)] == []
