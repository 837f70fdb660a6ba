"""The tables of one plan: decisions, deadlines, actions, reports, gaps, readings, waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emergency.figures import actions
from emergency.indicators import PlanIndicators
from emergency.log import Entry
from emergency.machine import StepPlan, Value
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.punctuation import aside, headed
from emergency.words.review import told as word

__all__ = ["acts", "deadlines", "decisions", "gaps", "readings", "reports", "urgencies", "waiting"]

Row = dict[str, Any]


def decisions(page: Page, plan: str) -> list[Row]:
    """Every matter that was opened: on what ground, by which steps, with what outcome."""
    rows: list[Row] = []
    running: dict[tuple[str, object], Row] = {}  # two routes to one value may be open at once
    for entry in page.of(plan, "decision-opened", "step", "decided", "decision-refused"):
        key = (entry.ref or "", entry.detail.get("route"))
        if entry.kind == "decision-opened":
            running[key] = row = {
                "chip": page.chip(plan, entry.scheme, entry.level),
                "opened": page.when(entry.t),
                "ground": page.cite(entry.detail.get("criteria", ())),
                "steps": [],
                "outcome": terms.column("unfinished", page.lang),
                "decided": False,
                "took": "",
                "clauses": [],
                "began": entry.t,
                "joined": entry.detail.get("joined"),
            }
            rows.append(row)
        elif entry.kind == "decided":
            for one in [k for k in running if k == key or (k[0] == key[0] and running[k]["joined"] == "both")]:
                _go_on(page, running.pop(one), entry)
        elif key in running:
            _go_on(page, running.pop(key) if _settles(entry) else running[key], entry)
    return rows


def _settles(entry: Entry) -> bool:
    """Whether a matter is over with an entry; where somebody else only tried, it goes on."""
    return entry.kind in ("decided", "decision-refused") and entry.detail.get("why") != "not-authorised"


def _go_on(page: Page, row: Row, entry: Entry) -> None:
    if entry.kind == "step":
        row["steps"].append(
            {
                "when": page.when(entry.t),
                "what": _does(page, entry),
                "took": page.span(entry.detail.get("took", 0.0)),
                "clauses": page.cite(entry.clauses),
            }
        )
        return
    if not _settles(entry):
        return
    row["took"] = page.span(entry.t - row["began"])
    row["clauses"] = page.cite(entry.clauses)
    row["decided"] = entry.kind == "decided"
    why = str(entry.detail.get("why", ""))
    row["outcome"] = (
        page.when(entry.t) if row["decided"] else aside(terms.column(why, page.lang), page.when(entry.t), page.lang)
    )


def _does(page: Page, entry: Entry) -> str:
    detail = entry.detail
    who, verb = page.names.actor(entry.actor or ""), terms.verb(str(detail.get("do", "")), page.lang)
    seat, to = detail.get("seat"), detail.get("to")
    acting = aside(who, page.names.actor(seat) if seat else "", page.lang)
    towards = f" → {page.actors(to)}" if to else ""
    return word("does", page.lang, who=acting, what=verb) + towards


def deadlines(page: Page, plan: str, numbers: PlanIndicators) -> list[Row]:
    """Every limit in hours or days that ran, and how it ended."""
    cited = {(e.ref, e.detail.get("do"), round(e.detail["due"], 6)): e for e in page.of(plan, "report-due")}
    rows = []
    for one in numbers.deadline_list():
        entry = cited[(one["ref"], one["do"], one["due_h"])]
        rows.append(
            {
                "what": headed(page.thing(plan, one["ref"]), terms.verb(one["do"], page.lang), page.lang),
                "actor": page.names.actor(entry.actor or ""),
                "due": page.when(one["due_h"]),
                "state": one["state"],
                "told": terms.column(one["state"], page.lang),
                "clauses": page.cite(entry.clauses),
            }
        )
    return rows


def urgencies(page: Page, plan: str) -> list[Row]:
    """Every act for which the text asks for haste without a number, and how long it took."""
    rows = []
    for entry in page.of(plan, "step", "report-sent", "published", "measure-done"):
        found = _urgency(page, plan, entry)
        if found is None:
            continue
        word, clauses = found
        do = str(entry.detail.get("do") or entry.detail.get("verb") or "")
        rows.append(
            {
                "what": page.thing(plan, entry.ref or ""),
                "do": terms.verb(do, page.lang) if entry.kind == "step" else "",
                "actor": page.names.actor(entry.actor or ""),
                "word": terms.urgency(word, page.lang),
                "took": page.span(entry.detail.get("took", 0.0)),
                "clauses": page.cite(clauses),
            }
        )
    return rows


def _urgency(page: Page, plan: str, entry: Entry) -> tuple[str, tuple[str, ...]] | None:
    """The word of haste for what an entry tells of, with the clauses that say it."""
    program = page.programs[plan]
    within = None
    if entry.kind == "step":
        step = _step(page, plan, entry)
        return (step.urgency, step.clauses) if step is not None and step.urgency else None
    if entry.kind == "measure-done":
        measure = page.names.measure(plan, entry.ref or "")
        within = measure.within if measure is not None else None
    else:
        told = [(r.id, r.within) for r in program.plan.reports]
        told += [(p.id or str(p.clause), p.within) for p in program.plan.publications]  # type: ignore[misc]
        within = next((found for id, found in told if id == entry.ref), None)
    return (within.urgency, entry.clauses) if within is not None and within.urgency else None


def _step(page: Page, plan: str, entry: Entry) -> StepPlan | None:
    if entry.scheme is None or entry.ref != f"{entry.scheme}={entry.level}":
        return None
    decision = page.programs[plan].decisions.get(Value(entry.scheme, entry.level or ""))
    steps: Iterable[StepPlan] = decision.steps if decision is not None else ()
    return next((s for s in steps if s.do == entry.detail.get("do")), None)


def acts(page: Page, plan: str) -> list[Row]:
    """Every measure: when, by whom, what, in the name of which level; numbered as in the figure."""
    before: dict[str, list[Entry]] = {}
    for entry in page.of(plan, "step"):
        before.setdefault(entry.ref or "", []).append(entry)
    rows = []
    for action in actions(page.entries, plan):
        entry, ref = action.entry, action.entry.ref or ""
        detail = entry.detail
        steps = [f"{page.when(s.t)} {_does(page, s)}" for s in before.get(ref, [])]
        done = page.when(action.done) if action.done is not None else terms.column("unfinished", page.lang)
        rows.append(
            {
                "number": action.number,
                "started": page.when(entry.t),
                "done": done,
                "took": page.span(action.done - entry.t) if action.done is not None else "",
                "actors": page.actors(action.actors),
                "what": page.thing(plan, ref),
                "strength": terms.strength(str(detail["strength"]), page.lang) if "strength" in detail else "",
                "steps": steps,
                "chip": page.chip(plan, entry.scheme, entry.level),
                "clauses": page.cite(entry.clauses),
            }
        )
    return rows


def reports(page: Page, plan: str) -> list[Row]:
    """Every report sent and everything published."""
    return [
        {
            "when": page.when(entry.t),
            "kind": terms.kind(entry.kind, page.lang),
            "actor": page.names.actor(entry.actor or ""),
            "what": page.thing(plan, entry.ref or ""),
            "to": page.actors(entry.detail.get("to", ())),
            "took": page.span(entry.detail.get("took", 0.0)),
            "clauses": page.cite(entry.clauses),
        }
        for entry in page.of(plan, "report-sent", "published")
    ]


def gaps(page: Page, plan: str) -> list[Row]:
    """Every silence of the plan that was met, the reading that stood in for it, and why that one."""
    said = {str(r.id): r for r in page.programs[plan].plan.readings}
    rows = []
    for entry in page.of(plan, "gap"):
        detail = entry.detail
        reading = said.get(str(detail.get("reading")))
        question = detail.get("question", {}).get(page.lang, "") or _waits(page, entry)
        rows.append(
            {
                "when": page.when(entry.t),
                "where": page.thing(plan, entry.ref or ""),
                "question": question,
                "taken": _taken(page, plan, detail),
                "because": reading.because.in_(page.lang) if reading is not None else "",
                "clauses": page.cite(entry.clauses),
            }
        )
    return rows


def _waits(page: Page, entry: Entry) -> str:
    who = page.names.actor(str(entry.detail.get("who", "")))
    verb = terms.verb(str(entry.detail.get("do", "")), page.lang)
    why = str(entry.detail.get("why", ""))
    told = terms.column(f"gap-{why}", page.lang).replace("{who}", who).replace("{do}", verb)
    plan, _, ref = str(entry.detail.get("behind", "")).partition(":")
    if plan not in page.programs:
        return told
    return told.replace("{plan}", page.names.plan(plan)).replace("{behind}", page.thing(plan, ref))


def _taken(page: Page, plan: str, detail: Mapping[str, Any]) -> Row:
    """The reading that stood in; where people are wanted by two plans, whoever asked first."""
    if detail.get("why") == "no-precedence":
        return {"text": terms.column("first-come", page.lang), "formula": False}
    return _choice(page, plan, str(detail.get("taken", "")))


def readings(page: Page, plan: str) -> list[Row]:
    """Every reading the run rests on, with what else could have been chosen."""
    said = {str(r.id): r for r in page.programs[plan].plan.readings}
    met = {str(e.detail.get("reading")) for e in page.of(plan, "gap")}
    rows = []
    for entry in page.of(plan, "note"):
        if entry.ref != "readings":
            continue
        for id, taken in entry.detail["taken"].items():
            reading = said.get(id)
            if reading is None:
                continue
            rows.append(
                {
                    "id": id,
                    "choice": taken,
                    "question": reading.question.in_(page.lang),
                    "taken": _choice(page, plan, taken),
                    "others": [_choice(page, plan, c) for c in reading.choices if c != taken],
                    "clauses": page.cite(page.programs[plan].plan.cite(*reading.clauses)),
                    "met": id in met,
                    "changed": id in entry.detail.get("overruled", ()),
                }
            )
    return rows


def _choice(page: Page, plan: str, text: str) -> Row:
    told = page.choice(plan, text)
    return {"text": told or text, "formula": told is None}


def waiting(page: Page, plan: str, numbers: PlanIndicators) -> list[Row]:
    """How long tasks waited for people, seat by seat, the longest total first."""
    found = sorted(numbers.waiting.items(), key=lambda item: (-item[1]["hours"], item[0]))
    return [
        {
            "seat": page.names.actor(seat),
            "times": int(one["times"]),
            "hours": page.span(one["hours"]),
            "longest": page.span(one["longest_h"]),
        }
        for seat, one in found
    ]
