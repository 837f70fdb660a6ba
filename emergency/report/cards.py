"""A plan on cards: who is who, who tells whom, what a clause, a level or an agency means in practice.

Each card is a title, column names and rows of text, ready for a terminal or a page; every row ends with its clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from emergency.condition import Guard, Node
from emergency.errors import InputError, Problem
from emergency.graph import actor_names
from emergency.machine import Fact, MeasurePlan, Performer, Program, StepPlan, Value, assess
from emergency.plan.statements import Indicator
from emergency.reader.names import near, near_by
from emergency.report.statements import Saying
from emergency.review.case import Case
from emergency.review.conditions import told_condition
from emergency.source import Citation
from emergency.words import terms
from emergency.words.cards import card
from emergency.words.statements import section

__all__ = [
    "Card", "agency_card", "clause_card", "level_card", "organisation_card", "reports_card", "situation_card",
]  # fmt: skip

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
        self.saying = Saying(Case(program.plan, program.jurisdiction), lang, self.actor)
        self.actors, self.within, self.case = self.saying.actors, self.saying.within, self.saying.case

    def performers(self, who: Iterable[Performer]) -> str:
        return self.actors(dict.fromkeys(p.actor for p in who))

    def clauses(self, cited: Iterable[str]) -> str:
        return " ".join(dict.fromkeys(Citation(c).clause for c in cited))

    def guard(self, tree: Node) -> str:
        """A condition with its indicators and levels called by name."""
        return told_condition(self.case, tree, self.lang)

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
        return self.saying.value(*at)

    def cadence(self, one: Indicator) -> str:
        """How often something is reported, and when so often."""
        every = self.saying.every(one.every)
        if not isinstance(one.condition, Guard):
            return every
        return card("every-if", self.lang, every=every, condition=self.saying.guard(one.condition))


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
            to = tell.actor(str(one.to)) if one.to else ""
            rows.append((tell.actor(str(one.observer)), to, what, tell.cadence(one), str(one.clause)))
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
    return Card(card("reports", lang), ("who", "to-whom", "what", "by-when-how-often", "clause"), tuple(rows))


def clause_card(program: Program, no: str, lang: str) -> Card:
    """What a clause and those below it say, and the statements made of them.

    Raises
    ------
    InputError
        If the plan has no such clause; with those it has near it.
    """
    plan, tell = program.plan, _Teller(program, lang)
    known = [c.no for c in plan.body()]
    no = normalize("NFKC", no).strip().removeprefix(f"{plan.plan}:")  # typed with full-width brackets, or cited
    if no not in known:
        facts = {"plan": plan.plan, "name": no, "near": near_by(no, known)}
        raise InputError([Problem("no-such-clause", None, facts)])
    rows: list[Row] = []
    for entry in plan.body():
        if entry.no.within(no):
            told = entry.in_(lang) or entry.heading or ""
            rows.append((str(entry.no), card(f"status-{entry.status}", lang), told))
            said = [(name, one) for name, _, one in plan.statements() if one.clause == entry.no]
            rows += [("", section(name, lang), tell.saying.line(one)) for name, one in said]
    return Card(f"{plan.plan}:{no}", ("clause", "kind", "what"), tuple(rows))


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
    InputError
        If nothing in the plan is for it; with who was probably meant.
    """
    tell = _Teller(program, lang)
    known = _known_as(program)
    id = known.get(agency, agency)
    rows: list[Row] = []
    for seat in program.plan.seats:
        if id in seat.actors:
            rows.append(("", tell.actor(seat.body), card(f"role-{seat.role}", lang), "", str(seat.clause)))
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
        busy = _busy(program)
        meant = {"near": near(agency, [name for name, one in known.items() if one in busy]), "known": sorted(busy)}
        raise InputError([Problem("nothing-for", None, {"plan": program.id, "name": agency, **meant})])
    return Card(tell.actor(id), ("during", "what", "how", "by-when", "clause"), tuple(rows))


def _known_as(program: Program) -> dict[str, str]:
    """Names of actors in either language, agencies and their aliases, each to an id; ids to themselves."""
    known = {str(i): str(i) for i in program.plan.actors}
    for id, actor in program.plan.actors.items():
        known |= {actor.zh: str(id), actor.en: str(id)}
    return {**known, **program.jurisdiction.names()}


def _busy(program: Program) -> set[str]:
    """Whom the plan seats, or gives a duty, a measure or a report."""
    plan = program.plan
    named = [a for duty in plan.duties for a in duty.actors] + [a for seat in plan.seats for a in seat.actors]
    acting = [p for m in program.measures for p in m.by] + [p for r in program.reports for p in r.by]
    return {str(a) for a in named if a.named} | {p.seat for p in acting}


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
