"""What the review finds, held against what a plan is known to be: faultless, or silent where a run had to guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from emergency.chance import Chance
from emergency.incident import Incident, Prepared, prepare, simulate
from emergency.log import Entry, EventLog
from emergency.plan.readings import Settles
from emergency.reader import known, load_inputs, load_jurisdiction, load_plan
from emergency.review.check import Review, check_plans

ISLAND = Path(__file__).parent / "fixtures" / "island"
SCENARIOS = [one.id for one in known("scenario")]
RUNS = range(3)

Answers = Mapping[str, frozenset[str]]


class Gap(NamedTuple):
    """A silence of a plan that a run met: the question in one line, and where the plan is silent."""

    plan: str
    name: str
    question: str
    clauses: tuple[str, ...]


#: A question a run had to answer for itself → the rules that put the same question to a plan.
ASKED_BY: Mapping[str, tuple[str, ...]] = {
    "no-precedence": (
        "one-command-several-plans", "post-in-many-chairs", "one-reserve-two-plans", "price-powers-differ",
        "carve-out-not-kept", "transport-promised-twice", "top-level-commanded-differently",
    ),
    "nobody": ("decision-without-actor", "measure-without-actor", "duty-without-actor"),
    "waits": ("waits-on-outsider",),
    "by": ("measure-without-actor", "measure-left-to-duty", "publisher-not-named", "decision-without-actor"),
    "to": ("report-without-ends", "aftermath-without-owner"),
    "released_by": ("reserve-not-specified",),
    "after": (
        "clock-without-start", "clock-starts-after-open-step", "clock-starts-late", "aftermath-without-date",
        "bound-not-given",
    ),
    "boundary": ("bound-inclusion-unstated",),
    "during": ("measures-without-state",),
    "measures-without-actor": ("measure-without-actor", "compelling-without-authority", "vague-actor"),
    "measures-of-milder-levels": ("measures-of-milder-levels-unstated",),
    "measures-of-skipped-levels": ("measures-of-milder-levels-unstated",),
    "several-criteria-hold": ("levels-overlap", "levels-overlap-together", "wide-and-single-place"),
    "step-down": ("response-never-adjusted", "warning-never-lifted"),
    "entered": (
        "level-never-entered", "grade-without-assessor", "decision-without-actor", "warned-never-started",
        "imposed-by-whom", "condition-never-defined", "levels-rest-on-judgement",
    ),
    "left": ("warning-never-lifted", "imposed-state-without-end", "state-never-left"),
}  # fmt: skip


# ------------------------------------------------------------------------------------------ a plan without faults


def test_a_plan_without_faults_gives_no_finding() -> None:
    """The lantern plan says who, when, what and by when, everywhere; no rule objects, none for want of an extra."""
    isle = load_inputs(ISLAND / "calm.yaml")
    review = check_plans(isle.plans.values(), [isle.jurisdiction])
    assert [(f.rule, f.subject, f.message.en) for f in review.findings] == []
    idle = {one.rule.id for one in review.checked if one.skipped}
    assert idle == {one.rule.id for one in review.checked if one.rule.scope == "plans"}


# ------------------------------------------------------------------------------------------ gaps met in a run


@cache
def shipped() -> Review:
    """The review of every shipped plan."""
    plans = [load_plan(one.path) for one in known("plan")]
    return check_plans(plans, {plan.jurisdiction: load_jurisdiction(plan.jurisdiction) for plan in plans})


@cache
def rules_citing() -> Answers:
    """Each clause → the rules whose findings cite it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for finding in shipped().findings:
        for clause in finding.clauses:
            found[str(clause)].add(finding.rule)
    return {clause: frozenset(rules) for clause, rules in found.items()}


@cache
def gaps(scenario: str) -> frozenset[Gap]:
    """The silences that some runs of a scenario met."""
    inputs = load_inputs(scenario)
    ready = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    return frozenset(gap for number in RUNS for gap in met(ready, number))


def met(ready: Prepared, number: int) -> Iterator[Gap]:
    """The silences one run met."""
    log = EventLog(ready.start)
    simulate(Incident(ready, Chance(int(ready.scenario.seed)).run(number), log))
    for entry in log.entries:
        if entry.kind == "gap":
            yield gap_of(entry, ready)


def gap_of(entry: Entry, ready: Prepared) -> Gap:
    """A gap entry as the question behind it."""
    plan, clauses = str(entry.plan), tuple(str(c) for c in entry.clauses)
    if "reading" not in entry.detail:
        why = str(entry.detail["why"])
        return Gap(plan, f"{plan}:{why}", why, clauses)
    name = str(entry.detail["reading"])
    [reading] = [r for r in ready.plans[plan].program.plan.readings if r.id == name]
    return Gap(plan, f"{plan}:{name}", question(reading.settles), clauses)


def question(settles: Settles) -> str:
    """What kind of question a reading answers."""
    if settles.precedence:
        return settles.precedence
    if settles.entering:
        return "left" if "off" in settles.entering.values else "entered"
    return str(settles.field)


def rules_beside(gap: Gap) -> frozenset[str]:
    """The rules whose findings cite a clause of a gap."""
    return frozenset().union(*(rules_citing().get(clause, frozenset()) for clause in gap.clauses))


def test_there_are_gaps_to_find() -> None:
    """The scenarios of a crisis meet silences of all four plans, of a dozen kinds; else nothing is tested below."""
    every = {gap for name in SCENARIOS for gap in gaps(name)}
    assert {gap.plan for gap in every} == {one.id for one in known("plan")}
    assert len({gap.question for gap in every}) >= 12


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_run_stumbles_over_the_review_has_found(scenario: str) -> None:
    """Each silence that a run meets stands in a clause some finding cites."""
    assert [gap for gap in gaps(scenario) if not rules_beside(gap)] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_finding_asks_what_the_run_had_to_ask(scenario: str) -> None:
    """Not only the clause is shared: a rule that asks the very question found it."""
    assert [gap for gap in gaps(scenario) if not rules_beside(gap) & set(ASKED_BY[gap.question])] == []


def test_the_rules_said_to_ask_exist() -> None:
    """No rule is named that does not run, and no run puts a question that no rule is named for."""
    every = {gap.question for name in SCENARIOS for gap in gaps(name)}
    assert every <= set(ASKED_BY)
    assert {rule for rules in ASKED_BY.values() for rule in rules} <= {one.rule.id for one in shipped().checked}
