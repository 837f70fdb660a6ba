"""The other papers of an exercise: the players' situation manual, the evaluation guide, the controllers' guide.

Only the controllers' guide tells what is going to happen: the story, the injects and the actions expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emergency.condition import Guard
from emergency.machine import DecisionPlan, Performer, Value, decider
from emergency.quantity import WorkCalendar
from emergency.report.page import Page
from emergency.report.player_cards import Card
from emergency.report.suppositions import assumptions
from emergency.report.tasks import Task, tasks
from emergency.review.case import Case
from emergency.review.conditions import told_condition
from emergency.scenario import Assumption, Inject, Objective
from emergency.words import terms
from emergency.words.evaluation import told as rated
from emergency.words.papers import told
from emergency.words.punctuation import aside, headed

__all__ = ["controller_data", "evaluation_data", "manual_data"]

_RULES, _AGENDA = 5, 7
_RATINGS = ("P", "S", "M", "U", "N")


def manual_data(page: Page, seats: Iterable[Card], calendar: WorkCalendar) -> dict[str, Any]:
    """The situation manual: what players may know before the exercise begins."""
    lang, scenario = page.lang, page.scenario
    start = page.names.at(0.0)
    day = "workday" if calendar.is_workday(start.date()) else "off-day"
    opening = [
        [told("starts-at", lang), f"{start:%Y-%m-%d %H:%M}"],
        [told("kind-of-day", lang), told(day, lang)],
        [told("horizon", lang), terms.amount(str(scenario.horizon), lang)],
    ]
    return {
        "rules": [told(f"rule-{n}", lang) for n in range(1, _RULES + 1)],
        "plans": [_document(page, plan) for plan in page.programs],
        "aims": [[one.text.in_(lang), page.clauses(one.clauses)] for one in scenario.objectives],
        "opening": opening,
        "seats": [[page.names.actor(c.seat), _bodies(page, c), ""] for c in seats],
        "levels": [{"title": page.names.plan(plan), "rows": _levels(page, plan)} for plan in page.programs],
        "agenda": [told(f"agenda-{n}", lang) for n in range(1, _AGENDA + 1)],
    }


def _document(page: Page, plan: str) -> list[str]:
    document = page.programs[plan].plan.document
    blank = told("unstated", page.lang)
    told_ = [str(v) if v != "unstated" else blank for v in (document.number, document.date)]
    return [page.names.plan(plan), *told_]


def _bodies(page: Page, card: Card) -> str:
    return page.join(dict.fromkeys(page.names.actor(n) for n in card.names if n != card.seat))


def _levels(page: Page, plan: str) -> list[list[str]]:
    """Each level with what the clauses say of its criteria, and who decides."""
    program, rows = page.programs[plan], []
    rules = {rule.at: rule for rule in program.rules}
    for scheme, says in program.plan.schemes.items():
        for at in (Value(str(scheme), str(value)) for value in says.values):
            decision = program.decisions.get(at)
            if at.value != "off" and decision is not None:
                parts = rules[at].parts if at in rules else decision.parts
                clauses = dict.fromkeys(c for part in parts for c in part.clauses)
                rows.append([page.level(plan, *at), _said(page, clauses, plan), _decider(page, decision, plan)])
    return rows


def _said(page: Page, clauses: Iterable[str], within: str | None = None) -> str:
    """What clauses say, one a line; those of the plan `within` without its name."""
    found = []
    for citation in clauses:
        plan, _, no = citation.partition(":")
        body = page.programs[plan].plan.body() if plan in page.programs else ()
        entry = next((c for c in body if c.no == no), None)
        text = (entry.in_(page.lang) or entry.heading or "") if entry is not None else ""
        cited = page.clauses([citation], within=within)
        found.append(headed(cited, text, page.lang) if text else cited)
    return "\n".join(found)


def _decider(page: Page, decision: DecisionPlan, plan: str) -> str:
    """Who settles whether a level is entered, or what it follows without anybody's act."""
    if decision.mode == "with" and decision.follows is not None:
        return told("with-level", page.lang, what=page.level(plan, *decision.follows))
    if decision.mode == "by-criteria":
        return told("by-criteria", page.lang)
    last = decider(decision.steps)
    if last is None or not last.by:
        return ""
    return aside(_who(page, last.by), page.clauses(last.clauses, within=plan), page.lang)


# ------------------------------------------------------------------------------------------ evaluators


def evaluation_data(page: Page) -> dict[str, Any]:
    """The evaluation guide: for each objective its clauses, critical tasks with time limits, and boxes to tick."""
    everything = [t for plan in page.programs for t in tasks(page, plan)]
    return {
        "ratings": [rated(r, page.lang) for r in _RATINGS],
        "boxes": told("seen-boxes", page.lang).split("|"),
        "objectives": [_objective(page, n, one, everything) for n, one in enumerate(page.scenario.objectives, 1)],
    }


def _objective(page: Page, number: int, one: Objective, everything: Iterable[Task]) -> dict[str, Any]:
    cited = [str(c) for c in one.clauses]
    mine = [t for t in everything if set(t.clauses) & set(cited)]
    covered = {c for t in mine for c in t.clauses}
    rows = [_task(page, t) for t in mine]
    left = (page.clauses([c]) for c in cited if c not in covered)
    rows += [[told("clause-task", page.lang, no=no), no, ""] for no in left]
    return {
        "number": told("number-of", page.lang, n=number), "text": one.text.in_(page.lang),
        "clauses": [_said(page, [c]) for c in cited], "tasks": rows,
    }  # fmt: skip


def _task(page: Page, task: Task) -> list[str]:
    who = _who(page, task.by)
    what = told("task-line", page.lang, who=who, what=task.line(page.lang)) if who else task.line(page.lang)
    return [what, page.clauses(task.clauses), task.standard or told("no-limit", page.lang)]


def _who(page: Page, by: Iterable[Performer]) -> str:
    return page.actors(dict.fromkeys(p.actor for p in by))


# ----------------------------------------------------------------------------------------- controllers


def controller_data(page: Page, simulated: Iterable[Card]) -> dict[str, Any]:
    """The controllers' guide: the story, whom they play, each inject with the actions expected, what is supposed."""
    injects = sorted(page.scenario.injects, key=lambda i: i.at.numbers[0] if i.at is not None else float("inf"))
    everything = [t for plan in page.programs for t in tasks(page, plan)]
    return {
        "story": page.scenario.story.in_(page.lang),
        "simulated": [[page.names.actor(c.seat), page.join(_asked(page, c))] for c in simulated],
        "injects": [_inject(page, n, one, everything) for n, one in enumerate(injects, 1)],
        "supposed": [
            {"title": g["title"], "rows": [[r["what"], r["amount"], r["basis"]] for r in g["rows"]]}
            for g in assumptions(page)
        ],
    }


def _asked(page: Page, card: Card) -> list[str]:
    return list(dict.fromkeys(aside(t.line(page.lang), page.clauses(t.clauses), page.lang) for t in card.tasks))


def _inject(page: Page, number: int, one: Inject, everything: Iterable[Task]) -> dict[str, Any]:
    lang = page.lang
    expected = [_expected(page, str(c), everything) for c in one.expects]
    return {
        "no": number, "when": _planned(page, one), "title": one.title.in_(lang),
        "text": one.text.in_(lang) if one.text is not None else "",
        "type": told("type-contingency" if one.unless is not None else "type-inject", lang),
        "reaches": _reaches(page, one), "expected": expected,
    }  # fmt: skip


def _reaches(page: Page, one: Inject) -> str:
    if not one.tells:
        return told("nobody-told", page.lang)
    return "\n".join(
        told("told-after", page.lang, who=page.names.actor(t.to), span=terms.amount(str(t.after), page.lang))
        for t in one.tells
    )


def _expected(page: Page, citation: str, everything: Iterable[Task]) -> str:
    """Who has to do something by a clause, and what it says."""
    who = _who(page, (p for t in everything if citation in t.clauses for p in t.by))
    said = _said(page, [citation])
    return f"{said} [{who}]" if who else said


def _planned(page: Page, one: Inject) -> str:
    lang = page.lang
    if one.at is not None:
        said = _instant(page, one.at)
    elif one.every is not None:
        said = told("every", lang, span=terms.amount(str(one.every), lang))
    else:
        said = told("when-so", lang, guard=_guard(page, one, one.when))
    if one.after is not None:
        said += told("after-that", lang, span=terms.amount(str(one.after), lang))
    return said if one.unless is None else f"{said}\n{told('unless', lang, guard=_guard(page, one, one.unless))}"


def _instant(page: Page, at: Assumption) -> str:
    numbers = at.numbers
    if at.is_fixed:
        return page.when(numbers[0])
    if at.normal is not None or at.exponential is not None:
        return told("every" if at.exponential is not None else "bound", page.lang,
                    span=terms.amount(str(at), page.lang), amount=terms.amount(str(at), page.lang))  # fmt: skip
    middle = numbers[1] if at.range is not None else (numbers[0] + numbers[-1]) / 2
    facts = {"when": page.when(middle), "earliest": page.when(numbers[0]), "latest": page.when(numbers[-1])}
    return told("at-about", page.lang, **facts)


def _guard(page: Page, one: Inject, guard: Guard | None) -> str:
    program = page.programs[str(one.of)] if one.of is not None else next(iter(page.programs.values()))
    case = Case(program.plan, program.jurisdiction)
    return told_condition(case, guard.tree, page.lang) if guard is not None else ""
