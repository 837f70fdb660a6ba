"""What an after-action review says, part by part, as plain values: the page and the papers show the same.

Values are text, numbers, lists and mappings of these, so that they can go to typst as JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from emergency.evaluation import (
    HEADINGS,
    STATES,
    Act,
    AfterAction,
    Band,
    Deviation,
    Improvement,
    Position,
    by_agency,
    by_clause,
)
from emergency.report.page import Page
from emergency.source import Clause
from emergency.words import papers, terms
from emergency.words.evaluation import told
from emergency.words.punctuation import headed

__all__ = ["content", "summary"]

_BAD = ("late", "missed", "refused", "not-authorised", "later", "never", "only-here")
_ACTS = ("done", "sent", "published")  # milestones of which there are many: told apart from levels, end, demand
_PLAIN = ("within", "open")  # verdicts that say nothing of the team
_TOLD = {"took": ("never",)}  # of what never came, one row is enough: under when it came
_DONE = ("in-time", "done", "late")
_KEEPS = ("revision", "review", "interpretation")  # who keeps a plan, the likeliest first
_EMPTY = ("objectives", "decided", "compared", "asked", "improved", "cited")  # sections that may have nothing to show
_WIDE = 100.0  # of a bar of the chart, in its own units


def content(page: Page, found: AfterAction, due: str = "") -> dict[str, Any]:
    """All parts of the review.

    Parameters
    ----------
    due : str
        The date proposed for improvements; empty where the meeting is to set it.
    """
    lang = page.lang
    states = [s for s in STATES if any(act.state == s for act in found.acts)]
    facts = {"runs": found.envelope.runs, "seed": found.envelope.seed}
    parts: dict[str, Any] = {
        "lang": lang, "title": page.scenario.title.in_(lang), "story": page.scenario.story.in_(lang),
        "plans": [page.names.plan(id) for id in page.programs], "overview": _overview(page, found),
        "summary": summary(page, found), "objectives": _objectives(page, found),
        "decisions": _acts(page, (act for act in found.acts if act.kind == "decision")),
        "groups": _groups(page, found), **facts,
        "states": [told(s, lang) for s in states], "agencies": _agencies(page, found, states),
        "per_clause": _clauses(page, found, states), "acts": _acts(page, found.acts),
        "sides": {side: [_deviation(page, d) for d in found.side(side)] for side in ("people", "plan")},
        "assessment": _assessment(page, found),
        "improvements": [_improvement(page, n, r, due) for n, r in enumerate(found.improvements, 1)],
        "due_note": papers.told("due-set" if due else "due-open", lang, due=due),
        "notes": [[page.when(t), text] for t, text in found.notes],
        "empty": {name: told(f"none-{name}", lang, **facts) for name in _EMPTY},
    }  # fmt: skip
    return parts | {"appendix": page.appendix()}  # last: it holds what all the other parts have cited


def _overview(page: Page, found: AfterAction) -> list[list[str]]:
    lang = page.lang
    span = papers.told("from-to", lang, start=page.when(0.0), end=page.when(found.until))
    held = page.actors(found.held) if found.held else papers.told("nobody", lang)
    return [[papers.told("scenario-time", lang), span], [papers.told("held-by-people", lang), held]]


# -------------------------------------------------------------------------------------------- summary


def summary(page: Page, found: AfterAction) -> list[str]:
    """The review in a few sentences."""
    lang = page.lang
    held = told("held", lang, list=page.actors(found.held)) if found.held else told("nobody", lang)
    counts = Counter(a.state for a in found.acts if a.state != "not-authorised")
    listed = page.join(f"{told(s, lang)} {counts[s]}" for s in STATES if counts[s])
    asked = told("counted", lang, n=sum(counts.values()), list=listed) if counts else told("counted-none", lang)
    lines = [held, asked]
    came = {p.mark.ref: p.value or 0.0 for p in found.positions if (p.mark.number, p.mark.kind) == ("at", "entered")}
    placed = sorted(found.positions, key=lambda p: came.get(p.mark.ref, 0.0))
    lines += [line for p in placed if (line := _activated(page, p))]
    people, plan = len(found.side("people")), len(found.side("plan"))
    return [*lines, told("sides", lang, people=people, plan=plan)]


def _activated(page: Page, one: Position) -> str:
    """How long the decision on a response level took, beside plan-perfect play."""
    mark, band = one.mark, one.band
    if mark.number != "took" or mark.kind != "entered" or band is None or one.value is None:
        return ""
    scheme, _, value = mark.ref.partition("=")
    says = next((s for n, s in page.programs[mark.plan].plan.schemes.items() if str(n) == scheme), None)
    if says is None or says.kind != "response" or value not in says.levels:
        return ""
    low, high = page.span(band.low), page.span(band.high)
    place = told(_verdict(one), page.lang)
    what = _milestone(page, one)
    return told("activated", page.lang, what=what, took=page.span(one.value), low=low, high=high, place=place)


def _objectives(page: Page, found: AfterAction) -> list[dict[str, Any]]:
    return [
        {
            "text": one.objective.text.in_(page.lang),
            "rating": told(one.rating, page.lang),
            "comment": one.text,
            "clauses": page.cite(one.objective.clauses),
        }
        for one in found.ratings
    ]


# ---------------------------------------------------------------------------------------- conformance


def _acts(page: Page, acts: Iterable[Act]) -> list[dict[str, Any]]:
    def when(t: float | None) -> str:
        return "" if t is None else page.when(t)

    return [
        {
            "what": _thing(page, act.plan, act.ref),
            "do": terms.verb(act.do, page.lang) if act.do else "",
            "who": page.names.actor(act.actor) if act.actor else "",
            "asked": when(act.asked), "done": when(act.done), "due": when(act.due),
            "took": "" if act.took is None else page.span(act.took),
            "state": told(act.state, page.lang), "bad": act.state in _BAD, "clauses": page.cite(act.clauses),
        }
        for act in acts
    ]  # fmt: skip


def _thing(page: Page, plan: str, ref: str) -> str:
    """What something is called, a value of a scheme with its scheme."""
    kind, is_schedule, carried = ref.partition(":")
    if is_schedule and kind == "report":
        return page.names.variable(plan, carried)
    scheme, is_value, value = ref.partition("=")
    if is_value and any(str(name) == scheme for name in page.programs[plan].plan.schemes):
        return page.level(plan, scheme, value)
    return page.thing(plan, ref)


def _agencies(page: Page, found: AfterAction, states: Sequence[str]) -> list[dict[str, Any]]:
    rows = by_agency(found.acts).items()
    told_ = [(page.names.actor(who) if who else "", counts) for who, counts in rows]
    return [{"name": name, "counts": _counted(counts, states)} for name, counts in told_]


def _clauses(page: Page, found: AfterAction, states: Sequence[str]) -> list[dict[str, Any]]:
    rows = sorted(by_clause(found.acts).items(), key=lambda row: _as_printed(row[0]))
    return [{"clauses": page.cite([clause]), "counts": _counted(n, states)} for clause, n in rows]


def _counted(counts: Mapping[str, int], states: Sequence[str]) -> list[str]:
    return [str(counts[s] or "") for s in states]


def _as_printed(citation: str) -> tuple[str, Any]:
    plan, _, no = citation.partition(":")
    return plan, Clause.parse(no).sort_key()


# ------------------------------------------------------------------------------------------- envelope


def _groups(page: Page, found: AfterAction) -> list[dict[str, Any]]:
    """The milestones by what is measured: how long things took, when they came, what was unmet."""
    groups, asked = [], {(a.plan, a.ref) for a in found.acts}
    for number in ("took", "at", "amount"):
        mine = [p for p in found.positions if p.mark.number == number]
        shown = [p for p in mine if p.value is not None or p.verdict not in ("within", *_TOLD.get(number, ()))]
        if shown:
            first = [p for p in shown if _first(p, asked)]
            parts = [[_position(page, found, p) for p in shown if (p in first) == wanted] for wanted in (True, False)]
            rest = papers.told("rest", page.lang, n=len(parts[1]))
            groups.append({"title": told(number, page.lang), "rows": parts[0], "more": parts[1], "rest": rest})
    return groups


def _first(one: Position, asked: Collection[tuple[str, str]]) -> bool:
    """Whether a milestone is shown before the rest: it tells of the team, or of levels and demand."""
    mark = one.mark
    if mark.kind in _ACTS and one.verdict == "never" and (mark.plan, mark.ref) not in asked:
        return False  # its level was not entered, which is told of the level
    return one.verdict not in _PLAIN or (one.mark.kind not in _ACTS and one.value is not None)


def _position(page: Page, found: AfterAction, one: Position) -> dict[str, Any]:
    tell = (lambda v: f"{v:,.0f} {terms.unit('t', page.lang)}") if one.mark.number == "amount" else page.span
    band = one.band
    middle = f"{tell(band.low)} – {tell(band.middle)} – {tell(band.high)}" if band is not None else ""
    return {
        "what": _milestone(page, one),
        "team": "" if one.value is None else tell(one.value),
        "perfect": middle,
        "place": told(_verdict(one), page.lang),
        "bad": one.verdict in _BAD,
        "clauses": page.cite(_asking(page, found, one.mark.plan, one.mark.ref)),
        "bar": _bar(band, one.value),
    }


def _asking(page: Page, found: AfterAction, plan: str, ref: str) -> list[str]:
    """The clauses that asked for something, or would have."""
    mine = (a for a in found.acts if (a.plan, a.ref) == (plan, ref) and a.state != "not-authorised")
    asked = [c for a in mine for c in a.clauses]
    program = page.programs.get(plan)
    if asked or program is None:
        return asked
    decided = [c for at, decision in program.decisions.items() if str(at) == ref for c in decision.clauses]
    return decided or [c for m in program.measures if m.id == ref for c in m.clauses]


def _verdict(one: Position) -> str:
    amounts = {"earlier": "less", "later": "more"} if one.mark.number == "amount" else {}
    return "verdict-open" if one.verdict == "open" else amounts.get(one.verdict, one.verdict)


def _milestone(page: Page, one: Position) -> str:
    mark = one.mark
    name = {"done": "carried"}.get(mark.kind, mark.kind)
    if mark.kind == "unmet":
        return told(name, page.lang, what=page.names.world(mark.ref) if mark.ref else "").strip()
    if mark.kind == "ended":
        return told(name, page.lang, what=page.names.scheme(mark.plan, mark.ref))
    return told(name, page.lang, what=_thing(page, mark.plan, mark.ref))


def _bar(band: Band | None, value: float | None) -> dict[str, Any] | None:
    """Where the band and the team lie on a scale of their own, from 0 to 100."""
    if band is None:
        return None
    ends = [band.least, band.most, *([] if value is None else [value])]
    low, wide = min(ends), (max(ends) - min(ends)) or 1.0

    def x(v: float) -> str:
        return f"{3 + (_WIDE - 6) * (v - low) / wide:.1f}"

    dot = None if value is None else x(value)
    return {"low": x(band.low), "middle": x(band.middle), "high": x(band.high), "dot": dot,
            "least": x(band.least), "most": x(band.most)}  # fmt: skip


# ----------------------------------------------------------------------------------------- deviations


def _deviation(page: Page, one: Deviation) -> dict[str, Any]:
    return {
        "when": "" if one.t is None else page.when(one.t),
        "who": page.names.actor(one.actor) if one.actor else "",
        "what": _thing(page, one.plan, one.ref) if one.ref else "",
        "why": _why(page, one),
        "clauses": page.cite(one.clauses),
    }


def _why(page: Page, one: Deviation) -> str:
    lang, facts = page.lang, one.facts
    do = terms.verb(one.do, lang) if one.do else ""
    if one.why == "gap":
        question = facts.get("question")
        if question:
            return told("why-gap", lang, question=question[lang])
        return told("why-stuck", lang, do=do or terms.verb("carry-out", lang))
    if one.why == "finding":
        return told("why-finding", lang, kind=told(str(facts["kind"]), lang), text=facts["text"])
    spans = {k: page.span(facts[k]) for k in ("took", "low", "high") if facts.get(k) is not None}
    return told(f"why-{one.why}", lang, do=do, **spans)


def _improvement(page: Page, number: int, row: Improvement, due: str) -> dict[str, Any]:
    """A row of the improvement plan; a text is put right by whoever keeps the plan, a practice by whoever acted."""
    lang, cited = page.lang, page.cite(row.clauses)
    textual = all(d.side == "plan" for d in row.because)
    keeper = _keeper(page, row.because[0].plan) if textual else row.owner
    listed = page.join(one["text"] for one in cited)
    return {
        "no": number, "heading": told(row.heading, lang), "clauses": cited,
        "owner": page.names.actor(keeper) if keeper else told("drafter", lang),
        "action": papers.told("revise" if textual else "drill", lang, list=listed), "due": due,
        "because": list(dict.fromkeys(_because(page, d) for d in row.because)),
    }  # fmt: skip


def _keeper(page: Page, plan: str) -> str:
    """Whom a plan charges with its own revision; empty where it charges nobody."""
    program = page.programs.get(plan)
    kept = program.plan.upkeep if program is not None else ()
    named = [(_KEEPS.index(u.kind), n) for n, u in enumerate(kept) if u.kind in _KEEPS and u.by[0].named]
    return str(kept[max(n for rank, n in named if rank == min(named)[0])].by[0]) if named else ""


def _because(page: Page, one: Deviation) -> str:
    what = _thing(page, one.plan, one.ref) if one.ref else ""
    why = _why(page, one)
    return headed(what, why, page.lang) if what else why


def _assessment(page: Page, found: AfterAction) -> list[dict[str, Any]]:
    """What there is to say under each heading but the last: first a fact, then what is to be put right."""
    parts = []
    facts = _facts(found)
    for heading in HEADINGS[:-1]:
        rows = [r for r in found.improvements if r.heading == heading]
        lines = [line for row in rows for d in row.because for line in [_because(page, d)]]
        if heading in ("people", "equipment"):
            mine = [w for w in found.waits if w.seat.startswith("fleet:") == (heading == "equipment")]
            lines += [
                told("waited", page.lang, who=page.names.actor(w.seat), times=w.times, hours=page.span(w.hours))
                for w in mine
            ]
        fact = papers.told(_fact_name(heading, facts), page.lang, **facts)
        parts.append({"title": told(heading, page.lang), "fact": fact, "lines": list(dict.fromkeys(lines))})
    return parts


def _fact_name(heading: str, facts: Mapping[str, int]) -> str:
    """What a heading begins with: of nothing asked for nothing is counted, nor of limits where none was set."""
    if heading != "execution" or facts["limited"]:
        return f"fact-{heading}"
    return "fact-execution-unlimited" if facts["all"] else "fact-execution-none"


def _facts(found: AfterAction) -> dict[str, int]:
    """The numbers that the headings begin with."""
    acts = [a for a in found.acts if a.state != "not-authorised"]
    states, why = Counter(a.state for a in found.acts), Counter(d.why for d in found.deviations)
    limited = [a for a in acts if a.due is not None]
    times = [sum(w.times for w in found.waits if w.seat.startswith("fleet:") == fleet) for fleet in (False, True)]
    return {
        "all": len(acts), "done": sum(a.state in _DONE for a in acts), "limited": len(limited),
        "kept": sum(a.state == "in-time" for a in limited), "gaps": why["gap"], "findings": why["finding"],
        "open": why["no-limit"], "steps": sum(a.kind == "decision" and a.state in _DONE for a in acts),
        "others": states["not-authorised"], "refused": states["refused"], "held": len(found.held),
        "waits": times[0], "fleets": times[1],
    }  # fmt: skip
