"""A plan on cards: who is who, who tells whom, what a clause, a level or an agency means in practice.

Each card is a title, column names and rows of text, ready for a terminal or a page; every row ends with its clauses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from emergency.condition import Node, show
from emergency.graph import actor_names
from emergency.machine import Fact, MeasurePlan, Performer, Program, StepPlan, Value, assess
from emergency.plan.leaves import OPEN, UNSTATED, Within
from emergency.plan.statements import Statement
from emergency.source import Citation, Id
from emergency.words import terms
from emergency.words.cards import card

__all__ = ["Card", "agency_card", "clause_card", "level_card", "organisation_card", "reports_card", "situation_card"]

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A table with a title; `columns` are names of `words.cards.CARDS`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class _Teller:
    """Tells parts of one program in one language."""

    def __init__(self, program: Program, lang: str) -> None:
        self.program, self.lang = program, lang
        self.actor: Callable[[str], str] = actor_names(program, lang)
        self._indicators = {str(i.variable): i.name for i in program.plan.indicators if i.name}

    def actors(self, ids: Iterable[str]) -> str:
        names = (card(str(i), self.lang) if i in (OPEN, UNSTATED) else self.actor(str(i)) for i in ids)
        return ("、" if self.lang == "zh" else ", ").join(names)

    def performers(self, who: Iterable[Performer]) -> str:
        return self.actors(dict.fromkeys(p.actor for p in who))

    def clauses(self, cited: Iterable[str]) -> str:
        return " ".join(dict.fromkeys(Citation(c).clause for c in cited))

    def guard(self, tree: Node) -> str:
        """A condition with its indicators called by name."""

        def name(found: re.Match[str]) -> str:
            told = self._indicators.get(found[0])
            return told.in_(self.lang) if told else found[0]

        return terms.amount(re.sub(r"[A-Za-z][\w-]*", name, show(tree)), self.lang)

    def within(self, within: Within | None) -> str:
        if within is None:
            return ""
        bound = "" if within.bound is None else str(within.bound)
        event = next((e for e in self.program.plan.events if str(e.id) == str(within.after)), None)
        after = event.name.in_(self.lang) if event else ""
        parts = [
            terms.urgency(within.urgency, self.lang) if within.urgency else "",
            terms.amount(bound, self.lang),
            after,
        ]
        return " · ".join(p for p in parts if p)

    def step(self, step: StepPlan) -> str:
        to = f" → {self.performers(step.to)}" if step.to else ""
        return f"{self.performers(step.by)} {terms.verb(step.do, self.lang)}{to}"

    def measure(self, measure: MeasurePlan) -> Row:
        says = measure.says
        who = self.performers(measure.by)
        if says.together_with:
            who += " + " + self.actors(a for a in says.together_with if a.named)
        first = "; ".join(self.step(s) for s in measure.steps)
        return (who, says.object.in_(self.lang), first, self.within(says.within), self.clauses(measure.clauses))

    def value(self, at: Value) -> str:
        found, word = self.program.plan.schemes[Id(at.scheme)], self.program.plan.word(*at)
        told = word.in_(self.lang) if word is not None else None
        return terms.level(found.kind, at.value, self.lang, ends=found.ends, word=told)


def organisation_card(program: Program, lang: str) -> Card:
    """Bodies with their seats, then every duty."""
    tell = _Teller(program, lang)
    rows: list[Row] = []
    for seat in program.plan.seats:
        role = card(f"role-{seat.role}", lang)
        rows.append((tell.actor(seat.body), role, tell.actors(seat.actors), str(seat.clause)))
    for duty in program.plan.duties:
        rows.append((tell.actors(duty.actors), terms.verb(duty.verb, lang), duty.object.in_(lang), str(duty.clause)))
    return Card(card("organisation", lang), ("who", "role", "what", "clause"), tuple(rows))


def reports_card(program: Program, lang: str) -> Card:
    """Who informs whom of what within what time: reports, regular reports, and steps that tell somebody."""
    tell = _Teller(program, lang)
    rows: list[Row] = []
    for one in program.plan.indicators:
        if one.every is not None and one.observer:
            name = next((i.name for i in program.plan.indicators if i.variable == one.variable and i.name), None)
            what = name.in_(lang) if name else str(one.variable)
            when = card(str(one.every), lang) if one.every == UNSTATED else terms.amount(str(one.every), lang)
            to = tell.actor(str(one.to)) if one.to else ""
            rows.append((tell.actor(str(one.observer)), to, what, when, str(one.clause)))
    for report in program.plan.reports:
        when = tell.within(report.within)
        rows.append(
            (tell.actors(report.from_), tell.actors(report.to), report.content.in_(lang), when, str(report.clause))
        )
    for decision in program.plan.decisions:
        for step in decision.steps:
            if step.to:
                what = terms.verb(step.do, lang)
                when = tell.within(step.within)
                rows.append((tell.actor(step.by), tell.actors(step.to), what, when, str(decision.clause)))
    for measure in program.measures:
        if measure.towards:
            who, what, _, when, clause = tell.measure(measure)
            rows.append((who, tell.performers(measure.towards), what, when, clause))
    return Card(card("reports", lang), ("who", "to-whom", "what", "by-when", "clause"), tuple(rows))


def clause_card(program: Program, no: str, lang: str) -> Card:
    """What a clause and those below it say, and the statements made of them.

    Raises
    ------
    KeyError
        If the plan has no such clause.
    """
    plan = program.plan
    if not any(c.no == no for c in plan.body()):
        raise KeyError(no)
    rows: list[Row] = []
    for entry in plan.body():
        if entry.no.within(no):
            told = (entry.zh if lang == "zh" else entry.en) or entry.heading or ""
            rows.append((str(entry.no), card(f"status-{entry.status}", lang), told))
            rows += [("", section, _brief(s, lang)) for section, _, s in plan.statements() if s.clause == entry.no]
    return Card(f"{plan.plan}:{no}", ("clause", "kind", "what"), tuple(rows))


def _brief(statement: Statement, lang: str) -> str:
    """One statement in one line, in the words of its file."""
    skip = {"clause", "note", "because"}
    parts = []
    for name, value in statement.model_dump(by_alias=True, exclude_defaults=True).items():
        if name in skip or value in (None, ()):
            continue
        told = value.get(lang) if isinstance(value, Mapping) and "zh" in value else value
        parts.append(f"{name}: {_plain(told)}")
    return "; ".join(parts)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(v) for v in value)
    if isinstance(value, Mapping):
        return " ".join(f"{k}={_plain(v)}" for k, v in value.items() if v not in (None, ()))
    return str(value)


def level_card(program: Program, at: Value, lang: str) -> Card:
    """When a value is entered, by whom in which steps, and what is done while it holds."""
    tell = _Teller(program, lang)
    rows: list[Row] = []
    decision = program.decisions.get(at)
    for part in decision.parts if decision else ():
        rows.append((card("when", lang), "", tell.guard(part.tree), "", tell.clauses(part.clauses)))
    for step in decision.steps if decision else ():
        who = tell.performers(step.by)
        what = terms.verb(step.do, lang)
        rows.append((card("step", lang), who, what, tell.performers(step.to), tell.clauses(step.clauses)))
    for measure in program.measures:
        if at in measure.during:
            who, what, first, when, clause = tell.measure(measure)
            rows.append((card("measure", lang), who, what, first or when, clause))
    return Card(tell.value(at), ("kind", "who", "what", "how", "clause"), tuple(rows))


def agency_card(program: Program, agency: str, lang: str) -> Card:
    """A duty card: what an agency, body or post does, at which level, by when.

    Raises
    ------
    KeyError
        If nothing in the plan is for it.
    """
    tell = _Teller(program, lang)
    known = {**{a.zh: str(i) for i, a in program.plan.actors.items()}, **program.jurisdiction.names()}
    id = known.get(agency, agency)
    rows: list[Row] = []
    for duty in program.plan.duties:
        if id in duty.actors:
            rows.append(
                ("", duty.object.in_(lang), terms.verb(duty.verb, lang), tell.within(duty.within), str(duty.clause))
            )
    for at, decision in program.decisions.items():
        for step in decision.steps:
            if _acts(id, step.by):
                how = tell.performers(step.to)
                rows.append((tell.value(at), terms.verb(step.do, lang), how, "", tell.clauses(step.clauses)))
    for measure in program.measures:
        if _acts(id, measure.by) or any(_acts(id, s.by) for s in measure.steps):
            at_ = " ".join(
                dict.fromkeys(tell.value(v) for v in sorted(measure.during, key=lambda v: program.ranks[v]))
            )
            _, what, first, when, clause = tell.measure(measure)
            rows.append((at_, what, first, when, clause))
    for report in program.reports:
        if _acts(id, report.by):
            said = report.says
            row = ("", said.content.in_(lang), "→ " + tell.performers(report.to), tell.within(said.within))
            rows.append((*row, tell.clauses(report.clauses)))
    if not rows:
        raise KeyError(agency)
    return Card(tell.actor(id), ("during", "what", "how", "by-when", "clause"), tuple(rows))


def _acts(id: str, who: Iterable[Performer]) -> bool:
    return any(id in (p.actor, p.seat) for p in who)


def situation_card(program: Program, facts: Mapping[str, Fact], now: Mapping[str, str], lang: str) -> Card:
    """Which levels hold in a stated situation, who decides, by which clauses."""
    tell = _Teller(program, lang)
    found = assess(program, facts, now)
    rows = [
        (
            tell.value(Value(scheme, found.state[scheme])),
            tell.clauses(verdict.clauses),
            tell.actors(verdict.decided_by),
            tell.clauses(verdict.decided_clauses),
        )
        for scheme, verdict in found.verdicts.items()
    ]
    return Card(card("situation", lang), ("value", "criteria", "decided-by", "clause"), tuple(rows))
