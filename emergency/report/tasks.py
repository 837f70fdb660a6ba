"""What a plan asks of whom, by when, task by task: for cards, guides and lists of expected actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from emergency.machine import Bound, DecisionPlan, Performer, Program, Route, StepPlan, Value, decider
from emergency.plan.leaves import UNSTATED, Within
from emergency.report.page import Page
from emergency.source import Id
from emergency.words import terms
from emergency.words.papers import told
from emergency.words.punctuation import listed

__all__ = ["Task", "during", "tasks"]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a plan asks for.

    Attributes
    ----------
    kind : ``decision`` (one step of it), ``measure``, ``report`` or ``publication``.
    ref : the value entered, or the id of the measure, report or publication.
    verb : of a step of a decision; empty elsewhere.
    what : what it is about, in words.
    before : who has to act before, each with the verb, in words; whom a report goes to.
    decided : of a step of a decision, who settles the matter, in words.
    on : the event or levels it follows, in words.
    standard : its time limit or urgency in words; empty where no clause sets one.
    left : whether those who act may leave it.
    """

    plan: str
    kind: str
    ref: str
    verb: str
    what: str
    by: tuple[Performer, ...]
    to: tuple[Performer, ...]
    before: tuple[str, ...]
    decided: str
    on: str
    standard: str
    left: bool
    clauses: tuple[str, ...]

    def line(self, lang: str) -> str:
        """The task in a line, without who does it."""
        match self.kind:
            case "decision":
                return told("step-line", lang, what=self.what, do=terms.verb(self.verb, lang))
            case "publication":
                return told("publish-line", lang, what=self.what)
            case "report":
                return told("report-line", lang, what=self.what, to=listed(self.before, lang))
        return self.what


def tasks(page: Page, plan: str) -> list[Task]:
    """All that a plan asks for: its decisions step by step, then measures, reports, publications."""
    program = page.programs[plan]
    found = [t for at, d in program.decisions.items() for t in _steps(page, program, at, d)]
    more = (_measures(page, program), _reports(page, program), _publications(page, program))
    return [*_merged(page, program, found), *(task for section in more for task in section)]


def _steps(page: Page, program: Program, at: Value, decision: DecisionPlan) -> Iterator[Task]:
    if decision.mode != "steps":
        return
    what = page.level(program.id, at.scheme, at.value)
    for way in decision.ways:
        for number, step in enumerate(way.steps):
            before = tuple(_done(page, one) for one in way.steps[:number] if one.by)
            yield Task(
                program.id, "decision", str(at), step.do, what, step.by, step.to, before,
                _done(page, last) if (last := decider(way.steps)) is not None else "",
                _grounds(page, way, program.id), _standard(page, program, step.bounds, step.urgency), False,
                step.clauses,
            )  # fmt: skip


def _merged(page: Page, program: Program, found: Iterable[Task]) -> list[Task]:
    """Steps that are the same for several levels as one task."""
    groups: dict[Task, list[Task]] = {}
    for task in found:
        groups.setdefault(replace(task, ref="", what="", on=""), []).append(task)
    return [replace(each[0], what=during(page, program, map(_value, each))) for each in groups.values()]


def _value(task: Task) -> Value:
    """The value a step serves."""
    return Value(*task.ref.split("=", 1))


def _done(page: Page, step: StepPlan) -> str:
    who = page.actors(dict.fromkeys(p.actor for p in step.by))
    return told("who-does", page.lang, who=who, do=terms.verb(step.do, page.lang))


def _grounds(page: Page, way: Route, plan: str) -> str:
    return page.clauses((c for part in way.parts for c in part.clauses), within=plan)


def _measures(page: Page, program: Program) -> Iterator[Task]:
    for one in program.measures:
        if one.never:
            continue
        says = one.says
        urgency = says.within.urgency if isinstance(says.within, Within) else None
        yield Task(
            program.id, "measure", one.id, "", page.thing(program.id, one.id), one.by, one.towards,
            tuple(_done(page, s) for s in one.steps if s.by), "", during(page, program, one.during),
            _standard(page, program, one.bounds, urgency), one.discretionary, one.clauses,
        )  # fmt: skip


def _reports(page: Page, program: Program) -> Iterator[Task]:
    for one in program.reports:
        urgency = one.says.within.urgency if one.says.within is not None else None
        yield Task(
            program.id, "report", str(one.says.id), "", one.says.content.in_(page.lang), one.by, one.to,
            tuple(dict.fromkeys(page.names.actor(p.actor) for p in one.to)), "", _event(page, program, one.after),
            _standard(page, program, one.bounds, urgency), one.says.modality == "may", one.clauses,
        )  # fmt: skip


def _publications(page: Page, program: Program) -> Iterator[Task]:
    for one in program.publications:
        says = one.says
        on = _event(page, program, one.after) if one.after else during(page, program, one.during)
        urgency = says.within.urgency if says.within is not None else None
        cleared = tuple(page.names.actor(p.actor) for p in one.cleared_by)
        yield Task(
            program.id, "publication", str(says.id or says.clause), "", says.what.in_(page.lang), one.by, (), cleared,
            "", on, _standard(page, program, one.bounds, urgency),
            says.modality == "may" or says.discretion is not None, one.clauses,
        )  # fmt: skip


def during(page: Page, program: Program, values: Iterable[Value]) -> str:
    """The levels something belongs to, in words; all levels of a scheme as one."""
    mine = sorted(values, key=lambda v: program.ranks.get(v, 0))
    if not mine:
        return told("any-time", page.lang)
    found = []
    for scheme in dict.fromkeys(v.scheme for v in mine):
        levels = program.plan.schemes[Id(scheme)].levels
        held = list(dict.fromkeys(v.value for v in mine if v.scheme == scheme))
        if len(levels) > 1 and set(levels) <= set(held):
            found.append(told("any-level", page.lang, name=page.names.scheme(program.id, scheme)))
        else:
            found += [page.level(program.id, scheme, value) for value in held]
    return page.join(found)


def _event(page: Page, program: Program, id: str) -> str:
    found = next((e.name for e in program.plan.events if e.id == id), None)
    return found.in_(page.lang) if found is not None else id if "=" not in id else page.thing(program.id, id)


def _standard(page: Page, program: Program, bounds: Iterable[Bound], urgency: str | None) -> str:
    """Every limit of a task and how urgent its clauses call it; empty where they say nothing."""
    found = [_limit(page, program, bound) for bound in bounds]
    if urgency and urgency != UNSTATED:
        found.append(terms.urgency(urgency, page.lang))
    return page.join(dict.fromkeys(found))


def _limit(page: Page, program: Program, bound: Bound) -> str:
    amount = terms.amount(str(bound.duration), page.lang)
    if bound.after is None:
        return told("bound", page.lang, amount=amount)
    return told("bound-after", page.lang, event=_event(page, program, bound.after), amount=amount)
