"""Log entries told in words, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from emergency.log import Entry
from emergency.machine import Value
from emergency.quantity import Amount
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.console import told
from emergency.words.punctuation import headed, strung

__all__ = ["Line", "bound_told", "cited", "gathered", "line", "matter"]

Line = dict[str, Any]
_GAP = "\x00"  # stands where a name is to be put; no name holds it
#: Kinds that want to be seen at a glance, by how.
_TONE = {
    "deadline-missed": "bad", "decision-refused": "bad", "shortage": "bad", "gap": "plan", "entered": "level",
    "decided": "good", "inject": "inject", "message": "message", "published": "good",
}  # fmt: skip


def line(page: Page, entry: Entry) -> Line | None:
    """One entry as a line; None for one that tells nothing by itself."""
    text = _TOLD[entry.kind](page, entry) if entry.kind in _TOLD else ""
    if not text:
        return None
    return {
        "seq": entry.seq,
        "t": round(entry.t, 6),
        "when": page.when(entry.t),
        "kind": entry.kind,
        "label": terms.kind(entry.kind, page.lang),
        "tone": _tone(entry),
        "text": text,
        "plan": page.names.plan(entry.plan) if entry.plan and len(page.programs) > 1 else "",
        "chip": _chip(page, entry),
        "clauses": cited(page, entry.clauses),
        "several": _several(page, entry),
    }


def gathered(page: Page, lines: Iterable[Line]) -> list[Line]:
    """Lines that follow each other and tell the same of several places, or to several people, as one line."""
    found: list[Line] = []

    def frame(one: Line) -> object:
        return one["t"], one["several"][:2] if one["several"] else one["seq"]

    for _, alike in groupby(lines, frame):
        first, *rest = alike
        if rest:
            before, after, _ = first["several"]
            names = dict.fromkeys(one["several"][2] for one in (first, *rest))
            first = {**first, "text": f"{before}{page.join(names)}{after}"}
        found.append(first)
    return found


def _several(page: Page, entry: Entry) -> list[str]:
    """What is told before and after a name, and the name: of a place, or of whom it reaches; empty if of neither."""
    detail = entry.detail
    if entry.kind == "indicator" and detail.get("place") and "trace" not in detail:
        text, name = _indicator(page, entry, _GAP), page.names.place(str(detail["place"]))
    elif entry.kind == "message" and entry.ref != "form" and "text" not in detail:
        text, name = _message(page, entry, _GAP), page.names.actor(entry.actor or "")
    else:
        return []
    before, _, after = text.partition(_GAP)
    return [before, after, name]


def cited(page: Page, clauses: Any) -> list[dict[str, str]]:
    """Citations: as they are typed, as a reader cites them (`bare`: where the plan has just been named), and what the
    clause says in our words."""
    known = _CITED.setdefault(page, {})
    for citation in dict.fromkeys(map(str, clauses)):
        if citation not in known:
            known[citation] = _citation(page, citation)
    return [known[citation] for citation in dict.fromkeys(map(str, clauses))]


_CITED: WeakKeyDictionary[Page, dict[str, dict[str, str]]] = WeakKeyDictionary()


def _citation(page: Page, citation: str) -> dict[str, str]:
    plan, _, no = citation.partition(":")
    alone = len(page.programs) == 1
    bare = "".join(page.names.clauses([citation], within=plan))
    return {
        "cite": no if alone else citation,
        "shown": bare if alone else page.names.clause(citation),
        "bare": bare,
        "plan": plan,
        "says": _said(page).get(citation, ""),
    }


_SAID: WeakKeyDictionary[Page, dict[str, str]] = WeakKeyDictionary()


def _said(page: Page) -> dict[str, str]:
    """What each clause of the plans says, by its citation; gathered once, for every line cites some."""
    if page not in _SAID:
        _SAID[page] = {
            f"{id}:{entry.no}": entry.in_(page.lang) or entry.heading or ""
            for id, program in page.programs.items()
            for entry in program.plan.body()
        }
    return _SAID[page]


def matter(page: Page, plan: str, ref: str) -> str:
    """What a decision, measure, report or publication is called; a level says of which scheme it is."""
    if plan not in page.programs:
        return ref
    scheme, is_value, value = ref.partition("=")
    if is_value and Value(scheme, value) in page.programs[plan].ranks:
        return page.level(plan, scheme, value)
    if ref.startswith("report:"):  # the regular reports of a quantity
        return page.names.variable(plan, ref.removeprefix("report:"))
    return page.thing(plan, ref)


def bound_told(text: str, lang: str) -> str:
    """The bound of a signal, as ``< 10 days-of-demand``, in words."""
    op, _, amount = text.partition(" ")
    return f"{op} {terms.amount(str(Amount.parse(amount)), lang)}" if amount else ""


def _tone(entry: Entry) -> str:
    if entry.kind == "note" and entry.ref == "finding":
        return "plan"
    if entry.kind == "indicator":
        return "truth" if "true" in entry.detail else ""
    return _TONE.get(entry.kind, "")


def _chip(page: Page, entry: Entry) -> dict[str, str] | None:
    if entry.kind not in ("entered", "level-left") or not entry.plan:
        return None
    colour = page.names.colour(entry.plan, entry.scheme, entry.level)
    return {"text": page.level(entry.plan, entry.scheme or "", entry.level or ""), "colour": colour}


# ----------------------------------------------------------------------------------------- sentences


def _say(page: Page, name: str, **facts: object) -> str:
    return told(name, page.lang, **facts)


def _of(page: Page, entry: Entry) -> str:
    return matter(page, entry.plan or "", entry.ref or "")


def _who(page: Page, entry: Entry) -> str:
    """Who acted; for a body, whose seat it was."""
    seat, who = entry.detail.get("seat"), page.names.actor(entry.actor or "")
    return _say(page, "acting", who=who, seat=page.names.actor(str(seat))) if seat else who


def _towards(page: Page, entry: Entry) -> str:
    to = entry.detail.get("to")
    return f" → {page.actors(map(str, to))}" if isinstance(to, list | tuple) and to else ""


def _title(page: Page, detail: Mapping[str, Any], default: str) -> str:
    title = detail.get("title")
    return str(title.get(page.lang, default)) if isinstance(title, Mapping) else default


def inject_told(page: Page, entry: Entry) -> str:
    """What is written of an inject: its title and text."""
    title = _title(page, entry.detail, entry.ref or "")
    own = next((i.text for i in page.scenario.injects if i.id == entry.ref), None)
    text = own.in_(page.lang) if own is not None else str(entry.detail.get("text", ""))
    return _say(page, "titled", title=title, text=text) if text else title


def _indicator(page: Page, entry: Entry, at: str = "") -> str:
    detail = entry.detail
    if "trace" in detail:
        return ""
    name = _quantity(page, entry)
    place = detail.get("place")
    where = _say(page, "at-place", place=at or page.names.place(str(place))) if place else ""
    bound = bound_told(str(detail.get("bound") or ""), page.lang)
    what = f"{name}{where}{' ' + bound if bound else ''}"
    how = next((k for k in ("true", "known", "judged") if k in detail), "")
    return _say(page, f"{how}-{'yes' if detail[how] else 'no'}", what=what) if how else what


def _quantity(page: Page, entry: Entry) -> str:
    """What an indicator is called: by its plan, else by the world itself, ``WORLD:what``."""
    if entry.plan in page.programs:
        return page.names.variable(str(entry.plan), str(entry.detail.get("variable") or entry.ref))
    world, _, what = (entry.ref or "").partition(":")
    known = (page.names.variable(plan, what) for plan in page.programs)
    name = next((found for found in known if found != what), what)
    return f"{page.names.world(world)} · {name}"


def _opened(page: Page, entry: Entry) -> str:
    steps = " → ".join(terms.verb(str(s), page.lang) for s in entry.detail.get("steps", ()))
    return _say(page, "opened", what=_of(page, entry), steps=steps)


def _step(page: Page, entry: Entry) -> str:
    do = terms.verb(str(entry.detail.get("do", "")), page.lang)
    return _say(page, "step", what=_of(page, entry), who=_who(page, entry), do=do) + _towards(page, entry)


def _decided(page: Page, entry: Entry) -> str:
    who = page.names.actor(entry.actor) if entry.actor else "—"
    return _say(page, "decided", what=_of(page, entry), who=who)


def _refused(page: Page, entry: Entry) -> str:
    why, do = str(entry.detail.get("why", "")), terms.verb(str(entry.detail.get("do", "")), page.lang)
    whose = page.names.actor(str(entry.detail.get("whose", "")))
    who = page.names.actor(entry.actor or "")
    return _say(page, f"refused-{why}", what=_of(page, entry), who=who, do=do, whose=whose)


def _measure(page: Page, entry: Entry) -> str:
    by = entry.detail.get("by")
    who = page.actors(map(str, by)) if isinstance(by, list | tuple) and by else page.names.actor(entry.actor or "")
    return _say(page, entry.kind, what=_of(page, entry), who=who)


def _due(page: Page, entry: Entry) -> str:
    do = terms.verb(str(entry.detail.get("do", "")), page.lang)
    due = page.when(float(entry.detail["due"]))
    return _say(page, "due", what=_of(page, entry), who=page.names.actor(entry.actor or ""), do=do, due=due)


def _missed(page: Page, entry: Entry) -> str:
    who = page.names.actor(entry.actor or "")
    if "due" not in entry.detail:
        name = matter(page, entry.plan or "", entry.ref or "")
        return _say(page, "report-failed", what=name, who=who)
    do = terms.verb(str(entry.detail.get("do", "")), page.lang)
    return _say(page, "missed", what=_of(page, entry), who=who, do=do)


def _report(page: Page, entry: Entry) -> str:
    return _say(page, "sent", what=_of(page, entry), who=_who(page, entry)) + _towards(page, entry)


def _message(page: Page, entry: Entry, to: str = "") -> str:
    detail, who = entry.detail, to or page.names.actor(entry.actor or "")
    if entry.ref == "form":
        return _form(page, entry)
    if "text" in detail:
        plan, _, report = str(detail.get("report", "")).partition(":")  # as typed: it may name nothing there is
        meant = _say(page, "meant-as", what=matter(page, plan, report)) if "report" in detail else ""
        who, addressed = _speaker(page, entry), page.actors(detail["to"])
        return _say(page, "said", who=who, to=addressed, text=detail["text"]) + meant
    return _say(page, "told", who=who, what=_title(page, detail, entry.ref or ""))


def _form(page: Page, entry: Entry) -> str:
    detail = entry.detail
    form = next(f for f in page.programs[entry.plan or ""].plan.forms if f.id == detail["form"])
    filled = zip(form.fields, detail["fields"], strict=False)
    words = strung((headed(field.in_(page.lang), text, page.lang) for field, text in filled if text), page.lang)
    facts = {"who": page.names.actor(entry.actor or ""), "form": form.name.in_(page.lang)}
    return _say(page, "form", to=page.actors(detail["to"]), text=words, **facts)


def _speaker(page: Page, entry: Entry) -> str:
    return _say(page, "facilitator") if entry.actor == "facilitator" else page.names.actor(entry.actor or "")


def _shortage(page: Page, entry: Entry) -> str:
    market, _, rest = (entry.ref or "").partition(":")
    good, _, place = rest.partition("@")
    name = page.names.good(market, good) if rest else page.names.product(market)
    where = _say(page, "at-place", place=page.names.place(place)) if place else ""
    return _say(page, "short" if entry.detail.get("short") else "not-short", what=name + where)


def _waited(page: Page, entry: Entry) -> str:
    plan, _, ref = str(entry.detail.get("behind", "")).partition(":")
    waited = page.span(float(entry.detail.get("waited", 0.0)))
    who, what = page.names.actor(entry.actor or ""), _of(page, entry)
    behind = matter(page, plan, ref)
    return _say(page, "waited", who=who, what=what, waited=waited, behind=behind)


def _gap(page: Page, entry: Entry) -> str:
    detail = entry.detail
    question = detail.get("question")
    if isinstance(question, Mapping):
        return _say(page, "gap", what=_of(page, entry), question=question.get(page.lang, ""))
    who, do = page.names.actor(str(detail.get("who", ""))), terms.verb(str(detail.get("do", "")), page.lang)
    asked = terms.column(f"gap-{detail.get('why', '')}", page.lang)
    plan, _, ref = str(detail.get("behind", "")).partition(":")
    facts = {"{who}": who, "{do}": do, "{plan}": page.names.plan(plan), "{behind}": matter(page, plan, ref)}
    for mark, fact in facts.items():
        asked = asked.replace(mark, fact)
    return _say(page, "gap", what=_of(page, entry), question=asked)


def _aftermath(page: Page, entry: Entry) -> str:
    due = page.join(matter(page, entry.plan or "", str(r)) for r in entry.detail.get("due", ()))
    return _say(page, "aftermath", what=_of(page, entry), due=due or "—")


def _seat(page: Page, entry: Entry) -> str:
    held, before = entry.detail.get("held"), entry.detail.get("before")
    name = "handed-over" if held and before else "seated" if held else "left-seat"
    return _say(page, name, who=page.names.actor(entry.actor or ""))


def _note(page: Page, entry: Entry) -> str:
    detail = entry.detail
    if entry.ref is not None and entry.ref in _NOTES:
        return _NOTES[entry.ref](page, entry)
    if "verdict" in detail:
        facts = {"what": _of(page, entry), "who": page.names.actor(entry.actor or ""), "why": detail.get("why", "")}
        return _say(page, f"reason-{detail['verdict']}", **facts)
    if "inject" in detail:
        title = next((i.title.in_(page.lang) for i in page.scenario.injects if i.id == entry.ref), entry.ref)
        return _say(page, f"inject-{detail['inject']}", what=title)
    return ""


def _finding(page: Page, entry: Entry) -> str:
    by = str(entry.detail.get("by", ""))
    who = page.names.actor(by.removeprefix("seat:")) if by.startswith("seat:") else _say(page, by)
    kind = _say(page, f"finding-{entry.detail.get('kind')}")
    return _say(page, "finding", who=who, kind=kind, text=entry.detail.get("text", ""))


def _observation(page: Page, entry: Entry) -> str:
    about = entry.detail.get("entry")
    text = entry.detail.get("text", "")
    return _say(page, "observed-of", n=about, text=text) if about is not None else _say(page, "observed", text=text)


def _rating(page: Page, entry: Entry) -> str:
    wanted = entry.detail.get("objective")
    what = next((o.text.in_(page.lang) for o in page.scenario.objectives if o.id == wanted), wanted)
    text = entry.detail.get("text", "")
    return _say(page, "rated-why" if text else "rated", what=what, rating=entry.detail.get("rating", ""), text=text)


def _cadence(page: Page, entry: Entry) -> str:
    name = page.names.variable(entry.plan or "", str(entry.detail.get("carries", "")))
    every = terms.amount(str(entry.detail.get("cadence", "")), page.lang)
    return _say(page, "cadence", what=name, every=every)


def _stopped(page: Page, entry: Entry) -> str:
    return _say(page, "stopped", what=matter(page, entry.plan or "", str(entry.detail["measure"])))


def _not_called_for(page: Page, entry: Entry) -> str:
    do = terms.verb(str(entry.detail["do"]), page.lang)
    return _say(page, "not-called-for", what=matter(page, entry.plan or "", str(entry.detail["of"])), do=do)


def _route(page: Page, entry: Entry) -> str:
    return _say(page, "route-done", what=matter(page, entry.plan or "", str(entry.detail["at"])))


def _unfinished(page: Page, entry: Entry) -> str:
    waiting = page.join(matter(page, entry.plan or "", str(r)) for r in entry.detail["waiting"])
    return _say(page, "unfinished", list=waiting)


_NOTES: Mapping[str, Callable[[Page, Entry], str]] = {
    "finding": _finding, "observation": _observation, "rating": _rating, "cadence": _cadence,
    "measure-stopped": _stopped, "step-not-called-for": _not_called_for, "route-done": _route,
    "unfinished": _unfinished, "scenario": lambda page, _: "", "readings": lambda page, _: "",
}  # fmt: skip
_TOLD: Mapping[str, Callable[[Page, Entry], str]] = {
    "inject": inject_told,
    "indicator": _indicator,
    "decision-opened": _opened,
    "step": _step,
    "decided": _decided,
    "decision-refused": _refused,
    "entered": lambda page, entry: _say(page, "entered", what=_of(page, entry)),
    "level-left": lambda page, entry: _say(page, "left-level", what=_of(page, entry)),
    "measure-started": _measure,
    "measure-done": _measure,
    "report-due": _due,
    "report-sent": _report,
    "deadline-missed": _missed,
    "published": _report,
    "message": _message,
    "shortage": _shortage,
    "resource": _waited,
    "gap": _gap,
    "aftermath": _aftermath,
    "seat": _seat,
    "note": _note,
    "ended": lambda page, _: _say(page, "over"),
}
