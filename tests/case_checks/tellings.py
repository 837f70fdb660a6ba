"""Reports and publications that fall due when a value is newly taken."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from case_checks.outcome import Outcome, alike, alone, one_of
from emergency.condition import Guard
from emergency.machine import ReportPlan, StepPlan
from emergency.machine.assess import holds
from emergency.plan.leaves import OPEN

__all__ = [
    "aftermath_report", "deadlines", "evaluation", "published", "reports", "reports_up", "shop_report", "tells_city",
]  # fmt: skip


def _told(case: Outcome, report: ReportPlan) -> dict[str, Any]:
    """A report as tables tell it; a time limit or a word of urgency only where the clause has one."""
    found: dict[str, Any] = {"from": case.by(report), "to": case.names(report.to)}
    found |= {"clause": one_of(report.clauses)}
    limits, word = [str(b.duration) for b in report.bounds], report.says.within and report.says.within.urgency
    return found | ({"bound": one_of(limits)} if limits else {}) | ({"when": word} if word else {})


def reports(case: Outcome, wanted: Any) -> Any:
    """Every report that falls due: from whom to whom, within what time, by which clause."""
    return [_told(case, r) for r in case.due]


def deadlines(case: Outcome, wanted: Any) -> Any:
    """Every limit in hours or days that begins to run, on a step of what is newly entered or on a report due."""
    entered = [case.program.decisions[at] for at in case.moved if at in case.program.decisions]
    acts: list[tuple[str, StepPlan | ReportPlan]] = [(s.do, s) for d in entered for s in d.steps]
    acts += [("report", r) for r in case.due]
    return [
        {"do": do, "by": case.by(a), "to": case.names(a.to), "within": str(b.duration), "clause": str(b.clause)}
        for do, a in acts
        for b in a.bounds
    ]


def reports_up(case: Outcome, wanted: Any) -> Any:
    """The reports due to authorities above the district, as the jurisdiction ranks them."""
    agencies = case.program.jurisdiction.agencies
    above = {str(id) for id, one in agencies.items() if one.level in ("city", "province", "state")}
    found = []
    for one in (r for r in case.due if above & {p.actor for p in r.to}):
        told = _told(case, one)
        found.append({"by": case.names(one.by), **{k: v for k, v in told.items() if k != "from"}})
    return alone(found)


def tells_city(case: Outcome, wanted: Any) -> Any:
    """The clauses of the reports due to the office of the city headquarters."""
    return alike([c for r in case.due if "city-hq-office" in case.names(r.to) for c in r.clauses], wanted)


def shop_report(case: Outcome, wanted: Any) -> Any:
    """The duties to report within a time limit whose condition holds."""
    program = case.program
    found = []
    for duty in program.plan.duties:
        if duty.verb != "report" or not isinstance(duty.condition, Guard) or not (duty.within and duty.within.bound):
            continue
        if holds(program, duty.condition.tree, case.facts, case.now, case.lasted):
            to = [str(a) for a in duty.towards or ()]
            told = {"from": one_of(map(str, duty.actors)), "to": to, "bound": str(duty.within.bound)}
            found.append(told | {"clause": one_of(program.plan.cite(duty.clause))})
    return alone(found)


def _named(case: Outcome, id: str) -> ReportPlan | None:
    return next((r for r in case.due if r.says.id == id), None)


def aftermath_report(case: Outcome, wanted: Any) -> Any:
    """Who reports on the aftermath to whom, within what time, and so by which day of the working calendar.

    ``members`` stands for all the member units of the plan's bodies. The end is declared at ten in the morning of
    the day that the table gives.
    """
    report = _named(case, "aftermath-report")
    if report is None:
        return "none"
    seats = [s for s in case.program.plan.seats if s.role == "member"]
    members = {str(a) for s in seats for a in s.actors if a != OPEN}
    calendar = case.program.jurisdiction.work_calendar()
    declared = datetime.combine(wanted["ended"], time(10), calendar.zone)
    (bound,) = report.bounds
    return {
        "by": "members" if {*case.names(report.by)} == members else case.names(report.by),
        "to": one_of(case.names(report.to)),
        "bound": str(bound.duration),
        "ended": declared.date(),
        "due": bound.duration.after(declared, calendar).date(),
        "clause": one_of(report.clauses),
    }


def evaluation(case: Outcome, wanted: Any) -> Any:
    """Who reports the evaluation to whom."""
    report = _named(case, "evaluation")
    if report is None:
        return "none"
    return {"by": case.by(report), "to": case.names(report.to), "clause": one_of(report.clauses)}


def published(case: Outcome, wanted: Any) -> Any:
    """What is made public, by whom."""
    found = [p for p in case.program.publications if p.after in case.happened and case.holds_in(p.says.during)]
    return [{"by": case.by(p), "clause": one_of(p.clauses)} for p in found]
