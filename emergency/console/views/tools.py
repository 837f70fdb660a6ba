"""What a page's forms offer to choose from: lists out of plans and scenario, which do not change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from emergency.console.place import Badge, Role
from emergency.console.views.acts import addressed
from emergency.console.views.knowledge import Eyes
from emergency.console.views.ledger import Ledger
from emergency.exercise import Session
from emergency.machine import Program, ReportPlan
from emergency.plan.declarations import ClauseEntry
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.console import told
from emergency.words.review import told_clause

__all__ = ["form", "tools"]

View = dict[str, Any]
_HINT = 60  # characters


def tools(session: Session, badge: Badge, ledger: Ledger, eyes: Eyes, lang: str) -> View:
    """The lists of a role's forms."""
    if badge.role is Role.wall:
        return {}
    page = ledger.page(lang)
    found: View = {"plans": [_plan(page, p) for p in page.programs.values()], "seats": _seats(session, page)}
    if eyes.everything:
        found["story"] = session.prepared.scenario.story.in_(lang)
    if badge.role is Role.player:
        found |= {
            "reports": _reports(page, eyes),
            "matters": [_matters(page, p) for p in page.programs.values()],
            "forms": list(_forms(page)),
        }
    return found


def form(session: Session, ledger: Ledger, wanted: str, lang: str) -> View | None:
    """A form of a plan, ``plan:id``, as it is to be filled in; None if there is none."""
    page = ledger.page(lang)
    plan, _, id = wanted.partition(":")
    program = page.programs.get(plan)
    said = next((f for f in program.plan.forms if f.id == id), None) if program is not None else None
    if said is None or program is None:
        return None
    return {
        "form": wanted,
        "name": said.name.in_(lang),
        "plan": page.names.plan(plan),
        "clause": told_clause(str(said.clause), page.lang),
        "fields": [text.in_(lang) for text in said.fields],
        "signatories": page.actors(str(a) for a in said.signatories),
        "seats": _seats(session, page),
    }


def _plan(page: Page, program: Program) -> View:
    clauses = [{"no": str(c.no), "says": _hint(c, page.lang)} for c in program.plan.body()]
    return {"id": program.id, "title": page.names.plan(program.id), "clauses": clauses}


def _hint(clause: ClauseEntry, lang: str) -> str:
    """A clause in a few words, to be chosen by; its heading as printed where we have no words of ours for it."""
    said = (clause.heading or clause.zh if lang == "zh" else clause.en) or clause.heading or str(clause.no)
    return said if len(said) <= _HINT else said[:_HINT].rstrip() + "…"


def _seats(session: Session, page: Page) -> list[View]:
    rows = [{"id": seat, "name": page.names.actor(seat)} for seat in session.seats()]
    return sorted(rows, key=lambda r: r["name"])


def _reports(page: Page, eyes: Eyes) -> list[View]:
    """The reports the plans know, the seat's first; where two read the same, with what each comes after."""
    rows = [_report(page, id, report, eyes) for id, program in page.programs.items() for report in program.reports]
    for tells_apart in (_occasion, _reporters, _numbered):
        alike = Counter((row["plan"], row["text"]) for row in rows)
        for row in rows:
            if alike[row["plan"], row["text"]] > 1:
                row["text"] = told("told-apart", page.lang, what=row["text"], by=tells_apart(page, row))
    return [{k: row[k] for k in ("id", "text", "plan", "mine")} for row in sorted(rows, key=lambda r: not r["mine"])]


def _report(page: Page, plan: str, report: ReportPlan, eyes: Eyes) -> View:
    mine = any(p.actor in eyes.mine or p.seat in eyes.mine for p in report.by)
    text = addressed(page, plan, str(report.says.id))
    title = page.names.plan(plan)
    return {"id": f"{plan}:{report.says.id}", "text": text, "plan": title, "mine": mine, "of": (plan, report)}


def _occasion(page: Page, row: View) -> str:
    plan, report = row["of"]
    event = next((e for e in page.programs[plan].plan.events if str(e.id) == report.after), None)
    return event.name.in_(page.lang) if event is not None and event.name is not None else report.after


def _reporters(page: Page, row: View) -> str:
    return page.actors(dict.fromkeys(p.actor for p in row["of"][1].by))


def _numbered(page: Page, row: View) -> str:
    return str(row["id"]).partition(":")[2]


def _matters(page: Page, program: Program) -> View:
    """What the plan has decided by steps, and the verbs of those steps: to try what one holds to be one's own."""
    decided = {at: d for at, d in program.decisions.items() if d.steps}
    refs = [{"ref": str(at), "text": page.level(program.id, *at)} for at in decided]
    verbs = dict.fromkeys(step.do for d in decided.values() for step in d.steps)
    steps = [{"step": v, "text": terms.verb(v, page.lang)} for v in verbs]
    return {"id": program.id, "title": page.names.plan(program.id), "refs": refs, "steps": steps}


def _forms(page: Page) -> Iterable[View]:
    for id, program in page.programs.items():
        for said in program.plan.forms:
            yield {"form": f"{id}:{said.id}", "name": said.name.in_(page.lang), "plan": page.names.plan(id),
                   "clause": told_clause(str(said.clause), page.lang)}  # fmt: skip
