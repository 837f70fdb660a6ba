"""What every part of a review's report needs: numbered findings, marks that link to them, names, citations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from emergency.condition import Node
from emergency.errors import EmergencyError
from emergency.graph import PALETTE, colours, ink
from emergency.jurisdiction import Jurisdiction
from emergency.machine import Program, Value, compile_plan
from emergency.plan import Plan
from emergency.plan.leaves import Within
from emergency.quantity import Duration
from emergency.report.page import Cite, anchor
from emergency.report.review_acts import Acts, texts_in
from emergency.review.baseline import Sorted
from emergency.review.case import Case, Cases
from emergency.review.check import Review
from emergency.review.conditions import told_condition, told_places
from emergency.review.finding import Finding
from emergency.source import Id, Text
from emergency.words import terms
from emergency.words.findings import SEVERITIES
from emergency.words.punctuation import listed
from emergency.words.review import told, told_clause

__all__ = ["Mark", "ReviewPage", "Reviewed"]

_STATE = re.compile(r"[A-Za-z][\w-]*=[\w-]+(?:\|[\w-]+)*")


class Mark(TypedDict):
    """A finding as a numbered square that links to it."""

    no: int
    anchor: str
    severity: str
    title: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review and all its reports are made of.

    Attributes
    ----------
    sorted_out : its findings, those decided before apart.
    plans, places : the plans under review, readings and all, and the jurisdictions by id.
    lang : of the report.
    """

    review: Review
    sorted_out: Sorted
    plans: tuple[Plan, ...]
    places: Mapping[str, Jurisdiction]
    lang: str

    @property
    def cases(self) -> Cases:
        """The plans as rules see them."""
        return Cases(Case(plan, self.places[Id(plan.jurisdiction)]) for plan in self.plans)

    @property
    def programs(self) -> Mapping[str, Program | None]:
        """The machines by plan; None where a question is open that no reading answers."""
        return {str(plan.plan): self._program(plan) for plan in self.plans}

    def _program(self, plan: Plan) -> Program | None:
        try:
            return compile_plan(plan, self.places[Id(plan.jurisdiction)])
        except EmergencyError:
            return None


class ReviewPage:
    """One report being made.

    Attributes
    ----------
    numbers : the number of every finding by its id: plan by plan, those across plans last, decided ones after all.
    """

    def __init__(self, of: Reviewed) -> None:
        self.review, self.sorted_out, self.cases, self.lang = of.review, of.sorted_out, of.cases, of.lang
        places = {case.id: i for i, case in enumerate(self.cases)}
        last = len(places)
        ordered = sorted(self.sorted_out.open, key=lambda f: places[f.plans[0]] if len(f.plans) == 1 else last)
        every = [*ordered, *(one for one, _ in self.sorted_out.settled)]
        self.numbers = {one.id: no for no, one in enumerate(every, 1)}

    def w(self, name: str, /, **facts: object) -> str:
        """A word of the report."""
        return told(name, self.lang, **facts)

    def says(self, text: Text) -> str:
        """What a finding says, with clauses as a reader cites them."""
        return told_clause(text.in_(self.lang), self.lang)

    def join(self, words: Iterable[str]) -> str:
        """A list in one line."""
        return listed(words, self.lang)

    # --- findings

    def findings(self, plan: str | None) -> list[Finding]:
        """The open findings of one plan alone; without a plan, those across plans."""
        return [f for f in self.sorted_out.open if (f.plans == (plan,) if plan else len(f.plans) > 1)]

    def numbered(self) -> list[Finding]:
        """Every finding that has a number, decided ones too."""
        return [*self.sorted_out.open, *(one for one, _ in self.sorted_out.settled)]

    def marks(self, findings: Iterable[Finding]) -> list[Mark]:
        """Findings as marks, gravest first, each once."""
        order, once = list(SEVERITIES), {f.id: f for f in findings}
        ranked = sorted(once.values(), key=lambda f: (order.index(f.severity), self.numbers[f.id]))
        return [
            Mark(no=self.numbers[f.id], anchor=f"f-{f.id}", severity=f.severity, title=self.says(f.message))
            for f in ranked
        ]

    @cached_property
    def by_clause(self) -> Mapping[str, list[Finding]]:
        """The open findings that cite each clause, ``plan:clause``."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for one in self.sorted_out.open:
            for citation in one.clauses:
                found[str(citation)].append(one)
        return found

    def citing(self, case: Case, clauses: Iterable[str], *classes: str) -> list[Finding]:
        """The open findings of some classes (of any, where none is named) that cite one of the clauses."""
        found = (f for no in clauses for f in self.by_clause.get(f"{case.id}:{no}", ()))
        return [f for f in found if not classes or f.class_ in classes]

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        """What each open finding names by id: levels and actors of its subject and evidence."""
        return {
            f.id: frozenset(id for text in (f.subject, *texts_in(f.evidence)) for id in _ids(text))
            for f in self.sorted_out.open
        }

    def ids_of(self, finding: Finding) -> frozenset[str]:
        """The ids an open finding names."""
        return self._words[finding.id]

    def naming(self, case: Case, id: str, *classes: str) -> list[Finding]:
        """The open findings on a plan that name an actor or a level (``response=II``) by its id.

        A finding that names no actor and no level belongs to those whose acts it names, and to the levels of these.
        """
        return [f for f in self._belonging[case.id].get(id, ()) if not classes or f.class_ in classes]

    @cached_property
    def _belonging(self) -> Mapping[str, Mapping[str, list[Finding]]]:
        """Each plan → what its open findings name, themselves or by the acts they name."""
        found: dict[str, dict[str, list[Finding]]] = {case.id: defaultdict(list) for case in self.cases}
        for case in self.cases:
            named, acts = {*case.actors, *map(str, case.levels)}, Acts(case)
            for one in self.sorted_out.open:
                if case.id in one.plans:
                    ids = self._words[one.id]
                    for id in ids if ids & named else ids | acts.of(one):
                        found[case.id][id].append(one)
        return found

    def about(self, case: Case, id: str) -> list[Finding]:
        """The open findings on a plan whose subject is a scheme, a variable or an actor as a whole."""
        return [f for f in self.findings(case.id) if id in f.subject.split()]

    # --- names

    def cite(self, case: Case, clauses: Iterable[str]) -> list[Cite]:
        """Clauses of one plan as links to the appendix, each once."""
        numbers = dict.fromkeys(map(str, clauses))
        return [{"text": told_clause(no, self.lang), "anchor": anchor(f"{case.id}:{no}")} for no in numbers]

    def actor(self, case: Case, id: str) -> str:
        """An actor's name."""
        if id in case.actors:
            return case.name(id).in_(self.lang)
        return self.w({"unstated": "nobody", "open": "others"}[id]) if id in ("unstated", "open") else id

    def value(self, case: Case, at: Value) -> str:
        """A value's name."""
        return case.value_name(at).in_(self.lang)

    def chip(self, case: Case, at: Value) -> dict[str, str]:
        """A level in its colour."""
        fill = PALETTE[colours(case.plan)[at]]
        return {"text": self.value(case, at), "fill": fill, "ink": ink(fill)}

    def scheme(self, case: Case, name: str) -> str:
        """What a scheme is called; its id too where the plan has two of a kind."""
        kind = case.plan.schemes[Id(name)].kind
        alone = sum(s.kind == kind for s in case.plan.schemes.values()) == 1
        return terms.scheme_kind(kind, self.lang) if alone else self._by_level(case, name, kind)

    def _by_level(self, case: Case, name: str, kind: str) -> str:
        levels = case.plan.schemes[Id(name)].levels
        if len(levels) > 1:
            return terms.scheme_kind(kind, self.lang)
        return f"{terms.scheme_kind(kind, self.lang)} · {self.value(case, Value(name, levels[0]))}"

    def guard(self, case: Case, tree: Node) -> str:
        """A condition in words."""
        return told_condition(case, tree, self.lang)

    def bound_of(self, duration: Duration) -> str:
        """How long something must last, in words."""
        return self.w("for-so-long", time=terms.amount(str(duration), self.lang))

    def places(self, case: Case, area: str) -> str:
        """The places of a set."""
        return told_places(case, area, self.lang)

    def bound(self, within: Within | None) -> str | None:
        """A bound in words, or the word of urgency; None where neither is stated."""
        if within is None:
            return None
        if within.bound is not None and within.bound != "unstated":
            return terms.amount(str(within.bound), self.lang)
        return terms.urgency(within.urgency, self.lang) if within.urgency else None


def _ids(text: str) -> Iterator[str]:
    """The ids in a text, ``response=II|I`` as its two levels."""
    yield from text.split()
    for state in _STATE.findall(text):
        scheme, _, values = state.partition("=")
        yield from (f"{scheme}={value}" for value in values.split("|"))
