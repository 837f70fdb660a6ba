"""Player cards: what one seat is, may decide, has to carry out, and to whom it reports; each line with its clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emergency.machine import Performer
from emergency.machine.program import DECIDING
from emergency.report.page import Page
from emergency.report.tasks import Task, tasks
from emergency.source import Id
from emergency.words import terms
from emergency.words.papers import told
from emergency.words.punctuation import aside

__all__ = ["Card", "card_data", "seats_of", "split"]

_ABOVE = ("city", "province", "state", "outside")  # agencies whose people do not sit at the table
_NOT_THERE = ("public", "outside", "generic", "listed")


@dataclass(frozen=True, slots=True)
class Card:
    """A seat with everything the plans ask of it.

    Attributes
    ----------
    names : the seat, and the bodies it acts for.
    tasks : what is asked of it, plan by plan.
    told : the reports that come to it.
    """

    seat: str
    names: tuple[str, ...]
    tasks: Sequence[Task]
    told: Sequence[Task]


def seats_of(page: Page) -> list[Card]:
    """A card for each seat the plans ask anything of, the busiest first."""
    all_tasks = [t for plan in page.programs for t in tasks(page, plan)]
    found: dict[str, list[Task]] = {}
    names: dict[str, dict[str, None]] = {}
    for task in all_tasks:
        for seat in dict.fromkeys(p.seat for p in task.by):
            found.setdefault(seat, []).append(task)
        for one in (*task.by, *task.to):
            names.setdefault(one.seat, {one.seat: None})[one.actor] = None
    reports = [t for t in all_tasks if t.kind == "report"]
    cards = [
        Card(seat, tuple(names[seat]), mine, [r for r in reports if any(p.seat == seat for p in r.to)])
        for seat, mine in found.items()
    ]
    return sorted(cards, key=lambda card: -len(card.tasks))


def split(page: Page, cards: Iterable[Card]) -> tuple[list[Card], list[Card]]:
    """The seats at the table, and those that controllers play: authorities above, and who is no single body."""
    at_table: list[Card] = []
    simulated: list[Card] = []
    for card in cards:
        (at_table if _present(page, card.seat) else simulated).append(card)
    return at_table, simulated


def _present(page: Page, seat: str) -> bool:
    for program in page.programs.values():
        agency = program.jurisdiction.agencies.get(Id(seat))
        if agency is not None:
            return agency.level not in _ABOVE
        actor = program.plan.actors.get(Id(seat))
        if actor is not None and seat not in program.jurisdiction.posts:
            return actor.kind not in _NOT_THERE
    return True


# --------------------------------------------------------------------------------------------- one card


def card_data(page: Page, card: Card) -> dict[str, Any]:
    """A card as plain values."""
    lang = page.lang
    bodies = [page.names.actor(n) for n in card.names if n != card.seat]
    return {
        "seat": page.names.actor(card.seat), "bodies": page.join(dict.fromkeys(bodies)),
        "plans": [p for plan in page.programs if (p := _of_plan(page, plan, card))],
        "many": len(page.programs) > 1, "lang": lang,
    }  # fmt: skip


def _of_plan(page: Page, plan: str, card: Card) -> dict[str, Any] | None:
    mine = [t for t in card.tasks if t.plan == plan]
    come = [t for t in card.told if t.plan == plan]
    duties = _duties(page, plan, card.names)
    if not (mine or come or duties):
        return None
    kinds: Mapping[str, list[Task]] = {
        kind: [t for t in mine if t.kind == kind] for kind in ("decision", "measure", "report", "publication")
    }
    return {
        "title": page.names.plan(plan),
        "chairs": _chairs(page, plan, card.names),
        "duties": duties,
        "decides": [_decision(page, t, card, False) for t in kinds["decision"] if t.verb in DECIDING],
        "handles": [_decision(page, t, card, True) for t in kinds["decision"] if t.verb not in DECIDING],
        "measures": [_measure(page, t, card) for t in kinds["measure"]],
        "reports": [_report(page, t) for t in (*kinds["report"], *kinds["publication"])],
        "told": [[t.what, page.actors(dict.fromkeys(p.actor for p in t.by)), t.on, _cited(page, t)] for t in come],
    }


def _cited(page: Page, task: Task) -> str:
    return page.clauses(task.clauses, within=task.plan)


def _as(page: Page, by: Iterable[Performer], seat: str) -> str:
    """In whose name a seat acts, where it is not its own."""
    names = dict.fromkeys(p.actor for p in by if p.seat == seat and p.actor != seat)
    return page.actors(names)


def _decision(page: Page, task: Task, card: Card, decided: bool) -> list[str]:
    name, do = _as(page, task.by, card.seat), terms.verb(task.verb, page.lang)
    row = [task.what, aside(do, name, page.lang), " → ".join(task.before)]
    row += [task.decided] if decided else []
    return [*row, task.standard or told("no-limit", page.lang), _cited(page, task)]


def _measure(page: Page, task: Task, card: Card) -> list[str]:
    what = aside(task.what, told("discretion", page.lang) if task.left else "", page.lang)
    what = aside(what, _as(page, task.by, card.seat), page.lang)
    return [task.on, what, " → ".join(task.before), task.standard, _cited(page, task)]


def _report(page: Page, task: Task) -> list[str]:
    to = page.actors(dict.fromkeys(p.actor for p in task.to)) if task.to else told("public-word", page.lang)
    what = task.what if task.kind == "report" else told("publish-line", page.lang, what=task.what)
    return [what, to, task.on, task.standard or told("no-limit", page.lang), _cited(page, task)]


def _chairs(page: Page, plan: str, names: Sequence[str]) -> list[str]:
    found = []
    for seat in page.programs[plan].plan.seats:
        if any(a in names for a in seat.actors) and str(seat.body) not in names[:1]:
            facts = {"body": page.names.actor(str(seat.body)), "clause": str(seat.clause)}
            found.append(told("chair-line", page.lang, role=told(f"role-{seat.role}", page.lang), **facts))
    return list(dict.fromkeys(found))


def _duties(page: Page, plan: str, names: Sequence[str]) -> list[list[str]]:
    lang, found = page.lang, []
    for duty in page.programs[plan].plan.duties:
        who = [str(a) for a in duty.actors if a in names]
        if who:
            line = page.act(duty.verb, duty.object.in_(lang))
            of = page.actors(a for a in who if a != names[0])
            found.append([aside(line, of, lang),
                          terms.urgency(duty.within.urgency, lang) if duty.within and duty.within.urgency else "",
                          str(duty.clause)])  # fmt: skip
    return found
