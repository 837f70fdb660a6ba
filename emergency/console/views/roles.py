"""The view of each role."""

from __future__ import annotations

from typing import Any

from emergency.console.naming import name_shown
from emergency.console.place import Badge, Role, Room
from emergency.console.views.acts import asked_of, asks, counts, deadlines, numbers, waits, wanted_acts
from emergency.console.views.duties import chairs, duties
from emergency.console.views.gauges import gauges
from emergency.console.views.knowledge import Eyes
from emergency.console.views.ledger import Ledger
from emergency.console.views.logbook import latest
from emergency.console.views.making import making_told
from emergency.console.views.queue import expected, queue
from emergency.console.views.stage import known_values, levels
from emergency.console.views.telling import Line, cited, gathered
from emergency.exercise import Session
from emergency.log import Entry
from emergency.report.page import Page

__all__ = ["ROLES", "evaluator", "facilitator", "people", "player", "wall"]

View = dict[str, Any]
_INBOX = frozenset({"inject", "message", "report-sent", "step", "indicator", "published", "deadline-missed"})
_ACTS = ("step", "report-sent", "message")
_NEWS = frozenset({"inject", "message", "published", "entered"})
_TAIL, _BOX = 40, 80  # lines shown of a log and of an inbox


def facilitator(session: Session, room: Room, badge: Badge, ledger: Ledger, eyes: Eyes, lang: str) -> View:
    """Everything, with the means to move it."""
    return {
        "levels": levels(session, ledger, eyes, lang),
        "queue": queue(session, ledger, lang),
        "expected": expected(session, ledger, lang),
        "counts": counts(ledger, lang),
        "acts": len(wanted_acts(ledger, badge)),
        "deadlines": deadlines(session, ledger, eyes, lang),
        "gauges": gauges(session, ledger, lang),
        "seats": _seats(session, room, ledger, lang),
        "asks": asks(session, ledger, eyes, lang),
        "log": ledger.lines(eyes, lang)[:_TAIL],
        "log_length": len(session.log),
        "findings": _findings(ledger, eyes, lang),
        "busy": making_told(room.busy, lang),
        "people": people(room, ledger, lang),
    }


def player(session: Session, room: Room, badge: Badge, ledger: Ledger, eyes: Eyes, lang: str) -> View:
    """What reached a seat, what it may do now, and what it is there for."""
    page, seat = ledger.page(lang), badge.seat or ""
    held = session.holders.get(seat)
    known, came = levels(session, ledger, eyes, lang), _inbox(ledger, eyes, lang)
    values = {row["id"]: known_values(session, ledger, eyes, row["id"]) for row in known}
    return {
        "seat": page.names.actor(seat),
        "seat_id": seat,
        "name": badge.name,
        "held": held is not None,
        "levels": known,
        "asks": _asked(session, ledger, eyes, lang) if held is not None else [],
        "waits": waits(ledger, eyes, lang),
        "deadlines": deadlines(session, ledger, eyes, lang),
        "inbox": gathered(page, came)[:_BOX],
        "came": came[0]["seq"] + 1 if came else 0,
        "known": ledger.lines(eyes, lang)[:_BOX],
        "chairs": chairs(page, eyes),
        "duties": duties(page, eyes, values),
        "findings": _findings(ledger, eyes, lang),
    }


def evaluator(session: Session, room: Room, badge: Badge, ledger: Ledger, eyes: Eyes, lang: str) -> View:
    """Objectives to rate, tasks with their clauses and limits, and the log, the earlier part of it leaf by leaf."""
    return {
        "levels": levels(session, ledger, eyes, lang),
        "objectives": _objectives(session, ledger.page(lang)),
        "expected": expected(session, ledger, lang),
        "counts": counts(ledger, lang),
        "acts": len(wanted_acts(ledger, badge)),
        "deadlines": deadlines(session, ledger, eyes, lang),
        "notes": _notes(ledger, eyes, lang),
        "findings": _findings(ledger, eyes, lang),
        **latest(ledger, eyes, lang),
        "log_length": len(session.log),
        "busy": making_told(room.busy, lang),
    }


def wall(session: Session, room: Room, badge: Badge, ledger: Ledger, eyes: Eyes, lang: str) -> View:
    """What anybody may see."""
    known = [row for row in levels(session, ledger, eyes, lang) if row["schemes"]]
    return {"levels": known, "news": ledger.lines(eyes, lang, _NEWS)[:12]}


ROLES = {
    Role.facilitator: facilitator,
    Role.player: player,
    Role.evaluator: evaluator,
    Role.wall: wall,
}


# ---------------------------------------------------------------------------------------------- parts


def _asked(session: Session, ledger: Ledger, eyes: Eyes, lang: str) -> list[View]:
    """The steps that wait for a seat, by numbers of its own."""
    own = numbers(asked_of(session, eyes))
    return [{**row, "ask": own[row["ask"]]} for row in asks(session, ledger, eyes, lang)]


def _inbox(ledger: Ledger, eyes: Eyes, lang: str) -> list[Line]:
    """What came to a seat from others, newest first; what it did itself is no news to it."""
    return ledger.told((e for e in ledger.seen(eyes) if e.kind in _INBOX and not _is_own(e, eyes)), eyes, lang)


def _is_own(entry: Entry, eyes: Eyes) -> bool:
    """Whether an entry tells of the seat's own act or conclusion; what the scenario tells an actor does not."""
    if entry.kind == "indicator":
        return "judged" in entry.detail
    return entry.kind in _ACTS and entry.actor in eyes.mine and "about" not in entry.detail


def _notes(ledger: Ledger, eyes: Eyes, lang: str) -> list[Line]:
    """What evaluators wrote and how they rated."""
    written = (e for e in ledger.seen(eyes) if e.kind == "note" and e.ref in ("observation", "rating"))
    return ledger.told(written, eyes, lang)


def _findings(ledger: Ledger, eyes: Eyes, lang: str) -> list[Line]:
    return [e for e in ledger.lines(eyes, lang, frozenset({"note"})) if e["tone"] == "plan"]


def _seats(session: Session, room: Room, ledger: Ledger, lang: str) -> list[View]:
    """Every seat: who holds it, who is invited to it, and what waits for it; those in play first."""
    waiting: dict[str, int] = {}
    for ask in session.open_for():
        for seat in dict.fromkeys((ask.seat, ask.actor)):
            waiting[seat] = waiting.get(seat, 0) + 1
    rows, invitations = [], people(room, ledger, lang)
    for seat in sorted(session.seats()):
        invited = [p for p in invitations if p["seat"] == seat]
        holder = session.holders.get(seat, "")
        rows.append(
            {
                "id": seat,
                "name": ledger.actor(seat, lang),
                "holder": name_shown(Role.player, seat, holder, ledger.actor, lang),
                "given": holder,
                "held": seat in session.holders,
                "invited": invited,
                "present": any(p["present"] for p in invited),
                "waiting": waiting.get(seat, 0) if seat in session.holders else 0,
            }
        )
    return sorted(rows, key=lambda r: (not r["held"], not r["invited"], r["name"]))


def people(room: Room, ledger: Ledger, lang: str) -> list[View]:
    """Everyone invited: under the name that was given, and under that a page shows."""
    return [
        {
            "id": b.id,
            "name": name_shown(b.role, b.seat, b.name, ledger.actor, lang),
            "given": b.name,
            "role": b.role.value,
            "seat": b.seat or "",
            "present": room.present.get(b.id, 0) > 0,
        }
        for b in room.badges
    ]


def _objectives(session: Session, page: Page) -> list[View]:
    given: dict[str, Any] = {}
    for entry in session.log.entries:
        if entry.kind == "note" and entry.ref == "rating":
            given[str(entry.detail["objective"])] = entry
    rows = []
    for objective in session.prepared.scenario.objectives:
        rated = given.get(str(objective.id))
        rows.append(
            {
                "id": str(objective.id),
                "text": objective.text.in_(page.lang),
                "clauses": cited(page, objective.clauses),
                "rating": str(rated.detail["rating"]) if rated is not None else "",
                "said": str(rated.detail.get("text", "")) if rated is not None else "",
                "when": page.when(rated.t) if rated is not None else "",
            }
        )
    return rows


