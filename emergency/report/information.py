"""The information report of an incident, first, follow-up or final, filled in from the log of a run.

Items are those a plan lists for its reports; where it lists none, the usual ones. Each report tells what was known by
its instant and nothing that only the simulation knew; the final one adds what a count afterwards would have found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emergency.log import Entry
from emergency.machine import Program
from emergency.plan.statements import Contents
from emergency.report.docx import write_docx
from emergency.report.forms import joined, row
from emergency.report.page import Page
from emergency.report.situation import Situation, matters
from emergency.source import Id
from emergency.words.papers import asked_for, told
from emergency.words.punctuation import aside
from emergency.words.review import told_clause

__all__ = ["KINDS", "Occasion", "information_rows", "occasion", "write_blank_information", "write_information"]

KINDS = ("first", "follow-up", "final")
_USUAL = ("unit", "person", "phone", "time", "place", "cause", "effects", "measures", "harm", "next")
_SAME = 1e-6  # hours
_ENOUGH = 4  # items of a list that have to be those of a report before it is taken for one


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a report is made, and what was sent then.

    Attributes
    ----------
    at : the instant [h]; nothing later is told.
    since : the instant of the report before [h]; measures of before are not told again.
    unit : whose report it is; empty where the log tells of no report at all.
    sent : the entry by which the log tells that a report was sent at that instant; None where it tells of none.
    """

    kind: str
    at: float
    since: float
    unit: str
    sent: Entry | None


def write_information(page: Page, plan: str, when: Occasion, path: Path) -> Path:
    """Write a report as docx.

    Raises
    ------
    MissingExtraError
        Without the extra ``docs``.
    """
    rows = information_rows(page, plan, when)
    return write_docx("papers/information.docx", _paper(page, plan, when.kind, rows, "information-note"), path)


def write_blank_information(page: Page, plan: str, path: Path) -> Path:
    """Write a report with nothing filled in."""
    asked = [(told(name, page.lang), name) for name in ("sent-to", "sent-of", "state-at")]
    rows = [row(name, "", page.lang, blank="blank-form") for name, _ in (*asked, *_items(page, plan))]
    return write_docx("papers/information.docx", _paper(page, plan, "information", rows, "information-blank"), path)


def _paper(page: Page, plan: str, name: str, rows: Sequence[dict[str, str]], note: str) -> dict[str, Any]:
    lang, items = page.lang, _listed(page.programs[plan])
    clauses = told_clause(str(items.clause), lang) if items is not None else ""
    return {
        "title": page.names.plan(plan),
        "name": told(name, lang),
        "mark": told("mark", lang),
        "rows": rows,
        "note": told(note if items is not None else f"{note}-open", lang, clauses=clauses),
    }


def occasion(page: Page, plan: str, kind: str, at: float | None = None) -> Occasion:
    """When a report of a kind is due to be written, and what the log tells to have been sent then.

    The first is that of the first report sent, or else of the first decision opened; the final one that of the end
    of the response, or of the log. A follow-up lies between: the last report by the same unit, or else the last
    change of the response; it tells what was done since the first.

    Parameters
    ----------
    at : float, optional
        Another instant [h].
    """
    sent = [e for e in page.of(plan, "report-sent") if not _of_the_public(page.programs[plan], e)]
    opened = [m.opened for m in matters(page.entries, plan)]
    last = page.entries[-1].t if page.entries else 0.0
    first = min([e.t for e in (sent[:1] or opened[:1])], default=last)
    response = [e for e in page.of(plan, "entered") if _is_response(page.programs[plan], e)]
    ended = next((e.t for e in reversed(response) if not _in_force(page.programs[plan], e)), last)
    again = [e.t for e in sent if first < e.t < ended and e.actor == sent[0].actor]
    between = again or [e.t for e in response if first < e.t < ended] or [first]
    when = {"first": first, "follow-up": between[-1], "final": ended}[kind] if at is None else at
    near = [e for e in sent if abs(e.t - when) < _SAME]
    unit = near[0].actor if near else sent[0].actor if sent and sent[0].t <= when else ""
    return Occasion(kind, when, first if kind == "follow-up" else -1.0, unit or "", near[0] if near else None)


def _of_the_public(program: Program, entry: Entry) -> bool:
    actor = program.plan.actors.get(Id(entry.actor or ""))
    return actor is not None and actor.kind == "public"


def _is_response(program: Program, entry: Entry) -> bool:
    return program.plan.schemes[Id(entry.scheme or "")].kind == "response"


def _in_force(program: Program, entry: Entry) -> bool:
    return entry.level in program.plan.schemes[Id(entry.scheme or "")].levels


# --------------------------------------------------------------------------------------------- rows


def information_rows(page: Page, plan: str, when: Occasion) -> list[dict[str, str]]:
    """The rows of a report: to whom and as at when, then its items; ``name``, ``text``, ``blank`` as in a form."""
    lang, now = page.lang, Situation(page, plan, when.at)
    at = page.when(when.at)
    head = (("sent-to", _sent_to(page, when)), ("sent-of", _sent_of(page, plan, when)), ("state-at", at))
    rows = [row(told(name, lang), text, lang) for name, text in head]
    return rows + [row(name, _item(page, plan, when, now, kind), lang) for name, kind in _items(page, plan)]


def _items(page: Page, plan: str) -> list[tuple[str, str]]:
    """The items of a report, each with what it asks for: the plan's own, else the usual ones."""
    listed = _listed(page.programs[plan])
    if listed is None:
        return [(told(name, page.lang), name) for name in _USUAL]
    found = [(one.in_(page.lang), asked_for(one.zh)) for one in listed.items]
    return [(name, kind) for name, kind in found if kind != "open"]


def _listed(program: Program) -> Contents | None:
    """The statement that lists what an information report contains, known by its items."""
    counted = [(len({asked_for(i.zh) for i in one.items} & set(_USUAL)), one) for one in program.plan.contents]
    return next((one for n, one in sorted(counted, key=lambda c: -c[0]) if n >= _ENOUGH), None)


def _sent_to(page: Page, when: Occasion) -> str:
    return page.actors(when.sent.detail.get("to", ())) if when.sent is not None else ""


def _sent_of(page: Page, plan: str, when: Occasion) -> str:
    if when.sent is None:
        return ""
    cited = Situation(page, plan, when.at).cited(when.sent.clauses)
    return aside(page.thing(plan, when.sent.ref or ""), cited, page.lang)


def _item(page: Page, plan: str, when: Occasion, now: Situation, asked: str) -> str:
    """What the log tells for an item; empty where it tells nothing."""
    lang = page.lang
    match asked:
        case "unit":
            return page.names.actor(when.unit) if when.unit else ""
        case "time":
            known = now.first_known()
            return "" if known is None else told("first-known", lang, when=page.when(known))
        case "place":
            return page.join(now.places())
        case "cause":
            return joined(now.messages(), lang)
        case "effects":
            return joined(_effects(page, plan, when, now), lang)
        case "measures":
            return joined([*now.changes("response"), *now.done(when.since)], lang)
        case "next" if when.kind != "final":
            return joined(now.under_way(), lang)
        case _:
            return ""


def _effects(page: Page, plan: str, when: Occasion, now: Situation) -> list[str]:
    lang, lines = page.lang, [*now.facts(), *now.levels_line()]
    if when.kind != "final":
        return lines
    response = [e for e in page.of(plan, "entered") if e.t <= when.at and _is_response(page.programs[plan], e)]
    ended = bool(response) and not _in_force(page.programs[plan], response[-1])
    return [*lines, *_counted(page, plan, when.at), *([] if ended else [told("not-ended", lang)])]


def _counted(page: Page, plan: str, until: float) -> Sequence[str]:
    """Stock-outs up to an instant, as a count afterwards finds them; those of markets that concern the plan."""
    lines = []
    for entry in page.entries:
        if entry.kind == "shortage" and entry.t <= until and _concerns(page, plan, entry):
            line = "short-line" if entry.detail.get("short") else "again-line"
            lines.append(told(line, page.lang, when=page.when(entry.t), what=_short_of(page, entry.ref or "")))
    return lines


def _concerns(page: Page, plan: str, entry: Entry) -> bool:
    world, is_market, _ = (entry.ref or "").partition(":")
    return not is_market or plan in page.names.concerned(world)


def _short_of(page: Page, ref: str) -> str:
    """A product, or a good of a market at a place, as the log of a stock-out names it."""
    market, is_market, rest = ref.partition(":")
    if not is_market:
        return page.names.product(ref)
    good, _, place = rest.partition("@")
    where = f" ({page.names.place(place)})" if place else ""
    return f"{page.names.good(market, good)}{where}"
