"""What the plans give a seat to do: its part at the present levels, and what it is there for at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emergency.console.views.knowledge import Eyes
from emergency.console.views.telling import cited, matter
from emergency.machine import Bound, Performer, Program, Value
from emergency.plan.leaves import Within
from emergency.report.page import Page
from emergency.words import terms

__all__ = ["chairs", "duties"]

Row = dict[str, Any]


def duties(page: Page, eyes: Eyes, values: Mapping[str, frozenset[Value]]) -> list[Row]:
    """What a seat has to do under each plan.

    Parameters
    ----------
    values : mapping
        Plan → the values of its schemes as far as the seat knows them.
    """
    rows = []
    for id, program in page.programs.items():
        now = list(_now(page, program, eyes, values[id]))
        standing = list(_standing(page, program, eyes))
        steps = list(_steps(page, program, eyes))
        if now or standing or steps:
            title = page.names.plan(id)
            rows.append({"plan": id, "title": title, "now": now, "standing": standing, "steps": steps})
    return rows


def chairs(page: Page, eyes: Eyes) -> list[Row]:
    """The bodies, offices and posts a seat acts for, each with the clauses that seat it there."""
    found: dict[tuple[str, str], Row] = {}
    for program in page.programs.values():
        for seat in program.plan.seats:
            body = str(seat.body)
            if body in eyes.mine or any(str(a) in eyes.mine for a in seat.actors):
                key = (body, seat.role)
                row = found.setdefault(key, {"body": page.names.actor(body), "role": seat.role, "clauses": []})
                row["clauses"] += cited(page, program.plan.cite(seat.clause))
    return [row for (body, role), row in found.items() if role != "member" or body not in eyes.mine]


def _mine(who: Iterable[Performer], eyes: Eyes) -> bool:
    return any(p.actor in eyes.mine or p.seat in eyes.mine for p in who)


def _now(page: Page, program: Program, eyes: Eyes, values: frozenset[Value]) -> Iterator[Row]:
    """Measures of the present levels that it carries out, or has a step in."""
    for measure in program.measures:
        at = next((v for v in values if v in measure.during and program.ranks[v]), None)
        if at is None or not (_mine(measure.by, eyes) or any(_mine(s.by, eyes) for s in measure.steps)):
            continue
        yield {
            "what": page.act(str(measure.says.verb), measure.says.object.in_(page.lang)),
            "how": page.level(program.id, *at),
            "colour": page.names.colour(program.id, *at),
            "who": page.actors(dict.fromkeys(p.actor for p in measure.by)),
            "by_when": _within(page, program, measure.says.within),
            "may": measure.discretionary,
            "clauses": cited(page, measure.clauses),
        }


def _standing(page: Page, program: Program, eyes: Eyes) -> Iterator[Row]:
    """Duties at any time, and reports it owes."""
    for duty in program.plan.duties:
        if any(str(a) in eyes.mine for a in duty.actors):
            what = page.act(str(duty.verb), duty.object.in_(page.lang))
            when = _within(page, program, duty.within)
            yield {"what": what, "how": "", "by_when": when, "clauses": cited(page, program.plan.cite(duty.clause))}
    for report in program.reports:
        if _mine(report.by, eyes):
            to = page.actors(dict.fromkeys(p.actor for p in report.to))
            when = _within(page, program, report.says.within)
            what = page.act("report", report.says.content.in_(page.lang))
            yield {"what": what, "how": f"→ {to}", "by_when": when, "clauses": cited(page, report.clauses)}


def _steps(page: Page, program: Program, eyes: Eyes) -> Iterator[Row]:
    """Its steps on the way to each level."""
    for at, decision in program.decisions.items():
        for step in decision.steps:
            if _mine(step.by, eyes):
                to = page.actors(dict.fromkeys(p.actor for p in step.to))
                yield {
                    "what": f"{matter(page, program.id, str(at))}: {terms.verb(step.do, page.lang)}",
                    "how": f"→ {to}" if to else "",
                    "by_when": page.join(_bound(page, b) for b in step.bounds),
                    "clauses": cited(page, step.clauses),
                }


def _bound(page: Page, bound: Bound) -> str:
    return terms.amount(str(bound.duration), page.lang)


def _within(page: Page, program: Program, within: Within | None) -> str:
    """By when, in words: how urgent, how long, counted from what."""
    if within is None:
        return ""
    bound = terms.amount(str(within.bound), page.lang) if within.bound is not None else ""
    event = next((e for e in program.plan.events if str(e.id) == str(within.after)), None)
    parts = [terms.urgency(within.urgency, page.lang) if within.urgency else "", bound]
    parts.append(event.name.in_(page.lang) if event is not None else "")
    return " · ".join(p for p in parts if p)
