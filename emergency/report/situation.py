"""What was known, decided and done in a plan up to an instant, folded from the log: for papers written then.

Nothing here tells what only the simulation knew: of indicators, what had been reported; of injects, what somebody was
told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emergency.log import Entry
from emergency.quantity import Amount
from emergency.report.page import Page
from emergency.words import terms
from emergency.words.papers import told
from emergency.words.punctuation import headed

__all__ = ["Matter", "Situation", "matters"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One decision from being opened to its end.

    Attributes
    ----------
    steps : what was taken of it; refusals of a step among them.
    outcome : the entry it ended with; None while it was open when the log ended.
    """

    opened: Entry
    steps: tuple[Entry, ...]
    outcome: Entry | None

    @property
    def ref(self) -> str:
        """The value it is about, e.g. ``response=III``."""
        return self.opened.ref or ""

    @property
    def end(self) -> float:
        """When it ended [h], or when its last step was taken."""
        return max(e.t for e in (self.opened, *self.steps, *([self.outcome] if self.outcome else [])))


def matters(entries: Iterable[Entry], plan: str) -> list[Matter]:
    """The decisions of a plan in the order in which they were opened; routes to one value are one matter."""
    found: dict[int, tuple[Entry, list[Entry], list[Entry]]] = {}
    running: dict[str, int] = {}
    for entry in entries:
        ref = entry.ref or ""
        if entry.plan != plan:
            continue
        if entry.kind == "decision-opened" and ref not in running:
            running[ref] = entry.seq
            found[entry.seq] = (entry, [], [])
        elif ref in running and entry.kind in ("step", "decided", "decision-refused"):
            if entry.kind == "step" or entry.detail.get("why") == "refused":
                found[running[ref]][1].append(entry)
            if entry.kind != "step" and entry.detail.get("why") != "not-authorised":
                found[running.pop(ref)][2].append(entry)
    return [Matter(opened, tuple(steps), ends[0] if ends else None) for opened, steps, ends in found.values()]


class Situation:
    """The state of one plan's matters at an instant, in words.

    Parameters
    ----------
    until : float
        The instant [h]; what came later is not told.
    """

    def __init__(self, page: Page, plan: str, until: float) -> None:
        self.page, self.plan, self.until, self.lang = page, plan, until, page.lang
        self.program = page.programs[plan]
        self._mine = [e for e in page.entries if e.t <= until and e.plan == plan]

    def messages(self) -> list[str]:
        """What somebody was told of the plan's indicators."""
        watched = set(self.program.variables)
        found = [e for e in self.page.entries if e.kind == "message" and e.t <= self.until]
        about = [e for e in found if "title" in e.detail and watched & set(e.detail.get("about", ()))]
        return [self._say("told-line", e.t, what=e.detail["title"][self.lang]) for e in about]

    def first_known(self) -> float | None:
        """When the plan's matters first became known to anybody [h]."""
        watched = set(self.program.variables)
        told_ = (e.t for e in self.page.entries if e.kind == "message" and watched & set(e.detail.get("about", ())))
        seen = (e.t for e in self._mine if e.kind == "indicator" and e.detail.get("known") is True)
        found = min((*told_, *seen), default=None)
        return found if found is not None and found <= self.until else None

    def facts(self) -> list[str]:
        """What was reported last of each indicator at each place; of what held and no longer does, both."""
        held: dict[tuple[str, str], Entry] = {}
        over: dict[tuple[str, str], Entry] = {}
        for entry in self._known():
            key = str(entry.detail.get("variable")), str(entry.detail.get("place") or "")
            if entry.detail["known"] or "value" in entry.detail:
                held[key] = entry
                over.pop(key, None)
            elif key in held:
                over[key] = entry
        return [self._reported(entry, over.get(key)) for key, entry in held.items()]

    def _reported(self, entry: Entry, over: Entry | None) -> str:
        line = self._say("known-line", entry.t, what=self._fact(entry))
        return line if over is None else self._say("no-longer-line", over.t, what=line)

    def places(self) -> list[str]:
        """The places of which something was reported to hold."""
        found = (e.detail["place"] for e in self._known() if e.detail.get("place") and e.detail["known"])
        return [self.page.names.place(str(place)) for place in dict.fromkeys(found)]

    def _known(self) -> Iterator[Entry]:
        return (e for e in self._mine if e.kind == "indicator" and "known" in e.detail)

    def _fact(self, entry: Entry) -> str:
        detail, names = entry.detail, self.page.names
        variable = str(detail.get("variable", ""))
        name = names.variable(self.plan, variable)
        place = names.place(str(detail["place"])) if detail.get("place") else ""
        name = headed(place, name, self.lang) if place else name
        if isinstance(detail.get("value"), int | float):
            unit, size = names.unit(self.plan, variable)
            return f"{name} {detail['value'] / size:.3g} {unit}".rstrip()
        op, _, amount = str(detail.get("bound") or "").partition(" ")
        return f"{name} {op} {terms.amount(str(Amount.parse(amount)), self.lang)}" if amount else name

    def levels(self) -> list[str]:
        """The value of each scheme, those left out that are off."""
        now = {e.scheme or "": e.level or "" for e in self._mine if e.kind == "entered"}
        return [self.page.level(self.plan, scheme, level) for scheme, level in now.items() if level != "off"]

    def levels_line(self) -> list[str]:
        """The levels in one line; none where all are off."""
        levels = self.levels()
        return [told("level-line", self.lang, list=self.page.join(levels))] if levels else []

    def changes(self, kind: str = "") -> list[str]:
        """Every level entered, of one kind of scheme or of all."""
        schemes = self.program.plan.schemes
        kept = {str(id) for id, says in schemes.items() if kind in ("", says.kind)}
        found = [e for e in self._mine if e.kind == "entered" and e.scheme in kept]
        return [
            self._say("entered-line", e.t, what=self.page.level(self.plan, e.scheme or "", e.level or ""))
            for e in found
        ]

    def criteria(self, entry: Entry) -> list[str]:
        """What the clauses say on whose ground a matter was opened."""
        said = {f"{self.plan}:{c.no}": c for c in self.program.plan.body()}
        found = [(c, said[c]) for c in dict.fromkeys(entry.detail.get("criteria", ())) if c in said]
        texts = [(self.cited([c]), one.in_(self.lang)) for c, one in found]
        return [told("criterion-line", self.lang, clause=no, what=text) for no, text in texts if text]

    def done(self, since: float = -1.0) -> list[str]:
        """The measures carried out after an instant; one that was carried out several times is told once."""
        found: dict[str, list[Entry]] = {}
        for entry in self._mine:
            if entry.kind == "measure-done" and entry.t > since:
                found.setdefault(entry.ref or "", []).append(entry)
        times = ("" if len(each) == 1 else told("times", self.lang, n=len(each)) for each in found.values())
        return [self._act("done-line", each[-1]) + more for each, more in zip(found.values(), times, strict=True)]

    def under_way(self) -> list[str]:
        """The measures begun and not finished, and the matters waiting for a decision."""
        begun: dict[str, Entry] = {}
        for entry in self._mine:
            if entry.kind == "measure-started":
                begun[entry.ref or ""] = entry
            elif entry.kind == "measure-done" or (entry.kind == "note" and entry.ref == "measure-stopped"):
                begun.pop(str(entry.detail.get("measure", entry.ref)), None)
        waiting = [m.opened for m in matters(self._mine, self.plan) if m.outcome is None]
        acts = [self._act("under-way-line", e) for e in begun.values()]
        return acts + [
            self._say("pending-line", e.t, what=self.page.level(self.plan, e.scheme or "", e.level or ""))
            for e in waiting
        ]

    def _act(self, line: str, entry: Entry) -> str:
        by = entry.detail.get("by") or [entry.actor or ""]
        what = self.page.thing(self.plan, entry.ref or "")
        return self._say(line, entry.t, who=self.page.actors(by), what=what, clauses=self.cited(entry.clauses))

    def cited(self, clauses: Iterable[str]) -> str:
        """Clauses in one line, those of this plan without its name."""
        return self.page.clauses(clauses, within=self.plan)

    def _say(self, line: str, t: float, **facts: object) -> str:
        return told(line, self.lang, when=self.page.when(t), **facts)
