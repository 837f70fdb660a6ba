"""What stands above every page: the exercise, its clock, the levels of each plan and who commands now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from emergency.console.place import Badge, Room
from emergency.console.views.knowledge import Eyes
from emergency.console.views.ledger import Ledger
from emergency.console.views.telling import cited
from emergency.exercise import Phase, Session
from emergency.figures import time_label
from emergency.log import Entry
from emergency.machine import MeasurePlan, Program, Value
from emergency.report.page import Page
from emergency.source import Id
from emergency.words import terms
from emergency.words.console import told

__all__ = ["clock", "known_values", "levels", "stage"]

_COMMANDING = ("command", "lead", "direct")


def stage(session: Session, room: Room, badge: Badge, lang: str) -> dict[str, Any]:
    """What every page begins with."""
    return {
        "role": badge.role.value,
        "lang": lang,
        "title": session.prepared.scenario.title.in_(lang),
        "exercise": badge.exercise,
        "phase": session.phase.value,
        "over": session.phase in (Phase.ended, Phase.archived) or session.incident.ended,
        "begun": session.phase not in (Phase.draft, Phase.ready),
        "clock": clock(session, room, lang),
    }


def clock(session: Session, room: Room, lang: str) -> dict[str, Any]:
    """Scenario time, and how fast it passes."""
    start = session.prepared.start
    now = start + timedelta(seconds=round(session.now * 3600))
    return {
        "start": start.replace(tzinfo=None).isoformat(),
        "shown": time_label(now, lang),
        "t": round(session.now, 6),
        "end": round(session.prepared.horizon, 6),
        "pace": room.pace,
        "runs": session.phase is Phase.running and not room.paused,
        "since": terms.span(session.now, lang),
    }


def levels(session: Session, ledger: Ledger, eyes: Eyes, lang: str) -> list[dict[str, Any]]:
    """The value of every scheme of every plan, as far as some eyes know it, and who commands.

    What somebody knows is the last entry about a scheme that reached them, which may be older than what is so.
    """
    page, seen = ledger.page(lang), ledger.seen(eyes)
    rows = []
    for id, run in session.incident.plans.items():
        program = run.program
        known = {str(e.scheme): e for e in seen if e.plan == id and e.kind == "entered"}
        values = {s: str(known[s].level) if s in known else "off" for s in run.values()}
        shown = [s for s in values if _shown(program, s, known, eyes)]
        rows.append(
            {
                "id": id,
                "title": page.names.plan(id),
                "schemes": [_scheme(page, program, s, values[s], known.get(s)) for s in shown],
                "command": _commanders(page, program, values),
                "mark": "-".join(values.values()),
            }
        )
    return rows


def known_values(session: Session, ledger: Ledger, eyes: Eyes, plan: str) -> frozenset[Value]:
    """The values of a plan's schemes as far as some eyes know them; `off` where they know of nothing else."""
    found = dict.fromkeys(session.incident.plans[plan].values(), "off")
    for entry in ledger.seen(eyes):
        if entry.plan == plan and entry.kind == "entered" and entry.scheme and entry.level:
            found[entry.scheme] = entry.level
    return frozenset(Value(s, v) for s, v in found.items())


def _shown(program: Program, scheme: str, known: dict[str, Entry], eyes: Eyes) -> bool:
    """Whether a scheme has a place on somebody's screen: assessments only where something is known of them."""
    return eyes.everything or program.plan.schemes[Id(scheme)].kind != "event" or scheme in known


def _scheme(page: Page, program: Program, scheme: str, value: str, entry: Entry | None) -> dict[str, Any]:
    by = page.names.actor(entry.actor) if entry is not None and entry.actor else ""
    return {
        "scheme": page.names.scheme(program.id, scheme),
        "kind": program.plan.schemes[Id(scheme)].kind,
        "text": page.names.level(program.id, scheme, value),
        "value": value,
        "colour": page.names.colour(program.id, scheme, value),
        "since": page.when(entry.t) if entry is not None else "",
        "by": by,
        "clauses": cited(page, entry.clauses) if entry is not None else [],
    }


def _commanders(page: Page, program: Program, values: dict[str, str]) -> list[dict[str, Any]]:
    """Who commands the response: whom a measure of a present level names, else whose standing duty it is."""
    if not any(values[str(s)] in says.levels for s, says in program.plan.schemes.items() if says.kind == "response"):
        return []
    now = {Value(s, v) for s, v in values.items()}
    ordered = [m for m in program.measures if str(m.says.verb) == "command" and now & m.during]
    found = [_ordered(page, m) for m in ordered]
    if not found:
        duties = [d for d in program.plan.duties if str(d.verb) in _COMMANDING and not d.during]
        first = next((v for v in _COMMANDING if any(str(d.verb) == v for d in duties)), "")
        told_by = [d for d in duties if str(d.verb) == first]
        found = [_row(page, (str(a) for a in d.actors), program.plan.cite(d.clause)) for d in told_by]
    return _merged(found)


def _ordered(page: Page, measure: MeasurePlan) -> dict[str, Any]:
    return _row(page, (p.actor for p in measure.by), measure.clauses)


def _row(page: Page, actors: Iterable[str], clauses: Iterable[Any]) -> dict[str, Any]:
    who = page.join(page.names.actor(a) if a != "unstated" else told("unstated", page.lang) for a in actors)
    return {"who": who, "clauses": cited(page, clauses)}


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same body named by several clauses stands once; several bodies are shown side by side."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row["who"], {"who": row["who"], "clauses": []})
        kept["clauses"] += [c for c in row["clauses"] if c not in kept["clauses"]]
    return list(found.values())
