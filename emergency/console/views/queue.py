"""The queue of injects: what is scheduled, what waits for something, what stays away unless it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from emergency.chance import Chance
from emergency.condition import Guard, InState
from emergency.console.views.acts import act_row
from emergency.console.views.ledger import Ledger
from emergency.console.views.telling import cited
from emergency.evaluation import Act
from emergency.exercise import Session
from emergency.log import Entry
from emergency.machine import Program
from emergency.report.page import Page
from emergency.review.case import Case
from emergency.review.conditions import told_condition
from emergency.scenario import Inject
from emergency.words import terms
from emergency.words.console import told

__all__ = ["expected", "queue"]

_ROWS = 8  # acts shown under one clause


def queue(session: Session, ledger: Ledger, lang: str) -> list[dict[str, Any]]:
    """Every inject of the scenario: those to come by their time, then those that wait, then what is past."""
    came: dict[str, list[Entry]] = {}
    for entry in session.log.entries:
        if entry.kind == "inject" and entry.ref:
            came.setdefault(entry.ref, []).append(entry)
    rows = [_row(session, ledger, i, came.get(str(i.id), []), lang) for i in session.prepared.scenario.injects]
    return sorted(rows, key=lambda row: (row["past"], row["at"] is None, row["at"] or 0.0))


def _row(session: Session, ledger: Ledger, inject: Inject, came: list[Entry], lang: str) -> dict[str, Any]:
    page, id = ledger.page(lang), str(inject.id)
    at = _planned(session, inject)
    state = _state(session, inject, came, at)
    return {
        "id": id,
        "title": inject.title.in_(lang),
        "text": inject.text.in_(lang) if inject.text is not None else "",
        "state": state,
        "past": state in ("happened", "skipped", "stayed-away"),
        "at": at,
        "when": _when(page, session, inject, at),
        "came": [page.when(e.t) for e in came][-3:],
        "contingency": _guard(page, session, inject, inject.unless) if inject.unless is not None else "",
        "tells": page.actors(dict.fromkeys(str(t.to) for t in inject.tells)),
        "open": str(inject.id) in ledger.ground.open_injects,
        "expects": cited(page, inject.expects),
        "movable": state in ("scheduled", "waiting", "held", "overdue") or inject.once == "no",
    }


def _state(session: Session, inject: Inject, came: list[Entry], at: float | None) -> str:
    moved = session.injects.get(str(inject.id), "")
    again = inject.every is not None or (inject.when is not None and inject.once == "no")
    if moved == "held":
        return "held"
    if moved == "skipped":
        return "skipped"
    if came and not again:
        return "happened"
    if at is not None and at <= session.now and not came:
        return "stayed-away"
    return "waiting" if inject.when is not None else "scheduled"


def _planned(session: Session, inject: Inject) -> float | None:
    """When an inject with a time of its own is to happen [h]: the same number as the incident draws."""
    given = inject.at
    if given is None:
        return None
    return Chance(session.seed).run(session.run).draw(given, f"inject:{inject.id}")


def _when(page: Page, session: Session, inject: Inject, at: float | None) -> str:
    if at is not None:
        return page.when(at)
    if inject.every is not None:
        return told("every", page.lang, span=terms.amount(str(inject.every), page.lang))
    what = told("as-soon-as", page.lang, what=_guard(page, session, inject, inject.when))
    later = terms.amount(str(inject.after), page.lang) if inject.after is not None else ""
    return what + told("after", page.lang, span=later) if later else what


def _guard(page: Page, session: Session, inject: Inject, guard: Guard | None) -> str:
    """A condition in words, by the plan it speaks of."""
    if guard is None:
        return ""
    plan = str(inject.of or session.prepared.scenario.plans[0])
    program, tree = page.programs[plan], guard.tree
    if isinstance(tree, InState) and tree.value == "any" and not tree.negated:
        said = terms.column("any-level", page.lang).replace("{name}", page.names.scheme(plan, tree.scheme))
    else:
        said = told_condition(Case(program.plan, program.jurisdiction), tree, page.lang)
    return told("of-plan", page.lang, what=said, plan=page.names.plan(plan)) if len(page.programs) > 1 else said


# ------------------------------------------------------------------------------- expected and done


def expected(session: Session, ledger: Ledger, lang: str) -> list[dict[str, Any]]:
    """For each inject that has come, the clauses it calls on, and what has been done under each since."""
    page, under = ledger.page(lang), _by_clause(ledger.acts())
    first: dict[str, float] = {}
    for entry in session.log.entries:
        if entry.kind == "inject" and entry.ref:
            first.setdefault(entry.ref, entry.t)
    rows = []
    for inject in session.prepared.scenario.injects:
        t = first.get(str(inject.id))
        if t is None or not inject.expects:
            continue
        called = [_called(page, _asking(ledger), under.get(str(c), ()), str(c), t) for c in inject.expects]
        row = {"id": str(inject.id), "title": inject.title.in_(lang), "when": page.when(t), "t": t}
        rows.append({**row, "clauses": called})
    return sorted(rows, key=lambda row: -row["t"])


def _called(
    page: Page, asking: frozenset[str], acts: Iterable[Act], citation: str, since: float
) -> dict[str, Any]:
    """A clause with its acts that were asked for or done since a time [h], and whether it can have any."""
    found = [a for a in acts if max(a.done or 0.0, a.asked or 0.0) >= since]
    rows = [act_row(page, a) for a in found[:_ROWS]]
    told_of = citation in asking
    return {**cited(page, [citation])[0], "acts": rows, "more": len(found) - len(rows), "told": told_of}


def _by_clause(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """The acts that rest on each clause, or on what stands below it: ``4.2.1(3)`` is under ``4.2.1`` and ``4.2``."""
    found: dict[str, list[Act]] = {}
    for act in acts:
        for citation in dict.fromkeys(up for clause in act.clauses for up in _upwards(clause)):
            found.setdefault(citation, []).append(act)
    return found


_ASKING: WeakKeyDictionary[Ledger, frozenset[str]] = WeakKeyDictionary()


def _asking(ledger: Ledger) -> frozenset[str]:
    """The clauses under which anything is done that the log tells of; others set up, define or oblige."""
    if ledger not in _ASKING:
        cited_ = (str(c) for program in ledger.ground.programs.values() for c in _acted_on(program))
        _ASKING[ledger] = frozenset(up for citation in cited_ for up in _upwards(citation))
    return _ASKING[ledger]


def _acted_on(program: Program) -> Iterator[Any]:
    """The clauses of every step, measure, report and publication of a plan."""
    for decision in program.decisions.values():
        yield from (c for step in decision.steps for c in step.clauses)
    for measure in program.measures:
        yield from (*measure.clauses, *(c for step in measure.steps for c in step.clauses))
    for report in program.reports:
        yield from report.clauses
    for one in program.publications:
        yield from one.clauses


def _upwards(citation: str) -> Iterator[str]:
    """A citation and all it stands under."""
    yield citation
    for at in range(len(citation) - 1, citation.find(":"), -1):
        if citation[at] in ".(#":
            yield citation[:at]
