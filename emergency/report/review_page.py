"""What every part of a review's report needs: numbered findings, marks that link to them, names, citations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypedDict

from emergency.condition import Node
from emergency.graph import PALETTE, colours, ink
from emergency.machine import Value
from emergency.plan.leaves import Within
from emergency.quantity import Duration
from emergency.report.page import Cite, anchor
from emergency.review.baseline import Sorted
from emergency.review.case import Case, Cases
from emergency.review.check import Review
from emergency.review.conditions import told_condition, told_places
from emergency.review.finding import Finding
from emergency.source import Id, Text
from emergency.words import terms
from emergency.words.findings import SEVERITIES, listed
from emergency.words.review import told, told_clause

__all__ = ["Mark", "ReviewPage"]

_STATE = re.compile(r"[A-Za-z][\w-]*=[\w-]+(?:\|[\w-]+)*")


class Mark(TypedDict):
    """A finding as a numbered square that links to it."""

    no: int
    anchor: str
    severity: str
    title: str


class ReviewPage:
    """One report being made.

    Attributes
    ----------
    numbers : the number of every finding by its id: plan by plan, those across plans last, decided ones after all.
    """

    def __init__(self, review: Review, sorted_out: Sorted, cases: Cases, lang: str) -> None:
        self.review, self.sorted_out, self.cases, self.lang = review, sorted_out, cases, lang
        places = {case.id: i for i, case in enumerate(cases)}
        last = len(places)
        ordered = sorted(sorted_out.open, key=lambda f: places[f.plans[0]] if len(f.plans) == 1 else last)
        every = [*ordered, *(one for one, _ in sorted_out.settled)]
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
            f.id: frozenset(id for text in (f.subject, *_texts(f.evidence)) for id in _ids(text))
            for f in self.sorted_out.open
        }

    def ids_of(self, finding: Finding) -> frozenset[str]:
        """The ids an open finding names."""
        return self._words[finding.id]

    def naming(self, case: Case, id: str, *classes: str) -> list[Finding]:
        """The open findings on a plan that name an actor or a level (``response=II``) by its id."""
        found = (f for f in self.sorted_out.open if case.id in f.plans and id in self._words[f.id])
        return [f for f in found if not classes or f.class_ in classes]

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


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield str(name)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _ids(text: str) -> Iterator[str]:
    """The ids in a text, ``response=II|I`` as its two levels."""
    yield from text.split()
    for state in _STATE.findall(text):
        scheme, _, values = state.partition("=")
        yield from (f"{scheme}={value}" for value in values.split("|"))
