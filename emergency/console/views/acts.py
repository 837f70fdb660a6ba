"""What the plans ask for and what became of it: running limits, open steps, expected against done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from itertools import count
from typing import Any

from emergency.console.place import Badge, Role
from emergency.console.views.knowledge import Eyes
from emergency.console.views.ledger import Ledger
from emergency.console.views.telling import cited, matter
from emergency.evaluation import STATES, Act
from emergency.exercise import Session
from emergency.machine import StepPlan, Value
from emergency.report.page import Page
from emergency.seat import Ask
from emergency.words import evaluation, terms

__all__ = [
    "acts", "addressed", "asked_of", "asks", "counts", "deadlines", "numbers", "steps_of", "waits", "wanted_acts",
]  # fmt: skip

_QUIET = ("done", "in-time", "not-asked", "called-off", "declined")
_URGENT = ("missed", "late", "refused", "not-authorised", "open")


def deadlines(session: Session, ledger: Ledger, eyes: Eyes, lang: str) -> list[dict[str, Any]]:
    """Limits that run or have run out with nothing done, the most pressing first; of a player, only the seat's."""
    waiting = [a for a in ledger.acts() if a.state in ("open", "missed") and not _scheduled(a)]
    running = [a for a in waiting if a.due is not None]
    mine = [a for a in running if eyes.everything or a.actor in eyes.mine]
    page = ledger.page(lang)
    return [_deadline(page, a, session.now) for a in sorted(mine, key=lambda a: a.due or 0.0)]


def addressed(page: Page, plan: str, ref: str) -> str:
    """What a matter is called; a report with whom it goes to, for several may have one content."""
    report = next((r for r in page.programs[plan].reports if str(r.says.id) == ref), None)
    to = page.actors(dict.fromkeys(p.actor for p in report.to)) if report is not None else ""
    return f"{matter(page, plan, ref)} → {to}" if to else matter(page, plan, ref)


def _scheduled(act: Act) -> bool:
    """Whether it is one of the reports of a schedule: once missed, the next one counts, and nobody owes it."""
    return act.ref.startswith("report:")


def _deadline(page: Page, act: Act, now: float) -> dict[str, Any]:
    due = act.due or 0.0
    return {
        "what": addressed(page, act.plan, act.ref),
        "plan": page.names.plan(act.plan),
        "do": terms.verb(act.do, page.lang),
        "who": page.names.actor(act.actor),
        "due": page.when(due),
        "due_t": due,
        "left": page.span(abs(due - now)),
        "over": due <= now,
        "clauses": cited(page, act.clauses),
    }


def wanted_acts(ledger: Ledger, badge: Badge) -> list[Act]:
    """The acts a badge looks through: all that the plans asked for; for the facilitator, what wants attention."""
    if badge.role is Role.facilitator:
        return [a for a in ledger.acts() if a.state not in _QUIET]
    return ledger.acts()


def acts(ledger: Ledger, lang: str, wanted: Iterable[Act]) -> list[dict[str, Any]]:
    """Acts as rows: those that want attention first, then the latest."""
    page = ledger.page(lang)
    ranked = sorted(wanted, key=lambda a: (_urgency(a), -(a.done or a.asked or 0.0)))
    return [act_row(page, a) for a in ranked]


def _urgency(act: Act) -> int:
    return _URGENT.index(act.state) if act.state in _URGENT else len(_URGENT)


def act_row(page: Page, act: Act) -> dict[str, Any]:
    """One act beside the plan: asked, done, within what limit."""
    return {
        "what": addressed(page, act.plan, act.ref),
        "kind": act.kind,
        "do": terms.verb(act.do, page.lang),
        "who": page.names.actor(act.actor),
        "state": act.state,
        "told": evaluation.told(act.state, page.lang),
        "asked": page.when(act.asked) if act.asked is not None else "",
        "done": page.when(act.done) if act.done is not None else "",
        "took": page.span(act.took) if act.took is not None else "",
        "due": page.when(act.due) if act.due is not None else "",
        "clauses": cited(page, act.clauses),
    }


def counts(ledger: Ledger, lang: str) -> list[dict[str, Any]]:
    """How many acts are in which state."""
    found = Counter(a.state for a in ledger.acts())
    return [{"state": s, "told": evaluation.told(s, lang), "n": found[s]} for s in STATES if found[s]]


# ------------------------------------------------------------------------------------- open steps


def asks(session: Session, ledger: Ledger, eyes: Eyes, lang: str) -> list[dict[str, Any]]:
    """The steps that wait for these eyes to answer; for those who run the exercise, all that wait for people."""
    page = ledger.page(lang)
    return [_asked(session, ledger, page, a) for a in asked_of(session, eyes)]


def asked_of(session: Session, eyes: Eyes) -> list[Ask]:
    """The steps that wait for some eyes; for those who see everything, all that wait for people."""
    return [a for a in session.open_for() if eyes.everything or _mine(a, eyes)]


def numbers(open_: Iterable[Ask]) -> dict[int, int]:
    """The numbers by which a seat knows the steps it is asked for, by those of the incident.

    The incident's own would tell how many wait for others, and counted ones would be others after a restart, when
    what somebody is just writing would come to stand under another step. These follow from what the seat is told.
    """
    found: dict[int, int] = {}
    for ask in sorted(open_, key=lambda a: a.id):
        about = "\n".join((ask.plan, ask.ref, ask.do, ask.actor, ask.seat, repr(ask.opened)))
        marks = (int(sha256(f"{about}\n{n}".encode()).hexdigest()[:8], 16) for n in count())
        found[ask.id] = next(mark for mark in marks if mark not in found.values())
    return found


def _mine(ask: Ask, eyes: Eyes) -> bool:
    return ask.seat in eyes.mine or ask.actor in eyes.mine


def _asked(session: Session, ledger: Ledger, page: Page, ask: Ask) -> dict[str, Any]:
    steps, at = steps_of(session, ask)
    act = next((a for a in ledger.acts() if _is_of(a, ask) and a.due is not None), None)
    step = steps[at] if at is not None else None
    return {
        "ask": ask.id,
        "plan": ask.plan,
        "ref": ask.ref,
        "step": ask.do,
        "kind": ask.kind,
        "plan_title": page.names.plan(ask.plan),
        "what": addressed(page, ask.plan, ask.ref),
        "chip": _chip(page, ask),
        "do": terms.verb(ask.do, page.lang),
        "who": page.names.actor(ask.actor),
        "seat": page.names.actor(ask.seat),
        "since": page.when(ask.opened),
        "waited": page.span(session.now - ask.opened),
        "may": ask.may,
        "urgency": terms.urgency(ask.urgency, page.lang) if ask.urgency else "",
        "due": _deadline(page, act, session.now) if act is not None else None,
        "done": [_step(page, s) for s in (steps[:at] if at is not None else ())],
        "to": page.actors(dict.fromkeys(p.actor for p in step.to)) if step is not None else "",
        "next": [_step(page, s) for s in (steps[at + 1 :] if at is not None else ())],
        "form": _form(page, ask, step) if step is not None and step.form else None,
        "clauses": cited(page, ask.clauses),
        "cites": [c.partition(":")[2] for c in ask.clauses],
    }


def _form(page: Page, ask: Ask, step: StepPlan) -> dict[str, str]:
    """The annexed form that a step is to be taken with."""
    forms = page.programs[ask.plan].plan.forms
    name = next((f.name.in_(page.lang) for f in forms if f.id == step.form), str(step.form))
    return {"id": f"{ask.plan}:{step.form}", "name": name}


def _is_of(act: Act, ask: Ask) -> bool:
    waiting = act.state in ("open", "missed")
    return waiting and (act.plan, act.ref, act.do, act.actor) == (ask.plan, ask.ref, ask.do, ask.actor)


def _chip(page: Page, ask: Ask) -> dict[str, str] | None:
    scheme, is_value, value = ask.ref.partition("=")
    if not is_value or Value(scheme, value) not in page.programs[ask.plan].ranks:
        return None
    return {"text": page.level(ask.plan, scheme, value), "colour": page.names.colour(ask.plan, scheme, value)}


def _step(page: Page, step: StepPlan) -> dict[str, str]:
    to = page.actors(dict.fromkeys(p.actor for p in step.to))
    who = page.actors(dict.fromkeys(p.actor for p in step.by)) or "—"
    return {"who": who, "do": terms.verb(step.do, page.lang), "to": to}


def steps_of(session: Session, ask: Ask) -> tuple[tuple[StepPlan, ...], int | None]:
    """The steps of the matter of an ask, and the place of the asked one among them."""
    program = session.prepared.plans[ask.plan].program
    ways: list[tuple[StepPlan, ...]] = []
    scheme, _, value = ask.ref.partition("=")
    if ask.kind == "decision":
        decision = program.decisions.get(Value(scheme, value))
        ways = [way.steps for way in decision.ways] if decision is not None else []
    elif ask.kind == "measure":
        ways = [m.steps for m in program.measures if m.id == ask.ref]
    for steps in ways:
        for place, step in enumerate(steps):
            if step.do == ask.do and any(p.actor == ask.actor for p in step.by):
                return steps, place
    return (), None


def waits(ledger: Ledger, eyes: Eyes, lang: str) -> list[dict[str, Any]]:
    """What these eyes have had a hand in and now waits for somebody else, and on whom."""
    page, hands = ledger.page(lang), ledger.ground.hands
    others = [a for a in ledger.acts() if a.state in ("open", "missed") and a.actor not in eyes.mine]
    return [act_row(page, a) for a in others if not eyes.mine.isdisjoint(hands.get((a.plan, a.ref), ()))]
