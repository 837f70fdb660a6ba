"""What a user asks for beside the rules every plan is checked by: a deep search, properties, a finding's witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter

from emergency.jurisdiction import Jurisdiction
from emergency.machine import compile_plan
from emergency.plan import Plan
from emergency.review.case import Case
from emergency.review.finding import Draft, Finding
from emergency.review.paths.interleaved import interleaved
from emergency.review.paths.known import Account, Explored, explored, search_of
from emergency.review.paths.properties import load_properties, property_rules
from emergency.review.paths.search import Situation
from emergency.review.paths.telling import phrase, situation_in_words
from emergency.review.paths.witness import Witness, witness_of
from emergency.review.rules import Rule
from emergency.source import Text
from emergency.words.rules.paths import DEEP

__all__ = ["asked_rules", "told_of_search", "witness_among"]


def asked_rules(
    plans: Iterable[Plan],
    places: Mapping[str, Jurisdiction],
    properties: Path | None,
    deep: bool,
    account: Account,
) -> tuple[Rule, ...]:
    """The rules to run beside the others.

    Raises
    ------
    InputError
        With all problems of the file of properties.
    """
    found: tuple[Rule, ...] = ()
    if deep:
        run = partial(_overtaken, account)
        found += (Rule("path-overtaken", DEEP, "authority", "medium", "candidate", "plan", run),)
    if properties is not None:
        cases = [Case(plan, places[str(plan.jurisdiction)]) for plan in plans]
        asked = load_properties(properties, cases)
        found += property_rules([one for one in asked if any(map(one.concerns, cases))], account)
    return found


def _overtaken(account: Account, case: Case) -> Iterator[Draft]:
    """Decisions that others overtake, and that then lead where nothing else leads."""
    search = search_of(case)
    account.note(explored(case))
    began = perf_counter()
    product = interleaved(search)
    account.note(Explored(case.id, product.stages, perf_counter() - began, product.whole))
    for values, turn in product.overtaken.items():
        at = Situation(values, search.start.world)
        clauses = turn.clauses or case.cite(*list(case.clauses)[:1])
        facts = {"clauses": [c.clause for c in clauses], "states": [situation_in_words(search, at)]}
        reached = [f"{s}={v}" for s, v in search.values(at).items() if v != "off"]
        yield Draft(turn.id or str(turn.at), clauses, facts, {"reached": [" ".join(reached)]})


def told_of_search(account: Account, lang: str) -> Iterator[str]:
    """How much was searched, and how fast, line by line."""
    for one in account:
        told = phrase("explored", plan=one.plan, states=one.states, speed=one.speed).in_(lang)
        yield told if one.whole else told + phrase("cut").in_(lang)


def witness_among(
    findings: Iterable[Finding], id: str, plans: Iterable[Plan], places: Mapping[str, Jurisdiction]
) -> Witness | Text:
    """The scenario of one finding's run; where there is none, why: no such finding, or no run that can be played."""
    finding = next((one for one in findings if one.id == id), None)
    if finding is None:
        return phrase("no-finding", id=id)
    plan = next((p for p in plans if finding.plans == (str(p.plan),)), None)
    if plan is None:
        return phrase("no-run", id=id)
    place = places[str(plan.jurisdiction)]
    return witness_of(finding, Case(plan, place), compile_plan(plan, place)) or phrase("no-run", id=id)
