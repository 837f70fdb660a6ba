"""Matrices of a review: what each level has and lacks, what each agency does at each level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from emergency.machine import Value
from emergency.plan.statements import Decision, Duty, Measure, Publication, Report, Statement
from emergency.report.review_acts import column_id, when_owed
from emergency.report.review_page import ReviewPage
from emergency.review.case import Case
from emergency.source import Clause, Id
from emergency.words import terms
from emergency.words.punctuation import aside, headed

__all__ = ["agency_table", "level_tables"]

_SHOWN = 3  # lines in a cell
_COLUMNS = ("criteria", "decides", "commands", "measures", "reports")
#: What a level of a scheme must have, by the kind of scheme; an empty cell there is a hole.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "event": ("criteria",),
    "warning": ("criteria", "decides"),
    "response": _COLUMNS,
    "imposed": (),
}
_COMMANDING = ("command", "lead", "direct")
_SETTLING = ("decide", "approve", "agree", "sign", "announce")
_TELLING = ("report", "notify", "announce")


class _Line(NamedTuple):
    """A line of a cell with the clauses it rests on."""

    text: str
    clauses: tuple[Clause, ...]


_Act = Measure | Report | Publication


def level_tables(page: ReviewPage, case: Case) -> list[dict[str, Any]]:
    """A table for each scheme, gravest level first; a cell is ``said``, ``general`` (no level), ``hole``."""
    return [_scheme(page, case, str(name)) for name in case.plan.schemes]


def _scheme(page: ReviewPage, case: Case, name: str) -> dict[str, Any]:
    scheme = case.plan.schemes[Id(name)]
    rows = []
    for level in reversed(scheme.levels):
        at = Value(name, str(level))
        cells = [_cell(page, case, at, column, column in _NEEDS[scheme.kind]) for column in _COLUMNS]
        marks = page.marks(page.naming(case, str(at)))
        rows.append({"chip": page.chip(case, at), "cells": cells, "marks": marks})
    about = page.marks([*page.about(case, name), *page.naming(case, name, "law")])
    heads = [_head(page, case, column, scheme.kind == "response") for column in _COLUMNS]
    return {"title": page.scheme(case, name), "marks": about, "columns": heads, "rows": rows}


def _head(page: ReviewPage, case: Case, column: str, of_responses: bool) -> dict[str, Any]:
    """The head of a column; where the levels are responses, with the findings on what is done at no stated level."""
    marks = page.marks(page.naming(case, column_id(column))) if of_responses else []
    return {"text": page.w(column), "marks": marks}


def _cell(page: ReviewPage, case: Case, at: Value, column: str, needed: bool) -> dict[str, Any]:
    lines = list(_LINES[column](page, case, at))
    state = "said"
    if not lines:
        lines = list(_GENERAL[column](page, case, at)) if needed else []
        state = "general" if lines else "hole" if needed else "free"
    told = [{"text": one.text, "cites": page.cite(case, one.clauses)} for one in lines[:_SHOWN]]
    rest = page.cite(case, [c for one in lines[_SHOWN:] for c in one.clauses])
    return {"state": state, "lines": told, "rest": rest, "more": len(lines) - _SHOWN}


def _criteria(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    for one in case.criteria_of[at]:
        if one.same_as is not None:
            yield _Line(page.w("same-as", name=page.scheme(case, str(one.same_as))), (one.clause,))
        else:
            yield _Line(_condition(page, case, one.when), (one.clause,))


def _when_decided(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    for one in case.decisions_into[at]:
        if one.when is not None:
            yield _Line(_condition(page, case, one.when), (one.clause,))


def _condition(page: ReviewPage, case: Case, guard: Any) -> str:
    return page.guard(case, guard.tree) if hasattr(guard, "tree") else page.w("nobody")


def _decides(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    yield from _settlers(page, case, case.decisions_into[at])


def _settlers(page: ReviewPage, case: Case, decisions: Iterable[Decision]) -> Iterator[_Line]:
    """Who settles it, each with all clauses that say so."""
    found: dict[str, dict[Clause, None]] = defaultdict(dict)
    for one in decisions:
        for step in one.steps:
            if step.do in _SETTLING:
                words = f"{page.actor(case, str(step.by))} {terms.verb(step.do, page.lang)}"
                found[words].setdefault(one.clause)
    for words, clauses in found.items():
        yield _Line(words, tuple(clauses))


def _commands(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    """Whom the clauses put in command during a level or during an incident graded alike."""
    grades = [Value(str(n), at.value) for n, s in case.plan.schemes.items() if s.kind == "event"]
    during = [said.statement for value in (at, *grades) for said in case.during[value]]
    yield from _acting(page, case, [s for s in during if getattr(s, "verb", "") in _COMMANDING])


def _standing(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    """Whom a duty at no stated level puts in command."""
    duties = [d for d in case.plan.duties if d.verb in _COMMANDING and not d.during]
    yield from _acting(page, case, duties)


def _acting(page: ReviewPage, case: Case, acts: Sequence[Statement]) -> Iterator[_Line]:
    found: dict[str, dict[Clause, None]] = defaultdict(dict)
    for one in acts:
        for actor in one.actors if isinstance(one, Duty) else getattr(one, "by", ()):
            found[page.actor(case, str(actor))].setdefault(one.clause)
    for words, clauses in found.items():
        yield _Line(words, tuple(clauses))


def _measures(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    for one in case.measures_during[at]:
        yield _Line(_act(page, one.verb, one.object.in_(page.lang)), (one.clause,))


def _measures_of_none(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    for one in case.plan.measures:
        if not one.during:
            yield _Line(_act(page, one.verb, one.object.in_(page.lang)), (one.clause,))


def _act(page: ReviewPage, verb: str, what: str) -> str:
    return headed(terms.verb(verb, page.lang), what, page.lang)


def _reports(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    """Reports and publications owed during a level or after it is entered, and the steps of entering that tell."""
    told: list[Report | Publication] = [*case.plan.reports, *case.plan.publications]
    for one in told:
        if at in when_owed(case, one):
            yield _telling(page, case, one)
    for decision in case.decisions_into[at]:
        for step in decision.steps:
            if step.do in _TELLING and (step.to or step.do == "announce"):
                to = page.join(page.actor(case, str(a)) for a in step.to or ())
                arrow = f" → {to}" if to else ""
                words = f"{page.actor(case, str(step.by))} {terms.verb(step.do, page.lang)}{arrow}"
                yield _Line(words, (decision.clause,))


def _telling(page: ReviewPage, case: Case, one: Report | Publication) -> _Line:
    if isinstance(one, Report):
        who, to = (page.join(page.actor(case, str(a)) for a in some) for some in (one.from_, one.to))
        return _Line(f"{who} → {to}", (one.clause,))
    who = page.join(page.actor(case, str(a)) for a in one.by)
    return _Line(_act(page, "publish", aside(one.what.in_(page.lang), who, page.lang)), (one.clause,))


def _reports_of_none(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    told: list[Report | Publication] = [*case.plan.reports, *case.plan.publications]
    for one in told:
        if not when_owed(case, one):
            yield _telling(page, case, one)


def _decided_somehow(page: ReviewPage, case: Case, at: Value) -> Iterator[_Line]:
    yield from _settlers(page, case, case.decisions_into_nothing)


_LINES = {
    "criteria": _criteria,
    "decides": _decides,
    "commands": _commands,
    "measures": _measures,
    "reports": _reports,
}
#: What a clause says at no stated level, where none speaks of this one.
_GENERAL = {
    "criteria": _when_decided,
    "decides": _decided_somehow,
    "commands": _standing,
    "measures": _measures_of_none,
    "reports": _reports_of_none,
}


# ---------------------------------------------------------------------------------------- agencies


def agency_table(page: ReviewPage, case: Case) -> dict[str, Any]:
    """Agencies, bodies and posts by level: how many measures and reports; the last column is of no stated level."""
    acts = _acts_by_agency(case)
    used = {at for cells in acts.values() for at in cells if at is not None}
    ranked = [at for at in case.levels if at in used] + sorted(used - set(case.levels))
    columns: list[Value | None] = [*ranked, None]
    order = sorted({*acts, *_seated(case)}, key=lambda id: (-sum(map(len, acts.get(id, {}).values())), id))
    rows = [_agency(page, case, id, acts.get(id, {}), columns) for id in order]
    heads = [page.chip(case, at) for at in ranked]
    return {"heads": heads, "rows": rows, "last": page.w("any-time")}


def _acts_by_agency(case: Case) -> dict[str, dict[Value | None, list[_Act]]]:
    found: dict[str, dict[Value | None, list[_Act]]] = defaultdict(lambda: defaultdict(list))
    acts: list[_Act] = [*case.plan.measures, *case.plan.reports, *case.plan.publications]
    for one in acts:
        if isinstance(one, Measure):
            times = [value for state in one.during for value in case.values_of(state)]
        else:
            times = sorted(when_owed(case, one))
        for id in _doers(one):
            for at in dict.fromkeys(times) or [None]:
                found[id][at].append(one)
    return found


def _doers(one: _Act) -> list[str]:
    who = [*(one.from_ if isinstance(one, Report) else one.by), *(one.together_with or ())]
    who += [step.by for step in getattr(one, "steps", ())]
    return list(dict.fromkeys(str(a) for a in who if a.named))


def _seated(case: Case) -> set[str]:
    """The members of bodies; a post counts as the agency it belongs to."""
    held = {str(a) for seat in case.plan.seats for a in seat.actors if a.named}
    return {str(case.actors[id].of or id) if id in case.actors else id for id in held}


def _agency(
    page: ReviewPage, case: Case, id: str, acts: Mapping[Value | None, list[_Act]], columns: list[Value | None]
) -> dict[str, Any]:
    bodies = dict.fromkeys(str(seat.body) for seat in _seats(case, id))
    idle = not acts and bool(page.naming(case, id, "membership"))
    return {
        "name": page.actor(case, id),
        "anchor": f"a-{case.id}-{id}",
        "bodies": page.join(page.actor(case, body) for body in bodies),
        "cells": [_count(page, case, acts.get(at, [])) for at in columns],
        "idle": idle,
        "marks": page.marks(page.naming(case, id))[:8],
    }


def _seats(case: Case, id: str) -> Iterator[Any]:
    """Its own seats and those of its posts."""
    for seat in case.plan.seats:
        holders = {str(a) for a in seat.actors}
        if id in holders or any(a in case.actors and str(case.actors[a].of) == id for a in holders):
            yield seat


def _count(page: ReviewPage, case: Case, acts: list[_Act]) -> dict[str, Any]:
    told = []
    for one in acts:
        if isinstance(one, Measure):
            told.append(f"{one.clause} {_act(page, one.verb, one.object.in_(page.lang))}")
        else:
            told.append(f"{one.clause} {_telling(page, case, one).text}")
    cites = page.cite(case, [one.clause for one in acts])
    return {"n": len(acts), "title": "\n".join(told), "anchor": cites[0]["anchor"] if cites else ""}
